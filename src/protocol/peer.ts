import * as v from 'valibot';

/** A wire to the other side. What arrives is anything at all until it has been validated. */
export interface Wire {
	post(message: unknown): void;
	/** Calls `listener` for every message that arrives, until disposed. */
	listen(listener: (message: unknown) => void): { dispose(): void };
}

/** What one side can be asked: a schema each for what the question carries and what the answer does. */
export type Methods = Record<string, { readonly params: v.GenericSchema; readonly result: v.GenericSchema }>;

export type Params<M extends Methods, N extends keyof M> = v.InferOutput<M[N]['params']>;
export type Result<M extends Methods, N extends keyof M> = v.InferOutput<M[N]['result']>;
export type Handlers<M extends Methods> = {
	readonly [N in keyof M]: (params: Params<M, N>) => Result<M, N> | Promise<Result<M, N>>;
};

/** How long an answer may take, in milliseconds, before the question is given up. */
export const ANSWER_TIMEOUT = 30_000;

const messageSchema = v.variant('kind', [
	v.strictObject({ kind: v.literal('question'), id: v.number(), method: v.string(), params: v.unknown() }),
	v.strictObject({ kind: v.literal('answer'), id: v.number(), result: v.unknown() }),
	v.strictObject({ kind: v.literal('refusal'), id: v.number(), message: v.string() }),
]);

interface Pending {
	readonly settle: (message: v.InferOutput<typeof messageSchema>) => void;
	readonly reject: (error: Error) => void;
}

/**
 * One end of a conversation between the host and a page; both ends are this class.
 * Either may ask the other; what arrives is validated before anyone sees it, and what does not fit is refused or dropped.
 */
export class Peer<Own extends Methods, Other extends Methods> {
	readonly #pending = new Map<number, Pending>();
	readonly #listening: { dispose(): void };
	#nextId = 0;

	constructor(
		private readonly wire: Wire,
		private readonly own: Own,
		private readonly handlers: Handlers<Own>,
		private readonly other: Other,
		private readonly timeout = ANSWER_TIMEOUT,
	) {
		this.#listening = wire.listen((message) => this.#receive(message));
	}

	/**
	 * Asks the other side and returns its validated answer.
	 * Rejects when the other side refuses, answers in another shape, or stays silent for the timeout, in milliseconds.
	 */
	ask<N extends keyof Other & string>(method: N, params: Params<Other, N>, timeout = this.timeout): Promise<Result<Other, N>> {
		const id = this.#nextId++;
		const { promise, resolve, reject } = withResolvers<Result<Other, N>>();
		const timer = setTimeout(() => reject(new Error(`No answer to "${method}" within ${timeout / 1000} s.`)), timeout);
		this.#pending.set(id, {
			reject,
			settle: (message) => {
				if (message.kind === 'refusal') {
					return reject(new Error(message.message));
				}
				const checked = v.safeParse(this.other[method]!.result, message.kind === 'answer' ? message.result : undefined);
				if (checked.success) {
					resolve(checked.output);
				} else {
					reject(new Error(`The answer to "${method}" has the wrong shape.`));
				}
			},
		});
		this.wire.post({ kind: 'question', id, method, params });
		return promise.finally(() => {
			clearTimeout(timer);
			this.#pending.delete(id);
		});
	}

	/** Stops listening and rejects what is still unanswered. */
	dispose(): void {
		this.#listening.dispose();
		for (const { reject } of this.#pending.values()) {
			reject(new Error('The page was closed.'));
		}
	}

	#receive(raw: unknown): void {
		const { success, output: message } = v.safeParse(messageSchema, raw);
		if (!success) {
			return;
		}
		if (message.kind === 'question') {
			void this.#answer(message.id, message.method, message.params);
		} else {
			this.#pending.get(message.id)?.settle(message);
		}
	}

	async #answer(id: number, method: string, params: unknown): Promise<void> {
		try {
			this.wire.post({ kind: 'answer', id, result: await this.#handle(method, params) });
		} catch (error) {
			this.#refuse(id, error instanceof Error ? error.message : String(error));
		}
	}

	/** A wire that is gone takes no refusal either; the other side's question ends by its timeout. */
	#refuse(id: number, message: string): void {
		try {
			this.wire.post({ kind: 'refusal', id, message });
		} catch {
			// Nobody is left to be told.
		}
	}

	#handle(method: string, params: unknown): unknown {
		if (!Object.hasOwn(this.own, method)) {
			throw new Error(`There is no "${method}" to ask for.`);
		}
		const checked = v.safeParse(this.own[method]!.params, params);
		if (!checked.success) {
			throw new Error(`"${method}" was asked in the wrong shape.`);
		}
		return this.handlers[method]!(checked.output);
	}
}

/** `Promise.withResolvers`, which the oldest supported editor's pages lack. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
	let resolve!: (value: T) => void;
	let reject!: (error: Error) => void;
	const promise = new Promise<T>((onResolve, onReject) => {
		resolve = onResolve;
		reject = onReject;
	});
	return { promise, resolve, reject };
}
