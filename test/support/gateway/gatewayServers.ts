import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, createServer as createNetServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { sumModuleCounts, type ModuleCounts, type StatusCounts } from '../../../src/domain/tokenUsage';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { silentLog } from '../../../src/domain/log';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import type { LoggedRequest } from '../../../src/domain/loggedRequest';
import { getBasePath } from '../../../src/gateway/basePath';
import { Gateway } from '../../../src/gateway/gateway';
import type { GatewayTimeouts } from '../../../src/gateway/gatewayLimits';
import type { ApprovalPort } from '../../../src/gateway/heldRequests';
import type { GatewayConfiguration, ProxyConfiguration } from '../../../src/gateway/workerMessages';
import { RequestLimits, type RequestCountStore } from '../../../src/gateway/requestLimits';
import { RequestLog } from '../../../src/gateway/requestLog';
import { UsageRecorder } from '../../../src/gateway/usageRecorder';
import { MemoryRequestCounts } from './memoryRequestCounts';
import { issueToken, MemoryTokens, type IssuedToken } from './memoryTokens';

export const DIRECT_CONNECTION: ProxyConfiguration = {
	url: null,
	authorization: null,
	noProxy: [],
	strictSSL: true,
	systemCertificates: false,
};

/** A gateway's configuration with defaults for everything that a test doesn't specify. */
export function createConfiguration(changes: Partial<GatewayConfiguration> = {}): GatewayConfiguration {
	return {
		folder: '/nowhere',
		changes: new SharedArrayBuffer(4),
		port: 0,
		upstream: null,
		credential: null,
		modules: Object.fromEntries(Object.entries(BUILT_IN_MODULE_PATHS).map(([id, paths]) => [id, [...paths]])),
		moduleNames: Object.fromEntries(BUILT_IN_MODULES.map(({ id, name }) => [id, name])),
		mcpPaths: ['/mcp'],
		proxy: DIRECT_CONNECTION,
		allowedHosts: [],
		allowedOrigins: [],
		logFile: null,
		...changes,
	};
}

/** A gateway in this process with one token that has access to all modules. */
export class RunningGateway {
	/** Recorded responses by token ID and status. */
	readonly usage = new Map<string, Record<string, number>>();
	/** Errors of the store with counted requests. */
	readonly limitFailures: unknown[] = [];
	/** Recorded requests by module, for all tokens together. */
	#modules: ModuleCounts = {};
	/** Requests that were logged before the last call of `requestLog.flush()`. */
	readonly loggedRequests: LoggedRequest[] = [];
	readonly requestLog: RequestLog;
	readonly gateway: Gateway;
	readonly tokens: MemoryTokens;
	/** The token that `fetch` uses. */
	readonly owner: IssuedToken;
	port = 0;

	constructor(changes: Partial<GatewayConfiguration>, setup: GatewaySetup) {
		const {
			owner = issueToken(),
			clock = () => new Date(),
			timeouts = {},
			requestCounts = new MemoryRequestCounts(clock),
			approvals,
		} = setup;
		this.owner = owner;
		this.tokens = new MemoryTokens([owner.token], () => this.gateway.checkRequestsInProgress());
		const recorder = new UsageRecorder(
			(usage) => {
				for (const [id, { days }] of Object.entries(usage)) {
					days.forEach(({ statuses }) => this.#add(id, statuses));
					this.#modules = sumModuleCounts([this.#modules, ...days.map(({ modules = {} }) => modules)]);
				}
				return Promise.resolve();
			},
			clock,
			(error) => {
				throw error;
			},
		);
		this.recorder = recorder;
		const configuration = createConfiguration(changes);
		this.requestLog = new RequestLog({
			basePath: getBasePath(configuration.upstream),
			send: (requests) => this.loggedRequests.push(...requests),
		});
		this.gateway = new Gateway({
			configuration,
			tokens: this.tokens,
			recorder,
			limits: new RequestLimits(requestCounts, clock, (error) => this.limitFailures.push(error)),
			requestLog: this.requestLog,
			clock,
			log: silentLog,
			...(approvals && { approvals }),
			timeouts: { shutdownGraceMs: 50, ...timeouts },
		});
	}

	private readonly recorder: UsageRecorder;

	get origin(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** Calls the gateway with the owner's key unless `init` has another one. */
	fetch(path: string, init: RequestInit = {}): Promise<Response> {
		const headers = new Headers(init.headers);
		if (!headers.has('authorization')) {
			headers.set('authorization', this.owner.authorization);
		}
		return fetch(this.origin + path, { redirect: 'manual', ...init, headers });
	}

	/** Returns the recorded number of responses by status for a token. */
	async counts(id = this.owner.token.id): Promise<StatusCounts> {
		await this.recorder.flush();
		return this.usage.get(id) ?? {};
	}

	/** Returns the recorded number of allowed requests by module. */
	async moduleCounts(): Promise<ModuleCounts> {
		await this.recorder.flush();
		return this.#modules;
	}

	#add(id: string, statuses: StatusCounts): void {
		const counts = this.usage.get(id) ?? {};
		this.usage.set(id, counts);
		for (const [status, count] of Object.entries(statuses)) {
			counts[status] = (counts[status] ?? 0) + count;
		}
	}
}

interface GatewaySetup {
	readonly owner?: IssuedToken;
	readonly clock?: () => Date;
	/** In memory by default. */
	readonly requestCounts?: RequestCountStore;
	readonly timeouts?: Partial<GatewayTimeouts>;
	/** The window that's asked for approval. None by default. */
	readonly approvals?: ApprovalPort;
	/** The first port to try. Any free port by default. */
	readonly port?: number;
}

/** Starts gateways and upstreams, and stops all of them after the test. */
export class GatewayServers {
	readonly #stopActions: (() => Promise<unknown>)[] = [];

	async gateway(changes: Partial<GatewayConfiguration> = {}, setup: GatewaySetup = {}): Promise<RunningGateway> {
		const running = new RunningGateway(changes, setup);
		running.port = await running.gateway.listen(setup.port ?? 0);
		this.#stopActions.push(() => running.gateway.stop());
		return running;
	}

	/** Starts an API. Resolves with its URL. */
	upstream(listener: RequestListener): Promise<string> {
		return this.listen(createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 256 * 1024 }, listener), 'http');
	}

	/** Starts an API that can respond with any bytes. Resolves with its URL. */
	rawUpstream(respond: (socket: Socket, request: string) => void): Promise<string> {
		return this.listen(
			createNetServer((socket) => {
				socket.on('error', () => undefined);
				socket.on('data', (chunk) => respond(socket, chunk.toString('latin1')));
			}),
			'http',
		);
	}

	/** Starts the server on a free port. Resolves with its URL. */
	async listen(server: Server | NetServer, scheme: string): Promise<string> {
		const sockets = new Set<Socket>();
		server.on('connection', (socket: Socket) => {
			sockets.add(socket.on('error', () => undefined));
			socket.once('close', () => sockets.delete(socket));
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		this.#stopActions.push(async () => {
			const closed = once(server, 'close');
			server.close();
			sockets.forEach((socket) => socket.destroy());
			await closed;
		});
		return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
	}

	/** Stops everything in reverse order, so that gateways stop before their upstreams. */
	async stopAll(): Promise<void> {
		for (const stop of this.#stopActions.splice(0).reverse()) {
			await stop();
		}
	}
}

/** A TCP connection that collects what it receives. */
export class RawConnection {
	readonly socket: Socket;
	received = '';
	readonly closed: Promise<unknown>;
	#onData: () => void = () => undefined;

	constructor(port: number, options: { allowHalfOpen?: boolean } = {}) {
		this.socket = connect({ port, host: '127.0.0.1', ...options });
		this.socket.setEncoding('latin1').on('error', () => undefined);
		this.closed = new Promise((resolve) => this.socket.once('close', resolve));
		this.socket.on('data', (text: string) => {
			this.received += text;
			this.#onData();
		});
	}

	send(...lines: readonly string[]): this {
		this.socket.write(lines.join('\r\n'), 'latin1');
		return this;
	}

	/** Resolves with everything received so far once it matches or the connection is closed. */
	async until(pattern: RegExp): Promise<string> {
		const matched = new Promise<void>((resolve) => {
			this.#onData = () => pattern.test(this.received) && resolve();
			this.#onData();
		});
		await Promise.race([matched, this.closed]);
		return this.received;
	}

	/** Resolves with everything received once the connection is closed. */
	async readToEnd(): Promise<string> {
		await this.closed;
		return this.received;
	}
}

/** Sends lines on a new connection. Resolves with everything received once the server closes it. */
export async function sendRaw(port: number, ...lines: readonly string[]): Promise<string> {
	return new RawConnection(port).send(...lines).readToEnd();
}
