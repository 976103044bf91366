import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { sendErrorOnSocket } from './clientErrors';
import type { ErrorResponse } from './errorResponse';

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

	/** Sends the error response, unless another response is still being sent on the connection, and closes the connection. */
	end(socket: Duplex, reason: Error | ErrorResponse): void {
		const lastResponse = this.#connections.get(socket)?.lastResponse;
		// A pipelined response has no socket until those before it were sent.
		if (lastResponse === undefined || lastResponse.writableFinished || (lastResponse.socket !== null && !lastResponse.headersSent)) {
			sendErrorOnSocket(socket, reason);
		} else {
			// The client would read it as part of the response that's being sent.
			socket.destroy();
		}
	}

	destroyAll(): void {
		for (const socket of this.#connections.keys()) {
			socket.destroy();
		}
	}
}
