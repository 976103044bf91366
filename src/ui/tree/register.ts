import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { views } from '../ids';
import { TokensTree } from './tokensTree';

/** The Tokens view. */
export function registerTree(context: vscode.ExtensionContext, source: TokenSource, clock: Clock): void {
	const tree = new TokensTree(source, clock);
	const view = vscode.window.createTreeView(views.tokens, { treeDataProvider: tree });
	context.subscriptions.push(tree, view);
}
