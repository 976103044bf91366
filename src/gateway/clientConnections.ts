import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How many requests of one connection are handled at the same time. Clients that pipeline requests rarely send more. */
const MAX_OPEN_REQUESTS = 32;

interface ClientConnection {
	/** Responses are sent in order, so once the last one is finished, all of them are. */
	lastResponse: ServerResponse | undefined;
	openRequestCount: number;
	/** Handlers of requests that were received together with others, and have to wait for them. */
	readonly waiting: (() => void)[];
}

/**
 * The open connections of clients. Limits the requests of each that are handled at the same time: one client could otherwise open thousands of
 * connections to the upstream by sending requests without waiting for responses.
 */
export class ClientConnections {
	readonly #connections = new Map<Duplex, ClientConnection>();

	add(socket: Socket): void {
		const connection: ClientConnection = { lastResponse: undefined, openRequestCount: 0, waiting: [] };
		this.#connections.set(socket, connection);
		// Each pipelined request adds a `close` listener.
		socket.setMaxListeners(0);
		socket.once('close', () => this.#connections.delete(socket));
		// Node resumes the connection after each request and response.
		socket.on('resume', () => connection.waiting.length > 0 && socket.pause());
	}

	/** Calls `handle` once there are few enough requests before this one. Until then, nothing more is read from the connection. */
	schedule({ socket }: IncomingMessage, response: ServerResponse, handle: () => void): void {
		const connection = this.#connections.get(socket);
		if (connection === undefined) {
			// The client is gone.
			return;
		}
		connection.lastResponse = response;
		response.once('close', () => this.#handleNext(connection, socket));
		if (connection.openRequestCount < MAX_OPEN_REQUESTS) {
			connection.openRequestCount++;
			handle();
		} else {
			connection.waiting.push(handle);
			socket.pause();
		}
	}

	#handleNext(connection: ClientConnection, socket: Socket): void {
		const handle = connection.waiting.shift();
		if (handle === undefined) {
			connection.openRequestCount--;
		} else if (!socket.destroyed) {
			if (connection.waiting.length === 0) {
				socket.resume();
			}
			handle();
		}
	}

	/** Returns the response to the last request of a connection, if there was one. */
	getLastResponse(socket: Duplex): ServerResponse | undefined {
		return this.#connections.get(socket)?.lastResponse;
	}

	destroyAll(): void {
		for (const socket of this.#connections.keys()) {
			socket.destroy();
		}
	}
}
