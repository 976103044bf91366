import * as vscode from 'vscode';
import type { QuickFix } from '../../models/findingFixes';

/** Creates the entry of the light bulb menu that runs a fix's command. */
export function toCodeAction(
	{ title, command, argument, isPreferred = false }: QuickFix,
	diagnostic?: vscode.Diagnostic,
): vscode.CodeAction {
	const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
	action.command = { command, title, ...(argument && { arguments: [argument] }) };
	action.diagnostics = diagnostic ? [diagnostic] : [];
	action.isPreferred = isPreferred;
	return action;
}
