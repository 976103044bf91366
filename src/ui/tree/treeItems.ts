import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { NodeContent } from '../../models/treeNodes';
import { log } from '../log';
import { toThemeIcon } from '../themeIcons';

/** Key of `readNodeIdPrefix` in the workspace's state. */
const ID_PREFIX_KEY = 'tokensView.nodeIdPrefix';

/**
 * Returns a random text to put in front of the nodes' IDs. VS Code replaces an argument of a command that has a node's ID with the node, even if
 * it comes from a task of the repository, so nobody may guess an ID. Stored, because VS Code remembers expanded nodes by their IDs.
 */
export function readNodeIdPrefix(state: vscode.Memento): string {
	const stored = state.get(ID_PREFIX_KEY);
	if (v.is(v.pipe(v.string(), v.uuid()), stored)) {
		return stored;
	}
	const prefix = randomUUID();
	state.update(ID_PREFIX_KEY, prefix).then(undefined, logFailure(log, 'store the IDs of the Tokens view'));
	return prefix;
}

/** @param idPrefix see `readNodeIdPrefix` */
export function toTreeItem(
	{ id, label, icon, isExpanded, accessibleLabel, command, ...properties }: NodeContent,
	idPrefix: string,
): vscode.TreeItem {
	const { Expanded, None } = vscode.TreeItemCollapsibleState;
	return Object.assign(new vscode.TreeItem(label, isExpanded ? Expanded : None), properties, {
		id: `${idPrefix}/${id}`,
		iconPath: toThemeIcon(icon),
		accessibilityInformation: { label: accessibleLabel },
		...(command && { command: { title: '', command: command[0], arguments: [command[1]] } }),
	});
}
