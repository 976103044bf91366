import pLimit from 'p-limit';
import { Emitter } from '../../domain/emitter';
import type { Log } from '../../domain/log';
import type { Clock, Disposable } from '../../domain/ports';
import { formatProblem, problem, ProblemError, unknownTokenProblem, type Problem } from '../../domain/problems';
import type { TokenRecord } from '../../domain/token';
import { FileChangeNotifier } from '../../storage/fileChangeNotifier';
import { changeWithLock, ConflictError } from '../../storage/fileLock';
import { readFileVersion } from '../../storage/fileVersions';
import { changeDocument } from './storeDocument';
import { writeStoreAndBackup, type StoreFiles } from './storeFiles';
import { readStore, repairStore, type StoreSnapshot } from './storeRecovery';
import { STORE_VERSION } from './storeSchema';

/** How long changes are batched into one write before other windows get a turn. */
const BATCH_WINDOW_MS = 500;

export type TokenRecords = readonly TokenRecord[];

/** The records after a change, and what the change returns to its caller. */
export interface ChangeResult<T> {
	readonly tokens: TokenRecords;
	readonly result: T;
}

/** The records before and after a change. */
export interface Mutation<T> {
	readonly before: TokenRecords;
	readonly after: TokenRecords;
	readonly result: T;
}

/** A change that hasn't been made yet. */
interface PendingMutation {
	readonly apply: (tokens: TokenRecords) => Promise<TokenRecords>;
	/** Called when the change has been written. */
	readonly succeed: () => void;
	readonly fail: (error: unknown) => void;
}

/** Stores the token records of a workspace in a file that several windows share. */
export class RecordStore implements Disposable {
	readonly #changeNotifier: FileChangeNotifier;
	readonly #recoveryEmitter = new Emitter<Problem>();
	#cached: StoreSnapshot | undefined;
	#problem: Problem | undefined;
	/** Only one access at a time, so that a window doesn't compete with itself for the lock. */
	readonly #limit = pLimit(1);
	readonly #pendingMutations: PendingMutation[] = [];

	constructor(
		readonly files: StoreFiles,
		private readonly clock: Clock,
		private readonly log: Log,
	) {
		this.#changeNotifier = new FileChangeNotifier(files.main, log);
	}

	/** Why the last attempt to read the store failed, or why the store can't be changed; undefined if there's no problem. */
	get problem(): Problem | undefined {
		return this.#problem;
	}

	/** Calls `listener` once after each change to the file, including changes by other windows. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeNotifier.onDidChange(listener);
	}

	/** Calls `listener` with a message for the user after a damaged file was repaired. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		return this.#recoveryEmitter.on(listener);
	}

	/**
	 * Returns the current content of the store, which is repaired if necessary. The file is parsed only if it has changed.
	 * @throws ProblemError when the store can't be read
	 */
	async read(): Promise<StoreSnapshot> {
		try {
			return (await this.#readIfChanged()) ?? (await this.runExclusive((snapshot) => Promise.resolve(snapshot)));
		} catch (error) {
			this.#problem = error instanceof ProblemError ? error.problems[0] : undefined;
			throw error;
		}
	}

	/**
	 * Replaces the records with what `change` returns, unless it's the same list, while nothing else can change the store. `change` is
	 * called again if another process changes the store anyway, which happens only if this process was suspended for seconds.
	 * Changes requested while others are in progress are applied one after another and written together: for a hundred of them, the
	 * file is locked, read, and written once.
	 * @throws ProblemError when the store can't be read or written; it's then unchanged
	 */
	mutate<T>(change: (tokens: TokenRecords) => Promise<ChangeResult<T>>): Promise<Mutation<T>> {
		return new Promise((resolve, reject) => {
			let mutation: Mutation<T>;
			this.#pendingMutations.push({
				apply: async (before) => {
					const { tokens: after, result } = await change(before);
					mutation = { before, after, result };
					return after;
				},
				succeed: () => resolve(mutation),
				fail: reject,
			});
			void this.#limit(() => this.#processPending());
		});
	}

	/** Runs `action` with the current content of the store while nothing else, in any window, can change it. */
	runExclusive<T>(action: (snapshot: StoreSnapshot, assertHeld: () => void) => Promise<T>): Promise<T> {
		return this.#limit(() => this.#runWithLock(action));
	}

	/** Processes as many pending changes as fit in one write; none are left if they were written together with an earlier one. */
	async #processPending(): Promise<void> {
		if (this.#pendingMutations.length === 0) {
			return;
		}
		const started: PendingMutation[] = [];
		try {
			const failures = await this.#runWithLock((snapshot, assertHeld) => this.#applyPending(started, snapshot, assertHeld));
			started.forEach((mutation) => (failures.has(mutation) ? mutation.fail(failures.get(mutation)) : mutation.succeed()));
		} catch (error) {
			(started.length > 0 ? started : this.#pendingMutations.splice(0)).forEach(({ fail }) => fail(error));
		}
	}

	#runWithLock<T>(action: (snapshot: StoreSnapshot, assertHeld: () => void) => Promise<T>): Promise<T> {
		return changeWithLock(this.files, this.log, async (assertHeld) => {
			const snapshot = (await this.#readAgain()) ?? (await this.#repair(assertHeld));
			return action(snapshot, assertHeld);
		});
	}

	/**
	 * Applies the changes started in a previous attempt, and as many pending ones as fit in the batch window, and writes the result.
	 * Returns the errors of the changes that couldn't be applied.
	 */
	async #applyPending(
		started: PendingMutation[],
		snapshot: StoreSnapshot,
		assertHeld: () => void,
	): Promise<ReadonlyMap<PendingMutation, unknown>> {
		if (snapshot.version > STORE_VERSION) {
			throw newerVersionProblem(this.files.main);
		}
		const failures = new Map<PendingMutation, unknown>();
		const batchEnd = performance.now() + BATCH_WINDOW_MS;
		const takeNext = () =>
			started.push(...(started.length === 0 || performance.now() < batchEnd ? this.#pendingMutations.splice(0, 1) : []));
		let { tokens } = snapshot;
		for (let index = 0; index < started.length || index < takeNext(); index++) {
			const mutation = started[index]!;
			try {
				tokens = await mutation.apply(tokens);
			} catch (error) {
				failures.set(mutation, error);
			}
		}
		if (tokens !== snapshot.tokens) {
			await this.#write(snapshot, tokens, assertHeld);
		}
		return failures;
	}

	dispose(): void {
		this.#changeNotifier.dispose();
		this.#recoveryEmitter.dispose();
	}

	/** Returns undefined if the store has to be repaired. */
	async #readIfChanged(): Promise<StoreSnapshot | undefined> {
		if (this.#cached?.fileVersion === readFileVersion(this.files.main)) {
			return this.#cached;
		}
		return this.#readAgain();
	}

	/**
	 * Returns undefined if the store has to be repaired. Changes are based on what this returns, because a program that overwrites the file at the
	 * time of the last change, as precisely as the file system stores it, with content of the same size doesn't change its version.
	 */
	async #readAgain(): Promise<StoreSnapshot | undefined> {
		const snapshot = await readStore(this.files, this.#cached);
		if (snapshot && !this.#cached) {
			this.log.info('Opened the token store');
		}
		return snapshot && this.#cache(snapshot);
	}

	async #repair(assertHeld: () => void): Promise<StoreSnapshot> {
		const report = await repairStore(this.files, this.clock(), assertHeld);
		this.log.warn(formatProblem(report));
		this.#recoveryEmitter.fire(report);
		const snapshot = await readStore(this.files);
		if (!snapshot) {
			throw new ConflictError('damagedAgain');
		}
		return this.#cache(snapshot);
	}

	async #write(snapshot: StoreSnapshot, tokens: TokenRecords, assertHeld: () => void): Promise<void> {
		const document = changeDocument(snapshot, tokens);
		// Content that can't be read again must never replace content that can.
		if (!document) {
			throw problem("Couldn't save the change because the result wouldn't be valid. Check the dates and text, and try again.");
		}
		const fileVersion = await writeStoreAndBackup(this.files, document.bytes, this.log, () => {
			assertHeld();
			if (readFileVersion(this.files.main) !== snapshot.fileVersion) {
				throw new ConflictError('fileChanged');
			}
		});
		this.#cache({ ...document, fileVersion });
	}

	#cache(snapshot: StoreSnapshot): StoreSnapshot {
		this.#cached = snapshot;
		this.#problem = snapshot.version > STORE_VERSION ? newerVersionProblem(this.files.main).problems[0] : undefined;
		this.#changeNotifier.notifyIfChanged();
		return snapshot;
	}
}

/** The file was written by a newer version of the extension, which is the only one that knows how to change it. */
function newerVersionProblem(file: string): ProblemError {
	return problem(
		'{0} was saved by a newer version of Connect Tokens, so its tokens are read-only. Update the extension to change them.',
		file,
	);
}

/**
 * Returns the record of a token and its index.
 * @throws ProblemError when no token has the ID
 */
export function findRecord(tokens: TokenRecords, id: string): { record: TokenRecord; index: number } {
	const index = tokens.findIndex((token) => token.id === id);
	const record = tokens[index];
	if (!record) {
		throw unknownTokenProblem(id);
	}
	return { record, index };
}
