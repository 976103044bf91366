import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useDates } from './language';
import { useNow } from './useNow';

/** When a token ends, as a date and in words. */
export function Expiry({ date: iso }: { readonly date: string | null }): VNode {
	const now = useNow();
	const { date, relative } = useDates();
	return iso === null ? (
		<>{l10n.t('Never')}</>
	) : (
		<>
			{date(iso)} <span class="muted">({relative(iso, now)})</span>
		</>
	);
}
