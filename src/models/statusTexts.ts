import * as l10n from '@vscode/l10n';
import { isUsable, type Token, type TokenStatus } from '../domain/token';
import { escapeLabel } from './localization';

/** Codicon of each status, and its theme color in the tree. */
export const STATUS_ICONS: Record<TokenStatus, readonly [icon: string, color: string]> = {
	active: ['pass', 'testing.iconPassed'],
	expiring: ['warning', 'list.warningForeground'],
	revitalised: ['sync', 'charts.blue'],
	expired: ['error', 'list.errorForeground'],
	inactive: ['circle-slash', 'disabledForeground'],
	other: ['question', 'disabledForeground'],
};

/** The codicon of a token's status and its theme color. A lease is meant to end, so that isn't an error. */
export function statusIcon({ status, lease }: Pick<Token, 'status' | 'lease'>): readonly [icon: string, color: string] {
	return lease && status === 'expired' ? STATUS_ICONS.inactive : STATUS_ICONS[status];
}

/** Like `statusIcon`, but with an icon of its own for leases that agents can use. */
export function tokenIcon(token: Pick<Token, 'status' | 'lease'>): readonly [icon: string, color: string] {
	return token.lease && isUsable(token) ? ['hubot', STATUS_ICONS[token.status][1]] : statusIcon(token);
}

/** Label of a status. The platform shows `inactive` as Disabled. */
export function statusText({ status, platformStatus, lease }: Pick<Token, 'status' | 'platformStatus' | 'lease'>): string {
	switch (status) {
		case 'active':
			return l10n.t('Active');
		case 'expiring':
			return l10n.t('Expiring');
		case 'revitalised':
			return l10n.t('Revitalised');
		case 'expired':
			return lease ? l10n.t('Ended') : l10n.t('Expired');
		case 'inactive':
			return l10n.t('Disabled');
		case 'other':
			return platformStatus === undefined ? l10n.t('Other') : escapeLabel(platformStatus);
	}
}

/** Label of a token's expiration date. A lease ends. */
export function expirationLabel({ status, lease }: Pick<Token, 'status' | 'lease'>): string {
	return lease === undefined ? l10n.t('Expires') : status === 'expired' ? l10n.t('Ended') : l10n.t('Ends');
}
