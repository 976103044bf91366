import * as l10n from '@vscode/l10n';
import { escapeLabel } from './localization';
import type { Finding } from '../domain/finding';

/** What a finding says, and what can be done about it. */
export function findingText(finding: Finding): string {
	switch (finding.kind) {
		case 'plain-key':
			return finding.sourceToken
				? l10n.t(
						'Plain-text API key for token “{0}”. Remove it from this file, and rotate the token if the key might have been exposed.',
						escapeLabel(finding.sourceToken.token.name),
					)
				: l10n.t('Plain-text API key. Remove it from this file, and rotate its token if the key might have been exposed.');
		case 'unknown-token':
			return l10n.t(
				"Token {0} wasn't found, so the request will be sent without an API key. Reference another token or import its key.",
				finding.tokenId,
			);
		case 'disabled':
			return l10n.t(
				'Token “{0}” is disabled, so the request will be sent without an API key. Enable the token.',
				escapeLabel(finding.sourceToken.token.name),
			);
		case 'expired':
			return l10n.t(
				'Token “{0}” has expired, so the request will be sent without an API key. Rotate the token.',
				escapeLabel(finding.sourceToken.token.name),
			);
		case 'expiring':
			return l10n.t('Token “{0}” expires soon. Renew it.', escapeLabel(finding.sourceToken.token.name));
		case 'not-covered':
			return finding.modules.length > 0
				? l10n.t(
						"Token “{0}” doesn't have access to module {1}, so this request will be denied. Edit the token's permissions or reference another token.",
						escapeLabel(finding.sourceToken.token.name),
						finding.modules.map((id) => finding.sourceToken.source.getModuleName(id)).join(' / '),
					)
				: l10n.t(
						"This path isn't covered by any module. Only tokens with access to all modules can make this request, and “{0}” doesn't have it.",
						escapeLabel(finding.sourceToken.token.name),
					);
	}
}
