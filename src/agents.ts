import type { LimitFunction } from 'p-limit';
import * as vscode from 'vscode';
import type { AgentCaller } from './agents/agentServices';
import type { Log } from './domain/log';
import type { Clock, Disposable } from './domain/ports';
import type { TokenSources } from './domain/tokenSources';
import type { GatewayController } from './gateway/gatewayController';
import { setLanguage } from './models/localization';
import { createLease } from './ui/agents/createLease';
import { McpServers, type McpServersOptions } from './ui/agents/mcpServers';
import { takeOverServers, type TakeOverHost } from './ui/agents/takeOverServers';
import type { KeyLoader } from './ui/keys/keyLoader';

/** What agents need from the extension. */
export interface AgentsHost {
	readonly context: vscode.ExtensionContext;
	readonly sources: TokenSources;
	readonly gateway: GatewayController;
	/** Whether the gateway forwards requests to an account. */
	readonly accountUse: McpServersOptions['accountUse'];
	readonly importApiKey: TakeOverHost['importApiKey'];
	readonly keys: KeyLoader;
	readonly clock: Clock;
	readonly log: Log;
	/** Asks one question at a time, together with the others of this window that a program can cause. */
	readonly askInTurn: LimitFunction;
}

/** What agents can use. */
export interface Agents extends Disposable {
	/** A tool for the editor's language models. */
	getTool(name: string): vscode.LanguageModelTool<unknown>;
	/**
	 * Runs a tool for `connect-tokens mcp`.
	 * @returns text for a language model
	 * @throws Error with a message for the language model
	 */
	runTool(name: string, input: unknown, caller: AgentCaller, signal: AbortSignal): Promise<string>;
	/** *Use Gateway for MCP Servers…* */
	takeOverServers(): Promise<void>;
	/** The MCP servers that are reached through the gateway. */
	readonly servers: McpServers;
}

/** Connects the tools and MCP servers for agents with the editor. Has a bundle of its own, which is loaded when one of them is used. */
export function composeAgents(host: AgentsHost): Agents {
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	const servers = new McpServers({ ...host, askForLease: (proposal) => createLease(proposal, host) });
	return {
		getTool: (name) => {
			throw new Error(`Unknown tool: ${name}`);
		},
		runTool: (name) => Promise.reject(new Error(`Unknown tool: ${name}`)),
		servers,
		takeOverServers: () => takeOverServers(host),
		dispose: () => servers.dispose(),
	};
}
