import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useDateFormats } from './localeFormats';
import { useNow } from './useNow';

/** When a token ends, as a date and in words. */
export function ExpirationDate({ formatDate: iso }: { readonly formatDate: string | null }): VNode {
	const now = useNow();
	const { formatDate, formatRelative } = useDateFormats();
	return iso === null ? (
		<>{l10n.t('Never')}</>
	) : (
		<>
			{formatDate(iso)} <span class="muted">({formatRelative(iso, now)})</span>
		</>
	);
}
