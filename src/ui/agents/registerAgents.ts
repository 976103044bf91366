import * as vscode from 'vscode';
import type { Agents } from '../../agents';
import { agentToolNames, MCP_PROVIDER_ID } from '../../models/manifestIds';

/**
 * Registers the tools and MCP servers that the manifest declares.
 * @param load loads the implementation
 * @param started resolves when VS Code has started: it asks for the servers right after they're registered
 */
export function registerAgents(load: () => Promise<Agents>, started: Promise<void>): vscode.Disposable {
	const serversChangeEmitter = new vscode.EventEmitter<void>();
	let subscription: vscode.Disposable | undefined;
	const loadServers = async () => {
		const { servers } = await load();
		subscription ??= servers.onDidChangeMcpServerDefinitions?.(() => serversChangeEmitter.fire());
		return servers;
	};
	return vscode.Disposable.from(
		serversChangeEmitter,
		{ dispose: () => void subscription?.dispose() },
		...agentToolNames.map((name) =>
			vscode.lm.registerTool(name, {
				prepareInvocation: async (options, token) => (await load()).getTool(name).prepareInvocation?.(options, token),
				invoke: async (options, token) => (await load()).getTool(name).invoke(options, token),
			}),
		),
		vscode.lm.registerMcpServerDefinitionProvider(MCP_PROVIDER_ID, {
			onDidChangeMcpServerDefinitions: serversChangeEmitter.event,
			provideMcpServerDefinitions: async (token) => {
				await started;
				return (await loadServers()).provideMcpServerDefinitions(token);
			},
			resolveMcpServerDefinition: async (server: vscode.McpHttpServerDefinition, token) =>
				(await loadServers()).resolveMcpServerDefinition?.(server, token),
		}),
	);
}
