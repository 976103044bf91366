import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAccessRules, createUsedModuleFinder, type DecideAccess, type FindUsedModule } from '../domain/accessRules';
import type { Log } from '../domain/log';
import type { ApprovalDecision } from '../domain/approvalRequest';
import type { DenialReason } from '../domain/loggedRequest';
import { isReadMethod } from '../domain/permissions';
import type { Clock } from '../domain/ports';
import type { TokenRecord } from '../domain/token';
import { authorize } from './authorize';
import { getBasePath, getPath, targetBelowBase } from './basePath';
import { ClientConnections } from './clientConnections';
import { type ClientRequest, hasBody, isWebSocketUpgrade } from './clientRequest';
import { TokenAuthenticator } from './tokenAuthenticator';
import { isPreflight, sendPreflightResponse } from './crossOrigin';
import { echo } from './echo';
import { denyExchange } from './denyExchange';
import type { Exchange } from './exchange';
import { forward } from './forward';
import { createHttpServer } from './httpServer';
import { createDenialSender, type SendDenial } from './jsonRpcDenial';
import { listenOnPort, type ListenOptions } from './listenOnPort';
import type { OwnEndpoints } from './ownEndpoints';
import type { RequestLimits } from './requestLimits';
import { HeldRequests, requiresApproval, type ApprovalPort } from './heldRequests';
import { RequestsInProgress, type CheckRequest } from './requestsInProgress';
import { validateRequest, allowedHostsFor, type AllowedHosts, type HostRemedies } from './validateRequest';
import { DEFAULT_TIMEOUTS, type GatewayTimeouts } from './gatewayLimits';
import { getEffectiveMethod } from './methodOverride';
import type { GatewayConfiguration } from './workerMessages';
import type { RequestLog } from './requestLog';
import type { UsageRecorder } from './usageRecorder';
import { createErrorResponse, type ErrorResponse } from './errorResponse';
import { CurrentTokens, type TokenReader } from './currentTokens';
import { Upstream } from './upstream';

/** Number of ports to try after the first one. */
const MAX_EXTRA_PORTS = 50;

/** How often connections are closed that became idle while the gateway stops, in milliseconds. */
const IDLE_CHECK_INTERVAL_MS = 50;

const STORE_UNAVAILABLE = createErrorResponse(503, 'Token store unavailable; all requests are denied. See the Tokens view for details.', {
	kind: 'storeUnavailable',
});
const INVALID_REQUEST: DenialReason = { kind: 'invalidRequest' };

export interface GatewayOptions {
	readonly configuration: Pick<
		GatewayConfiguration,
		'upstream' | 'credential' | 'modules' | 'mcpPaths' | 'moduleNames' | 'proxy' | 'allowedHosts' | 'allowedOrigins'
	> & { /** Refer to the settings by default. */ readonly remedies?: HostRemedies };
	readonly tokens: TokenReader;
	readonly recorder: UsageRecorder;
	/** Disposed by `stop`. */
	readonly limits: RequestLimits;
	readonly requestLog: RequestLog;
	readonly clock: Clock;
	readonly log: Log;
	/** Asks the user about requests of tokens that require approval. Without it, they're denied. */
	readonly approvals?: ApprovalPort;
	readonly timeouts?: Partial<GatewayTimeouts>;
	/** Paths of the gateway itself. None by default. */
	readonly ownEndpoints?: OwnEndpoints;
}

/** Properties of a request that Node reports through the event it fires. */
interface RequestContext {
	/** Whether the client waits for `100 Continue` before sending its body. */
	readonly expectsContinue: boolean;
	readonly upgrade?: Exchange['upgrade'];
}

/** Reverse proxy on the loopback interface: validates, authenticates, authorizes, limits, forwards, and records requests. */
export class Gateway {
	readonly #server: Server;
	readonly #connections = new ClientConnections();
	readonly #tokens: CurrentTokens;
	readonly #recorder: UsageRecorder;
	readonly #limits: RequestLimits;
	readonly #requestLog: RequestLog;
	readonly #clock: Clock;
	readonly #timeouts: GatewayTimeouts;
	#decide: DecideAccess;
	#findUsedModule: FindUsedModule;
	#moduleNames: GatewayConfiguration['moduleNames'];
	readonly #basePath: string;
	readonly #sendDenial: SendDenial;
	readonly #upstream: Upstream | undefined;
	readonly #requestsInProgress: RequestsInProgress;
	readonly #heldRequests: HeldRequests;
	readonly #configuration: GatewayOptions['configuration'];
	readonly #ownEndpoints: OwnEndpoints | undefined;
	#allowedHosts: AllowedHosts = allowedHostsFor(0);

	constructor(options: GatewayOptions) {
		const { configuration, tokens, recorder, limits, requestLog, clock, log, approvals, timeouts, ownEndpoints } = options;
		this.#configuration = configuration;
		this.#ownEndpoints = ownEndpoints;
		this.#tokens = new CurrentTokens(tokens, log);
		this.#recorder = recorder;
		this.#limits = limits;
		this.#requestLog = requestLog;
		this.#clock = clock;
		this.#requestsInProgress = new RequestsInProgress(clock, () => this.#prepareCheck());
		this.#timeouts = { ...DEFAULT_TIMEOUTS, ...timeouts };
		this.#heldRequests = new HeldRequests({
			port: approvals,
			requestsInProgress: this.#requestsInProgress,
			prepareCheck: () => this.#prepareCheck(),
			tokens: this.#tokens,
			forward: (exchange) => this.#forwardApproved(exchange),
			clock,
			timeoutMs: this.#timeouts.approvalMs,
		});
		this.#decide = createAccessRules(configuration.modules);
		this.#findUsedModule = createUsedModuleFinder(configuration.modules);
		this.#moduleNames = configuration.moduleNames;
		this.#basePath = getBasePath(configuration.upstream);
		this.#sendDenial = ownEndpoints?.sendDenial ?? createDenialSender(configuration.mcpPaths, this.#basePath);
		this.#upstream =
			configuration.upstream === null
				? undefined
				: new Upstream(new URL(configuration.upstream), configuration.credential, configuration.proxy, this.#timeouts.upstreamHeadersMs);
		this.#server = this.#createServer();
	}

	/**
	 * Starts listening on `port`, or on the next free port if it's in use, and returns the port. Skips the upstream's port even if it's
	 * free, because the gateway would forward requests to itself.
	 * Rejects with the system's error if no port is free or the system doesn't allow it.
	 */
	async listen(port: number, { address, maxExtraPorts = MAX_EXTRA_PORTS }: Partial<ListenOptions> = {}): Promise<number> {
		await this.#limits.load();
		const { allowedHosts, allowedOrigins, remedies } = this.#configuration;
		const boundPort = await listenOnPort(this.#server, port, {
			address,
			maxExtraPorts,
			isSkipped: (candidate) => this.#upstream !== undefined && allowedHostsFor(candidate).origins.has(this.#upstream.origin),
		});
		this.#allowedHosts = allowedHostsFor(boundPort, allowedHosts, allowedOrigins, remedies);
		return boundPort;
	}

	/** Uses other modules from the next request on. Change the tokens at the same time, and call `checkRequestsInProgress`. */
	replaceModules({ modules, moduleNames }: Pick<GatewayConfiguration, 'modules' | 'moduleNames'>): void {
		this.#decide = createAccessRules(modules);
		this.#findUsedModule = createUsedModuleFinder(modules);
		this.#moduleNames = moduleNames;
	}

	/** Ends requests in progress that the current tokens don't permit. Call this when tokens have changed. */
	checkRequestsInProgress(): void {
		void this.#requestsInProgress.check();
		void this.#heldRequests.checkGrants();
	}

	/** Applies the user's decision about a request, if it's still waiting for one. */
	decideApproval(id: number, decision: ApprovalDecision): void {
		this.#heldRequests.decide(id, decision);
	}

	/** Stops accepting requests, gives those in progress a moment to finish, and saves usage. */
	async stop(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		this.#server.closeIdleConnections();
		// Clients keep connections open after the responses that they still get.
		const idleTimer = setInterval(() => this.#server.closeIdleConnections(), IDLE_CHECK_INTERVAL_MS);
		this.#heldRequests.stop();
		const flushed = Promise.all([this.#recorder.flush(), this.#limits.flush()]);
		const graceTimer = setTimeout(() => this.#connections.destroyAll(), this.#timeouts.shutdownGraceMs);
		await closed;
		clearInterval(idleTimer);
		clearTimeout(graceTimer);
		this.#connections.destroyAll();
		await this.#upstream?.destroy();
		await flushed;
		await Promise.all([this.#recorder.flush(), this.#limits.flush()]);
		this.#limits.dispose();
	}

	#createServer(): Server {
		const server = createHttpServer(this.#timeouts);
		server.on('connection', (socket: Socket) => this.#connections.add(socket));
		server.on('request', (request, response) => this.#handleRequest(request, response, { expectsContinue: false }));
		server.on('checkContinue', (request, response) => this.#handleRequest(request, response, { expectsContinue: true }));
		server.on('checkExpectation', (request, response) =>
			this.#deny(request, response, createErrorResponse(417, 'Unsupported Expect header. Only "100-continue" is supported.')),
		);
		server.on('upgrade', (request, _, head) => this.#handleUpgrade(request, head));
		server.on('connect', (_, socket: Duplex) =>
			this.#connections.end(socket, createErrorResponse(405, "CONNECT requests aren't allowed.")),
		);
		server.on('clientError', (error, socket) => this.#connections.end(socket, error));
		return server;
	}

	/** Only upgrades to WebSocket are supported. Other upgrade requests are handled as if they didn't ask for an upgrade. */
	#handleUpgrade(request: ClientRequest, head: Buffer): void {
		const { socket } = request;
		// An error is followed by `close`, which the response handles.
		socket.on('error', () => undefined);
		const response = new ServerResponse(request);
		response.shouldKeepAlive = false;
		try {
			response.assignSocket(socket);
		} catch {
			// The response to an earlier pipelined request isn't finished, and couldn't be sent after the upgrade.
			socket.destroy();
			return;
		}
		// Node doesn't report it to the response anymore, which would wait for it forever.
		socket.on('drain', () => response.emit('drain'));
		// The client might never close its half of the connection.
		response.once('finish', () => socket.destroySoon());
		if (hasBody(request)) {
			this.#deny(request, response, createErrorResponse(400, "A WebSocket request can't have a body. Remove the body."));
			return;
		}
		const isWebSocket = isWebSocketUpgrade(request);
		if (!isWebSocket) {
			// Without reading, the gateway wouldn't notice that the client closed the connection.
			socket.resume();
		}
		this.#handleRequest(request, response, { expectsContinue: false, upgrade: isWebSocket ? { socket, head } : undefined });
	}

	#handleRequest(request: ClientRequest, response: ServerResponse, context: RequestContext): void {
		if (request.hasIgnoredUpgrade) {
			// A pipelined request may be missing, so the client has to open another connection.
			response.shouldKeepAlive = false;
		}
		this.#connections.schedule(request, response, () => this.#validate(request, response, context));
	}

	#validate(request: ClientRequest, response: ServerResponse, context: RequestContext): void {
		const own = this.#ownEndpoints?.handle(request, response);
		if (own === true) {
			return;
		}
		const denied = own ?? validateRequest(request, this.#allowedHosts);
		if (denied) {
			this.#deny(request, response, denied);
			return;
		}
		const { origin } = request.headers;
		request.allowedOrigin = origin !== undefined && this.#allowedHosts.otherOrigins.has(origin) ? origin : undefined;
		// If it isn't this gateway that responds, a preflight would be forwarded without a key.
		if (request.allowedOrigin !== undefined && isPreflight(request) && !this.#ownEndpoints?.approve) {
			this.#record(request, null, 204);
			sendPreflightResponse(request, response);
			return;
		}
		const authenticator = this.#tokens.getAuthenticator();
		if (authenticator instanceof TokenAuthenticator) {
			this.#authenticate(authenticator, request, response, context);
		} else {
			// The tokens have changed, possibly without a signal: not all file systems support watching for changes by other windows.
			this.checkRequestsInProgress();
			authenticator.then(
				(currentAuthenticator) => this.#authenticate(currentAuthenticator, request, response, context),
				() => this.#deny(request, response, STORE_UNAVAILABLE),
			);
		}
	}

	#authenticate(
		authenticator: TokenAuthenticator,
		request: IncomingMessage,
		response: ServerResponse,
		{ expectsContinue, upgrade }: RequestContext,
	): void {
		const now = this.#clock();
		const result = authenticator.authenticate(request.headers.authorization, now);
		if (result.token === undefined) {
			this.#deny(request, response, result.denial);
			return;
		}
		const { token, key, denial } = result;
		const recordResponse = (status: number, reason?: DenialReason) => {
			this.#recorder.recordResponse(token.id, status);
			this.#record(request, token.id, status, reason);
		};
		const target = targetBelowBase(this.#basePath, request.url ?? '');
		let denied = denial ?? this.#authorize(token, request.method, target, upgrade !== undefined);
		const method = token.approval && getEffectiveMethod(request.method, target, upgrade !== undefined);
		const mustAsk = method !== undefined && requiresApproval(token, method);
		let responseHeaders: readonly string[] | undefined;
		if (!denied && token.limits) {
			// What the user denies doesn't count.
			({ denial: denied, headers: responseHeaders } = mustAsk
				? { denial: this.#limits.check(token.id, token.limits, now.getTime()) }
				: this.#limits.count(token.id, token.limits, now.getTime()));
		}
		if (denied) {
			denyExchange({ request, response, sendDenial: this.#sendDenial, recordResponse }, denied);
			return;
		}
		const exchange = {
			request,
			response,
			token,
			key,
			target,
			expectsContinue,
			bodyTimeoutMs: this.#timeouts.bodyIdleMs,
			upgrade,
			responseHeaders,
			sendDenial: this.#sendDenial,
			recordResponse,
		};
		if (mustAsk) {
			this.#heldRequests.hold(exchange, method);
		} else {
			this.#forward(exchange);
		}
	}

	/** Others may have used up the limits while the request waited. */
	#forwardApproved(exchange: Exchange): void {
		const { id, limits } = exchange.token;
		const result = limits && this.#limits.count(id, limits, this.#clock().getTime());
		if (result?.denial) {
			denyExchange(exchange, result.denial);
		} else {
			this.#forward({ ...exchange, responseHeaders: result?.headers });
		}
	}

	#forward(exchange: Exchange): void {
		this.#countByModule(exchange);
		if (this.#ownEndpoints?.approve) {
			this.#ownEndpoints.approve(exchange);
		} else if (this.#upstream) {
			forward(exchange, this.#upstream, this.#requestsInProgress);
		} else {
			echo(exchange, this.#basePath);
		}
	}

	/** Counts a request that's forwarded for the module that it uses, if it's a single one. */
	#countByModule({ request, token, target, upgrade }: Exchange): void {
		const method = getEffectiveMethod(request.method, target, upgrade !== undefined);
		const moduleId = this.#findUsedModule(method, getPath(target));
		if (moduleId !== undefined) {
			this.#recorder.recordRequest(token.id, moduleId, isReadMethod(method));
		}
	}

	/** Responds to a request that no token is known to have made. */
	#deny(request: IncomingMessage, response: ServerResponse, denial: ErrorResponse): void {
		this.#record(request, null, denial.status, denial.reason ?? INVALID_REQUEST);
		this.#sendDenial(request, response, denial);
	}

	/** @param tokenId null if the token isn't known */
	#record(request: IncomingMessage, tokenId: string | null, status: number, reason?: DenialReason): void {
		this.#requestLog.record(request, tokenId, status, reason, this.#clock().getTime());
	}

	/** Returns the error response to a request that the token isn't permitted to make or the gateway can't forward. */
	#authorize(token: TokenRecord, method: string | undefined, target: string, isUpgrade: boolean): ErrorResponse | undefined {
		const denied = authorize(this.#decide, this.#moduleNames, token, getEffectiveMethod(method, target, isUpgrade), getPath(target));
		return (
			denied ??
			(isUpgrade && !this.#upstream
				? createErrorResponse(501, 'WebSockets require an upstream. Set one in the connectTokens.gateway.upstream setting.', {
						kind: 'noUpstream',
					})
				: undefined)
		);
	}

	/** Without readable tokens, requests in progress are denied like new ones. */
	async #prepareCheck(): Promise<CheckRequest> {
		try {
			const authenticator = await this.#tokens.getAuthenticator();
			const now = this.#clock();
			return ({ request, target, upgrade }) => {
				const result = authenticator.authenticate(request.headers.authorization, now);
				if (result.token === undefined) {
					return result;
				}
				const { token, key } = result;
				const denial = result.denial ?? this.#authorize(token, request.method, target, upgrade !== undefined);
				return denial ? { denial } : { token, key };
			};
		} catch {
			// It was logged when the tokens were read.
			return () => ({ denial: STORE_UNAVAILABLE });
		}
	}
}
