import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import type { Token } from '../../domain/token';
import { SourceNode, TokenNode, type TokensTreeNode } from './nodes';

/** The Tokens view: sources, and under each its tokens. With no token at all it is empty, which shows the welcome. */
export class TokensTree implements vscode.TreeDataProvider<TokensTreeNode>, vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<undefined>();
	readonly #listening: { dispose(): void };
	readonly onDidChangeTreeData = this.#changed.event;

	constructor(
		private readonly source: TokenSource,
		private readonly clock: Clock,
	) {
		this.#listening = source.onDidChange(() => this.#changed.fire(undefined));
	}

	async getChildren(node?: TokensTreeNode): Promise<TokensTreeNode[]> {
		if (node instanceof TokenNode) {
			return [];
		}
		const tokens = await this.source.list();
		if (node === undefined) {
			return tokens.length > 0 ? [new SourceNode()] : [];
		}
		const now = this.clock();
		return [...tokens].sort(byName).map((token) => new TokenNode(token, now));
	}

	getTreeItem(node: TokensTreeNode): vscode.TreeItem {
		return node;
	}

	/** Tooltips are made when they are asked for: a long list needs few of them. */
	resolveTreeItem(item: vscode.TreeItem, node: TokensTreeNode): vscode.TreeItem {
		if (node instanceof TokenNode) {
			item.tooltip = node.describe();
		}
		return item;
	}

	dispose(): void {
		this.#listening.dispose();
		this.#changed.dispose();
	}
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function byName(a: Token, b: Token): number {
	return names.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}
