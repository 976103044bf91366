import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { contextKeys, views } from '../ids';
import { localProblem } from '../messages';
import { TokensTree } from './tokensTree';

/** The Tokens view, with what is wrong with its source above the tokens. */
export function registerTree(context: vscode.ExtensionContext, source: TokenSource, clock: Clock): void {
	const tree = new TokensTree(source, clock);
	const view = vscode.window.createTreeView(views.tokens, { treeDataProvider: tree, canSelectMany: true });
	const showProblem = () => {
		view.message = source.problem ? localProblem(source.problem) : '';
		// With tokens that cannot be read, an invitation to create the first would be a lie.
		void vscode.commands.executeCommand('setContext', contextKeys.hasProblem, source.problem !== undefined);
	};
	context.subscriptions.push(tree, view, tree.onDidRead(showProblem));
}
