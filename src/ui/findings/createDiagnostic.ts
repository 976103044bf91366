import * as vscode from 'vscode';
import type { FindingSeverity } from '../../models/findingTexts';

/** Source of our diagnostics in the Problems panel. */
export const DIAGNOSTIC_SOURCE = 'Connect Tokens';

const DIAGNOSTIC_SEVERITIES: Readonly<Record<FindingSeverity, vscode.DiagnosticSeverity>> = {
	error: vscode.DiagnosticSeverity.Error,
	warning: vscode.DiagnosticSeverity.Warning,
	information: vscode.DiagnosticSeverity.Information,
};

/** Local and remote files, notebook cells, and unsaved documents, but not program output or the other side of a diff. */
export const DIAGNOSED_SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-userdata', 'vscode-notebook-cell'];

/** How long to wait after an edit before scanning the document again. */
export const DEBOUNCE_MS = 300;

/** Creates the diagnostic that shows a finding at `range`. */
export function createDiagnostic(kind: string, severity: FindingSeverity, range: vscode.Range, text: string): vscode.Diagnostic {
	const diagnostic = new vscode.Diagnostic(range, text, DIAGNOSTIC_SEVERITIES[severity]);
	diagnostic.source = DIAGNOSTIC_SOURCE;
	diagnostic.code = kind;
	return diagnostic;
}
