import type { LimitFunction } from 'p-limit';
import * as vscode from 'vscode';
import type { AgentCaller } from './agents/agentServices';
import type { Log } from './domain/log';
import type { Clock, Disposable } from './domain/ports';
import type { TokenSources } from './domain/tokenSources';
import type { GatewayController } from './gateway/gatewayController';
import { setLanguage } from './models/localization';
import { leaseToken } from './ui/agents/leaseToken';
import type { KeyLoader } from './ui/keys/keyLoader';

/** What agents need from the extension. */
export interface AgentsHost {
	readonly context: vscode.ExtensionContext;
	readonly sources: TokenSources;
	readonly gateway: GatewayController;
	readonly keys: KeyLoader;
	readonly clock: Clock;
	readonly log: Log;
	/** Asks one question at a time, together with the others of this window that a program can cause. */
	readonly askInTurn: LimitFunction;
}

/** What agents can use. */
export interface Agents extends Disposable {
	/** *Lease Token to Agent* */
	leaseToken(): Promise<void>;
	/** A tool for the editor's language models. */
	getTool(name: string): vscode.LanguageModelTool<unknown>;
	/**
	 * Runs a tool for `connect-tokens mcp`.
	 * @returns text for a language model
	 * @throws Error with a message for the language model
	 */
	runTool(name: string, input: unknown, caller: AgentCaller, signal: AbortSignal): Promise<string>;
	/** The MCP servers that are reached through the gateway. */
	readonly servers: vscode.McpServerDefinitionProvider<vscode.McpHttpServerDefinition>;
}

/** Connects the tools and MCP servers for agents with the editor. Has a bundle of its own, which is loaded when one of them is used. */
export function composeAgents({ sources, clock }: AgentsHost): Agents {
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	return {
		leaseToken: () => leaseToken(sources.workspace, clock),
		getTool: (name) => {
			throw new Error(`Unknown tool: ${name}`);
		},
		runTool: (name) => Promise.reject(new Error(`Unknown tool: ${name}`)),
		servers: { provideMcpServerDefinitions: () => [] },
		dispose: () => undefined,
	};
}
