import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import * as v from 'valibot';
import type { Log } from '../domain/log';
import type { Clock, Disposable } from '../domain/ports';
import type { ProblemError } from '../domain/problems';
import { replaceFile } from './atomicFile';
import { setAsideDamagedFile } from './damagedFiles';
import { FileChangeNotifier } from './fileChangeNotifier';
import { changeWithLock, ConflictError, type LockableFile } from './fileLock';
import { findTemporaryFiles, loadFile, MISSING_FILE_VERSION, readFileVersion, type FileVersion } from './fileVersions';
import { parseJson } from './json';

/** The content of a file. Increase the version with any addition, because readers drop fields they don't know. */
interface VersionedContent {
	readonly version: number;
}

export interface SharedJsonFileOptions<T extends VersionedContent> {
	/** Path of the folder that contains the tokens; created with the first change. */
	readonly folder: string;
	/** Name of the file without its extension. */
	readonly name: string;
	readonly schema: v.GenericSchema<unknown, T>;
	/** The content of a file that doesn't exist, that's damaged, or that a newer version of the extension wrote. */
	readonly empty: T;
	/** Creates the error for a change of a file that a newer version of the extension wrote. */
	readonly createNewerVersionProblem: (path: string) => ProblemError;
	/** Called after a damaged file was saved under another name. */
	readonly onDidSetAside?: (path: string, damagedPath: string) => void;
	readonly clock: Clock;
	readonly log: Log;
}

/** The content of the file at one point in time. It's empty unless the state is `valid`. */
interface Snapshot<T> {
	readonly fileVersion: FileVersion;
	readonly state: 'valid' | 'damaged' | 'newer';
	readonly content: T;
}

/** A JSON file next to the tokens that several windows share. */
export class SharedJsonFile<T extends VersionedContent> implements Disposable {
	readonly #files: LockableFile;
	readonly #changeNotifier: FileChangeNotifier;
	/** Only one access at a time, so that a window doesn't compete with itself for the lock. */
	readonly #limit = pLimit(1);
	/** Otherwise, a read that takes longer than a later one would replace its result with an older content. */
	readonly #loadLimit = pLimit(1);
	#cached: Snapshot<T> | undefined;

	constructor(private readonly options: SharedJsonFileOptions<T>) {
		const { folder, name, log } = options;
		this.#files = { main: join(folder, `${name}.json`), lock: join(folder, `${name}.lock`) };
		this.#changeNotifier = new FileChangeNotifier(this.#files.main, log);
	}

	/** Calls `listener` once after each change to the file, including changes by other windows. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeNotifier.onDidChange(listener);
	}

	/**
	 * Returns the content: the empty one if the file is damaged or was written by a newer version.
	 * @throws ProblemError when the file can't be read
	 */
	async read(): Promise<T> {
		return (await this.#readIfChanged()).content;
	}

	/**
	 * Replaces the content with what `change` returns. A damaged file is kept under another name.
	 * @param change pure, because it's called again if another process changes the file anyway
	 * @throws ProblemError when the file can't be written or was written by a newer version; it's then unchanged
	 */
	update(change: (content: T) => T): Promise<void> {
		const { clock, createNewerVersionProblem, onDidSetAside, log } = this.options;
		const { main } = this.#files;
		return this.#limit(() =>
			changeWithLock(this.#files, log, async (assertHeld) => {
				const snapshot = await this.#readIfChanged();
				if (snapshot.state === 'newer') {
					throw createNewerVersionProblem(main);
				}
				assertHeld();
				if (snapshot.state === 'damaged') {
					const damagedPath = setAsideDamagedFile(main, clock());
					log.warn(`${main} is damaged, so it starts over. Saved it as ${damagedPath}`);
					onDidSetAside?.(main, damagedPath);
				}
				const expectedVersion = snapshot.state === 'damaged' ? MISSING_FILE_VERSION : snapshot.fileVersion;
				const content = change(snapshot.content);
				// Left by processes that were killed: while the lock is held, no other process is writing one.
				await Promise.all(findTemporaryFiles(main).map((path) => rm(path, { force: true })));
				const fileVersion = await replaceFile(main, `${JSON.stringify(content, undefined, '\t')}\n`, () => {
					assertHeld();
					if (readFileVersion(main) !== expectedVersion) {
						throw new ConflictError('fileChanged');
					}
				});
				this.#cache({ fileVersion, state: 'valid', content });
			}),
		);
	}

	dispose(): void {
		this.#changeNotifier.dispose();
	}

	/** The file is parsed only if it has changed. */
	#readIfChanged(): Promise<Snapshot<T>> {
		return this.#loadLimit(async () => {
			if (this.#cached?.fileVersion === readFileVersion(this.#files.main)) {
				return this.#cached;
			}
			const file = await loadFile(this.#files.main);
			return this.#cache(
				file
					? { fileVersion: file.fileVersion, ...this.#parse(file.bytes) }
					: { fileVersion: MISSING_FILE_VERSION, state: 'valid', content: this.options.empty },
			);
		});
	}

	#parse(bytes: Uint8Array): Pick<Snapshot<T>, 'state' | 'content'> {
		const { empty, schema } = this.options;
		const json = parseJson(bytes);
		const { success, output } = v.safeParse(schema, json);
		if (success) {
			return { state: 'valid', content: output };
		}
		const isNewer = v.is(v.object({ version: v.pipe(v.number(), v.gtValue(empty.version)) }), json);
		return { state: isNewer ? 'newer' : 'damaged', content: empty };
	}

	#cache(snapshot: Snapshot<T>): Snapshot<T> {
		this.#cached = snapshot;
		this.#changeNotifier.notifyIfChanged();
		return snapshot;
	}
}
