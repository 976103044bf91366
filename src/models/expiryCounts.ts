import * as l10n from '@vscode/l10n';
import type { Token } from '../domain/token';

/** How many tokens need their user: disabled ones do not. */
export interface ExpiryCounts {
	readonly expired: number;
	readonly expiring: number;
}

export function countExpiring(tokens: readonly Token[]): ExpiryCounts {
	const count = (status: Token['status']) => tokens.filter((token) => token.status === status).length;
	return { expired: count('expired'), expiring: count('expiring') };
}

/** "1 expired, 2 expiring", without what there is none of. */
export function expiryCountsText({ expired, expiring }: ExpiryCounts): string {
	return [
		...(expired > 0 ? [expired === 1 ? l10n.t('1 expired') : l10n.t('{0} expired', expired)] : []),
		...(expiring > 0 ? [l10n.t('{0} expiring', expiring)] : []),
	].join(', ');
}
