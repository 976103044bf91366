import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Clock, Disposable } from '../../domain/ports';
import { problem, type Problem } from '../../domain/problems';
import { mergeUsage, pruneUsage, type UsageByToken, type TokenUsage } from '../../domain/tokenUsage';
import { replaceFile } from '../../storage/atomicFile';
import { FileChangeNotifier } from '../../storage/fileChangeNotifier';
import { Emitter } from '../../domain/emitter';
import {
	getDamagedFilePath,
	readFileVersion,
	loadFile,
	MISSING_FILE_VERSION,
	findTemporaryFiles,
	type FileVersion,
} from '../../storage/fileVersions';
import { changeWithLock, ConflictError } from '../../storage/fileLock';
import { usageByTokenSchema, serializeUsageFile, parseUsageFile, USAGE_FILE_VERSION, type UsageFileContent } from './usageFileSchema';

/** The file's content as it was at one moment. */
interface UsageFileSnapshot extends UsageFileContent {
	readonly fileVersion: FileVersion;
}

/**
 * How often tokens were used, in a file beside them that several windows share: what each of them counts adds up. It holds the last
 * 30 days, so that it grows no larger than 30 days × tokens × status codes.
 */
export class UsageFile implements Disposable {
	readonly #files: { readonly main: string; readonly lock: string };
	readonly #changeNotifier: FileChangeNotifier;
	readonly #recoveryEmitter = new Emitter<Problem>();
	#cached: UsageFileSnapshot | undefined;
	#queue: Promise<unknown> = Promise.resolve();

	/** @param folder path of the folder that holds the tokens; it is made with the first count */
	constructor(
		folder: string,
		private readonly clock: Clock,
	) {
		this.#files = { main: join(folder, 'statistics.json'), lock: join(folder, 'statistics.lock') };
		this.#changeNotifier = new FileChangeNotifier(this.#files.main);
	}

	/** Calls `listener` once after every change of the file, whoever made it. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeNotifier.onDidChange(listener);
	}

	/** Calls `listener` with what a person should know after a damaged file was put aside. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		return this.#recoveryEmitter.on(listener);
	}

	/**
	 * Adds what was counted since the last call to what is there.
	 * @throws ProblemError when the file cannot be written, or is of a newer version; then nothing was added, and the same counts
	 * can be added later together with those after them
	 */
	async add(usage: UsageByToken): Promise<void> {
		// A file that could not be read again would be put aside with all that is in it.
		const valid = v.parse(usageByTokenSchema, usage);
		if (Object.keys(valid).length > 0) {
			await this.#update((tokens) => mergeUsage(tokens, valid));
		}
	}

	/**
	 * The use of every token that was ever used, by its id.
	 * @throws ProblemError when the file cannot be read
	 */
	async read(): Promise<Readonly<Record<string, TokenUsage>>> {
		const { tokens } = (await this.#readIfChanged()) ?? (await this.#runExclusive((snapshot) => Promise.resolve(snapshot)));
		return pruneUsage(tokens, this.clock());
	}

	/**
	 * Forgets tokens that are gone.
	 * @param existingIds of the tokens that there were at the instant `since`; one used after it may be new
	 * @throws ProblemError when the file cannot be written; then it is as it was
	 */
	async removeMissingTokens(existingIds: readonly string[], since: Date): Promise<void> {
		const known = new Set(existingIds);
		const isGone = ([id, { lastUsed }]: [string, TokenUsage]) => !known.has(id) && Date.parse(lastUsed ?? '') <= since.getTime();
		if (Object.entries(await this.read()).some(isGone)) {
			await this.#update((tokens) => Object.fromEntries(Object.entries(tokens).filter((entry) => !isGone(entry))));
		}
	}

	dispose(): void {
		this.#changeNotifier.dispose();
		this.#recoveryEmitter.dispose();
	}

	#update(change: (tokens: UsageByToken) => UsageByToken): Promise<void> {
		return this.#runExclusive(async (snapshot, assertHeld) => {
			if (snapshot.version > USAGE_FILE_VERSION) {
				throw problem('{0} was saved by a newer version of Connect Tokens. Update the extension to count responses.', this.#files.main);
			}
			const now = this.clock();
			const tokens = pruneUsage(change(pruneUsage(snapshot.tokens, now)), now);
			// Of a process that was killed: under the lock nobody else is writing one.
			await Promise.all(findTemporaryFiles(this.#files.main).map((path) => rm(path, { force: true })));
			const version = await replaceFile(this.#files.main, serializeUsageFile(tokens), () => {
				assertHeld();
				if (readFileVersion(this.#files.main) !== snapshot.fileVersion) {
					throw new ConflictError('Another process has changed the store.');
				}
			});
			this.#cache({ version: USAGE_FILE_VERSION, tokens, fileVersion: version });
		});
	}

	#runExclusive<T>(action: (snapshot: UsageFileSnapshot, assertHeld: () => void) => Promise<T>): Promise<T> {
		// Queued, so that a window does not contend with itself for the lock.
		const turn = this.#queue.then(() =>
			changeWithLock(this.#files, async (assertHeld) => {
				const snapshot = (await this.#readIfChanged()) ?? this.#setAside(assertHeld);
				return action(snapshot, assertHeld);
			}),
		);
		this.#queue = turn.catch(() => undefined);
		return turn;
	}

	/** The file as it is now, parsed only when it has changed; undefined when it is damaged. */
	async #readIfChanged(): Promise<UsageFileSnapshot | undefined> {
		if (this.#cached?.fileVersion === readFileVersion(this.#files.main)) {
			return this.#cached;
		}
		const file = await loadFile(this.#files.main);
		const content = file ? parseUsageFile(file.bytes) : { version: USAGE_FILE_VERSION, tokens: {} };
		return content && this.#cache({ ...content, fileVersion: file?.fileVersion ?? MISSING_FILE_VERSION });
	}

	/** Counting begins anew. */
	#setAside(assertHeld: () => void): UsageFileSnapshot {
		const { main } = this.#files;
		const aside = getDamagedFilePath(main, this.clock());
		assertHeld();
		renameSync(main, aside);
		const template = 'The statistics file {0} is damaged, so the statistics start over. The damaged file was saved as {1}.';
		this.#recoveryEmitter.fire({ field: null, template, args: [main, aside] });
		return this.#cache({ version: USAGE_FILE_VERSION, tokens: {}, fileVersion: MISSING_FILE_VERSION });
	}

	#cache(snapshot: UsageFileSnapshot): UsageFileSnapshot {
		this.#cached = snapshot;
		this.#changeNotifier.notifyIfChanged();
		return snapshot;
	}
}
