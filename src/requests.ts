import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Log } from './domain/log';
import type { Clock, Disposable } from './domain/ports';
import type { TokenSources } from './domain/tokenSources';
import type { GatewayController } from './gateway/gatewayController';
import type { GrantPrompts } from './models/grantAccess';
import { setLanguage } from './models/localization';
import { RequestList } from './models/requestList';
import type { RequestRow } from './models/requestRows';
import { setContext } from './ui/commands/messages';
import { currentWorkspaceLocation } from './ui/currentWorkspaceLocation';
import { RequestSharing } from './ui/requests/requestSharing';
import { requestCommands } from './ui/requests/requestCommands';
import { toTreeItem } from './ui/tree/treeItems';

/** What the Requests view needs from the extension. */
export interface RequestsHost {
	readonly context: vscode.ExtensionContext;
	readonly view: vscode.TreeView<RequestRow>;
	/** Event of the view's data provider. */
	readonly changeEmitter: vscode.EventEmitter<undefined>;
	readonly sources: TokenSources;
	readonly gateway: GatewayController;
	/** Prompts for one of several items. */
	readonly pickOne: GrantPrompts['pickOne'];
	readonly clock: Clock;
	readonly log: Log;
}

/** The Requests view's data and commands. */
export type Requests = ReturnType<typeof composeRequests>;

/** Has a bundle of its own, which is loaded when the view is shown, or when the gateway runs, whose requests other windows can show. */
export function composeRequests({ context, view, changeEmitter, sources, gateway, pickOne, clock, log }: RequestsHost) {
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	const sharing = new RequestSharing({ folder: currentWorkspaceLocation(context).folder, gateway, clock, log });
	const list = new RequestList({
		own: gateway.requests,
		openOthers: (onDidChange) => sharing.openOthers(onDidChange),
		workspace: sources.workspace,
		refresh: () => changeEmitter.fire(undefined),
	});
	// Nobody may guess an ID, see `readNodeIdPrefix`.
	const idPrefix = randomUUID();
	list.setVisible(view.visible);
	const subscriptions: readonly Disposable[] = [sharing, list, view.onDidChangeVisibility(({ visible }) => list.setVisible(visible))];
	return {
		dataProvider: {
			getChildren: (row) => {
				if (row) {
					return [];
				}
				const rows = [...list.getRows()];
				const state = list.getState();
				view.message = state.message;
				setContext(state.context);
				return rows;
			},
			getTreeItem: (row) => toTreeItem(row.describe(), idPrefix),
			resolveTreeItem: (item, row) => Object.assign(item, { tooltip: row.createTooltip() }),
		} satisfies vscode.TreeDataProvider<RequestRow>,
		commands: requestCommands({ list, view, sources, gateway, pickOne }),
		dispose: () => subscriptions.forEach((subscription) => subscription.dispose()),
	};
}
