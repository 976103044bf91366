import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAccessRules, type DecideAccess } from '../domain/accessRules';
import type { Clock } from '../domain/ports';
import type { TokenRecord } from '../domain/token';
import { authorize } from './authorize';
import { TokenAuthenticator } from './tokenAuthenticator';
import { sendErrorOnSocket } from './clientErrors';
import { echo } from './echo';
import type { Exchange } from './exchange';
import { forward } from './forward';
import { validateRequest, allowedHostsFor, type AllowedHosts } from './validateRequest';
import { MAX_HEADER_BYTES, DEFAULT_TIMEOUTS, type GatewayTimeouts } from './gatewayLimits';
import type { GatewayConfiguration } from './workerMessages';
import type { UsageRecorder } from './usageRecorder';
import { createErrorResponse, sendErrorResponse, type ErrorResponse } from './errorResponse';
import { CurrentTokens, type TokenReader } from './currentTokens';
import { Upstream } from './upstream';

/** How many ports are tried after the first one. */
const MAX_EXTRA_PORTS = 50;

const STORE_UNAVAILABLE = createErrorResponse(503, 'Token store unavailable; all requests are denied. See the Tokens view for details.');

export interface GatewayOptions {
	readonly configuration: Pick<GatewayConfiguration, 'upstream' | 'credential' | 'modules' | 'moduleNames' | 'proxy'>;
	readonly tokens: TokenReader;
	readonly recorder: UsageRecorder;
	readonly clock: Clock;
	readonly timeouts?: Partial<GatewayTimeouts>;
}

/** How a request came in. */
interface RequestContext {
	/** Whether the client waits for `100 Continue`. */
	readonly expectsContinue: boolean;
	readonly upgrade?: Exchange['upgrade'];
}

/** Takes requests on the loopback interface: guard, authenticate, authorize, forward, record. */
export class Gateway {
	readonly #server: Server;
	/** The last response on each connection, if any: they go out in their order, so that when it is finished all are. */
	readonly #connections = new Map<Duplex, ServerResponse | undefined>();
	readonly #tokens: CurrentTokens;
	readonly #recorder: UsageRecorder;
	readonly #clock: Clock;
	readonly #timeouts: GatewayTimeouts;
	readonly #decide: DecideAccess;
	readonly #moduleNames: Readonly<Record<string, string>>;
	readonly #upstream: Upstream | undefined;
	#allowedHosts: AllowedHosts = allowedHostsFor(0);

	constructor({ configuration, tokens, recorder, clock, timeouts }: GatewayOptions) {
		this.#tokens = new CurrentTokens(tokens);
		this.#recorder = recorder;
		this.#clock = clock;
		this.#timeouts = { ...DEFAULT_TIMEOUTS, ...timeouts };
		this.#decide = createAccessRules(configuration.modules);
		this.#moduleNames = configuration.moduleNames;
		this.#upstream =
			configuration.upstream === null
				? undefined
				: new Upstream(new URL(configuration.upstream), configuration.credential, configuration.proxy, this.#timeouts.upstreamHeadersMs);
		this.#server = this.#createServer();
	}

	/**
	 * Begins to listen on `port` or, when it is taken, the next one that is free; resolves with the port. That of the upstream is never
	 * free, even while the upstream does not run: the gateway would ask itself, without end.
	 * Rejects with the system's error when there is none, or when it forbids it.
	 */
	async listen(port: number): Promise<number> {
		for (let candidate = port; ; candidate++) {
			if (this.#upstream && allowedHostsFor(candidate).origins.has(this.#upstream.origin)) {
				continue;
			}
			try {
				await new Promise<void>((resolve, reject) => {
					this.#server.once('error', reject).listen(candidate, '127.0.0.1', () => {
						this.#server.off('error', reject);
						resolve();
					});
				});
				const { port: boundPort } = this.#server.address() as AddressInfo;
				this.#allowedHosts = allowedHostsFor(boundPort);
				return boundPort;
			} catch (error) {
				if (!isPortInUse(error) || candidate >= port + MAX_EXTRA_PORTS) {
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
		const graceTimer = setTimeout(() => this.#destroyConnections(), this.#timeouts.shutdownGraceMs);
		await closed;
		clearTimeout(graceTimer);
		this.#destroyConnections();
		await this.#upstream?.destroy();
		await flushed;
		await this.#recorder.flush();
	}

	#destroyConnections(): void {
		for (const socket of this.#connections.keys()) {
			socket.destroy();
		}
	}

	#createServer(): Server {
		const server = createServer({
			maxHeaderSize: MAX_HEADER_BYTES,
			headersTimeout: this.#timeouts.requestHeadersMs,
			// The body has a limit of its own: it may take long, but not pause for long.
			requestTimeout: 0,
			keepAliveTimeout: this.#timeouts.keepAliveMs,
			connectionsCheckingInterval: Math.min(5000, this.#timeouts.requestHeadersMs),
			keepAlive: true,
			// The guard asks for one, in the gateway's own words.
			requireHostHeader: false,
			// Otherwise the first would be taken and the others passed over.
			joinDuplicateHeaders: true,
		});
		// Beyond a limit Node drops headers without a word, which could be those that the guard looks for.
		server.maxHeadersCount = 0;
		server.on('connection', (socket: Socket) => {
			this.#connections.set(socket, undefined);
			// Every request that waits for those before it wants to hear of its end.
			socket.setMaxListeners(0);
			socket.once('close', () => this.#connections.delete(socket));
		});
		server.on('request', (request, response) => this.#handleRequest(request, response, { expectsContinue: false }));
		server.on('checkContinue', (request, response) => this.#handleRequest(request, response, { expectsContinue: true }));
		server.on('checkExpectation', (request, response) =>
			sendErrorResponse(request, response, createErrorResponse(417, 'Unsupported Expect header. Only "100-continue" is supported.')),
		);
		server.on('upgrade', (request, _, head) => this.#handleUpgrade(request, head));
		server.on('connect', (_, socket: Duplex) => this.#endConnection(socket, createErrorResponse(405, "CONNECT isn't supported.")));
		server.on('clientError', (error, socket) => this.#endConnection(socket, error));
		return server;
	}

	/** Answers what is no request to be looked at, where that is possible, and ends the connection. */
	#endConnection(socket: Duplex, reason: Error | ErrorResponse): void {
		const lastResponse = this.#connections.get(socket);
		// One that waits for those before it has no connection yet.
		if (lastResponse === undefined || lastResponse.writableFinished || (lastResponse.socket !== null && !lastResponse.headersSent)) {
			sendErrorOnSocket(socket, reason);
		} else {
			// An answer in the middle of another would be taken for a part of it.
			socket.destroy();
		}
	}

	/** Only WebSockets may change the protocol: nobody could tell what goes by in another. The wish for any other is passed over. */
	#handleUpgrade(request: IncomingMessage, head: Buffer): void {
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
			sendErrorResponse(request, response, createErrorResponse(400, "An upgrade request can't have a body."));
			return;
		}
		const isWebSocket = request.method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
		if (!isWebSocket) {
			// Only a connection that is read tells that the client has gone.
			socket.resume();
		}
		this.#handleRequest(request, response, { expectsContinue: false, upgrade: isWebSocket ? { socket, head } : undefined });
	}

	#handleRequest(request: IncomingMessage, response: ServerResponse, context: RequestContext): void {
		this.#connections.set(request.socket, response);
		const denied = validateRequest(request, this.#allowedHosts);
		if (denied) {
			sendErrorResponse(request, response, denied);
			return;
		}
		const authenticator = this.#tokens.getAuthenticator();
		if (authenticator instanceof TokenAuthenticator) {
			this.#authenticate(authenticator, request, response, context);
		} else {
			authenticator.then(
				(read) => this.#authenticate(read, request, response, context),
				() => sendErrorResponse(request, response, STORE_UNAVAILABLE),
			);
		}
	}

	#authenticate(
		authenticator: TokenAuthenticator,
		request: IncomingMessage,
		response: ServerResponse,
		{ expectsContinue, upgrade }: RequestContext,
	): void {
		const { token, denial: unauthorized } = authenticator.authenticate(request.headers.authorization, this.#clock());
		if (token === undefined) {
			sendErrorResponse(request, response, unauthorized);
			return;
		}
		const recordResponse = (status: number) => this.#recorder.recordResponse(token.id, status);
		const target = this.#pathBelowBase(request.url ?? '');
		const denied = unauthorized ?? this.#authorize(token, request.method ?? '', target, upgrade !== undefined);
		if (denied) {
			recordResponse(denied.status);
			sendErrorResponse(request, response, denied);
			return;
		}
		const exchange = {
			request,
			response,
			token,
			target: target ?? '',
			expectsContinue,
			bodyTimeoutMs: this.#timeouts.bodyIdleMs,
			upgrade,
			recordResponse,
		};
		if (this.#upstream) {
			forward(exchange, this.#upstream);
		} else {
			echo(exchange);
		}
	}

	/** Why a token that works may not do what is asked. */
	#authorize(token: TokenRecord, method: string, target: string | undefined, isUpgrade: boolean): ErrorResponse | undefined {
		if (target === undefined) {
			return createErrorResponse(404, `Not found. Request paths must start with ${this.#upstream?.basePath ?? ''}.`);
		}
		const [path = ''] = target.split('?', 1);
		const denied = authorize(this.#decide, this.#moduleNames, token, method, path);
		return (
			denied ??
			(isUpgrade && !this.#upstream
				? createErrorResponse(501, 'WebSockets require an upstream. Set one in the connectTokens.gateway.upstream setting.')
				: undefined)
		);
	}

	/** What of a request's target is below the base path; undefined when it is outside. */
	#pathBelowBase(url: string): string | undefined {
		const base = this.#upstream?.basePath ?? '';
		const rest = url.slice(base.length);
		return url.startsWith(base) && (rest === '' || rest.startsWith('/') || rest.startsWith('?')) ? rest : undefined;
	}
}

function isPortInUse(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
