import * as v from 'valibot';
import type { Lease } from './lease';
import type { AccountInfo } from './ports';

/** The platform's MCP servers are below this path of its API. */
export const PLATFORM_MCP_PATH = '/mcp';
/** Code of the JSON-RPC errors with which the gateway denies requests to MCP servers. For errors that the server defines. */
export const JSON_RPC_DENIAL_CODE = -32001;
/** The platform's MCP server for usage data. */
const USAGE_SERVER_PATH = '/mcp/usage/';
const MAX_LABEL_LENGTH = 60;
/** What's in front of a server's label in the task of its lease. */
const LEASE_TASK = 'MCP server ';
/** The agent of leases for MCP servers that VS Code starts. */
const LEASE_AGENT = 'VS Code';

/** An MCP server in the setting `connectTokens.mcp.servers`. */
export const configuredMcpServerSchema = v.object({
	/** What it's called in VS Code. */
	label: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_LABEL_LENGTH), v.regex(/^\P{Cc}*$/u)),
	/** Its own URL, below that of the gateway's upstream. */
	url: v.pipe(v.string(), v.trim(), v.check(isServerUrl)),
	/** ID of the workspace's token whose key it's called with; a lease is asked for if it's omitted. */
	token: v.exactOptional(v.pipe(v.string(), v.trim(), v.regex(/^SU(?:-\d{3}){3,8}$/i), v.toUpperCase())),
});
export type ConfiguredMcpServer = Readonly<v.InferOutput<typeof configuredMcpServerSchema>>;

/** An MCP server that VS Code can use through the gateway. */
export interface McpServer {
	/** Unique. */
	readonly label: string;
	/** Its own URL. */
	readonly url: string;
	readonly token?: string;
	/** The account that it's a server of. */
	readonly account?: { readonly sourceId: string; readonly name: string };
}

function isServerUrl(text: string): boolean {
	const url = URL.parse(text);
	return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.hash === '';
}

/** Lists the servers of accounts and of the setting. VS Code identifies servers by their labels, so a repeated one gets a number. */
export function listMcpServers(
	accounts: readonly { readonly sourceId: string; readonly account: AccountInfo }[],
	configured: readonly ConfiguredMcpServer[],
): readonly McpServer[] {
	const servers: readonly McpServer[] = [
		// What a user has named keeps its name.
		...configured,
		...accounts.map(({ sourceId, account: { name, endpoint } }) => ({
			label: `${toServerLabel(name)} usage`,
			url: endpoint + USAGE_SERVER_PATH,
			account: { sourceId, name },
		})),
	];
	const labels = new Set<string>();
	return servers.map((server) => {
		let { label } = server;
		for (let number = 2; labels.has(label.toLowerCase()); number++) {
			label = `${server.label} (${number})`;
		}
		labels.add(label.toLowerCase());
		return { ...server, label };
	});
}

/** Returns what makes a token the lease of an MCP server that VS Code starts. */
export function createServerLease(label: string): Lease {
	return { task: LEASE_TASK + label, agent: LEASE_AGENT };
}

/** Whether a lease is, or says that it is, the one of an MCP server that VS Code starts. */
export function isServerLease({ task, agent }: Lease): boolean {
	return agent === LEASE_AGENT && task.startsWith(LEASE_TASK);
}

/** Returns a valid label for a name that can contain anything. */
export function toServerLabel(name: string): string {
	return (
		name
			.replace(/[\p{Cc}\p{Cf}]/gu, '')
			.slice(0, MAX_LABEL_LENGTH)
			.trim() || 'CloudBlue Connect'
	);
}

/**
 * Returns the part of a server's URL that follows the URL of the gateway's upstream: empty, or a path, with the query. Undefined if the gateway
 * forwards no requests to the server.
 * @param upstream base URL; undefined if there's none
 */
export function getPathBelowUpstream(serverUrl: string, upstream: string | undefined): string | undefined {
	if (upstream === undefined) {
		return undefined;
	}
	const { origin, pathname, search } = new URL(serverUrl);
	const base = new URL(upstream);
	const basePath = base.pathname.replace(/\/+$/, '');
	const rest = pathname.slice(basePath.length);
	return origin === base.origin && pathname.startsWith(basePath) && /^(?:$|\/)/.test(rest) ? rest + search : undefined;
}

/**
 * Returns the paths of MCP servers below the upstream's URL, without slashes at their ends: those of the platform, and those of the setting.
 * @param upstream base URL; undefined if there's none
 */
export function getMcpPaths(configured: readonly ConfiguredMcpServer[], upstream: string | undefined): string[] {
	const paths = configured.flatMap(({ url }) => {
		const path = getPathBelowUpstream(url, upstream)?.replace(/\?.*$/, '').replace(/\/+$/, '');
		return path === undefined ? [] : [path];
	});
	return [...new Set([PLATFORM_MCP_PATH, ...paths])];
}
