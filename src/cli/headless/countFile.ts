import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import pLimit from 'p-limit';
import * as v from 'valibot';
import { CommandLineError } from '../../broker/commandLineError';
import type { Log } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import { ProblemError } from '../../domain/problems';
import { addRequestCounts, settleCounts, type LimitedRequests, type RequestCountsByToken } from '../../domain/requestLimiter';
import { mergeUsage, pruneUsage, type UsageByToken } from '../../domain/tokenUsage';
import { RATE_PERIODS } from '../../domain/tokenLimits';
import type { RequestCountStore } from '../../gateway/requestLimits';
import { tokenIdSchema } from '../../sources/workspace/storeSchema';
import { usageByTokenSchema } from '../../sources/workspace/usageFileSchema';
import { replaceFile } from '../../storage/atomicFile';
import { FileChangeNotifier } from '../../storage/fileChangeNotifier';
import { ConflictError, withLock, type LockableFile } from '../../storage/fileLock';
import { findTemporaryFiles, loadFile, MISSING_FILE_VERSION, readFileVersion, type FileVersion } from '../../storage/fileVersions';
import { parseJson } from '../../storage/json';
import { getErrorCode } from '../errorCode';

const FILE_VERSION = 1;
/** How many times a change is attempted when another process interferes with it. */
const MAX_ATTEMPTS = 5;

const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const requestCountsSchema = v.object({
	rate: v.exactOptional(v.object({ per: v.picklist(RATE_PERIODS), at: countSchema, current: countSchema, previous: countSchema })),
	total: v.exactOptional(countSchema),
});

/** The content of a count file, which docs/headless-gateway.md describes. */
export const countFileSchema = v.object({
	version: v.literal(FILE_VERSION),
	/** Responses and requests, as in the statistics of a workspace. */
	tokens: usageByTokenSchema,
	/** Requests that count toward limits. */
	limits: v.record(tokenIdSchema, requestCountsSchema),
});

interface CountFileContent {
	readonly version: typeof FILE_VERSION;
	readonly tokens: UsageByToken;
	readonly limits: RequestCountsByToken;
}

const EMPTY: CountFileContent = { version: FILE_VERSION, tokens: {}, limits: {} };

/**
 * Counts in a file, so that they survive a restart. Several gateways on a machine can share it. Unlike the files of a workspace, a damaged one isn't
 * replaced: tokens could make more requests than their totals.
 */
export class CountFile implements RequestCountStore, Disposable {
	readonly #files: LockableFile;
	readonly #changeNotifier: FileChangeNotifier;
	/** Only one access at a time, so that a process doesn't compete with itself for the lock. */
	readonly #limit = pLimit(1);
	#cached: { readonly fileVersion: FileVersion; readonly content: CountFileContent } | undefined;

	/** @param path in a folder that exists; the lock next to it has the suffix `.lock` */
	constructor(
		path: string,
		private readonly clock: Clock,
		private readonly log: Log,
	) {
		const main = resolve(path);
		this.#files = { main, lock: `${main}.lock` };
		this.#changeNotifier = new FileChangeNotifier(main, log);
	}

	/**
	 * Checks that the file can be read and written. Creates it if it doesn't exist.
	 * @throws CommandLineError that says what to do
	 */
	async open(): Promise<void> {
		await this.#update((content) => content);
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changeNotifier.onDidChange(listener);
	}

	async read(): Promise<RequestCountsByToken> {
		return (await this.#read()).limits;
	}

	async add(requests: readonly LimitedRequests[]): Promise<void> {
		const now = this.clock().getTime();
		await this.#update((content) => {
			const settled = Object.entries(content.limits).map(([id, counts]) => [id, settleCounts(counts, now)] as const);
			const added = requests.map(
				(request) => [request.tokenId, addRequestCounts(content.limits[request.tokenId] ?? {}, request, now)] as const,
			);
			const limits = [...new Map([...settled, ...added])].flatMap(([id, counts]) => (counts ? [[id, counts] as const] : []));
			return { ...content, limits: Object.fromEntries(limits) };
		});
	}

	/** Adds responses and requests to the statistics. If it rejects, nothing was added. */
	async addUsage(usage: UsageByToken): Promise<void> {
		const now = this.clock();
		await this.#update((content) => ({ ...content, tokens: pruneUsage(mergeUsage(content.tokens, usage), now) }));
	}

	dispose(): void {
		this.#changeNotifier.dispose();
	}

	async #update(change: (content: CountFileContent) => CountFileContent): Promise<void> {
		await this.#limit(async () => {
			for (let attempt = 1; ; attempt++) {
				try {
					await withLock(this.#files, this.log, (assertHeld) => this.#replace(change, assertHeld));
					return;
				} catch (error) {
					if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) {
						throw this.#toWriteError(error);
					}
				}
			}
		});
	}

	async #replace(change: (content: CountFileContent) => CountFileContent, assertHeld: () => void): Promise<void> {
		const { main } = this.#files;
		const content = change(await this.#read());
		const expectedVersion = this.#cached?.fileVersion;
		// Left by processes that were killed: while the lock is held, no other process is writing one.
		await Promise.all(findTemporaryFiles(main).map((path) => rm(path, { force: true })));
		const fileVersion = await replaceFile(main, `${JSON.stringify(content, undefined, '\t')}\n`, () => {
			assertHeld();
			if (readFileVersion(main) !== expectedVersion) {
				throw new ConflictError('fileChanged');
			}
		});
		this.#cache(fileVersion, content);
	}

	/** The file is parsed only if it has changed. */
	async #read(): Promise<CountFileContent> {
		const { main } = this.#files;
		if (this.#cached?.fileVersion === readFileVersion(main)) {
			return this.#cached.content;
		}
		const file = await loadFile(main).catch((error: unknown) => {
			// It says what to do.
			throw error instanceof ProblemError ? new CommandLineError(error.message, { cause: error }) : error;
		});
		return file ? this.#cache(file.fileVersion, this.#parse(file.bytes)) : this.#cache(MISSING_FILE_VERSION, EMPTY);
	}

	#parse(bytes: Uint8Array): CountFileContent {
		const json = parseJson(bytes);
		const { success, output } = v.safeParse(countFileSchema, json);
		if (success) {
			return output;
		}
		throw new CommandLineError(
			v.is(v.object({ version: v.pipe(v.number(), v.gtValue(FILE_VERSION)) }), json)
				? `The count file ${this.#files.main} was written by a newer version of Connect Tokens. Update this program and try again.`
				: `The count file ${this.#files.main} is damaged. Restore it, or delete it to count from zero.`,
		);
	}

	#cache(fileVersion: FileVersion, content: CountFileContent): CountFileContent {
		this.#cached = { fileVersion, content };
		this.#changeNotifier.notifyIfChanged();
		return content;
	}

	#toWriteError(error: unknown): CommandLineError {
		if (error instanceof CommandLineError) {
			return error;
		}
		const { main, lock } = this.#files;
		const reason = getReason(error);
		if (error instanceof ProblemError) {
			return new CommandLineError(
				`Couldn't lock the count file ${main}: another gateway is using it, or ${lock} isn't a lock. Try again, or choose another file.`,
				{ cause: error },
			);
		}
		return new CommandLineError(
			reason === 'ENOENT'
				? `The folder of the count file ${main} doesn't exist. Create it and try again.`
				: `Couldn't write the count file ${main} (${reason}). Check the permissions of its folder and the disk, and try again.`,
			{ cause: error },
		);
	}
}

/** A conflict has the system's error as its cause. */
function getReason(error: unknown): string {
	const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
	return getErrorCode(cause) || (error instanceof Error ? error.message : String(error));
}
