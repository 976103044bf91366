import * as vscode from 'vscode';
import { verbatim } from '../messages';
import type { Finding } from './findings';

/** What a finding says, and what can be done about it. */
export function findingText(finding: Finding): string {
	switch (finding.kind) {
		case 'plain-key':
			return finding.found
				? vscode.l10n.t(
						'The API key of the token “{0}” stands here in plain text. Take it out of the file, and rotate the token if others have seen it.',
						verbatim(finding.found.token.name),
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
				verbatim(finding.found.token.name),
			);
		case 'expired':
			return vscode.l10n.t(
				'The token “{0}” has expired, so the request is sent without a key. Rotate it.',
				verbatim(finding.found.token.name),
			);
		case 'expiring':
			return vscode.l10n.t('The token “{0}” expires soon. Renew it.', verbatim(finding.found.token.name));
		case 'not-covered':
			return finding.modules.length > 0
				? vscode.l10n.t(
						'The token “{0}” lacks the module {1}, so this request is refused. Edit its permissions, or refer to another token.',
						verbatim(finding.found.token.name),
						finding.modules.map((id) => finding.found.source.moduleName(id)).join(' / '),
					)
				: vscode.l10n.t(
						'No module covers this path, so only a token with all modules may make this request, and “{0}” has not all of them.',
						verbatim(finding.found.token.name),
					);
	}
}

const SEVERITY: Record<Finding['kind'], vscode.DiagnosticSeverity> = {
	'plain-key': vscode.DiagnosticSeverity.Warning,
	'unknown-token': vscode.DiagnosticSeverity.Error,
	disabled: vscode.DiagnosticSeverity.Error,
	expired: vscode.DiagnosticSeverity.Error,
	expiring: vscode.DiagnosticSeverity.Information,
	'not-covered': vscode.DiagnosticSeverity.Warning,
};

/** Says whose diagnostics they are in the Problems panel. */
export const SOURCE = 'Connect Tokens';

export function toDiagnostic(finding: Finding, range: vscode.Range, text = findingText(finding)): vscode.Diagnostic {
	const diagnostic = new vscode.Diagnostic(range, text, SEVERITY[finding.kind]);
	diagnostic.source = SOURCE;
	diagnostic.code = finding.kind;
	return diagnostic;
}
