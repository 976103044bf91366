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
	let loaded: Promise<Agents['servers']> | undefined;
	const loadServers = () =>
		(loaded ??= load().then(({ servers }) => {
			servers.onDidChangeMcpServerDefinitions(() => serversChangeEmitter.fire());
			return servers;
		}));
	return vscode.Disposable.from(
		serversChangeEmitter,
		...agentToolNames.map((name) =>
			vscode.lm.registerTool(name, {
				prepareInvocation: async (options, token) => (await load()).getTool(name).prepareInvocation?.(options, token),
				invoke: async (options, token) => (await load()).getTool(name).invoke(options, token),
			}),
		),
		vscode.lm.registerMcpServerDefinitionProvider(MCP_PROVIDER_ID, {
			onDidChangeMcpServerDefinitions: serversChangeEmitter.event,
			provideMcpServerDefinitions: async () => {
				await started;
				return (await loadServers()).provideMcpServerDefinitions();
			},
			resolveMcpServerDefinition: async (server: vscode.McpHttpServerDefinition) =>
				(await loadServers()).resolveMcpServerDefinition(server),
		}),
	);
}
