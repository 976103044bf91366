import * as vscode from 'vscode';
import { escapeLabel } from './localization';
import type { Finding } from '../requestFiles/findings';

/** What a finding says, and what can be done about it. */
export function findingText(finding: Finding): string {
	switch (finding.kind) {
		case 'plain-key':
			return finding.sourceToken
				? vscode.l10n.t(
						'The API key of the token “{0}” stands here in plain text. Take it out of the file, and rotate the token if others have seen it.',
						escapeLabel(finding.sourceToken.token.name),
					)
				: vscode.l10n.t('An API key stands here in plain text. Take it out of the file, and rotate its token if others have seen it.');
		case 'unknown-token':
			return vscode.l10n.t(
				'There is no token {0} here, so the request is sent without a key. Refer to another token, or import its key.',
				finding.tokenId,
			);
		case 'disabled':
			return vscode.l10n.t(
				'The token “{0}” is disabled, so the request is sent without a key. Enable it.',
				escapeLabel(finding.sourceToken.token.name),
			);
		case 'expired':
			return vscode.l10n.t(
				'The token “{0}” has expired, so the request is sent without a key. Rotate it.',
				escapeLabel(finding.sourceToken.token.name),
			);
		case 'expiring':
			return vscode.l10n.t('The token “{0}” expires soon. Renew it.', escapeLabel(finding.sourceToken.token.name));
		case 'not-covered':
			return finding.modules.length > 0
				? vscode.l10n.t(
						'The token “{0}” lacks the module {1}, so this request is refused. Edit its permissions, or refer to another token.',
						escapeLabel(finding.sourceToken.token.name),
						finding.modules.map((id) => finding.sourceToken.source.getModuleName(id)).join(' / '),
					)
				: vscode.l10n.t(
						'No module covers this path, so only a token with all modules may make this request, and “{0}” has not all of them.',
						escapeLabel(finding.sourceToken.token.name),
					);
	}
}

const SEVERITY_BY_KIND: Record<Finding['kind'], vscode.DiagnosticSeverity> = {
	'plain-key': vscode.DiagnosticSeverity.Warning,
	'unknown-token': vscode.DiagnosticSeverity.Error,
	disabled: vscode.DiagnosticSeverity.Error,
	expired: vscode.DiagnosticSeverity.Error,
	expiring: vscode.DiagnosticSeverity.Information,
	'not-covered': vscode.DiagnosticSeverity.Warning,
};

/** Says whose diagnostics they are in the Problems panel. */
export const DIAGNOSTIC_SOURCE = 'Connect Tokens';

export function toDiagnostic(finding: Finding, range: vscode.Range, text = findingText(finding)): vscode.Diagnostic {
	const diagnostic = new vscode.Diagnostic(range, text, SEVERITY_BY_KIND[finding.kind]);
	diagnostic.source = DIAGNOSTIC_SOURCE;
	diagnostic.code = finding.kind;
	return diagnostic;
}
