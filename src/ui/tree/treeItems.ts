import * as vscode from 'vscode';
import type { NodeContent } from '../../models/treeNodes';
import { toThemeIcon } from '../themeIcons';

export function toTreeItem({ label, icon, isExpanded, accessibleLabel, command, ...properties }: NodeContent): vscode.TreeItem {
	const { Expanded, None } = vscode.TreeItemCollapsibleState;
	return Object.assign(new vscode.TreeItem(label, isExpanded ? Expanded : None), properties, {
		iconPath: toThemeIcon(icon),
		accessibilityInformation: { label: accessibleLabel },
		...(command && { command: { title: '', command: command[0], arguments: [command[1]] } }),
	});
}
