import * as vscode from 'vscode';
import type { FindingSeverity } from '../../models/findingTexts';

/** Source of our diagnostics in the Problems panel. */
export const DIAGNOSTIC_SOURCE = 'Connect Tokens';

const DIAGNOSTIC_SEVERITIES: Readonly<Record<FindingSeverity, vscode.DiagnosticSeverity>> = {
	error: vscode.DiagnosticSeverity.Error,
	warning: vscode.DiagnosticSeverity.Warning,
	information: vscode.DiagnosticSeverity.Information,
};

/** Creates the diagnostic that shows a finding at `range`. */
export function createDiagnostic(kind: string, severity: FindingSeverity, range: vscode.Range, text: string): vscode.Diagnostic {
	const diagnostic = new vscode.Diagnostic(range, text, DIAGNOSTIC_SEVERITIES[severity]);
	diagnostic.source = DIAGNOSTIC_SOURCE;
	diagnostic.code = kind;
	return diagnostic;
}
