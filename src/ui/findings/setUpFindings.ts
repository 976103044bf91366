import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { commandIds } from '../../models/manifestIds';
import type { CommandHandler } from '../commands/commandHandlers';
import { DIAGNOSED_SCHEMES } from './documentDiagnostics';
import type { FindingServices } from './documentFindings';
import { FindingDiagnostics } from './findingDiagnostics';
import { findKeysInWorkspace } from './findKeysInWorkspace';
import { QuickFixProvider } from './quickFixes';
import { replacePlainKey } from './replacePlainKey';

/** Documents with quick fixes. */
const QUICK_FIX_SELECTOR = DIAGNOSED_SCHEMES.map((scheme) => ({ scheme }));

/** Sets up diagnostics about keys and tokens in documents, their quick fixes, and the search for plain-text keys. */
export function setUpFindings(context: vscode.ExtensionContext, services: FindingServices & { readonly clock: Clock }) {
	const searchDiagnostics = vscode.languages.createDiagnosticCollection('connectTokens.search');
	const diagnostics = new FindingDiagnostics(services, searchDiagnostics);
	context.subscriptions.push(
		searchDiagnostics,
		diagnostics,
		vscode.languages.registerCodeActionsProvider(QUICK_FIX_SELECTOR, new QuickFixProvider(services), {
			providedCodeActionKinds: QuickFixProvider.kinds,
		}),
	);
	return {
		start: () => diagnostics.refreshAll(),
		actions: {
			[commandIds.replaceKey]: (argument) => replacePlainKey(argument, services),
			[commandIds.findKeys]: () => findKeysInWorkspace(services.sources, searchDiagnostics, () => diagnostics.refreshAll()),
		} satisfies Record<string, CommandHandler>,
	};
}
