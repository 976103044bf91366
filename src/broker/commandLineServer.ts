import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import * as v from 'valibot';
import { logFailure, type Log } from '../domain/log';
import type { Disposable } from '../domain/ports';
import { ProblemError, formatProblem } from '../domain/problems';
import { parseJson } from '../storage/json';
import { CommandLineError } from './commandLineError';
import {
	MAX_REQUEST_BYTES,
	MAX_POLICY_RESPONSE_BYTES,
	MAX_RESPONSE_BYTES,
	MAX_TOOL_REQUEST_BYTES,
	PROTOCOL_VERSION,
	requestEnvelopeSchema,
	requestSchema,
	type CommandLineRequest,
	type CommandLineResponse,
	type ErrorCode,
} from './commandLineProtocol';
import { LineReader } from './lineReader';
import { createSocketPath, listenOnSocket, removeSocket } from './socketFolder';

/** How long a client can take to send a request, and to read the answer. While a question is open, nothing times out. */
const REQUEST_TIMEOUT_MS = 10_000;
/** More than any terminal opens, so that a flood of connections can't use up the window's memory. */
const MAX_CONNECTIONS = 200;
const HANDLE_BYTES = 24;

/** Types of requests whose size the user decides. */
const LARGE_REQUESTS: readonly CommandLineRequest['type'][] = ['tool', 'addCounts'];

export interface CommandLineServerOptions {
	/** Answers a valid request. Errors that it throws are sent in English. The signal is aborted when the client has disconnected. */
	readonly answer: (request: CommandLineRequest, signal: AbortSignal) => Promise<unknown>;
	readonly log: Log;
	/** How long a client can take to send a request, in milliseconds. */
	readonly requestTimeoutMs?: number;
	readonly maxConnections?: number;
}

/** Answers the `connect-tokens` command line on a socket that only the user can open. Each request must contain the window's handle. */
export class CommandLineServer implements Disposable {
	/** Random text that a request must contain. */
	readonly handle = randomBytes(HANDLE_BYTES).toString('base64url');
	readonly #handleHash = hash(this.handle);
	readonly #sockets = new Set<Socket>();
	readonly #server: Server;

	private constructor(
		/** Path of the socket, or name of the pipe. */
		readonly path: string,
		private readonly options: CommandLineServerOptions,
	) {
		this.#server = createServer((socket) => this.#serve(socket));
		// Beyond this, a client isn't even told that there are too many.
		this.#server.maxConnections = 2 * this.#maxConnections;
	}

	/** Opens the socket, in a new folder that only the user can access. Rejects if it can't be opened. */
	static async open(options: CommandLineServerOptions): Promise<CommandLineServer> {
		const server = new CommandLineServer(await createSocketPath(), options);
		await listenOnSocket(server.#server, server.path, logFailure(options.log, 'accept a connection of the command line'));
		return server;
	}

	/** Closes the socket and all connections, and removes the socket's folder: at once, because nothing waits for a window that's closed. */
	dispose(): void {
		this.#server.close();
		this.#sockets.forEach((socket) => socket.destroy());
		removeSocket(this.path);
	}

	get #maxConnections(): number {
		return this.options.maxConnections ?? MAX_CONNECTIONS;
	}

	/** Ends a connection after a while, also if its client sends something again and again. Returns a function that stops it. */
	#limitTime(socket: Socket): () => void {
		const timer = setTimeout(() => socket.destroy(), this.options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS);
		const stop = () => clearTimeout(timer);
		socket.on('close', stop);
		return stop;
	}

	#serve(socket: Socket): void {
		const { log } = this.options;
		// A client that disconnects isn't an error: its answer is discarded.
		socket.on('error', (error) => log.debug('A connection of the command line ended', error));
		const stopWaiting = this.#limitTime(socket);
		if (this.#sockets.size >= this.#maxConnections) {
			socket.end(formatResponse(errorResponse('busy', 'Too many connect-tokens commands are waiting. Try again when they have ended.')));
			return;
		}
		this.#sockets.add(socket);
		const client = new AbortController();
		socket.on('close', () => {
			this.#sockets.delete(socket);
			client.abort();
		});
		const lines = new LineReader(MAX_TOOL_REQUEST_BYTES);
		// A client sends one request. What follows it is ignored.
		const onData = (chunk: Buffer) => {
			let line: string | undefined;
			try {
				[line] = lines.read(chunk);
			} catch {
				socket.off('data', onData);
				socket.end(formatResponse(invalidResponse()));
				return;
			}
			if (line !== undefined) {
				socket.off('data', onData);
				socket.resume();
				stopWaiting();
				void this.#respond(line, client.signal).then((response) => {
					if (socket.writable) {
						// A client that doesn't read its answer doesn't keep the connection.
						this.#limitTime(socket);
						socket.end(response);
					}
				});
			}
		};
		socket.on('data', onData);
	}

	/** Returns the line to respond with. Never rejects. */
	async #respond(line: string, signal: AbortSignal): Promise<string> {
		const envelope = v.safeParse(requestEnvelopeSchema, parseJson(line));
		if (!envelope.success) {
			return formatResponse(invalidResponse());
		}
		const { version, handle, request } = envelope.output;
		if (!timingSafeEqual(hash(handle), this.#handleHash)) {
			return formatResponse(errorResponse('handle', "This terminal doesn't belong to an open window. Open a new terminal and try again."));
		}
		if (version !== PROTOCOL_VERSION) {
			return formatResponse(
				errorResponse(
					'version',
					version < PROTOCOL_VERSION
						? 'This connect-tokens command is older than the Connect Tokens extension. Open a new terminal and try again.'
						: 'This connect-tokens command is newer than the Connect Tokens extension in the window. Update the extension, or reload the window, and try again.',
				),
			);
		}
		const parsed = v.safeParse(requestSchema, request);
		if (!parsed.success || (!LARGE_REQUESTS.includes(parsed.output.type) && Buffer.byteLength(line) > MAX_REQUEST_BYTES)) {
			return formatResponse(invalidResponse());
		}
		try {
			const response = { version: PROTOCOL_VERSION, result: await this.options.answer(parsed.output, signal) };
			return formatResponse(response, parsed.output.type === 'policy' ? MAX_POLICY_RESPONSE_BYTES : MAX_RESPONSE_BYTES);
		} catch (error) {
			if (error instanceof ProblemError) {
				return formatResponse(errorResponse('failed', error.problems.map(formatProblem).join(' ')));
			}
			if (error instanceof CommandLineError) {
				return formatResponse(errorResponse('failed', error.message));
			}
			this.options.log.error("Couldn't answer the command line", error);
			return formatResponse(
				errorResponse('failed', 'Something went wrong. Run the command “Connect Tokens: Show Log” in the editor to see details.'),
			);
		}
	}
}

function hash(text: string): Buffer {
	return createHash('sha256').update(text).digest();
}

function invalidResponse(): CommandLineResponse {
	return errorResponse('invalid', "The window couldn't read the request. Open a new terminal and try again.");
}

function errorResponse(code: ErrorCode, message: string): CommandLineResponse {
	return { version: PROTOCOL_VERSION, error: { code, message } };
}

function formatResponse(response: CommandLineResponse, maxBytes = MAX_RESPONSE_BYTES): string {
	const line = `${JSON.stringify(response)}\n`;
	return Buffer.byteLength(line) <= maxBytes
		? line
		: formatResponse(errorResponse('failed', 'The result is too large. Ask for less and try again.'));
}
