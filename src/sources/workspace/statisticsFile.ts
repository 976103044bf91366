import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Clock, Disposable } from '../../domain/ports';
import { problem, type Problem } from '../../domain/problems';
import { addCounted, keepRecent, type Counted, type TokenStatistics } from '../../domain/statistics';
import { replaceFile } from './atomicFile';
import { ChangeNotice } from './changeNotice';
import { Emitter } from '../../domain/emitter';
import { damagedPath, fileVersion, loadFile, NO_FILE, temporaryPaths, type FileVersion } from './files';
import { changeLocked, ConflictError } from './lock';
import { countedSchema, formatStatistics, parseStatistics, STATISTICS_VERSION, type StatisticsContent } from './statisticsSchema';

/** The file's content as it was at one moment. */
interface Snapshot extends StatisticsContent {
	readonly fileVersion: FileVersion;
}

/**
 * How often tokens were used, in a file beside them that several windows share: what each of them counts adds up. It holds the last
 * 30 days, so that it grows no larger than 30 days × tokens × status codes.
 */
export class StatisticsFile implements Disposable {
	readonly #files: { readonly main: string; readonly lock: string };
	readonly #changed: ChangeNotice;
	readonly #recovered = new Emitter<Problem>();
	#cached: Snapshot | undefined;
	#queue: Promise<unknown> = Promise.resolve();

	/** @param folder path of the folder that holds the tokens; it is made with the first count */
	constructor(
		folder: string,
		private readonly clock: Clock,
	) {
		this.#files = { main: join(folder, 'statistics.json'), lock: join(folder, 'statistics.lock') };
		this.#changed = new ChangeNotice(this.#files.main);
	}

	/** Calls `listener` once after every change of the file, whoever made it. */
	onDidChange(listener: () => void): Disposable {
		return this.#changed.on(listener);
	}

	/** Calls `listener` with what a person should know after a damaged file was put aside. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		return this.#recovered.on(listener);
	}

	/**
	 * Adds what was counted since the last call to what is there.
	 * @throws ProblemError when the file cannot be written, or is of a newer version; then nothing was added, and the same counts
	 * can be added later together with those after them
	 */
	async add(counted: Counted): Promise<void> {
		// A file that could not be read again would be put aside with all that is in it.
		const valid = v.parse(countedSchema, counted);
		if (Object.keys(valid).length > 0) {
			await this.#change((tokens) => addCounted(tokens, valid));
		}
	}

	/**
	 * The use of every token that was ever used, by its id.
	 * @throws ProblemError when the file cannot be read
	 */
	async read(): Promise<Readonly<Record<string, TokenStatistics>>> {
		const { tokens } = (await this.#look()) ?? (await this.#exclusively((snapshot) => Promise.resolve(snapshot)));
		return keepRecent(tokens, this.clock());
	}

	/**
	 * Forgets tokens that are gone.
	 * @param ids of the tokens that there were at the instant `since`; one used after it may be new
	 * @throws ProblemError when the file cannot be written; then it is as it was
	 */
	async keepOnly(ids: readonly string[], since: Date): Promise<void> {
		const known = new Set(ids);
		const isGone = ([id, { lastUsed }]: [string, TokenStatistics]) => !known.has(id) && Date.parse(lastUsed ?? '') <= since.getTime();
		if (Object.entries(await this.read()).some(isGone)) {
			await this.#change((tokens) => Object.fromEntries(Object.entries(tokens).filter((entry) => !isGone(entry))));
		}
	}

	dispose(): void {
		this.#changed.dispose();
		this.#recovered.dispose();
	}

	#change(change: (tokens: Counted) => Counted): Promise<void> {
		return this.#exclusively(async (snapshot, assertHeld) => {
			if (snapshot.version > STATISTICS_VERSION) {
				throw problem('A newer version of Connect Tokens wrote {0}. Update the extension to count responses.', this.#files.main);
			}
			const now = this.clock();
			const tokens = keepRecent(change(keepRecent(snapshot.tokens, now)), now);
			// Of a process that was killed: under the lock nobody else is writing one.
			await Promise.all(temporaryPaths(this.#files.main).map((path) => rm(path, { force: true })));
			const version = await replaceFile(this.#files.main, formatStatistics(tokens), () => {
				assertHeld();
				if (fileVersion(this.#files.main) !== snapshot.fileVersion) {
					throw new ConflictError('Another process has changed the store.');
				}
			});
			this.#keep({ version: STATISTICS_VERSION, tokens, fileVersion: version });
		});
	}

	#exclusively<T>(action: (snapshot: Snapshot, assertHeld: () => void) => Promise<T>): Promise<T> {
		// Queued, so that a window does not contend with itself for the lock.
		const turn = this.#queue.then(() =>
			changeLocked(this.#files, async (assertHeld) => {
				const snapshot = (await this.#look()) ?? this.#putAside(assertHeld);
				return action(snapshot, assertHeld);
			}),
		);
		this.#queue = turn.catch(() => undefined);
		return turn;
	}

	/** The file as it is now, parsed only when it has changed; undefined when it is damaged. */
	async #look(): Promise<Snapshot | undefined> {
		if (this.#cached?.fileVersion === fileVersion(this.#files.main)) {
			return this.#cached;
		}
		const file = await loadFile(this.#files.main);
		const content = file ? parseStatistics(file.bytes) : { version: STATISTICS_VERSION, tokens: {} };
		return content && this.#keep({ ...content, fileVersion: file?.fileVersion ?? NO_FILE });
	}

	/** Counting begins anew. */
	#putAside(assertHeld: () => void): Snapshot {
		const { main } = this.#files;
		const aside = damagedPath(main, this.clock());
		assertHeld();
		renameSync(main, aside);
		const template = 'The statistics in {0} were damaged. Counting begins anew. What was there was kept as {1}.';
		this.#recovered.fire({ field: null, template, args: [main, aside] });
		return this.#keep({ version: STATISTICS_VERSION, tokens: {}, fileVersion: NO_FILE });
	}

	#keep(snapshot: Snapshot): Snapshot {
		this.#cached = snapshot;
		this.#changed.check();
		return snapshot;
	}
}
