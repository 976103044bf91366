import * as vscode from 'vscode';
import type { ConnectTokensApi } from './api';
import { createDeferredApi } from './deferredApi';
import type { ExtensionServices } from './main';
import { commandIds, viewIds } from './models/manifestIds';
import type { TokensTreeNode } from './ui/tree/treeNodes';

/** What stands behind the things registered, once it has been loaded. */
let services: ExtensionServices | undefined;

/**
 * Registers what the manifest declares, and nothing more: all that stands behind it lies in a bundle of its own, which is loaded
 * when something is used, or once the editor has started. Reading a bundle costs more than running this.
 */
export function activate(context: vscode.ExtensionContext): ConnectTokensApi {
	const treeChangeEmitter = new vscode.EventEmitter<TokensTreeNode[] | undefined>();
	const view = vscode.window.createTreeView<TokensTreeNode>(viewIds.tokens, {
		canSelectMany: true,
		treeDataProvider: {
			onDidChangeTreeData: treeChangeEmitter.event,
			getChildren: async (node) => (await loadServices()).tree.getChildren(node),
			getTreeItem: (node) => node,
			// Only accounts are ever revealed, and nothing is above them.
			getParent: () => undefined,
			resolveTreeItem: async (item, node) => (await loadServices()).tree.resolveTreeItem(item, node),
		},
	});
	let loadingServices: Promise<ExtensionServices> | undefined;
	const loadServices = (): Promise<ExtensionServices> =>
		(loadingServices ??= import('./main').then(({ composeExtension: compose }) => (services = compose(context, view, treeChangeEmitter))));

	for (const id of Object.values(commandIds)) {
		context.subscriptions.push(
			vscode.commands.registerCommand(id, async (argument?: unknown, selection?: unknown) =>
				(await loadServices()).runCommand(id, argument, selection),
			),
		);
	}
	for (const id of [viewIds.wizard, viewIds.details]) {
		context.subscriptions.push(
			vscode.window.registerWebviewPanelSerializer(id, {
				deserializeWebviewPanel: async (panel, state) => (await loadServices()).restorePanel[id](panel, state),
			}),
		);
	}
	const startTimer = setImmediate(() => void loadServices().then((main) => main.startBackgroundWork()));
	context.subscriptions.push(treeChangeEmitter, view, { dispose: () => clearImmediate(startTimer) });
	return createDeferredApi(
		context,
		async () => (await loadServices()).api,
		() => services?.api,
	);
}

export async function deactivate(): Promise<void> {
	await services?.stopGateway();
}
