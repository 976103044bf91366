import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { accessRules, type Decide } from '../domain/access';
import type { Clock } from '../domain/ports';
import type { TokenRecord } from '../domain/token';
import { authorize } from './authorize';
import { KeyRing } from './authenticate';
import { refuseUnparsed } from './clientError';
import { echo } from './echo';
import type { Exchange } from './exchange';
import { forward } from './forward';
import { guard, namesAt, type Names } from './guard';
import { HEADER_LIMIT, usualTimeouts, type Timeouts } from './limits';
import type { GatewayConfiguration } from './messages';
import type { Recorder } from './record';
import { refusal, refuse, type Refusal } from './refusal';
import { CurrentTokens, type TokenReader } from './tokens';
import { Upstream } from './upstream';

/** How many ports are tried after the first one. */
const MORE_PORTS = 50;

const UNREADABLE = refusal(503, 'The tokens cannot be read, so nobody can be let in. Look into the Tokens view, which says why.');

export interface GatewayOptions {
	readonly configuration: Pick<GatewayConfiguration, 'upstream' | 'credential' | 'modules' | 'moduleNames' | 'proxy'>;
	readonly tokens: TokenReader;
	readonly recorder: Recorder;
	readonly clock: Clock;
	readonly timeouts?: Partial<Timeouts>;
}

/** How a request came in. */
interface Arrival {
	/** Whether the client waits for `100 Continue`. */
	readonly waits: boolean;
	readonly upgrade?: Exchange['upgrade'];
}

/** Takes requests on the loopback interface: guard, authenticate, authorize, forward, record. */
export class Gateway {
	readonly #server: Server;
	/** The last response on each connection, if any: they go out in their order, so that when it is finished all are. */
	readonly #sockets = new Map<Duplex, ServerResponse | undefined>();
	readonly #tokens: CurrentTokens;
	readonly #recorder: Recorder;
	readonly #clock: Clock;
	readonly #timeouts: Timeouts;
	readonly #decide: Decide;
	readonly #moduleNames: Readonly<Record<string, string>>;
	readonly #upstream: Upstream | undefined;
	#names: Names = namesAt(0);

	constructor({ configuration, tokens, recorder, clock, timeouts }: GatewayOptions) {
		this.#tokens = new CurrentTokens(tokens);
		this.#recorder = recorder;
		this.#clock = clock;
		this.#timeouts = { ...usualTimeouts, ...timeouts };
		this.#decide = accessRules(configuration.modules);
		this.#moduleNames = configuration.moduleNames;
		this.#upstream =
			configuration.upstream === null
				? undefined
				: new Upstream(new URL(configuration.upstream), configuration.credential, configuration.proxy, this.#timeouts.upstreamHead);
		this.#server = this.#createServer();
	}

	/**
	 * Begins to listen on `port` or, when it is taken, the next one that is free; resolves with the port. That of the upstream is never
	 * free, even while the upstream does not run: the gateway would ask itself, without end.
	 * Rejects with the system's error when there is none, or when it forbids it.
	 */
	async listen(port: number): Promise<number> {
		for (let tried = port; ; tried++) {
			if (this.#upstream && namesAt(tried).origins.has(this.#upstream.origin)) {
				continue;
			}
			try {
				await new Promise<void>((resolve, reject) => {
					this.#server.once('error', reject).listen(tried, '127.0.0.1', () => {
						this.#server.off('error', reject);
						resolve();
					});
				});
				const { port: taken } = this.#server.address() as AddressInfo;
				this.#names = namesAt(taken);
				return taken;
			} catch (error) {
				if (!isTaken(error) || tried >= port + MORE_PORTS) {
					throw error;
				}
			}
		}
	}

	/** Takes no more requests, lets those under way end for a moment, writes down all counts. */
	async stop(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		this.#server.closeIdleConnections();
		const flushed = this.#recorder.flush();
		const grace = setTimeout(() => this.#endAll(), this.#timeouts.grace);
		await closed;
		clearTimeout(grace);
		this.#endAll();
		await this.#upstream?.destroy();
		await flushed;
		await this.#recorder.flush();
	}

	#endAll(): void {
		for (const socket of this.#sockets.keys()) {
			socket.destroy();
		}
	}

	#createServer(): Server {
		const server = createServer({
			maxHeaderSize: HEADER_LIMIT,
			headersTimeout: this.#timeouts.head,
			// The body has a limit of its own: it may take long, but not pause for long.
			requestTimeout: 0,
			keepAliveTimeout: this.#timeouts.keepAlive,
			connectionsCheckingInterval: Math.min(5000, this.#timeouts.head),
			keepAlive: true,
			// The guard asks for one, in the gateway's own words.
			requireHostHeader: false,
			// Otherwise the first would be taken and the others passed over.
			joinDuplicateHeaders: true,
		});
		// Beyond a limit Node drops headers without a word, which could be those that the guard looks for.
		server.maxHeadersCount = 0;
		server.on('connection', (socket: Socket) => {
			this.#sockets.set(socket, undefined);
			// Every request that waits for those before it wants to hear of its end.
			socket.setMaxListeners(0);
			socket.once('close', () => this.#sockets.delete(socket));
		});
		server.on('request', (request, response) => this.#receive(request, response, { waits: false }));
		server.on('checkContinue', (request, response) => this.#receive(request, response, { waits: true }));
		server.on('checkExpectation', (request, response) =>
			refuse(request, response, refusal(417, 'The only expectation that the gateway meets is "100-continue".')),
		);
		server.on('upgrade', (request, _, head) => this.#receiveUpgrade(request, head));
		server.on('connect', (_, socket: Duplex) => this.#endWith(socket, refusal(405, 'The gateway is no proxy for CONNECT.')));
		server.on('clientError', (error, socket) => this.#endWith(socket, error));
		return server;
	}

	/** Answers what is no request to be looked at, where that is possible, and ends the connection. */
	#endWith(socket: Duplex, reason: Error | Refusal): void {
		const latest = this.#sockets.get(socket);
		// One that waits for those before it has no connection yet.
		if (latest === undefined || latest.writableFinished || (latest.socket !== null && !latest.headersSent)) {
			refuseUnparsed(socket, reason);
		} else {
			// An answer in the middle of another would be taken for a part of it.
			socket.destroy();
		}
	}

	/** Only WebSockets may change the protocol: nobody could tell what goes by in another. The wish for any other is passed over. */
	#receiveUpgrade(request: IncomingMessage, head: Buffer): void {
		const { socket } = request;
		socket.on('error', () => undefined);
		const response = new ServerResponse(request);
		response.shouldKeepAlive = false;
		try {
			response.assignSocket(socket);
		} catch {
			// The answer to a request before it is still to come; a connection that changes its protocol has no place for it.
			socket.destroy();
			return;
		}
		// The other side may keep its half open for ever.
		response.once('finish', () => socket.destroySoon());
		const { headers } = request;
		if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
			refuse(request, response, refusal(400, 'A request that asks for another protocol must not have a body.'));
			return;
		}
		const isWebSocket = request.method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
		if (!isWebSocket) {
			// Only a connection that is read tells that the client has gone.
			socket.resume();
		}
		this.#receive(request, response, { waits: false, upgrade: isWebSocket ? { socket, head } : undefined });
	}

	#receive(request: IncomingMessage, response: ServerResponse, arrival: Arrival): void {
		this.#sockets.set(request.socket, response);
		const refused = guard(request, this.#names);
		if (refused) {
			refuse(request, response, refused);
			return;
		}
		const ring = this.#tokens.get();
		if (ring instanceof KeyRing) {
			this.#admit(ring, request, response, arrival);
		} else {
			ring.then(
				(read) => this.#admit(read, request, response, arrival),
				() => refuse(request, response, UNREADABLE),
			);
		}
	}

	#admit(ring: KeyRing, request: IncomingMessage, response: ServerResponse, { waits, upgrade }: Arrival): void {
		const { token, refusal: refused } = ring.authenticate(request.headers.authorization, this.#clock());
		if (token === undefined) {
			refuse(request, response, refused);
			return;
		}
		const count = (status: number) => this.#recorder.count(token.id, status);
		const target = this.#below(request.url ?? '');
		const barred = refused ?? this.#bar(token, request.method ?? '', target, upgrade !== undefined);
		if (barred) {
			count(barred.status);
			refuse(request, response, barred);
			return;
		}
		const exchange = { request, response, token, target: target ?? '', waits, bodyTimeout: this.#timeouts.body, upgrade, count };
		if (this.#upstream) {
			forward(exchange, this.#upstream);
		} else {
			echo(exchange);
		}
	}

	/** Why a token that works may not do what is asked. */
	#bar(token: TokenRecord, method: string, target: string | undefined, isUpgrade: boolean): Refusal | undefined {
		if (target === undefined) {
			return refusal(404, `The gateway serves ${this.#upstream?.base ?? ''} and what lies below it. Call it with a path that begins so.`);
		}
		const [path = ''] = target.split('?', 1);
		const refused = authorize(this.#decide, this.#moduleNames, token, method, path);
		return (
			refused ??
			(isUpgrade && !this.#upstream ? refusal(501, 'There is no upstream to open a WebSocket to. Set one in the settings.') : undefined)
		);
	}

	/** What of a request's target is below the base path; undefined when it is outside. */
	#below(url: string): string | undefined {
		const base = this.#upstream?.base ?? '';
		const rest = url.slice(base.length);
		return url.startsWith(base) && (rest === '' || rest.startsWith('/') || rest.startsWith('?')) ? rest : undefined;
	}
}

function isTaken(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
