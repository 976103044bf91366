import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { TlsOptions } from 'node:tls';
import { PlatformAccount, type AccountOptions } from './account';
import { contract as ownDocument } from './contract';
import type { Chosen, Fault, Outcome } from './faults';
import { json, perform, type OperationOptions } from './operations';
import { Contract } from './validation';

export const BASE_PATH = '/public/v1';

/** A request as it arrived, and what became of it. */
export interface RecordedRequest {
	readonly method: string;
	/** Without the base path, as it was sent. */
	readonly path: string;
	/** As it was sent, without the question mark. */
	readonly query: string;
	/** The contract's operation, such as `GET /auth/tokens/{id}`; undefined when it has none for it. */
	readonly operation: string | undefined;
	/** With asterisks in place of the secret. */
	readonly headers: Readonly<Record<string, string>>;
	/** Parsed JSON; undefined when there was none. */
	readonly body: unknown;
	/** How many requests were under way when it had arrived, itself among them. */
	readonly atOnce: number;
	/** Undefined while there is none, and for ever when the connection ended without it. */
	answer?: { readonly status: number; /** Of the body. */ readonly bytes: number };
	/** Whether the connection is gone without an answer: reset here, or left by the client. */
	aborted: boolean;
}

/** A request that broke the contract. */
export interface Violation {
	readonly request: RecordedRequest;
	readonly problems: readonly string[];
}

export interface PlatformOptions extends Partial<OperationOptions> {
	/** Of the first account. */
	readonly account?: AccountOptions;
	readonly now?: () => Date;
	/** How many days before its end a token is called expiring; 7 when left out. */
	readonly expiringDays?: number;
	/** Milliseconds before every answer. */
	readonly latency?: number;
	/** Another contract that requests have to keep beside our own. */
	readonly contract?: Contract;
	/** Certificate and key, for https. */
	readonly tls?: TlsOptions;
}

/** A platform on a free port of 127.0.0.1, with accounts in memory. */
export class Platform {
	/** Every request, in the order of arrival. */
	readonly requests: RecordedRequest[] = [];
	/** The requests that broke the contract. They were answered with 422. */
	readonly violations: Violation[] = [];
	readonly accounts: PlatformAccount[] = [];
	private readonly faults = new Set<{ readonly chosen: Chosen; readonly fault: Fault; left: number }>();
	private readonly answered = new Map<Contract, Set<string>>();
	private readonly server;
	private readonly underWay = new Set<ServerResponse>();
	private tokenIds = 0;
	private port = 0;

	constructor(
		/** Our own first. */
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

	/** What a user gives as the account's endpoint. */
	get endpoint(): string {
		return this.origin + BASE_PATH;
	}

	/** The most requests that were under way together. */
	get mostAtOnce(): number {
		return Math.max(0, ...this.requests.map(({ atOnce }) => atOnce));
	}

	/** Another account, with a key of its own. */
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
	 * Lets the chosen requests fare as the fault says; of several faults for a request the first counts.
	 * @returns ends it
	 */
	fault(chosen: Chosen, fault: Fault): () => void {
		const entry = { chosen, fault, left: fault.times ?? Infinity };
		this.faults.add(entry);
		return () => void this.faults.delete(entry);
	}

	/** The operations that were answered with success, in the names of the given contract; our own when left out. */
	exercised(contract: Contract = this.contracts[0]): string[] {
		return [...(this.answered.get(contract) ?? [])].sort();
	}

	/** Listens, after a stop where it did before. */
	async start(): Promise<this> {
		this.server.listen(this.port, '127.0.0.1');
		await once(this.server, 'listening');
		this.port = (this.server.address() as AddressInfo).port;
		return this;
	}

	/** Ends all connections and listens no more; accounts and faults stay as they are. */
	async stop(): Promise<void> {
		if (!this.server.listening) {
			return;
		}
		this.server.close();
		this.server.closeAllConnections();
		await once(this.server, 'close');
	}

	/** The same on every platform: accounts on two have tokens of the same id. */
	private nextTokenId(): string {
		const digits = String(++this.tokenIds).padStart(6, '0');
		return `SU-160-${digits.slice(0, 3)}-${digits.slice(3)}`;
	}

	private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
		this.underWay.add(response);
		response.once('close', () => this.underWay.delete(response));
		const { request, authorization, problems } = await this.receive(message);
		response.once('close', () => (request.aborted = !response.writableFinished));
		const { outcome, delay } = problems.length > 0 ? this.refuse(request, problems) : this.treat(request, authorization);
		await wait((this.options.latency ?? 0) + delay);
		const result = await outcome();
		if (result !== 'stall') {
			// Before it is sent, because whoever has it may ask again at once.
			this.underWay.delete(response);
			send(request, response, result);
		}
	}

	/** Reads a request, and what is wrong with it. */
	private async receive(
		message: IncomingMessage,
	): Promise<{ request: RecordedRequest; authorization: string | undefined; problems: string[] }> {
		const { method = '', url = '' } = message;
		const atOnce = this.underWay.size;
		const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
		const { authorization } = headers;
		const content = await text(message);
		const [target = '', ...rest] = url.split('?');
		const query = rest.join('?');
		const problems: string[] = [];
		if (!target.startsWith(`${BASE_PATH}/`)) {
			problems.push(`${target} does not begin with ${BASE_PATH}/.`);
		}
		if (/[0-9a-f]{40}/i.test(url)) {
			problems.push('The URL has a key in it.');
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
			atOnce,
			aborted: false,
		};
		this.requests.push(request);
		for (const contract of this.contracts) {
			problems.push(...contract.problemsOfRequest({ method, path, query, headers, body }));
		}
		return { request, authorization, problems };
	}

	private refuse(request: RecordedRequest, problems: string[]): Treatment {
		this.violations.push({ request, problems });
		return { delay: 0, outcome: () => Promise.resolve(json(422, { error_code: 'CONTRACT', errors: problems })) };
	}

	private treat(request: RecordedRequest, authorization: string | undefined): Treatment {
		const { delay = 0, before, outcome } = this.faultOf(request) ?? {};
		return {
			delay,
			outcome: async () => {
				await before?.(request);
				if (outcome !== undefined && typeof outcome !== 'function') {
					return outcome;
				}
				const { path, query, body, method } = request;
				const id = path.split('/').find((part) => part.startsWith('SU-')) ?? '';
				const { keys = 'authorization', created = 'written', aggregates = 'days', longestPage = 1000, usualPage = 100 } = this.options;
				const answer = perform(request.operation!, authorization, this.accounts, {
					id,
					query,
					body,
					options: { keys, created, aggregates, longestPage, usualPage },
				});
				if (answer.status < 300) {
					this.contracts.forEach((contract) => this.note(contract, contract.operationOf(method, path)));
				}
				return outcome === undefined ? answer : outcome(answer);
			},
		};
	}

	private faultOf(request: RecordedRequest): Fault | undefined {
		for (const entry of this.faults) {
			const { chosen } = entry;
			if (entry.left > 0 && (typeof chosen === 'string' ? chosen === request.operation : chosen(request))) {
				entry.left--;
				return entry.fault;
			}
		}
		return undefined;
	}

	private note(contract: Contract, operation: string | undefined): void {
		const operations = this.answered.get(contract) ?? new Set();
		this.answered.set(contract, operation === undefined ? operations : operations.add(operation));
	}
}

interface Treatment {
	/** In milliseconds. */
	readonly delay: number;
	readonly outcome: () => Promise<Outcome>;
}

/** A platform that is up. What it is asked is held against the contract in `contract.ts`. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
	const own = await ownContract();
	return new Platform(options.contract ? [own, options.contract] : [own], options).start();
}

let loaded: Promise<Contract> | undefined;

/** The contract in `contract.ts`, read once. */
export function ownContract(): Promise<Contract> {
	return (loaded ??= Contract.of(ownDocument, { closed: true }));
}

/** Nothing waits for a timer that has nothing to wait for. */
async function wait(milliseconds: number): Promise<void> {
	if (milliseconds > 0) {
		await setTimeout(milliseconds);
	}
}

function send(request: RecordedRequest, response: ServerResponse, outcome: Exclude<Outcome, 'stall'>): void {
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
	request.answer = { status, bytes };
	response
		.writeHead(status, { 'connect-version': '37.0', ...(status !== 204 && { 'content-length': String(bytes) }), ...headers })
		.end(body);
}
