import type { MessageTransport } from '../../src/protocol/peer';

/** One end of a pair of transports. */
export interface LinkedTransport extends MessageTransport {
	/** Delivers a message to this end's own listeners. */
	receive(message: unknown): void;
}

/** Two transports that deliver structured clones to each other, as a webview and its host do. */
export function createLinkedTransports(): [LinkedTransport, LinkedTransport] {
	const listeners = [new Set<(message: unknown) => void>(), new Set<(message: unknown) => void>()] as const;
	const deliver = (end: 0 | 1, message: unknown) => {
		const copy = structuredClone(message);
		queueMicrotask(() => listeners[end].forEach((listener) => listener(copy)));
	};
	const createEnd = (own: 0 | 1): LinkedTransport => ({
		send: (message) => deliver(own ? 0 : 1, message),
		receive: (message) => deliver(own, message),
		onMessage: (listener) => {
			listeners[own].add(listener);
			return { dispose: () => listeners[own].delete(listener) };
		},
	});
	return [createEnd(0), createEnd(1)];
}
