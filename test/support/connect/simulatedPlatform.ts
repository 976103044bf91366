import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { TlsOptions } from 'node:tls';
import { PlatformAccount, type AccountOptions } from './platformAccount';
import { contract as ownDocument } from './platformContract';
import type { RequestFilter, Fault, FaultOutcome } from './platformFaults';
import { jsonResponse, perform, type OperationOptions } from './platformOperations';
import { Contract } from './contractValidation';

export const BASE_PATH = '/public/v1';

/** A request that was received, and its outcome. */
export interface RecordedRequest {
	readonly method: string;
	/** As sent, without the base path. */
	readonly path: string;
	/** As sent, without the question mark. */
	readonly query: string;
	/** The contract's operation, such as `GET /auth/tokens/{id}`; undefined if there's none. */
	readonly operation: string | undefined;
	/** With a masked secret. */
	readonly headers: Readonly<Record<string, string>>;
	/** Parsed JSON; undefined if there's no body. */
	readonly body: unknown;
	/** Number of requests in progress when it was received, including itself. */
	readonly concurrentRequests: number;
	/** Undefined until a response is sent; `bytes` is the size of its body. */
	response?: { readonly status: number; readonly bytes: number };
	/** Whether the connection was closed, by either side, without a response. */
	aborted: boolean;
}

/** A request that violated the contract. */
export interface Violation {
	readonly request: RecordedRequest;
	readonly problems: readonly string[];
}

export interface PlatformOptions extends Partial<OperationOptions> {
	/** Options of the first account. */
	readonly account?: AccountOptions;
	readonly now?: () => Date;
	/** Number of days before expiration at which a token is expiring; 7 by default. */
	readonly expiringDays?: number;
	/** Wait before each response. */
	readonly latencyMs?: number;
	/** Another contract that requests must meet, in addition to our own. */
	readonly contract?: Contract;
	/** Certificate and key for HTTPS. */
	readonly tls?: TlsOptions;
}

/** Simulates the platform on a free port of 127.0.0.1, with accounts in memory. */
export class Platform {
	/** All requests in the order in which they were received. */
	readonly requests: RecordedRequest[] = [];
	/** Requests that violated the contract. Their response has the status 422. */
	readonly violations: Violation[] = [];
	readonly accounts: PlatformAccount[] = [];
	private readonly faults = new Set<{ readonly filter: RequestFilter; readonly fault: Fault; remaining: number }>();
	private readonly exercisedOperations = new Map<Contract, Set<string>>();
	private readonly server;
	private readonly activeRequests = new Set<ServerResponse>();
	private lastTokenNumber = 0;
	private port = 0;

	constructor(
		/** Our own is the first. */
		readonly contracts: readonly [Contract, ...Contract[]],
		private readonly options: PlatformOptions,
	) {
		const listener = (request: IncomingMessage, response: ServerResponse) =>
			void this.serve(request, response).catch(() => response.destroy());
		this.server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
		this.addAccount(options.account);
	}

	/** The first account. */
	get account(): PlatformAccount {
		return this.accounts[0]!;
	}

	get origin(): string {
		return `http${this.options.tls ? 's' : ''}://127.0.0.1:${this.port}`;
	}

	/** The URL that a user enters to add an account. */
	get endpoint(): string {
		return this.origin + BASE_PATH;
	}

	/** Maximum number of requests that were in progress at the same time. */
	get maxConcurrentRequests(): number {
		return Math.max(0, ...this.requests.map(({ concurrentRequests }) => concurrentRequests));
	}

	/** Adds another account with its own key. */
	addAccount({ id, name, permissions = ['MD-0000'] }: AccountOptions = {}): PlatformAccount {
		const number = String(this.accounts.length + 1).padStart(3, '0');
		const { now = () => new Date(), expiringDays = 7 } = this.options;
		const account = new PlatformAccount({ id: id ?? `VA-700-000-${number}`, name: name ?? `Account ${number}` }, permissions, {
			now,
			expiringDays,
			nextTokenId: () => this.nextTokenId(),
		});
		this.accounts.push(account);
		return account;
	}

	/**
	 * Applies a fault to the requests that match `filter`. If several faults match a request, the first one applies.
	 * @returns a function that removes the fault
	 */
	fault(filter: RequestFilter, fault: Fault): () => void {
		const entry = { filter, fault, remaining: fault.times ?? Infinity };
		this.faults.add(entry);
		return () => void this.faults.delete(entry);
	}

	/** Returns the operations that were successful, as named by the given contract; our own by default. */
	exercised(contract: Contract = this.contracts[0]): string[] {
		return [...(this.exercisedOperations.get(contract) ?? [])].sort();
	}

	/** Starts listening. After a stop, on the same port as before. */
	async start(): Promise<this> {
		this.server.listen(this.port, '127.0.0.1');
		await once(this.server, 'listening');
		this.port = (this.server.address() as AddressInfo).port;
		return this;
	}

	/** Closes all connections, and stops listening. Accounts and faults are kept. */
	async stop(): Promise<void> {
		if (!this.server.listening) {
			return;
		}
		this.server.close();
		this.server.closeAllConnections();
		await once(this.server, 'close');
	}

	/** IDs are the same on all platforms, so tests can have accounts whose tokens have the same IDs. */
	private nextTokenId(): string {
		const digits = String(++this.lastTokenNumber).padStart(6, '0');
		return `SU-160-${digits.slice(0, 3)}-${digits.slice(3)}`;
	}

	private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
		this.activeRequests.add(response);
		response.once('close', () => this.activeRequests.delete(response));
		const { request, authorization, problems } = await this.receive(message);
		response.once('close', () => (request.aborted = !response.writableFinished));
		const { outcome, delayMs } = problems.length > 0 ? this.reject(request, problems) : this.handleRequest(request, authorization);
		await wait((this.options.latencyMs ?? 0) + delayMs);
		const result = await outcome();
		if (result !== 'stall') {
			// Before the response is sent, because the client can send its next request immediately after.
			this.activeRequests.delete(response);
			send(request, response, result);
		}
	}

	/** Reads a request, and validates it. */
	private async receive(
		message: IncomingMessage,
	): Promise<{ request: RecordedRequest; authorization: string | undefined; problems: string[] }> {
		const { method = '', url = '' } = message;
		const concurrentRequests = this.activeRequests.size;
		const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
		const { authorization } = headers;
		const content = await text(message);
		const [target = '', ...rest] = url.split('?');
		const query = rest.join('?');
		const problems: string[] = [];
		if (!target.startsWith(`${BASE_PATH}/`)) {
			problems.push(`${target} doesn't start with ${BASE_PATH}/.`);
		}
		if (/[0-9a-f]{40}/i.test(url)) {
			problems.push('The URL contains a key.');
		}
		const path = target.slice(BASE_PATH.length);
		let body: unknown;
		try {
			body = content === '' ? undefined : JSON.parse(content);
		} catch {
			problems.push('The body is not JSON.');
		}
		const request: RecordedRequest = {
			method,
			path,
			query,
			operation: this.contracts[0].operationOf(method, path),
			headers: { ...headers, ...(authorization !== undefined && { authorization: authorization.replace(/:.*/, `:${'*'.repeat(10)}`) }) },
			body,
			concurrentRequests,
			aborted: false,
		};
		this.requests.push(request);
		for (const contract of this.contracts) {
			problems.push(...contract.findRequestProblems({ method, path, query, headers, body }));
		}
		return { request, authorization, problems };
	}

	private reject(request: RecordedRequest, problems: string[]): RequestHandling {
		this.violations.push({ request, problems });
		return { delayMs: 0, outcome: () => Promise.resolve(jsonResponse(422, { error_code: 'CONTRACT', errors: problems })) };
	}

	private handleRequest(request: RecordedRequest, authorization: string | undefined): RequestHandling {
		const { delayMs = 0, before, outcome } = this.findFault(request) ?? {};
		return {
			delayMs,
			outcome: async () => {
				await before?.(request);
				if (outcome !== undefined && typeof outcome !== 'function') {
					return outcome;
				}
				const { path, query, body, method } = request;
				const id = path.split('/').find((part) => part.startsWith('SU-')) ?? '';
				const {
					keys = 'authorization',
					created = 'written',
					aggregates = 'days',
					maxPageSize = 1000,
					defaultPageSize = 100,
				} = this.options;
				const regular = perform(request.operation!, authorization, this.accounts, {
					id,
					query,
					body,
					options: { keys, created, aggregates, maxPageSize, defaultPageSize },
				});
				if (regular.status < 300) {
					this.contracts.forEach((contract) => this.recordOperation(contract, contract.operationOf(method, path)));
				}
				return outcome === undefined ? regular : outcome(regular);
			},
		};
	}

	private findFault(request: RecordedRequest): Fault | undefined {
		for (const entry of this.faults) {
			const { filter } = entry;
			if (entry.remaining > 0 && (typeof filter === 'string' ? filter === request.operation : filter(request))) {
				entry.remaining--;
				return entry.fault;
			}
		}
		return undefined;
	}

	private recordOperation(contract: Contract, operation: string | undefined): void {
		const operations = this.exercisedOperations.get(contract) ?? new Set();
		this.exercisedOperations.set(contract, operation === undefined ? operations : operations.add(operation));
	}
}

interface RequestHandling {
	readonly delayMs: number;
	readonly outcome: () => Promise<FaultOutcome>;
}

/** Starts a simulated platform. Requests are validated against the contract in `platformContract.ts`. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
	const own = await ownContract();
	return new Platform(options.contract ? [own, options.contract] : [own], options).start();
}

let ownContractPromise: Promise<Contract> | undefined;

/** Returns the contract in `platformContract.ts`, which is loaded only once. */
export function ownContract(): Promise<Contract> {
	return (ownContractPromise ??= Contract.load(ownDocument, { isClosed: true }));
}

/** Without a delay, doesn't start a timer. */
async function wait(delayMs: number): Promise<void> {
	if (delayMs > 0) {
		await setTimeout(delayMs);
	}
}

function send(request: RecordedRequest, response: ServerResponse, outcome: Exclude<FaultOutcome, 'stall'>): void {
	if (response.destroyed) {
		return;
	}
	if (outcome === 'reset') {
		response.socket?.resetAndDestroy();
		return;
	}
	if (outcome === 'cut') {
		response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
		response.write('[{"id": "SU-', () => response.destroy());
		return;
	}
	const { status, headers, body } = outcome;
	const bytes = Buffer.byteLength(body);
	request.response = { status, bytes };
	response
		.writeHead(status, { 'connect-version': '37.0', ...(status !== 204 && { 'content-length': String(bytes) }), ...headers })
		.end(body);
}
