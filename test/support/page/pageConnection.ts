import type { detailsHostMethods, detailsPageMethods } from '../../../src/protocol/detailsMessages';
import type { MessageTransport, MethodParams, MethodResult } from '../../../src/protocol/peer';
import type { wizardHostMethods } from '../../../src/protocol/wizardMessages';

/** What pages request. */
type HostMethods = typeof detailsHostMethods & Omit<typeof wizardHostMethods, 'ready'>;

/** A message of the protocol, as `Peer` sends it. */
interface Message {
	readonly kind: 'request' | 'response' | 'error';
	readonly id: string;
	readonly method?: string;
	readonly params?: unknown;
	readonly result?: unknown;
	readonly message?: string;
}

/** Decides what happens to a message of the method it was set for. */
type Interceptor = (message: Message, deliver: (message: Message) => void) => void;

/** Messages that are being held. */
export interface HeldMessages {
	/** Number of messages that were held so far. */
	readonly count: number;
	/** Delivers the held messages and all later ones. */
	release(): void;
}

/**
 * The connection between a page and its host. Records the page's requests, and can hold, replace, or answer the messages of a method, as a
 * slow or failing host would.
 */
export class PageConnection implements MessageTransport {
	/** The page's requests, in order. */
	readonly received: { readonly method: string; readonly params: unknown }[] = [];
	/** What the page answered to the host's requests, in order: the method, or the error message. */
	readonly answers: string[] = [];
	readonly #requestInterceptors = new Map<string, Interceptor>();
	readonly #responseInterceptors = new Map<string, Interceptor>();
	readonly #updateInterceptors = new Map<string, Interceptor>();
	/** Methods of the pending requests by their ID. */
	readonly #pageRequests = new Map<string, string>();
	readonly #hostRequests = new Map<string, string>();

	constructor(private readonly transport: MessageTransport) {}

	/** Methods of the page's requests, in order. */
	get requests(): readonly string[] {
		return this.received.map(({ method }) => method);
	}

	/** Parameters of the page's requests of a method, in order. */
	paramsOf<N extends keyof HostMethods>(method: N): readonly MethodParams<HostMethods, N>[] {
		return this.received.filter((request) => request.method === method).map(({ params }) => params as MethodParams<HostMethods, N>);
	}

	send(raw: unknown): void {
		const message = raw as Message;
		const deliver = (delivered: Message) => this.transport.send(delivered);
		if (message.kind === 'request') {
			this.#hostRequests.set(message.id, message.method!);
			intercept(this.#updateInterceptors.get(message.method!), message, deliver);
		} else {
			intercept(this.#responseInterceptors.get(this.#pageRequests.get(message.id) ?? ''), message, deliver);
		}
	}

	onMessage(listener: (message: unknown) => void): { dispose(): void } {
		return this.transport.onMessage((raw) => {
			const message = raw as Message;
			if (message.kind === 'request') {
				this.received.push({ method: message.method!, params: message.params });
				this.#pageRequests.set(message.id, message.method!);
				intercept(this.#requestInterceptors.get(message.method!), message, listener);
			} else {
				this.answers.push(message.message ?? this.#hostRequests.get(message.id)!);
				listener(message);
			}
		});
	}

	/** Holds the page's requests of a method before the host receives them. */
	holdRequests(method: string): HeldMessages {
		return hold(this.#requestInterceptors, method);
	}

	/** Holds the responses to the page's requests of a method. */
	holdResponses(method: string): HeldMessages {
		return hold(this.#responseInterceptors, method);
	}

	/** Holds the host's requests of a method before the page receives them. */
	holdUpdates(method: string): HeldMessages {
		return hold(this.#updateInterceptors, method);
	}

	/**
	 * Answers the page's requests of a method without the host.
	 * @param answer the result, or an error, which is sent as an error response
	 * @returns a function that lets the host answer again
	 */
	answer(method: string, answer: unknown): () => void {
		this.#requestInterceptors.set(method, ({ id }) =>
			this.transport.send(
				answer instanceof Error ? { kind: 'error', id, message: answer.message } : { kind: 'response', id, result: answer },
			),
		);
		return () => this.#requestInterceptors.delete(method);
	}

	/**
	 * Loses the page's requests of a method.
	 * @returns a function that lets the host receive them again
	 */
	ignore(method: string): () => void {
		this.#requestInterceptors.set(method, () => undefined);
		return () => this.#requestInterceptors.delete(method);
	}

	/** Changes the results of the page's requests of a method. */
	changeResults<N extends keyof HostMethods>(method: N, change: (result: MethodResult<HostMethods, N>) => unknown): void {
		this.#responseInterceptors.set(method, (message, deliver) =>
			deliver({ ...message, result: change(message.result as MethodResult<HostMethods, N>) }),
		);
	}

	/** Changes the parameters of the host's requests of a method. */
	changeUpdates<N extends keyof typeof detailsPageMethods>(
		method: N,
		change: (params: MethodParams<typeof detailsPageMethods, N>) => unknown,
	): void {
		this.#updateInterceptors.set(method, (message, deliver) =>
			deliver({ ...message, params: change(message.params as MethodParams<typeof detailsPageMethods, N>) }),
		);
	}
}

function intercept(interceptor: Interceptor | undefined, message: Message, deliver: (message: Message) => void): void {
	if (interceptor) {
		interceptor(message, deliver);
	} else {
		deliver(message);
	}
}

function hold(interceptors: Map<string, Interceptor>, method: string): HeldMessages {
	const held: (() => void)[] = [];
	const interceptor: Interceptor = (message, deliver) => held.push(() => deliver(message));
	interceptors.set(method, interceptor);
	return {
		get count() {
			return held.length;
		},
		release: () => {
			if (interceptors.get(method) === interceptor) {
				interceptors.delete(method);
			}
			held.forEach((deliver) => deliver());
		},
	};
}
