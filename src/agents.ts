import type { LimitFunction } from 'p-limit';
import * as vscode from 'vscode';
import type { AgentCaller, AgentServices } from './agents/agentServices';
import { AskBackoff } from './agents/askBackoff';
import { ToolRunner } from './agents/toolRunner';
import type { Log } from './domain/log';
import type { Clock, Disposable } from './domain/ports';
import type { TokenSources } from './domain/tokenSources';
import type { GatewayController } from './gateway/gatewayController';
import { setLanguage } from './models/localization';
import type { AgentToolName } from './models/manifestIds';
import { createAgentServices } from './ui/agents/agentServices';
import { askForLease as showLeaseQuestion, reportSilencedAgents } from './ui/agents/askForLease';
import { createLanguageModelTool } from './ui/agents/languageModelTools';
import { leaseToken } from './ui/agents/leaseToken';
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
	/** *Lease Token to Agent* */
	leaseToken(): Promise<void>;
	/** A tool for the editor's language models. */
	getTool(name: AgentToolName): vscode.LanguageModelTool<unknown>;
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

/** Connects the tools and MCP servers for agents with the editor. Has a bundle of its own, which is loaded after startup, when VS Code asks which servers there are. */
export function composeAgents(host: AgentsHost): Agents {
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	const { clock, log } = host;
	const backoff = new AskBackoff(clock, host.askInTurn, reportSilencedAgents);
	const askForLease: AgentServices['askForLease'] = (proposal, caller) =>
		backoff.ask(caller.kind, () => showLeaseQuestion(proposal, caller, { workspace: host.sources.workspace, clock }));
	const runner = new ToolRunner(createAgentServices({ ...host, backoff, askForLease }), backoff, log);
	const servers = new McpServers({ ...host, askForLease: (proposal) => askForLease(proposal, { kind: 'editor' }) });
	return {
		leaseToken: () => leaseToken(host.sources.workspace, clock),
		getTool: (name) => createLanguageModelTool(name, runner),
		runTool: (name, input, caller, signal) => runner.run(name, input, caller, signal),
		servers,
		takeOverServers: () => takeOverServers(host),
		dispose: () => servers.dispose(),
	};
}
