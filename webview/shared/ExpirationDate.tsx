import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { formatDate, formatRelative } from './localeFormats';
import { useNow } from './useNow';

/**
 * An expiration date, also relative to now.
 * @param iso ISO 8601; null for no expiration
 */
export function ExpirationDate({ iso }: { readonly iso: string | null }): VNode {
	const now = useNow();
	return iso === null ? (
		<>{l10n.t('Never')}</>
	) : (
		<>
			{formatDate(iso)} <span class="muted">({formatRelative(iso, now)})</span>
		</>
	);
}
