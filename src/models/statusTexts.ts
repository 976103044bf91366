import * as l10n from '@vscode/l10n';
import type { Token, TokenStatus } from '../domain/token';
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

/** Label of a status. The platform shows `inactive` as Disabled. */
export function statusText({ status, platformStatus }: Pick<Token, 'status' | 'platformStatus'>): string {
	switch (status) {
		case 'active':
			return l10n.t('Active');
		case 'expiring':
			return l10n.t('Expiring');
		case 'revitalised':
			return l10n.t('Revitalised');
		case 'expired':
			return l10n.t('Expired');
		case 'inactive':
			return l10n.t('Disabled');
		case 'other':
			return platformStatus === undefined ? l10n.t('Other') : escapeLabel(platformStatus);
	}
}
