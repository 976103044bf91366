import * as vscode from 'vscode';
import type { Clock, GatewayState, WorkspaceTokens } from '../../domain/ports';
import type { Action } from '../commands/actions';
import { commands } from '../ids';
import { Diagnostics } from './diagnostics';
import { QuickFixes } from './quickFixes';
import { replaceKey } from './replaceKey';
import { findKeysInWorkspace } from './searchWorkspace';

/** Where findings are shown: in every file of the machine, in the cells of notebooks, and in what is not saved yet. */
const EVERYWHERE = [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-remote' }, { scheme: 'vscode-vfs' }, { scheme: 'vscode-notebook-cell' }];

/** Keys and tokens in files: what is wrong with them, what to do about it, and the search for them. */
export function openFindings(context: vscode.ExtensionContext, source: WorkspaceTokens, gateway: GatewayState, clock: Clock) {
	const searched = vscode.languages.createDiagnosticCollection('connectTokens.search');
	const diagnostics = new Diagnostics(source, gateway, searched);
	context.subscriptions.push(
		searched,
		diagnostics,
		vscode.languages.registerCodeActionsProvider(EVERYWHERE, new QuickFixes(source, gateway), { providedCodeActionKinds: QuickFixes.kinds }),
	);
	return {
		start: () => diagnostics.lookAtAll(),
		actions: {
			[commands.replaceKey]: (argument) => replaceKey(argument, source, clock),
			[commands.findKeys]: () => findKeysInWorkspace(source, searched, () => diagnostics.lookAtAll()),
		} satisfies Record<string, Action>,
	};
}
