import * as vscode from 'vscode';
import type { Clock, GatewayState } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { CommandHandler } from '../commands/commandHandlers';
import { commandIds } from '../../models/manifestIds';
import { FindingDiagnostics } from './findingDiagnostics';
import { QuickFixProvider } from './quickFixes';
import { replacePlainKey } from './replacePlainKey';
import { findKeysInWorkspace } from './findKeysInWorkspace';

/** Where findings are shown: in every file of the machine, in the cells of notebooks, and in what is not saved yet. */
const QUICK_FIX_SELECTOR = [
	{ scheme: 'file' },
	{ scheme: 'untitled' },
	{ scheme: 'vscode-remote' },
	{ scheme: 'vscode-vfs' },
	{ scheme: 'vscode-notebook-cell' },
];

/** Keys and tokens in files: what is wrong with them, what to do about it, and the search for them. */
export function setUpFindings(context: vscode.ExtensionContext, sources: TokenSources, gateway: GatewayState, clock: Clock) {
	const searchDiagnostics = vscode.languages.createDiagnosticCollection('connectTokens.search');
	const diagnostics = new FindingDiagnostics(sources, gateway, searchDiagnostics);
	context.subscriptions.push(
		searchDiagnostics,
		diagnostics,
		vscode.languages.registerCodeActionsProvider(QUICK_FIX_SELECTOR, new QuickFixProvider(sources, gateway), {
			providedCodeActionKinds: QuickFixProvider.kinds,
		}),
	);
	return {
		start: () => diagnostics.refreshAll(),
		actions: {
			[commandIds.replaceKey]: (argument) => replacePlainKey(argument, sources, clock),
			[commandIds.findKeys]: () => findKeysInWorkspace(sources, searchDiagnostics, () => diagnostics.refreshAll()),
		} satisfies Record<string, CommandHandler>,
	};
}
