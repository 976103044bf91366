import * as vscode from 'vscode';
import type { ConnectTokensApi } from './api';
import { deferApi } from './deferredApi';
import type { Main } from './main';
import { commands, views } from './ui/ids';
import type { TokensTreeNode } from './ui/tree/nodes';

/** What stands behind the things registered, once it has been loaded. */
let opened: Main | undefined;

/**
 * Registers what the manifest declares, and nothing more: all that stands behind it lies in a bundle of its own, which is loaded
 * when something is used, or once the editor has started. Reading a bundle costs more than running this.
 */
export function activate(context: vscode.ExtensionContext): ConnectTokensApi {
	const treeChanged = new vscode.EventEmitter<TokensTreeNode[] | undefined>();
	const view = vscode.window.createTreeView<TokensTreeNode>(views.tokens, {
		canSelectMany: true,
		treeDataProvider: {
			onDidChangeTreeData: treeChanged.event,
			getChildren: async (node) => (await open()).tree.getChildren(node),
			getTreeItem: (node) => node,
			// Only accounts are ever revealed, and nothing is above them.
			getParent: () => undefined,
			resolveTreeItem: async (item, node) => (await open()).tree.resolveTreeItem(item, node),
		},
	});
	let opening: Promise<Main> | undefined;
	const open = (): Promise<Main> => (opening ??= import('./main').then(({ compose }) => (opened = compose(context, view, treeChanged))));

	for (const id of Object.values(commands)) {
		context.subscriptions.push(
			vscode.commands.registerCommand(id, async (argument?: unknown, selection?: unknown) => (await open()).run(id, argument, selection)),
		);
	}
	for (const id of [views.wizard, views.details]) {
		context.subscriptions.push(
			vscode.window.registerWebviewPanelSerializer(id, {
				deserializeWebviewPanel: async (panel, state) => (await open()).restore[id](panel, state),
			}),
		);
	}
	const starting = setImmediate(() => void open().then((main) => main.start()));
	context.subscriptions.push(treeChanged, view, { dispose: () => clearImmediate(starting) });
	return deferApi(
		context,
		async () => (await open()).api,
		() => opened?.api,
	);
}

export async function deactivate(): Promise<void> {
	await opened?.stop();
}
