import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { NO_REMINDERS, type ReminderState } from '../domain/expiryReminders';
import { stageFile } from './atomicFile';
import { withLock } from './fileLock';

const timestampSchema = v.pipe(v.string(), v.isoTimestamp());
const remindersSchema = v.object({
	told: v.record(v.string(), timestampSchema),
	muted: v.record(v.string(), timestampSchema),
	quiet: v.nullable(timestampSchema),
});

/**
 * Reminders in a file beside the tokens. The editor's own state would not do: a window does not see what another has written there
 * until it is reloaded, and would remind once more.
 */
export class ExpiryReminderFile {
	readonly #files: { readonly main: string; readonly lock: string };

	/** @param folder path of the folder that holds the tokens */
	constructor(folder: string) {
		this.#files = { main: join(folder, 'reminders.json'), lock: join(folder, 'reminders.lock') };
	}

	/** What is kept; nothing where that cannot be read. */
	async read(): Promise<ReminderState> {
		try {
			return v.parse(remindersSchema, JSON.parse(await readFile(this.#files.main, 'utf8')));
		} catch {
			return NO_REMINDERS;
		}
	}

	/**
	 * Replaces what is kept by what `change` makes of it, unless it returns the very same. No other window does so meanwhile.
	 * Rejects when the file cannot be written; then it is as it was.
	 */
	update(updater: (reminders: ReminderState) => ReminderState | Promise<ReminderState>): Promise<void> {
		return withLock(this.#files, async (assertHeld) => {
			const current = await this.read();
			const updated = await updater(current);
			if (updated !== current) {
				const file = await stageFile(this.#files.main, JSON.stringify(updated));
				try {
					assertHeld();
					file.commit();
				} finally {
					await file.discard();
				}
			}
		});
	}
}
