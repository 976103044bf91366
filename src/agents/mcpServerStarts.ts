import { createAccessRules } from '../domain/accessRules';
import { ALL_MODULES } from '../domain/catalog';
import { Emitter } from '../domain/emitter';
import type { Lease } from '../domain/lease';
import { MAX_LEASE_MS } from '../domain/lease';
import { logFailure, type Log } from '../domain/log';
import { createServerLease, getPathBelowUpstream, type McpServer } from '../domain/mcpServers';
import type { ModulePaths } from '../domain/modulePaths';
import type { Clock, Disposable, WorkspaceTokenSource } from '../domain/ports';
import { problem, ProblemError, solvableProblem } from '../domain/problems';
import { isUsable, type Token } from '../domain/token';
import type { LeaseProposal } from './agentServices';

/** A lease that ends sooner isn't used for a server that's starting, in milliseconds. */
const MIN_REMAINING_MS = 60_000;
/** How many requests a lease for a server allows per minute. Agents use tools in bursts, and a loop has to end. */
const REQUESTS_PER_MINUTE = 120;
/** How often tokens of started servers are looked at, because timers don't run while a machine sleeps, in milliseconds. */
const MAX_TIMER_MS = 60_000;

/** An account's server can't be reached because the gateway forwards requests to something else. */
export class OtherUpstreamError extends ProblemError {
	constructor(
		readonly sourceId: string,
		name: string,
	) {
		super([
			{
				field: null,
				template:
					"The gateway doesn't forward requests to the account “{0}”, so its MCP server can't be reached. Use the account in the gateway.",
				args: [name],
			},
		]);
	}
}

export interface McpServerHost {
	readonly source: Pick<WorkspaceTokenSource, 'list' | 'get' | 'listKeys' | 'onDidChange'>;
	readonly gateway: {
		readonly url: string | undefined;
		readonly phase: { readonly kind: string };
		start(): Promise<string>;
		onDidChange(listener: () => void): Disposable;
	};
	readonly clock: Clock;
	readonly log: Log;
	/** The gateway's upstream; undefined if there's none. */
	readUpstream(): string | undefined;
	/** Whether the gateway forwards requests to the account. */
	isUpstream(sourceId: string): Promise<boolean>;
	readModulePaths(): ModulePaths;
	/** Shows the user the proposal, and creates the lease. Resolves with undefined if the user doesn't want it. */
	askForLease(proposal: LeaseProposal): Promise<Token | undefined>;
	/** Reads a key for the server, through the broker. */
	releaseKey(token: Token, label: string): Promise<string>;
}

/** Where VS Code connects to, and with which header. */
export interface McpConnection {
	readonly url: string;
	readonly authorization: string;
}

/** What a server was started with, without the key. */
interface Start {
	readonly gatewayUrl: string;
	readonly tokenId: string;
	/** When the key was issued and expires. Every other key differs in one of them. */
	readonly key: string;
}

/**
 * Starts MCP servers for VS Code, and notices when what they were started with isn't valid anymore. VS Code sends the headers of a start until
 * the server is stopped, so the definition of the server changes then, which makes VS Code stop it and start it again when it's used.
 */
export class McpServerStarts implements Disposable {
	readonly #changeEmitter = new Emitter();
	readonly #starts = new Map<string, Start>();
	/** How often what a server was started with has become invalid, by its label. */
	readonly #changeCounts = new Map<string, number>();
	/** IDs of the leases that were created for a server in this window, which the user may have widened. */
	readonly #leaseIds = new Map<string, string>();
	readonly #subscriptions: readonly Disposable[];
	#timer: NodeJS.Timeout | undefined;

	constructor(private readonly host: McpServerHost) {
		const check = () => void this.#check().catch(logFailure(host.log, 'check MCP servers'));
		this.#subscriptions = [host.source.onDidChange(check), host.gateway.onDidChange(check)];
	}

	/** Calls `listener` after a version has changed. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** Changes when the server has to be started again. */
	getVersion({ label, token }: McpServer): string {
		return [this.#changeCounts.get(label) ?? 0, ...(token === undefined ? [] : [token])].join(' ');
	}

	/**
	 * Starts the gateway if necessary, and reads the key of the server's token or of its lease, which is asked for if there's none.
	 * @returns undefined if the user doesn't want a lease
	 * @throws ProblemError if the server can't be reached, or the key can't be read
	 */
	async start(server: McpServer): Promise<McpConnection | undefined> {
		const path = await this.#findPath(server);
		const gatewayUrl = await this.host.gateway.start();
		const token =
			server.token === undefined ? await this.#findOrAskForLease(server, path) : await this.#findToken(server.token, server.label);
		if (token === undefined) {
			return undefined;
		}
		// Read before the key: if the token is rotated in between, the server is started again.
		const key = await this.#describeKey(token.id);
		const authorization = await this.host.releaseKey(token, server.label);
		this.#starts.set(server.label, { gatewayUrl, tokenId: token.id, key });
		await this.#check();
		return { url: gatewayUrl + path, authorization };
	}

	dispose(): void {
		clearTimeout(this.#timer);
		this.#subscriptions.forEach((subscription) => subscription.dispose());
		this.#changeEmitter.dispose();
	}

	async #findPath({ url, label, account }: McpServer): Promise<string> {
		const path = getPathBelowUpstream(url, this.host.readUpstream());
		if (account && (path === undefined || !(await this.host.isUpstream(account.sourceId)))) {
			throw new OtherUpstreamError(account.sourceId, account.name);
		}
		if (path === undefined) {
			throw solvableProblem(
				'noUpstream',
				"The MCP server “{0}” can't be reached because its URL isn't below that of the gateway's upstream. Change the `connectTokens.gateway.upstream` setting or the server's URL in `connectTokens.mcp.servers`.",
				label,
			);
		}
		return path;
	}

	async #findToken(id: string, label: string): Promise<Token> {
		const token = await this.host.source.get(id);
		if (!token) {
			throw problem(
				"The MCP server “{0}” uses token {1}, which doesn't exist in this workspace. Change it in the `connectTokens.mcp.servers` setting.",
				label,
				id,
			);
		}
		if (!isUsable(token)) {
			throw problem(
				'The MCP server “{0}” uses token {1}, which is disabled or expired. Enable or rotate the token, and start the server again.',
				label,
				id,
			);
		}
		return token;
	}

	async #findOrAskForLease({ label }: McpServer, path: string): Promise<Token | undefined> {
		const lease = createServerLease(label);
		const permissions = getNeededPermissions(path, this.host.readModulePaths());
		const found = (await this.host.source.list()).findLast((token) => this.#canUse(token, lease, permissions));
		if (found) {
			return found;
		}
		const token = await this.host.askForLease({
			lease,
			permissions,
			minutes: MAX_LEASE_MS / 60_000,
			limits: { rate: { requests: REQUESTS_PER_MINUTE, per: 'minute' } },
			// Each request is a POST, and VS Code asks before it runs a tool of an MCP server, so the user would be asked twice.
			approval: 'never',
		});
		if (token) {
			this.#leaseIds.set(lease.task, token.id);
		}
		return token;
	}

	/** A language model can choose the task of a lease, so one that permits more than what the server needs may be for something else. */
	#canUse(token: Token, { task, agent }: Lease, permissions: readonly string[]): boolean {
		const remainingMs = token.expirationDate === null ? Infinity : Date.parse(token.expirationDate) - this.host.clock().getTime();
		return (
			token.lease?.task === task &&
			token.lease.agent === agent &&
			isUsable(token) &&
			remainingMs > MIN_REMAINING_MS &&
			(this.#leaseIds.get(task) === token.id || token.permissions.every((permission) => permissions.includes(permission)))
		);
	}

	/** Changes the version of each server whose token has another key, can't be used anymore, or that's at another address. */
	async #check(): Promise<void> {
		const { gateway, source } = this.host;
		if (gateway.phase.kind === 'starting') {
			return;
		}
		let hasChanged = false;
		const expirations: number[] = [];
		for (const [label, start] of this.#starts) {
			const token = await source.get(start.tokenId);
			const isCurrent =
				token !== undefined && isUsable(token) && gateway.url === start.gatewayUrl && (await this.#describeKey(token.id)) === start.key;
			if (isCurrent) {
				expirations.push(token.expirationDate === null ? Infinity : Date.parse(token.expirationDate));
			} else if (this.#starts.get(label) === start) {
				this.#starts.delete(label);
				this.#changeCounts.set(label, (this.#changeCounts.get(label) ?? 0) + 1);
				hasChanged = true;
			}
		}
		this.#wait(Math.min(...expirations));
		if (hasChanged) {
			this.#changeEmitter.fire();
		}
	}

	#wait(expiration: number): void {
		clearTimeout(this.#timer);
		if (expiration < Infinity) {
			const remainingMs = Math.max(0, expiration - this.host.clock().getTime());
			this.#timer = setTimeout(
				() => void this.#check().catch(logFailure(this.host.log, 'check MCP servers')),
				Math.min(remainingMs, MAX_TIMER_MS),
			).unref();
		}
	}

	async #describeKey(tokenId: string): Promise<string> {
		const [current] = await this.host.source.listKeys(tokenId);
		return JSON.stringify([current?.issuedAt, current?.expirationDate]);
	}
}

/** Returns the least permissions with which requests of an MCP client are allowed. Each of them is a POST, so reading isn't enough. */
function getNeededPermissions(path: string, modulePaths: ModulePaths): readonly string[] {
	const decide = createAccessRules(modulePaths);
	const access = decide('POST', path.replace(/\?.*$/, ''), []);
	switch (access.kind) {
		case 'allowed':
			return [];
		case 'missingModule':
		case 'readOnly':
			return access.modules.slice(0, 1);
		default:
			return [ALL_MODULES];
	}
}
