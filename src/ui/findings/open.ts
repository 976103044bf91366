import * as vscode from 'vscode';
import type { Clock, GatewayState } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import type { Action } from '../commands/actions';
import { commands } from '../ids';
import { Diagnostics } from './diagnostics';
import { QuickFixes } from './quickFixes';
import { replaceKey } from './replaceKey';
import { findKeysInWorkspace } from './searchWorkspace';

/** Where findings are shown: in every file of the machine, in the cells of notebooks, and in what is not saved yet. */
const EVERYWHERE = [
	{ scheme: 'file' },
	{ scheme: 'untitled' },
	{ scheme: 'vscode-remote' },
	{ scheme: 'vscode-vfs' },
	{ scheme: 'vscode-notebook-cell' },
];

/** Keys and tokens in files: what is wrong with them, what to do about it, and the search for them. */
export function openFindings(context: vscode.ExtensionContext, sources: TokenSources, gateway: GatewayState, clock: Clock) {
	const searched = vscode.languages.createDiagnosticCollection('connectTokens.search');
	const diagnostics = new Diagnostics(sources, gateway, searched);
	context.subscriptions.push(
		searched,
		diagnostics,
		vscode.languages.registerCodeActionsProvider(EVERYWHERE, new QuickFixes(sources, gateway), {
			providedCodeActionKinds: QuickFixes.kinds,
		}),
	);
	return {
		start: () => diagnostics.lookAtAll(),
		actions: {
			[commands.replaceKey]: (argument) => replaceKey(argument, sources, clock),
			[commands.findKeys]: () => findKeysInWorkspace(sources, searched, () => diagnostics.lookAtAll()),
		} satisfies Record<string, Action>,
	};
}
