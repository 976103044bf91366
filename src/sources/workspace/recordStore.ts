import type { Clock, Disposable } from '../../domain/ports';
import { Emitter } from '../../domain/emitter';
import { problem, ProblemError, type Problem } from '../../domain/problems';
import type { TokenRecord } from '../../domain/token';
import { writeStoreAndBackup } from '../../storage/atomicFile';
import { FileChangeNotifier } from '../../storage/fileChangeNotifier';
import { newerVersionProblem } from '../../storage/fileErrors';
import { readFileVersion, type StoreFiles } from '../../storage/fileVersions';
import { changeWithLock, ConflictError } from '../../storage/fileLock';
import { readStore, repairStore, type StoreSnapshot } from './storeRecovery';
import { serializeStore, parseStore, STORE_VERSION } from './storeSchema';

/** How long changes are gathered for one write before other windows get their turn, in milliseconds. */
const BATCH_WINDOW_MS = 500;

export type TokenRecords = readonly TokenRecord[];

/** What a change makes of the records, and what it tells its caller. */
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

/** A change whose turn has not come. */
interface PendingMutation {
	readonly apply: (tokens: TokenRecords) => Promise<TokenRecords>;
	/** What was applied last has been written. */
	readonly succeed: () => void;
	readonly fail: (error: unknown) => void;
}

/** The records of one workspace in a file that several windows share. */
export class RecordStore implements Disposable {
	readonly #changeNotifier: FileChangeNotifier;
	readonly #recoveryEmitter = new Emitter<Problem>();
	#cached: StoreSnapshot | undefined;
	#problem: Problem | undefined;
	#queue: Promise<unknown> = Promise.resolve();
	readonly #pendingMutations: PendingMutation[] = [];
	#isMutating = false;

	constructor(
		readonly files: StoreFiles,
		private readonly clock: Clock,
	) {
		this.#changeNotifier = new FileChangeNotifier(files.main);
	}

	/** Why the store could not be read the last time, or why it cannot be written; undefined when all is well. */
	get problem(): Problem | undefined {
		return this.#problem;
	}

	/** Calls `listener` once after every change of the file, whoever made it. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeNotifier.onDidChange(listener);
	}

	/** Calls `listener` with what a person should know after a damaged file was repaired. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		return this.#recoveryEmitter.on(listener);
	}

	/**
	 * The store as it is now, repaired when it has to be; parsed only when the file has changed.
	 * @throws ProblemError when it cannot be read
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
	 * Replaces the records by what `change` makes of them, unless it returns the very same list. Nobody else changes the store
	 * meanwhile. `change` is called again when the store does change, because this process was stopped for seconds.
	 * Changes that come while others are being made are made one after the other and written together: for a hundred, the file is
	 * locked, read and written once.
	 * @throws ProblemError when the store cannot be read or written; then it is as it was
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
			void this.#processPending();
		});
	}

	async #processPending(): Promise<void> {
		if (this.#isMutating) {
			return;
		}
		this.#isMutating = true;
		while (this.#pendingMutations.length > 0) {
			const started: PendingMutation[] = [];
			try {
				const failures = await this.runExclusive((snapshot, assertHeld) => this.#applyPending(started, snapshot, assertHeld));
				started.forEach((one) => (failures.has(one) ? one.fail(failures.get(one)) : one.succeed()));
			} catch (error) {
				(started.length > 0 ? started : this.#pendingMutations.splice(0)).forEach(({ fail }) => fail(error));
			}
		}
		this.#isMutating = false;
	}

	/**
	 * Applies the changes begun in an attempt before, and those that wait as far as one turn has time for them, and writes what comes
	 * of it. Returns why some could not be applied.
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

	/** Runs `action` with the store as it is while nobody else, in any window, changes it. */
	runExclusive<T>(action: (snapshot: StoreSnapshot, assertHeld: () => void) => Promise<T>): Promise<T> {
		// Queued, so that a window does not contend with itself for the lock.
		const turn = this.#queue.then(() =>
			changeWithLock(this.files, async (assertHeld) => {
				const snapshot = (await this.#readIfChanged()) ?? (await this.#repair(assertHeld));
				return action(snapshot, assertHeld);
			}),
		);
		this.#queue = turn.catch(() => undefined);
		return turn;
	}

	dispose(): void {
		this.#changeNotifier.dispose();
		this.#recoveryEmitter.dispose();
	}

	/** Undefined when the store must be repaired. */
	async #readIfChanged(): Promise<StoreSnapshot | undefined> {
		if (this.#cached?.fileVersion === readFileVersion(this.files.main)) {
			return this.#cached;
		}
		const snapshot = await readStore(this.files);
		return snapshot && this.#cache(snapshot);
	}

	async #repair(assertHeld: () => void): Promise<StoreSnapshot> {
		const report = await repairStore(this.files, this.clock(), assertHeld);
		this.#recoveryEmitter.fire(report);
		const snapshot = await readStore(this.files);
		if (!snapshot) {
			throw new ConflictError('The store was damaged again.');
		}
		return this.#cache(snapshot);
	}

	async #write(snapshot: StoreSnapshot, tokens: TokenRecords, assertHeld: () => void): Promise<void> {
		const text = serializeStore(tokens);
		// Whatever a change comes to: what could not be read again must not take the place of what can.
		if (parseStore(Buffer.from(text))?.unreadableCount !== 0) {
			throw problem("Couldn't save the change because the result wouldn't be valid. Check dates and text, and try again.");
		}
		const version = await writeStoreAndBackup(this.files, text, () => {
			assertHeld();
			if (readFileVersion(this.files.main) !== snapshot.fileVersion) {
				throw new ConflictError('Another process has changed the store.');
			}
		});
		this.#cache({ version: STORE_VERSION, tokens, fileVersion: version });
	}

	#cache(snapshot: StoreSnapshot): StoreSnapshot {
		this.#cached = snapshot;
		this.#problem = snapshot.version > STORE_VERSION ? newerVersionProblem(this.files.main).problems[0] : undefined;
		this.#changeNotifier.notifyIfChanged();
		return snapshot;
	}
}
