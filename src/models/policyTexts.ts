import * as l10n from '@vscode/l10n';

/**
 * Confirms that a policy was exported, and says how many tokens are treated differently.
 * @param folder as it's shown
 */
export function exportedPolicyText(
	folder: string,
	{ exported, denied, restricted }: { readonly exported: number; readonly denied: number; readonly restricted: number },
): string {
	return [
		exported === 1
			? l10n.t('Exported the policy of 1 token to “{0}”, without its API key.', folder)
			: l10n.t('Exported the policy of {0} tokens to “{1}”, without their API keys.', exported, folder),
		...(denied === 0 ? [] : [denied === 1 ? l10n.t('All requests of 1 token are denied there.') : l10n.t('All requests of {0} tokens are denied there.', denied)]),
		...(restricted === 0
			? []
			: [restricted === 1 ? l10n.t('The rules of 1 token are stricter there.') : l10n.t('The rules of {0} tokens are stricter there.', restricted)]),
	].join(' ');
}
