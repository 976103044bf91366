import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import * as v from 'valibot';
import { logFailure, type Log } from '../domain/log';
import type { RequestFeed, RequestsChange } from '../domain/loggedRequest';
import type { Disposable } from '../domain/ports';
import { parseJson } from '../storage/json';
import { LineReader } from './lineReader';
import {
	formatServerMessage,
	MAX_CLIENT_MESSAGE_BYTES,
	REQUEST_LOG_VERSION,
	clientMessageSchema,
	greetingSchema,
} from './requestLogProtocol';
import { createSocketPath, listenOnSocket, removeSocket } from './socketFolder';

/** How long another window can take to send its greeting. */
const GREETING_TIMEOUT_MS = 10_000;
/** More windows than anyone opens on a workspace. */
const MAX_CONNECTIONS = 50;

export interface RequestLogServerOptions {
	readonly requests: RequestFeed;
	readonly log: Log;
}

/** Sends the requests of this window's gateway to the workspace's other windows, on a socket that only the user can open. */
export class RequestLogServer implements Disposable {
	/** Random text that the greeting must contain. */
	readonly handle = randomBytes(24).toString('base64url');
	readonly #sockets = new Set<Socket>();
	readonly #server: Server;

	private constructor(
		/** Path of the socket, or name of the pipe. */
		readonly path: string,
		private readonly options: RequestLogServerOptions,
	) {
		this.#server = createServer((socket) => this.#serve(socket));
		this.#server.maxConnections = MAX_CONNECTIONS;
	}

	/** Opens the socket, in a new folder that only the user can access. Rejects if it can't be opened. */
	static async open(options: RequestLogServerOptions): Promise<RequestLogServer> {
		const server = new RequestLogServer(await createSocketPath(), options);
		await listenOnSocket(server.#server, server.path, logFailure(options.log, 'accept a connection of another window'));
		return server;
	}

	/** Closes the socket and all connections. */
	dispose(): void {
		this.#server.close();
		this.#sockets.forEach((socket) => socket.destroy());
		removeSocket(this.path);
	}

	#serve(socket: Socket): void {
		const { requests, log } = this.options;
		this.#sockets.add(socket);
		socket.on('error', (error) => log.debug('A connection of another window ended', error));
		socket.on('close', () => this.#sockets.delete(socket));
		const timer = setTimeout(() => socket.destroy(), GREETING_TIMEOUT_MS);
		socket.on('close', () => clearTimeout(timer));
		const lines = new LineReader(MAX_CLIENT_MESSAGE_BYTES);
		let isWatching = false;
		socket.on('data', (chunk: Buffer) => {
			try {
				for (const line of lines.read(chunk)) {
					if (isWatching) {
						v.parse(clientMessageSchema, parseJson(line));
						requests.clear();
					} else {
						this.#assertGreeting(line);
						clearTimeout(timer);
						isWatching = true;
						sendRequests(socket, requests);
					}
				}
			} catch (error) {
				log.debug("A message of another window isn't valid", error);
				socket.destroy();
			}
		});
	}

	/** @throws Error if the line isn't a greeting with the handle */
	#assertGreeting(line: string): void {
		const { handle } = v.parse(greetingSchema, parseJson(line));
		if (!timingSafeEqual(hash(handle), hash(this.handle))) {
			throw new Error('The handle is another one.');
		}
	}
}

/** Sends all requests, and then those that are added. A window that reads slowly gets only the last ones. */
function sendRequests(socket: Socket, requests: RequestFeed): void {
	let lastNumber = 0;
	const send = () => {
		if (socket.writableNeedDrain) {
			return;
		}
		const added = requests.all.filter(({ number }) => number > lastNumber);
		lastNumber = added.at(-1)?.number ?? lastNumber;
		if (added.length > 0) {
			socket.write(formatServerMessage({ version: REQUEST_LOG_VERSION, requests: added }));
		}
	};
	const subscription = requests.watch((change: RequestsChange) => {
		if (change === 'cleared') {
			socket.write(formatServerMessage({ version: REQUEST_LOG_VERSION, isCleared: true }));
		} else {
			send();
		}
	});
	socket.on('drain', send);
	socket.on('close', () => subscription.dispose());
	send();
}

function hash(text: string): Buffer {
	return createHash('sha256').update(text).digest();
}
