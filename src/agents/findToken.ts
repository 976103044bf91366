import { isServerLease } from '../domain/mcpServers';
import { isUsable, type Token } from '../domain/token';
import type { SourceToken } from '../domain/tokenSources';
import type { AgentServices } from './agentServices';
import { ToolError } from './toolError';

/** @throws ToolError if no source has a token with the ID */
export async function findTokenOrThrow({ sources }: Pick<AgentServices, 'sources'>, tokenId: string): Promise<SourceToken> {
	const found = await sources.find({ tokenId });
	if (!found) {
		throw new ToolError(`There's no token ${tokenId}. Call connect_tokens_list to see which there are.`);
	}
	return found;
}

/**
 * Whether the tools can use a token. The lease of an MCP server allows writes without approval, because VS Code asks before it runs a tool of the
 * server. Nothing would ask about those of other agents.
 */
export function isLeaseForTools({ lease }: Pick<Token, 'lease'>): boolean {
	return lease !== undefined && !isServerLease(lease);
}

/** @throws ToolError if the token isn't a lease that the tools can use, or isn't valid anymore */
export async function findLeaseOrThrow({ sources }: Pick<AgentServices, 'sources'>, tokenId: string): Promise<Token> {
	const token = await sources.workspace.get(tokenId);
	if (!token && !(await sources.find({ tokenId }))) {
		throw new ToolError(
			`There's no token ${tokenId}. A lease is deleted a day after it ended. Call connect_tokens_list to see which there are, or connect_tokens_request_lease to request one.`,
		);
	}
	if (token?.lease === undefined) {
		throw new ToolError(
			`${tokenId} isn't a lease, and this tool uses only leases. Call connect_tokens_request_lease to request one, or connect_tokens_list to see which there are.`,
		);
	}
	if (!isLeaseForTools(token)) {
		throw new ToolError(
			`The lease ${tokenId} is only for the tools of an MCP server. Use those, or call connect_tokens_request_lease to request another lease.`,
		);
	}
	if (!isUsable(token)) {
		throw new ToolError(endedLeaseText(token));
	}
	return token;
}

/** Says that a lease isn't valid anymore, and what to do. */
export function endedLeaseText({ id, status }: Pick<Token, 'id' | 'status'>): string {
	return status === 'inactive'
		? `The user disabled the lease ${id}. Tell the user, and request another lease only if the user wants you to continue.`
		: `The lease ${id} has ended. If the task isn't done, request another one with connect_tokens_request_lease.`;
}
