import type { Clock, Disposable } from '../../domain/ports';
import { Emitter } from '../../domain/emitter';
import { problem, ProblemError, type Problem } from '../../domain/problems';
import type { TokenRecord } from '../../domain/token';
import { writeStore } from './atomicFile';
import { ChangeNotice } from './changeNotice';
import { newerProblem } from './errors';
import { fileVersion, type StoreFiles } from './files';
import { changeLocked, ConflictError } from './lock';
import { readStore, repair, type Snapshot } from './recovery';
import { formatStore, parseStore, STORE_VERSION } from './schema';

/** How long changes are gathered for one write before other windows get their turn, in milliseconds. */
const TURN = 500;

export type Records = readonly TokenRecord[];

/** What a change makes of the records, and what it tells its caller. */
export interface Changed<T> {
	readonly tokens: Records;
	readonly result: T;
}

/** The records before and after a change. */
export interface Mutation<T> {
	readonly before: Records;
	readonly after: Records;
	readonly result: T;
}

/** A change whose turn has not come. */
interface Waiting {
	readonly apply: (tokens: Records) => Promise<Records>;
	/** What was applied last has been written. */
	readonly succeed: () => void;
	readonly fail: (error: unknown) => void;
}

/** The records of one workspace in a file that several windows share. */
export class Store implements Disposable {
	readonly #changed: ChangeNotice;
	readonly #recovered = new Emitter<Problem>();
	#cached: Snapshot | undefined;
	#problem: Problem | undefined;
	#queue: Promise<unknown> = Promise.resolve();
	readonly #waiting: Waiting[] = [];
	#isMutating = false;

	constructor(
		readonly files: StoreFiles,
		private readonly clock: Clock,
	) {
		this.#changed = new ChangeNotice(files.main);
	}

	/** Why the store could not be read the last time, or why it cannot be written; undefined when all is well. */
	get problem(): Problem | undefined {
		return this.#problem;
	}

	/** Calls `listener` once after every change of the file, whoever made it. */
	onDidChange(listener: () => void): Disposable {
		return this.#changed.on(listener);
	}

	/** Calls `listener` with what a person should know after a damaged file was repaired. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		return this.#recovered.on(listener);
	}

	/**
	 * The store as it is now, repaired when it has to be; parsed only when the file has changed.
	 * @throws ProblemError when it cannot be read
	 */
	async read(): Promise<Snapshot> {
		try {
			return (await this.#look()) ?? (await this.exclusively((snapshot) => Promise.resolve(snapshot)));
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
	mutate<T>(change: (tokens: Records) => Promise<Changed<T>>): Promise<Mutation<T>> {
		return new Promise((resolve, reject) => {
			let mutation: Mutation<T>;
			this.#waiting.push({
				apply: async (before) => {
					const { tokens: after, result } = await change(before);
					mutation = { before, after, result };
					return after;
				},
				succeed: () => resolve(mutation),
				fail: reject,
			});
			void this.#mutateWaiting();
		});
	}

	async #mutateWaiting(): Promise<void> {
		if (this.#isMutating) {
			return;
		}
		this.#isMutating = true;
		while (this.#waiting.length > 0) {
			const begun: Waiting[] = [];
			try {
				const failures = await this.exclusively((snapshot, assertHeld) => this.#mutate(begun, snapshot, assertHeld));
				begun.forEach((one) => (failures.has(one) ? one.fail(failures.get(one)) : one.succeed()));
			} catch (error) {
				(begun.length > 0 ? begun : this.#waiting.splice(0)).forEach(({ fail }) => fail(error));
			}
		}
		this.#isMutating = false;
	}

	/**
	 * Applies the changes begun in an attempt before, and those that wait as far as one turn has time for them, and writes what comes
	 * of it. Returns why some could not be applied.
	 */
	async #mutate(begun: Waiting[], snapshot: Snapshot, assertHeld: () => void): Promise<ReadonlyMap<Waiting, unknown>> {
		if (snapshot.version > STORE_VERSION) {
			throw newerProblem(this.files.main);
		}
		const failures = new Map<Waiting, unknown>();
		const end = performance.now() + TURN;
		const begin = () => begun.push(...(begun.length === 0 || performance.now() < end ? this.#waiting.splice(0, 1) : []));
		let { tokens } = snapshot;
		for (let index = 0; index < begun.length || index < begin(); index++) {
			const one = begun[index]!;
			try {
				tokens = await one.apply(tokens);
			} catch (error) {
				failures.set(one, error);
			}
		}
		if (tokens !== snapshot.tokens) {
			await this.#write(snapshot, tokens, assertHeld);
		}
		return failures;
	}

	/** Runs `action` with the store as it is while nobody else, in any window, changes it. */
	exclusively<T>(action: (snapshot: Snapshot, assertHeld: () => void) => Promise<T>): Promise<T> {
		// Queued, so that a window does not contend with itself for the lock.
		const turn = this.#queue.then(() =>
			changeLocked(this.files, async (assertHeld) => {
				const snapshot = (await this.#look()) ?? (await this.#repair(assertHeld));
				return action(snapshot, assertHeld);
			}),
		);
		this.#queue = turn.catch(() => undefined);
		return turn;
	}

	dispose(): void {
		this.#changed.dispose();
		this.#recovered.dispose();
	}

	/** Undefined when the store must be repaired. */
	async #look(): Promise<Snapshot | undefined> {
		if (this.#cached?.fileVersion === fileVersion(this.files.main)) {
			return this.#cached;
		}
		const snapshot = await readStore(this.files);
		return snapshot && this.#keep(snapshot);
	}

	async #repair(assertHeld: () => void): Promise<Snapshot> {
		const report = await repair(this.files, this.clock(), assertHeld);
		this.#recovered.fire(report);
		const snapshot = await readStore(this.files);
		if (!snapshot) {
			throw new ConflictError('The store was damaged again.');
		}
		return this.#keep(snapshot);
	}

	async #write(snapshot: Snapshot, tokens: Records, assertHeld: () => void): Promise<void> {
		const text = formatStore(tokens);
		// Whatever a change comes to: what could not be read again must not take the place of what can.
		if (parseStore(Buffer.from(text))?.unreadable !== 0) {
			throw problem('The change was not made, because the tokens could not be read again after it. Check dates and texts and try again.');
		}
		const version = await writeStore(this.files, text, () => {
			assertHeld();
			if (fileVersion(this.files.main) !== snapshot.fileVersion) {
				throw new ConflictError('Another process has changed the store.');
			}
		});
		this.#keep({ version: STORE_VERSION, tokens, fileVersion: version });
	}

	#keep(snapshot: Snapshot): Snapshot {
		this.#cached = snapshot;
		this.#problem = snapshot.version > STORE_VERSION ? newerProblem(this.files.main).problems[0] : undefined;
		this.#changed.check();
		return snapshot;
	}
}
