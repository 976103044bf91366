import type { LimitFunction } from 'p-limit';
import * as vscode from 'vscode';
import type { AgentCaller, LeaseProposal } from './agents/agentServices';
import { AskBackoff } from './agents/askBackoff';
import { ToolRunner } from './agents/toolRunner';
import type { Log } from './domain/log';
import type { Clock, Disposable } from './domain/ports';
import type { Token } from './domain/token';
import type { TokenSources } from './domain/tokenSources';
import type { GatewayController } from './gateway/gatewayController';
import { setLanguage } from './models/localization';
import type { AgentToolName } from './models/manifestIds';
import { createAgentServices } from './ui/agents/agentServices';
import { createLanguageModelTool } from './ui/agents/languageModelTools';
import { silencedAgentText } from './ui/agents/toolTexts';
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
	/** A tool for the editor's language models. */
	getTool(name: AgentToolName): vscode.LanguageModelTool<unknown>;
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
export function composeAgents(host: AgentsHost): Agents {
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	const { clock, log } = host;
	const backoff = new AskBackoff(clock, () => void vscode.window.showWarningMessage(silencedAgentText()));
	const services = createAgentServices({
		...host,
		backoff,
		askForLease: (proposal) => backoff.ask('editor', () => askForLease(proposal, host)),
	});
	const runner = new ToolRunner(services, backoff, log);
	return {
		getTool: (name) => createLanguageModelTool(name, runner),
		runTool: (name, input, caller, signal) => runner.run(name, input, caller, signal),
		servers: { provideMcpServerDefinitions: () => [] },
		dispose: () => undefined,
	};
}

/** Asks whether to create a lease as proposed. */
async function askForLease(
	{ lease, permissions, minutes, limits, approval }: LeaseProposal,
	{ sources, clock, askInTurn }: AgentsHost,
): Promise<Token | undefined> {
	const button = 'Lease';
	const answer = await askInTurn(() =>
		vscode.window.showWarningMessage(lease.task, { modal: true, detail: permissions.join(', ') }, button),
	);
	return answer === button
		? sources.workspace.create({
				name: lease.task.slice(0, 128),
				permissions,
				limits,
				approval,
				lease,
				expirationDate: new Date(clock().getTime() + minutes * 60_000).toISOString(),
			})
		: undefined;
}
