import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import type { Token } from '../../domain/token';
import { SourceNode, TokenNode, type TokensTreeNode } from './nodes';

/** What the Tokens view shows: sources, and under each its tokens. With no token at all it is empty. */
export class TokensTree implements vscode.TreeDataProvider<TokensTreeNode>, vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<undefined>();
	#listening: { dispose(): void } | undefined;
	readonly #read = new vscode.EventEmitter<void>();
	readonly onDidChangeTreeData = this.#changed.event;
	/** Fires whenever the tokens have been read, or could not be. */
	readonly onDidRead = this.#read.event;

	constructor(
		private readonly source: TokenSource,
		private readonly clock: Clock,
	) {}

	async getChildren(node?: TokensTreeNode): Promise<TokensTreeNode[]> {
		if (node instanceof TokenNode) {
			return [];
		}
		this.#listening ??= this.source.onDidChange(() => this.#changed.fire(undefined));
		const tokens = await this.#list();
		if (node === undefined) {
			return tokens.length > 0 ? [new SourceNode()] : [];
		}
		const now = this.clock();
		return [...tokens].sort(byName).map((token) => new TokenNode(token, now));
	}

	async #list(): Promise<readonly Token[]> {
		try {
			return await this.source.list();
		} catch {
			// The source keeps the reason, and the view shows it.
			return [];
		} finally {
			this.#read.fire();
		}
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
		this.#listening?.dispose();
		this.#changed.dispose();
		this.#read.dispose();
	}
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function byName(a: Token, b: Token): number {
	return names.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}
