import * as l10n from '@vscode/l10n';
import type { Token } from '../domain/token';

/** How many tokens need attention. Disabled tokens and leases don't. */
export interface ExpiryCounts {
	readonly expired: number;
	readonly expiring: number;
}

export function countExpiring(tokens: readonly Token[]): ExpiryCounts {
	const count = (status: Token['status']) => tokens.filter((token) => token.status === status && !token.lease).length;
	return { expired: count('expired'), expiring: count('expiring') };
}

/** What the badge and the status bar item show. */
export interface ExpiryIndicators {
	readonly badge: { readonly value: number; readonly tooltip: string };
	readonly statusBar: {
		readonly text: string;
		readonly tooltip: string;
		readonly accessibleLabel: string;
		readonly themeColor: string;
	};
}

/** Returns undefined if no token needs attention. */
export function expiryIndicators(counts: ExpiryCounts): ExpiryIndicators | undefined {
	const { expired, expiring } = counts;
	if (expired + expiring === 0) {
		return undefined;
	}
	const text = expiryCountsText(counts);
	const label = l10n.t('API tokens: {0}', text);
	return {
		badge: { value: expired + expiring, tooltip: label },
		statusBar: {
			text: `$(key) ${text}`,
			tooltip: l10n.t('API tokens: {0}. Click to show them.', text),
			accessibleLabel: label,
			themeColor: `statusBarItem.${expired > 0 ? 'error' : 'warning'}Background`,
		},
	};
}

/** "1 expired, 2 expiring", without the part whose count is 0. */
function expiryCountsText({ expired, expiring }: ExpiryCounts): string {
	return [
		...(expired > 0 ? [expired === 1 ? l10n.t('1 expired') : l10n.t('{0} expired', expired)] : []),
		...(expiring > 0 ? [l10n.t('{0} expiring', expiring)] : []),
	].join(', ');
}
