import * as vscode from 'vscode';
import type * as onDemand from '../onDemand';

/** Loads the code that only a few commands need. Its bundle has a copy of the module with the language, so the language is set there, too. */
export async function loadOnDemand(): Promise<typeof onDemand> {
	const code = await import('../onDemand');
	code.setLanguage(vscode.env.language, vscode.l10n.bundle);
	return code;
}
