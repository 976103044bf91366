import * as vscode from 'vscode';
import type { Agents } from '../../agents';
import { MCP_PROVIDER_ID, type AgentToolName } from '../../models/manifestIds';

/** The part of the manifest that declares the tools. */
interface ToolsManifest {
	readonly contributes: { readonly languageModelTools: readonly { readonly name: AgentToolName }[] };
}

/**
 * Registers the tools and MCP servers that the manifest declares.
 * @param load loads the implementation
 * @param started resolves when VS Code has started: it asks for the servers right after they're registered
 */
export function registerAgents(
	{ extension }: vscode.ExtensionContext,
	load: () => Promise<Agents>,
	started: Promise<void>,
): vscode.Disposable {
	const { contributes } = extension.packageJSON as ToolsManifest;
	const serversChangeEmitter = new vscode.EventEmitter<void>();
	let loaded: Promise<Agents['servers']> | undefined;
	const loadServers = () =>
		(loaded ??= load().then(({ servers }) => {
			servers.onDidChangeMcpServerDefinitions(() => serversChangeEmitter.fire());
			return servers;
		}));
	return vscode.Disposable.from(
		serversChangeEmitter,
		...contributes.languageModelTools.map(({ name }) => {
			const loadTool = async () => (await load()).getTool(name);
			return vscode.lm.registerTool(name, {
				prepareInvocation: async (options, token) => (await loadTool()).prepareInvocation?.(options, token),
				invoke: async (options, token) => (await loadTool()).invoke(options, token),
			});
		}),
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
