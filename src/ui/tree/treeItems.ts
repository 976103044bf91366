import * as vscode from 'vscode';
import { SourceNode, type NodeContent, type TokensTreeNode, type TokenTooltip } from '../../models/treeNodes';
import { toThemeIcon } from '../themeIcons';

export function toTreeItem(node: TokensTreeNode, content: NodeContent): vscode.TreeItem {
	const { label, icon, accessibleLabel, command, ...properties } = content;
	const { Expanded, None } = vscode.TreeItemCollapsibleState;
	const item = new vscode.TreeItem(label, node instanceof SourceNode ? Expanded : None);
	return Object.assign(item, properties, {
		iconPath: toThemeIcon(icon),
		accessibilityInformation: { label: accessibleLabel },
		...(command && { command: { title: '', command: command[0], arguments: [command[1]] } }),
	});
}

/** Escapes the texts, because a name can contain Markdown. */
export function toMarkdown({ title, description, properties }: TokenTooltip): vscode.MarkdownString {
	const markdown = new vscode.MarkdownString();
	markdown.appendMarkdown('**').appendText(title).appendMarkdown('**\n\n');
	if (description) {
		markdown.appendText(description).appendMarkdown('\n\n');
	}
	for (const [label, value] of properties) {
		markdown.appendMarkdown(`- **${label}:** `).appendText(value).appendMarkdown('\n');
	}
	return markdown;
}
