import * as l10n from '@vscode/l10n';
import type { TokenSource } from '../domain/ports';
import type { TokenCopy } from '../domain/tokenCopy';
import type { ConfirmationText } from './lifecycleTexts';
import { escapeLabel } from './localization';
import { requestRuleTexts } from './requestRuleTexts';
import { sourceLabel } from './sourceTexts';
import { expirationText, permissionsList } from './tokenTexts';

/** Asks whether to create a copy of a token in another source, and says what differs from the original. */
export function copyConfirmation(
	{ draft, missingPermissions, missingRules, isExtensionReplaced }: TokenCopy,
	origin: TokenSource,
	destination: TokenSource,
	now: Date,
): ConfirmationText {
	const lines = [
		l10n.t("The copy gets its own API key. The original token isn't changed."),
		l10n.t('Expires: {0}', expirationText({ expirationDate: draft.expirationDate ?? null }, now)),
		...(isExtensionReplaced ? [l10n.t("The token's extension isn't available there, so the copy will use Custom.")] : []),
		...(missingPermissions.length > 0
			? [l10n.t("These permissions aren't available there and won't be copied: {0}.", permissionsList(missingPermissions, origin))]
			: []),
		...(missingRules
			? [l10n.t("Limits and approval aren't available there and won't be copied: {0}.", requestRuleTexts(missingRules).join(', '))]
			: []),
	];
	return {
		message: l10n.t('Create token “{0}” in “{1}”?', escapeLabel(draft.name), sourceLabel(destination)),
		detail: lines.join('\n'),
	};
}
