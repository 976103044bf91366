import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Token } from '../../src/domain/token';

/** The same icons as in the tree. */
const STATUS_ICONS: Record<Token['status'], string> = {
	active: 'pass',
	expiring: 'warning',
	revitalised: 'sync',
	expired: 'error',
	inactive: 'circle-slash',
	other: 'question',
};

export function StatusBadge({ status, platformStatus }: Pick<Token, 'status' | 'platformStatus'>): VNode {
	return (
		<span class={`status status-${status}`}>
			<span class={`codicon codicon-${STATUS_ICONS[status]}`} aria-hidden="true" />
			{platformStatus ?? statusLabel(status)}
		</span>
	);
}

function statusLabel(status: Token['status']): string {
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
			return l10n.t('Other');
	}
}
