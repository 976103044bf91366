import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { logFailure, type Log } from '../domain/log';
import { replaceFile } from './atomicFile';
import { changeWithLock, type LockableFile } from './fileLock';
import { findTemporaryFiles, loadFile } from './fileVersions';
import { instantSchema, parseJson } from './json';

/** Drafts by their key. What a draft contains is up to its page, which validates it. */
const draftsSchema = v.record(v.string(), v.object({ savedAt: instantSchema, content: v.unknown() }));
export type StoredDrafts = Readonly<v.InferOutput<typeof draftsSchema>>;

/**
 * Stores what the user has entered in pages but not saved, in a file next to the tokens. VS Code's own state isn't suitable: it's written
 * seconds later, so a reload of the window can lose it, and it's gone when the page is closed.
 */
export class DraftFile {
	readonly #files: LockableFile;

	/** @param folder path of the folder that contains the tokens; created with the first draft */
	constructor(
		folder: string,
		private readonly log: Log,
	) {
		this.#files = { main: join(folder, 'drafts.json'), lock: join(folder, 'drafts.lock') };
	}

	/** Returns the stored drafts; none if they can't be read, because nothing else depends on them. */
	async read(): Promise<StoredDrafts> {
		try {
			const file = await loadFile(this.#files.main);
			return file ? v.parse(draftsSchema, parseJson(file.bytes)) : {};
		} catch (error) {
			logFailure(this.log, 'read the drafts')(error);
			return {};
		}
	}

	/**
	 * Replaces the stored drafts with the updater's result, unless that's the same object. No other window can change them in the meantime.
	 * @throws ProblemError when the file can't be written; it's then unchanged
	 */
	update(updater: (drafts: StoredDrafts) => StoredDrafts): Promise<void> {
		const { main } = this.#files;
		return changeWithLock(this.#files, this.log, async (assertHeld) => {
			const current = await this.read();
			const drafts = updater(current);
			if (drafts === current) {
				return;
			}
			// Left by windows that were reloaded while they wrote one.
			await Promise.all(findTemporaryFiles(main).map((path) => rm(path, { force: true })));
			await replaceFile(main, JSON.stringify(drafts), assertHeld);
		});
	}
}
