import * as vscode from 'vscode';
import type { ConnectTokensApi } from './api';
import { createDeferredApi } from './deferredApi';
import type { ExtensionServices } from './main';
import { commandIds, RESOLVE_COMMAND, TASK_TYPE, viewIds } from './models/manifestIds';
import type { RequestRow } from './models/requestRows';
import type { TokensTreeNode } from './models/treeNodes';
import { registerAgents } from './ui/agents/registerAgents';

/** Undefined until the main bundle is loaded. */
let services: ExtensionServices | undefined;

/**
 * Registers what the manifest declares. The implementation is in a separate bundle, which is loaded on first use or after
 * VS Code has started: loading it takes longer than running this.
 */
export function activate(context: vscode.ExtensionContext): ConnectTokensApi {
	const start = performance.now();
	const treeChangeEmitter = new vscode.EventEmitter<TokensTreeNode[] | undefined>();
	const view = vscode.window.createTreeView<TokensTreeNode>(viewIds.tokens, {
		canSelectMany: true,
		treeDataProvider: {
			onDidChangeTreeData: treeChangeEmitter.event,
			getChildren: async (node) => (await loadServices()).tree.getChildren(node),
			getTreeItem: async (node) => (await loadServices()).tree.getTreeItem(node),
			// Only top-level nodes are ever revealed.
			getParent: () => undefined,
			resolveTreeItem: async (item, node) => (await loadServices()).tree.resolveTreeItem(item, node),
		},
	});
	const requestsChangeEmitter = new vscode.EventEmitter<undefined>();
	const requestsView = createRequestsView(requestsChangeEmitter.event, async () => (await loadServices()).loadRequests());
	let loadingServices: Promise<ExtensionServices> | undefined;
	const loadServices = (): Promise<ExtensionServices> =>
		(loadingServices ??= import('./main').then(
			({ composeExtension }) =>
				(services = composeExtension({ context, view, treeChangeEmitter, requestsView, requestsChangeEmitter, activationMs })),
		));

	for (const id of Object.values(commandIds)) {
		context.subscriptions.push(
			vscode.commands.registerCommand(id, async (argument?: unknown, selection?: unknown) =>
				(await loadServices()).runCommand(id, argument, selection),
			),
		);
	}
	for (const id of [viewIds.wizard, viewIds.details, viewIds.review]) {
		context.subscriptions.push(
			vscode.window.registerWebviewPanelSerializer(id, {
				deserializeWebviewPanel: async (panel, state) => (await loadServices()).restorePanel[id](panel, state),
			}),
		);
	}
	let startTimer: NodeJS.Immediate | undefined;
	const started = new Promise<void>((resolve) => (startTimer = setImmediate(resolve)));
	void started.then(async () => (await loadServices()).startBackgroundWork());
	context.subscriptions.push(
		...[treeChangeEmitter, view, requestsChangeEmitter, requestsView, { dispose: () => clearImmediate(startTimer) }],
		registerKeys(async () => (await loadServices()).loadKeys()),
		registerAgents(context, async () => (await loadServices()).loadAgents(), started),
	);
	const activationMs = performance.now() - start;
	return createDeferredApi(
		context,
		async () => (await loadServices()).api,
		() => services?.api,
	);
}

/** Registers what a program's start needs, which can be before VS Code has finished its own start. */
function registerKeys(loadKeys: ExtensionServices['loadKeys']): vscode.Disposable {
	return vscode.Disposable.from(
		vscode.debug.registerDebugConfigurationProvider('*', {
			resolveDebugConfigurationWithSubstitutedVariables: async (folder, configuration) =>
				(await loadKeys()).insertDebugKeys(configuration, folder),
		}),
		vscode.tasks.registerTaskProvider(TASK_TYPE, {
			provideTasks: () => [],
			resolveTask: async (task) => (await loadKeys()).resolveTask(task),
		}),
		vscode.commands.registerCommand(RESOLVE_COMMAND, async (argument?: unknown) => (await loadKeys()).resolveInput(argument)),
	);
}

/** The view of requests. It's loaded once VS Code shows it. */
function createRequestsView(
	onDidChangeTreeData: vscode.Event<undefined>,
	loadRequests: () => ReturnType<ExtensionServices['loadRequests']>,
): vscode.TreeView<RequestRow> {
	return vscode.window.createTreeView<RequestRow>(viewIds.requests, {
		treeDataProvider: {
			onDidChangeTreeData,
			getChildren: async (row) => (await loadRequests()).getChildren(row),
			getTreeItem: async (row) => (await loadRequests()).getTreeItem(row),
			resolveTreeItem: async (item, row) => (await loadRequests()).resolveTreeItem(item, row),
		},
	});
}

export async function deactivate(): Promise<void> {
	await services?.saveBeforeExit();
}
