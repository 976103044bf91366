import * as vscode from 'vscode';
import type { Token } from '../../domain/token';

/** How many tokens need their user: disabled ones do not. */
export interface AttentionCounts {
	readonly expired: number;
	readonly expiring: number;
}

export function countAttention(tokens: readonly Token[]): AttentionCounts {
	const count = (status: Token['status']) => tokens.filter((token) => token.status === status).length;
	return { expired: count('expired'), expiring: count('expiring') };
}

/** "1 expired, 2 expiring", without what there is none of. */
export function attentionText({ expired, expiring }: AttentionCounts): string {
	return [
		...(expired > 0 ? [vscode.l10n.t('{0} expired', expired)] : []),
		...(expiring > 0 ? [vscode.l10n.t('{0} expiring', expiring)] : []),
	].join(', ');
}
