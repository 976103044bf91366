import { connect, type Socket } from 'node:net';
import * as v from 'valibot';
import { logFailure, type Log } from '../domain/log';
import { MAX_LOGGED_REQUESTS, type NumberedRequest } from '../domain/loggedRequest';
import type { Disposable } from '../domain/ports';
import { parseJson } from '../storage/json';
import { LineReader } from './lineReader';
import { listWindows, type OpenWindow } from './openWindows';
import { MAX_SERVER_MESSAGE_BYTES, REQUEST_LOG_VERSION, serverMessageSchema } from './requestLogProtocol';

/** Requests of a window. */
export interface WindowRequests {
	/** Identifies the window. */
	readonly window: string;
	/** The oldest first. */
	readonly requests: readonly NumberedRequest[];
}

export interface RequestLogClientOptions {
	/** The folder in which the workspace's windows find each other. */
	readonly folder: string;
	/** The sockets that aren't another window's. */
	readonly isOwn: (socketPath: string) => boolean;
	readonly onDidChange: () => void;
	readonly log: Log;
}

/** Reads the requests of the workspace's other windows. A window that isn't reachable is missing. */
export class RequestLogClient implements Disposable {
	readonly #connections = new Map<string, { readonly socket: Socket; requests: readonly NumberedRequest[] }>();
	#isDisposed = false;

	constructor(private readonly options: RequestLogClientOptions) {}

	get all(): readonly WindowRequests[] {
		return Array.from(this.#connections, ([window, { requests }]) => ({ window, requests }));
	}

	/** Connects to windows that were opened since the last call. */
	async connect(): Promise<void> {
		const windows = await listWindows(this.options.folder);
		for (const window of windows.filter(({ socket }) => !this.options.isOwn(socket) && !this.#connections.has(socket))) {
			if (!this.#isDisposed) {
				this.#connect(window);
			}
		}
	}

	/** Removes the requests of the other windows, also there. */
	clear(): void {
		this.#connections.forEach(({ socket }) => socket.write(`${JSON.stringify({ clears: true })}\n`));
	}

	dispose(): void {
		this.#isDisposed = true;
		this.#connections.forEach(({ socket }) => socket.destroy());
		this.#connections.clear();
	}

	#connect({ socket: path, handle }: OpenWindow): void {
		const { log, onDidChange } = this.options;
		const socket = connect(path);
		const connection: { readonly socket: Socket; requests: readonly NumberedRequest[] } = { socket, requests: [] };
		this.#connections.set(path, connection);
		const lines = new LineReader(MAX_SERVER_MESSAGE_BYTES);
		socket.on('connect', () => socket.write(`${JSON.stringify({ version: REQUEST_LOG_VERSION, handle })}\n`));
		socket.on('data', (chunk: Buffer) => {
			try {
				const messages = lines.read(chunk).map((line) => v.parse(serverMessageSchema, parseJson(line)));
				for (const { isCleared, requests } of messages) {
					connection.requests = [...(isCleared ? [] : connection.requests), ...requests].slice(-MAX_LOGGED_REQUESTS);
				}
				if (messages.length > 0) {
					onDidChange();
				}
			} catch (error) {
				logFailure(log, 'read the requests of another window')(error);
				socket.destroy();
			}
		});
		socket.on('error', (error) => log.debug("Another window isn't reachable", error));
		socket.on('close', () => {
			if (this.#connections.get(path) === connection) {
				this.#connections.delete(path);
				onDidChange();
			}
		});
		socket.unref();
	}
}
