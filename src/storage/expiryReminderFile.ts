import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { NO_REMINDERS, type ReminderState } from '../domain/expiryReminders';
import { logFailure, type Log } from '../domain/log';
import { replaceFile } from './atomicFile';
import { getErrorCode } from './fileErrors';
import { withLock, type LockableFile } from './fileLock';
import { MISSING_FILE_VERSION } from './fileVersions';
import { instantSchema } from './json';

/** The content of the file: `lastShown` is stored as `told`, and `snoozedAt` as `quiet`. */
const remindersSchema = v.pipe(
	v.object({
		told: v.record(v.string(), instantSchema),
		muted: v.record(v.string(), instantSchema),
		quiet: v.nullable(instantSchema),
	}),
	v.transform(({ told, muted, quiet }): ReminderState => ({ lastShown: told, muted, snoozedAt: quiet })),
);

/**
 * Stores the state of expiry reminders in a file next to the tokens. VS Code's own state isn't suitable: a window doesn't see what
 * another window has stored there until it's reloaded, so both would show the same reminder.
 */
export class ExpiryReminderFile {
	readonly #files: LockableFile;

	/** @param folder path of the folder that contains the tokens */
	constructor(
		folder: string,
		private readonly log: Log,
	) {
		this.#files = { main: join(folder, 'reminders.json'), lock: join(folder, 'reminders.lock') };
	}

	/** Returns the stored state, or `NO_REMINDERS` if there's none or it can't be read. */
	async read(): Promise<ReminderState> {
		try {
			return v.parse(remindersSchema, JSON.parse(await readFile(this.#files.main, 'utf8')));
		} catch (error) {
			if (getErrorCode(error) !== MISSING_FILE_VERSION) {
				logFailure(this.log, 'read the expiry reminders')(error);
			}
			return NO_REMINDERS;
		}
	}

	/**
	 * Replaces the stored state with the updater's result, unless that's the same object. No other window can change it in the meantime.
	 * Rejects when the file can't be written; the stored state is then unchanged.
	 */
	update(updater: (reminders: ReminderState) => ReminderState | Promise<ReminderState>): Promise<void> {
		return withLock(this.#files, this.log, async (assertHeld) => {
			const current = await this.read();
			const updated = await updater(current);
			if (updated !== current) {
				await replaceFile(this.#files.main, serialize(updated), assertHeld);
			}
		});
	}
}

function serialize({ lastShown, muted, snoozedAt }: ReminderState): string {
	return JSON.stringify({ told: lastShown, muted, quiet: snoozedAt });
}
