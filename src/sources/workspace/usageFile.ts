import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import * as v from 'valibot';
import { Emitter } from '../../domain/emitter';
import type { Log } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import { formatProblem, problem, type Problem } from '../../domain/problems';
import { mergeUsage, pruneUsage, toUtcDate, withModulesSince, type TokenUsage, type UsageByToken } from '../../domain/tokenUsage';
import { replaceFile } from '../../storage/atomicFile';
import { FileChangeNotifier } from '../../storage/fileChangeNotifier';
import { changeWithLock, ConflictError, type LockableFile } from '../../storage/fileLock';
import { findTemporaryFiles, loadFile, MISSING_FILE_VERSION, readFileVersion, type FileVersion } from '../../storage/fileVersions';
import { setAsideDamagedFile } from '../../storage/damagedFiles';
import {
	MODULES_FILE_VERSION,
	parseUsageFile,
	serializeUsageFile,
	USAGE_FILE_VERSION,
	usageByTokenSchema,
	type UsageFileContent,
} from './usageFileSchema';

/** The content of the file at one point in time. */
interface UsageFileSnapshot extends UsageFileContent {
	readonly fileVersion: FileVersion;
}

/**
 * Stores the usage of tokens in a file next to them that several windows share and add their counts to. It's limited to the last 30
 * days and 24 hours, so it doesn't grow beyond (30 + 24) × tokens × status codes, and 30 × tokens × modules.
 */
export class UsageFile implements Disposable {
	readonly #files: LockableFile;
	readonly #changeNotifier: FileChangeNotifier;
	readonly #recoveryEmitter = new Emitter<Problem>();
	#cached: UsageFileSnapshot | undefined;
	/** Only one access at a time, so that a window doesn't compete with itself for the lock. */
	readonly #limit = pLimit(1);

	/** @param folder path of the folder that contains the tokens; created when the first count is added */
	constructor(
		folder: string,
		private readonly clock: Clock,
		private readonly log: Log,
	) {
		this.#files = { main: join(folder, 'statistics.json'), lock: join(folder, 'statistics.lock') };
		this.#changeNotifier = new FileChangeNotifier(this.#files.main, log);
	}

	/** Calls `listener` once after each change to the file, including changes by other windows. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeNotifier.onDidChange(listener);
	}

	/** Calls `listener` with a message for the user after a damaged file was set aside. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		return this.#recoveryEmitter.on(listener);
	}

	/**
	 * Adds counts to the stored ones.
	 * @throws ProblemError when the file can't be written or was written by a newer version; nothing was added then, so the caller can
	 * add the same counts again later
	 */
	async add(usage: UsageByToken): Promise<void> {
		// Checked because a file that can't be read again would be set aside with everything in it.
		const valid = v.parse(usageByTokenSchema, usage);
		if (Object.keys(valid).length > 0) {
			await this.#update((tokens) => mergeUsage(tokens, valid));
		}
	}

	/**
	 * Returns the usage of each token that was ever used, by token ID.
	 * @throws ProblemError when the file can't be read
	 */
	async read(): Promise<Readonly<Record<string, TokenUsage>>> {
		const { tokens } = (await this.#readIfChanged()) ?? (await this.#runExclusive((snapshot) => Promise.resolve(snapshot)));
		return pruneUsage(tokens, this.clock());
	}

	/**
	 * Replaces the stored usage of these tokens only.
	 * @throws ProblemError when the file can't be written; it's then unchanged
	 */
	async replace(usage: UsageByToken): Promise<void> {
		if (Object.keys(usage).length > 0) {
			await this.#update((tokens) => ({ ...tokens, ...usage }));
		}
	}

	/**
	 * Removes the usage of tokens that don't exist anymore.
	 * @param existingIds IDs of the tokens that existed at `since`; a token used after that might be new
	 * @throws ProblemError when the file can't be written; it's then unchanged
	 */
	async removeMissingTokens(existingIds: readonly string[], since: Date): Promise<void> {
		const existing = new Set(existingIds);
		const isMissing = ([id, { lastUsed }]: [string, TokenUsage]) => !existing.has(id) && Date.parse(lastUsed ?? '') <= since.getTime();
		if (Object.entries(await this.read()).some(isMissing)) {
			await this.#update((tokens) => Object.fromEntries(Object.entries(tokens).filter((entry) => !isMissing(entry))));
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
			// Left by processes that were killed: while the lock is held, no other process is writing one.
			await Promise.all(findTemporaryFiles(this.#files.main).map((path) => rm(path, { force: true })));
			const version = await replaceFile(this.#files.main, serializeUsageFile(tokens), () => {
				assertHeld();
				if (readFileVersion(this.#files.main) !== snapshot.fileVersion) {
					throw new ConflictError('fileChanged');
				}
			});
			this.#cache({ version: USAGE_FILE_VERSION, tokens, fileVersion: version });
		});
	}

	#runExclusive<T>(action: (snapshot: UsageFileSnapshot, assertHeld: () => void) => Promise<T>): Promise<T> {
		return this.#limit(() =>
			changeWithLock(this.#files, this.log, async (assertHeld) => {
				const snapshot = (await this.#readIfChanged()) ?? this.#setAside(assertHeld);
				return action(snapshot, assertHeld);
			}),
		);
	}

	/** Returns the current content of the file, or undefined if it's damaged. The file is parsed only if it has changed. */
	async #readIfChanged(): Promise<UsageFileSnapshot | undefined> {
		if (this.#cached?.fileVersion === readFileVersion(this.#files.main)) {
			return this.#cached;
		}
		const file = await loadFile(this.#files.main);
		const content = file ? parseUsageFile(file.bytes) : { version: USAGE_FILE_VERSION, tokens: {} };
		return content && this.#cache({ ...this.#completeEarlierVersion(content), fileVersion: file?.fileVersion ?? MISSING_FILE_VERSION });
	}

	#completeEarlierVersion({ version, tokens }: UsageFileContent): UsageFileContent {
		return { version, tokens: version < MODULES_FILE_VERSION ? withModulesSince(tokens, toUtcDate(this.clock())) : tokens };
	}

	/** Sets the damaged file aside, so counts start over. */
	#setAside(assertHeld: () => void): UsageFileSnapshot {
		const { main } = this.#files;
		assertHeld();
		const damagedPath = setAsideDamagedFile(main, this.clock());
		const template = 'The statistics file {0} is damaged, so the statistics start over. The damaged file was saved as {1}.';
		const report: Problem = { field: null, template, args: [main, damagedPath] };
		this.log.warn(formatProblem(report));
		this.#recoveryEmitter.fire(report);
		return this.#cache({ version: USAGE_FILE_VERSION, tokens: {}, fileVersion: MISSING_FILE_VERSION });
	}

	#cache(snapshot: UsageFileSnapshot): UsageFileSnapshot {
		this.#cached = snapshot;
		this.#changeNotifier.notifyIfChanged();
		return snapshot;
	}
}
