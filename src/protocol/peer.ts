import * as v from 'valibot';

/** A connection to the other side. Received messages are untrusted until they've been validated. */
export interface MessageTransport {
	send(message: unknown): void;
	/** Calls `listener` for every received message, until disposed. */
	onMessage(listener: (message: unknown) => void): { dispose(): void };
}

/** The methods of one side, with schemas for the parameters and the result of each. */
export type MethodSchemas = Record<string, { readonly params: v.GenericSchema; readonly result: v.GenericSchema }>;

export type MethodParams<M extends MethodSchemas, N extends keyof M> = v.InferOutput<M[N]['params']>;
export type MethodResult<M extends MethodSchemas, N extends keyof M> = v.InferOutput<M[N]['result']>;
export type MethodHandlers<M extends MethodSchemas> = {
	readonly [N in keyof M]: (params: MethodParams<M, N>) => MethodResult<M, N> | Promise<MethodResult<M, N>>;
};

/** How long to wait for a response before the request fails. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** How long to wait for a response if the user has to answer a question in the editor first. */
export const CONFIRMATION_TIMEOUT_MS = 3_600_000;

const messageSchema = v.variant('kind', [
	v.strictObject({ kind: v.literal('request'), id: v.string(), method: v.string(), params: v.unknown() }),
	v.strictObject({ kind: v.literal('response'), id: v.string(), result: v.unknown() }),
	v.strictObject({ kind: v.literal('error'), id: v.string(), message: v.string() }),
]);

interface PendingRequest {
	readonly settle: (message: v.InferOutput<typeof messageSchema>) => void;
	readonly reject: (error: Error) => void;
}

/**
 * One end of the connection between the host and a page. Either end can send requests to the other. Everything received is validated:
 * an invalid request gets an error response, an invalid response rejects its request, and anything else is ignored.
 */
export class Peer<Own extends MethodSchemas, Other extends MethodSchemas> {
	readonly #pendingRequests = new Map<string, PendingRequest>();
	readonly #subscription: { dispose(): void };

	constructor(
		private readonly transport: MessageTransport,
		private readonly ownMethods: Own,
		private readonly handlers: MethodHandlers<Own>,
		private readonly remoteMethods: Other,
		private readonly timeoutMs = REQUEST_TIMEOUT_MS,
	) {
		this.#subscription = transport.onMessage((message) => this.#receive(message));
	}

	/**
	 * Calls a method of the other side and returns the validated result.
	 * Rejects if the other side reports an error, returns an invalid result, or doesn't respond within `timeoutMs`.
	 */
	request<N extends keyof Other & string>(
		method: N,
		params: MethodParams<Other, N>,
		timeoutMs = this.timeoutMs,
	): Promise<MethodResult<Other, N>> {
		// Random, so that nothing else that can send messages to this end can answer the request.
		const id = crypto.randomUUID();
		const { promise, resolve, reject } = withResolvers<MethodResult<Other, N>>();
		const timer = setTimeout(() => reject(new Error(`No response to "${method}" within ${timeoutMs / 1000} seconds.`)), timeoutMs);
		this.#pendingRequests.set(id, {
			reject,
			settle: (message) => {
				if (message.kind === 'error') {
					return reject(new Error(message.message));
				}
				const parsed = v.safeParse(this.remoteMethods[method]!.result, message.kind === 'response' ? message.result : undefined);
				if (parsed.success) {
					resolve(parsed.output);
				} else {
					reject(new Error(`Invalid response to "${method}".`));
				}
			},
		});
		this.transport.send({ kind: 'request', id, method, params });
		return promise.finally(() => {
			clearTimeout(timer);
			this.#pendingRequests.delete(id);
		});
	}

	/** Stops listening and rejects all pending requests. */
	dispose(): void {
		this.#subscription.dispose();
		for (const { reject } of this.#pendingRequests.values()) {
			reject(new Error('The page was closed.'));
		}
	}

	#receive(raw: unknown): void {
		const { success, output: message } = v.safeParse(messageSchema, raw);
		if (!success) {
			return;
		}
		if (message.kind === 'request') {
			void this.#respond(message.id, message.method, message.params);
		} else {
			this.#pendingRequests.get(message.id)?.settle(message);
		}
	}

	async #respond(id: string, method: string, params: unknown): Promise<void> {
		try {
			this.transport.send({ kind: 'response', id, result: await this.#callHandler(method, params) });
		} catch (error) {
			this.#sendError(id, error instanceof Error ? error.message : String(error));
		}
	}

	#sendError(id: string, message: string): void {
		try {
			this.transport.send({ kind: 'error', id, message });
		} catch {
			// The connection is gone. Nothing is lost, because the other side's request times out.
		}
	}

	#callHandler(method: string, params: unknown): unknown {
		if (!Object.hasOwn(this.ownMethods, method)) {
			throw new Error(`Unknown method "${method}".`);
		}
		const parsed = v.safeParse(this.ownMethods[method]!.params, params);
		if (!parsed.success) {
			throw new Error(`Invalid parameters for "${method}".`);
		}
		return this.handlers[method]!(parsed.output);
	}
}

/** `Promise.withResolvers`, which pages in the oldest supported version of VS Code don't have. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
	let resolve!: (value: T) => void;
	let reject!: (error: Error) => void;
	const promise = new Promise<T>((onResolve, onReject) => {
		resolve = onResolve;
		reject = onReject;
	});
	return { promise, resolve, reject };
}
