import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { noReminders, type Reminders } from '../../domain/reminders';
import { prepareFile } from '../../sources/workspace/atomicFile';
import { withLock } from '../../sources/workspace/lock';

const instant = v.pipe(v.string(), v.isoTimestamp());
const schema = v.object({
	told: v.record(v.string(), instant),
	muted: v.record(v.string(), instant),
	quiet: v.nullable(instant),
});

/**
 * Reminders in a file beside the tokens. The editor's own state would not do: a window does not see what another has written there
 * until it is reloaded, and would remind once more.
 */
export class ReminderFile {
	readonly #files: { readonly main: string; readonly lock: string };

	/** @param folder path of the folder that holds the tokens */
	constructor(folder: string) {
		this.#files = { main: join(folder, 'reminders.json'), lock: join(folder, 'reminders.lock') };
	}

	/** What is kept; nothing where that cannot be read. */
	async read(): Promise<Reminders> {
		try {
			return v.parse(schema, JSON.parse(await readFile(this.#files.main, 'utf8')));
		} catch {
			return noReminders;
		}
	}

	/**
	 * Replaces what is kept by what `change` makes of it, unless it returns the very same. No other window does so meanwhile.
	 * Rejects when the file cannot be written; then it is as it was.
	 */
	change(change: (reminders: Reminders) => Reminders | Promise<Reminders>): Promise<void> {
		return withLock(this.#files, async (assertHeld) => {
			const before = await this.read();
			const after = await change(before);
			if (after !== before) {
				const file = await prepareFile(this.#files.main, JSON.stringify(after));
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
