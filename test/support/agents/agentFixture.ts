import type { RequestListener } from 'node:http';
import pLimit from 'p-limit';
import type { AgentCaller, AgentServices, LeaseProposal } from '../../../src/agents/agentServices';
import { AskBackoff } from '../../../src/agents/askBackoff';
import { sendToGateway, type GatewayRequestTimeouts } from '../../../src/agents/sendToGateway';
import { ToolRunner } from '../../../src/agents/toolRunner';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { mapLevels } from '../../../src/domain/log';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import type { WorkspaceTokenSource } from '../../../src/domain/ports';
import { createTokenFromRecord, type Token, type TokenRecord } from '../../../src/domain/token';
import type { RemainingRequests } from '../../../src/domain/tokenLimits';
import type { SourceToken } from '../../../src/domain/tokenSources';
import { NO_USAGE, type TokenUsage } from '../../../src/domain/tokenUsage';
import { getBasePath, getPath, targetBelowBase } from '../../../src/gateway/basePath';
import { getEffectiveMethod } from '../../../src/gateway/methodOverride';
import { ApprovalWindow } from '../gateway/approvalWindow';
import { GatewayServers, type RunningGateway } from '../gateway/gatewayServers';
import { createKeyRecord, issueToken, type IssuedToken } from '../gateway/memoryTokens';

export const EDITOR: AgentCaller = { kind: 'editor' };

/** The tools with a real gateway and a real API behind it, and a user who answers questions. */
export class AgentFixture {
	readonly servers = new GatewayServers();
	readonly approvals = new ApprovalWindow();
	/** Tokens of the workspace. */
	issued: readonly IssuedToken[] = [];
	/** Tokens of accounts. */
	accountTokens: readonly SourceToken[] = [];
	/** How much later it is than in reality, in milliseconds. The clock runs, because the log subtracts the duration of a request from it. */
	#shiftMs = 0;
	usage: TokenUsage = NO_USAGE;
	remaining: RemainingRequests | undefined;
	/** What the agents asked the user for. */
	readonly questions: unknown[] = [];
	/** What the user answers to the question about a lease. */
	answerLease: (proposal: LeaseProposal) => Token | undefined | Promise<Token | undefined> = () => undefined;
	isInsertionAllowed = true;
	/** How often the user was told that agents aren't asked about anymore. */
	silences = 0;
	timeouts: Partial<GatewayRequestTimeouts> = {};
	/** Everything that was logged. */
	readonly logged: string[] = [];
	#gateway: RunningGateway | undefined;
	#upstream: string | null = null;

	readonly #backoff = new AskBackoff(
		() => this.now,
		pLimit(1),
		() => void this.silences++,
	);

	readonly services: AgentServices = {
		sources: {
			workspace: this.#createWorkspace(),
			list: () => Promise.resolve(this.#list()),
			find: ({ tokenId }) => Promise.resolve(this.#list().find(({ token }) => token.id === tokenId)),
		},
		clock: () => this.now,
		readModules: () => ({ paths: BUILT_IN_MODULE_PATHS, list: BUILT_IN_MODULES }),
		readTarget: ({ method, path }) => ({
			method: getEffectiveMethod(method, path, false),
			path: getPath(targetBelowBase(getBasePath(this.#upstream), path)),
		}),
		readGateway: () => ({ url: this.#gateway?.origin, hasUpstream: this.#upstream !== null }),
		askForLease: (proposal, { kind }) =>
			this.#backoff.ask(kind, async () => {
				this.questions.push(proposal);
				return this.answerLease(proposal);
			}),
		send: ({ id }, request, { maxBodyBytes, signal }) => {
			const { authorization } = this.issued.find(({ token }) => token.id === id)!;
			return sendToGateway(request, { origin: this.gateway.origin, authorization, maxBodyBytes, signal, timeouts: this.timeouts });
		},
		listDenials: (tokenId) => {
			this.gateway.requestLog.flush();
			return Promise.resolve(
				this.gateway.loggedRequests.filter((request) => request.tokenId === tokenId && request.reason !== undefined).toReversed(),
			);
		},
		insertAuthorization: (found, file, line, { kind }) =>
			this.#backoff.ask(kind, () => {
				this.questions.push({ id: found.token.id, file, line });
				return Promise.resolve(this.isInsertionAllowed ? { file, line: line ?? 1, text: 'Authorization: {{reference}}' } : undefined);
			}),
	};
	readonly runner = new ToolRunner(
		this.services,
		this.#backoff,
		mapLevels((_, message, error) => void this.logged.push(`${message} ${String(error)}`)),
	);

	get now(): Date {
		return new Date(Date.now() + this.#shiftMs);
	}

	set now(now: Date) {
		this.#shiftMs = now.getTime() - Date.now();
	}

	get gateway(): RunningGateway {
		return this.#gateway ?? fail('The gateway was not started.');
	}

	/** Starts the gateway with the tokens, in front of an API. */
	async start(tokens: readonly IssuedToken[], api?: RequestListener | string): Promise<void> {
		this.issued = tokens;
		this.#upstream = typeof api === 'function' ? `${await this.servers.upstream(api)}/public/v1` : (api ?? null);
		this.#gateway = await this.servers.gateway(
			{ upstream: this.#upstream, credential: this.#upstream === null ? null : 'Bearer upstream' },
			{ owner: tokens[0]!, approvals: this.approvals, clock: () => this.now, timeouts: { approvalMs: 1000 } },
		);
		this.#gateway.tokens.replace(...tokens.map(({ token }) => token));
	}

	/** Changes the record of a token, in the gateway, too. */
	change(id: string, changes: Partial<TokenRecord>): void {
		this.issued = this.issued.map((issued) => (issued.token.id === id ? { ...issued, token: { ...issued.token, ...changes } } : issued));
		this.gateway.tokens.replace(...this.issued.map(({ token }) => token));
	}

	/** Runs a tool, and returns its parsed result. */
	async run(name: string, input: unknown, caller: AgentCaller = EDITOR, signal = new AbortController().signal): Promise<ToolResultJson> {
		return JSON.parse(await this.runner.run(`connect_tokens_${name}`, input, caller, signal)) as ToolResultJson;
	}

	stop(): Promise<void> {
		return this.servers.stopAll();
	}

	#list(): readonly SourceToken[] {
		const tokens = this.issued.map(({ token }) => ({
			source: this.services.sources.workspace,
			token: createTokenFromRecord(token, this.now, 7),
		}));
		return [...tokens, ...this.accountTokens];
	}

	#createWorkspace(): WorkspaceTokenSource {
		const workspace: Pick<WorkspaceTokenSource, 'id' | 'remote' | 'get' | 'getUsage' | 'getRemainingRequests'> = {
			id: 'workspace',
			remote: undefined,
			get: (id) => {
				const record = this.issued.find(({ token }) => token.id === id)?.token;
				return Promise.resolve(record && createTokenFromRecord(record, this.now, 7));
			},
			getUsage: () => Promise.resolve(this.usage),
			getRemainingRequests: () => Promise.resolve(this.remaining),
		};
		return workspace as WorkspaceTokenSource;
	}
}

/** The result of any tool. */
export interface ToolResultJson {
	readonly note?: string;
	readonly [name: string]: unknown;
}

/** Issues a lease that ends in an hour. */
export function issueLease(changes: Partial<TokenRecord> = {}): IssuedToken {
	const issued = issueToken({
		name: 'Count assets',
		permissions: ['subscriptions:read'],
		approval: 'writes',
		lease: { task: 'Count the assets', agent: 'Test agent' },
		...changes,
	});
	const expirationDate = new Date(Date.now() + 3_600_000).toISOString();
	return { ...issued, token: { ...issued.token, key: { ...createKeyRecord(issued.secret, expirationDate), ...changes.key } } };
}

function fail(message: string): never {
	throw new Error(message);
}
