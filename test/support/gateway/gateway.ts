import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, createServer as createNetServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import type { StatusCounts } from '../../../src/domain/statistics';
import { modules } from '../../../src/domain/catalogue';
import { modulePaths } from '../../../src/domain/modulePaths';
import { Gateway } from '../../../src/gateway/gateway';
import type { Timeouts } from '../../../src/gateway/limits';
import type { GatewayConfiguration, ProxyConfiguration } from '../../../src/gateway/messages';
import { Recorder } from '../../../src/gateway/record';
import { issue, MemoryTokens, type Issued } from './tokens';

export const noProxy: ProxyConfiguration = { url: null, authorization: null, noProxy: [], strictSSL: true, systemCertificates: false };

/** A gateway's configuration, in which only what matters to a test need be said. */
export function configuration(changes: Partial<GatewayConfiguration> = {}): GatewayConfiguration {
	return {
		folder: '/nowhere',
		changes: new SharedArrayBuffer(4),
		port: 0,
		upstream: null,
		credential: null,
		modules: Object.fromEntries(Object.entries(modulePaths).map(([id, paths]) => [id, [...paths]])),
		moduleNames: Object.fromEntries(modules.map(({ id, name }) => [id, name])),
		proxy: noProxy,
		...changes,
	};
}

/** A gateway in this process, with a token that has all modules, and what it counted. */
export class RunningGateway {
	readonly counted = new Map<string, Record<string, number>>();
	readonly gateway: Gateway;
	readonly tokens: MemoryTokens;
	readonly owner: Issued;
	port = 0;

	constructor(changes: Partial<GatewayConfiguration>, { owner = issue(), clock = () => new Date(), timeouts = {} }: GatewaySetting) {
		this.owner = owner;
		this.tokens = new MemoryTokens([owner.token]);
		const recorder = new Recorder(
			(counted) => {
				for (const [id, { days }] of Object.entries(counted)) {
					days.forEach(({ statuses }) => this.#add(id, statuses));
				}
				return Promise.resolve();
			},
			clock,
			(error) => {
				throw error;
			},
		);
		this.recorder = recorder;
		this.gateway = new Gateway({
			configuration: configuration(changes),
			tokens: this.tokens,
			recorder,
			clock,
			timeouts: { grace: 50, ...timeouts },
		});
	}

	private readonly recorder: Recorder;

	get origin(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** `fetch` with the owner's key. */
	fetch(path: string, init: RequestInit = {}): Promise<Response> {
		const headers = new Headers(init.headers);
		if (!headers.has('authorization')) {
			headers.set('authorization', this.owner.authorization);
		}
		return fetch(this.origin + path, { redirect: 'manual', ...init, headers });
	}

	/** How many responses of which status were counted for a token. */
	async counts(id = this.owner.token.id): Promise<StatusCounts> {
		await this.recorder.flush();
		return this.counted.get(id) ?? {};
	}

	#add(id: string, statuses: StatusCounts): void {
		const counts = this.counted.get(id) ?? {};
		this.counted.set(id, counts);
		for (const [status, count] of Object.entries(statuses)) {
			counts[status] = (counts[status] ?? 0) + count;
		}
	}
}

interface GatewaySetting {
	readonly owner?: Issued;
	readonly clock?: () => Date;
	readonly timeouts?: Partial<Timeouts>;
	/** The first port to try; any that is free when left out. */
	readonly port?: number;
}

/** Starts gateways and upstreams, and ends them all after the test. */
export class Servers {
	readonly #ends: (() => Promise<unknown>)[] = [];

	async gateway(changes: Partial<GatewayConfiguration> = {}, setting: GatewaySetting = {}): Promise<RunningGateway> {
		const running = new RunningGateway(changes, setting);
		running.port = await running.gateway.listen(setting.port ?? 0);
		this.#ends.push(() => running.gateway.stop());
		return running;
	}

	/** An API; resolves with its URL. */
	upstream(listener: RequestListener): Promise<string> {
		return this.listen(createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 256 * 1024 }, listener), 'http');
	}

	/** An API that answers with whatever bytes it likes. */
	rawUpstream(answer: (socket: Socket, request: string) => void): Promise<string> {
		return this.listen(
			createNetServer((socket) => {
				socket.on('error', () => undefined);
				socket.on('data', (chunk) => answer(socket, chunk.toString('latin1')));
			}),
			'http',
		);
	}

	async listen(server: Server | NetServer, scheme: string): Promise<string> {
		const sockets = new Set<Socket>();
		server.on('connection', (socket: Socket) => {
			sockets.add(socket.on('error', () => undefined));
			socket.once('close', () => sockets.delete(socket));
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		this.#ends.push(async () => {
			const closed = once(server, 'close');
			server.close();
			sockets.forEach((socket) => socket.destroy());
			await closed;
		});
		return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
	}

	/** Gateways before the upstreams that they use. */
	async end(): Promise<void> {
		for (const end of this.#ends.splice(0).reverse()) {
			await end();
		}
	}
}

/** A connection that sends what it is told and keeps what it is sent. */
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

	/** Resolves with all that was received once it matches, or the connection is closed. */
	async until(pattern: RegExp): Promise<string> {
		const found = new Promise<void>((resolve) => {
			this.#onData = () => pattern.test(this.received) && resolve();
			this.#onData();
		});
		await Promise.race([found, this.closed]);
		return this.received;
	}

	/** Resolves with all that was received once the connection is closed. */
	async end(): Promise<string> {
		await this.closed;
		return this.received;
	}
}

/** Sends the bytes on a connection of their own and resolves with what comes back by the time the server closes it. */
export async function exchange(port: number, ...lines: readonly string[]): Promise<string> {
	return new RawConnection(port).send(...lines).end();
}
