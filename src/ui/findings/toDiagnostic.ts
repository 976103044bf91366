import * as vscode from 'vscode';
import type { Finding } from '../../domain/finding';
import { findingText } from '../../models/findingTexts';

const SEVERITY_BY_KIND: Record<Finding['kind'], vscode.DiagnosticSeverity> = {
	'plain-key': vscode.DiagnosticSeverity.Warning,
	'unknown-token': vscode.DiagnosticSeverity.Error,
	disabled: vscode.DiagnosticSeverity.Error,
	expired: vscode.DiagnosticSeverity.Error,
	expiring: vscode.DiagnosticSeverity.Information,
	'not-covered': vscode.DiagnosticSeverity.Warning,
};

/** Source of our diagnostics in the Problems panel. */
export const DIAGNOSTIC_SOURCE = 'Connect Tokens';

/** Creates the diagnostic that shows `finding` at `range`. */
export function toDiagnostic(finding: Finding, range: vscode.Range, text = findingText(finding)): vscode.Diagnostic {
	const diagnostic = new vscode.Diagnostic(range, text, SEVERITY_BY_KIND[finding.kind]);
	diagnostic.source = DIAGNOSTIC_SOURCE;
	diagnostic.code = finding.kind;
	return diagnostic;
}
