import * as l10n from '@vscode/l10n';
import type { RefObject, VNode } from 'preact';
import type { ShownKey } from '../../src/protocol/details';
import { Expiry } from '../shared/Expiry';
import { Fact, Facts } from '../shared/Facts';
import { MenuButton } from '../shared/MenuButton';
import { StatusBadge } from '../shared/StatusBadge';
import { Button } from '../shared/toolkit';
import { actionLabel } from './actionTexts';
import type { PartProps } from './Details';
import { keyName } from './keyName';

export interface HeadProps extends PartProps {
	readonly editButton: RefObject<HTMLElement | null>;
	readonly menuButton: RefObject<HTMLButtonElement | null>;
}

/** The menu's actions in its order. */
const MENU = ['rotate', 'renew', 'disable', 'enable', 'delete'] as const;

/** What the token is, at a glance, and what can be done with it. */
export function Head({ details, snapshot: { actions, allModules, keys, source }, token, editButton, menuButton }: HeadProps): VNode {
	const items = MENU.filter((action) => actions.includes(action)).map((action) => ({
		id: action,
		label: actionLabel(action),
		onSelect: () => (action === 'rotate' || action === 'renew' ? details.begin(action) : details.run(action)),
	}));
	return (
		<header>
			<div class="title">
				<h1 dir="auto">{token.name}</h1>
				{!details.edit && (
					<div class="actions">
						{actions.includes('edit') && (
							<Button elementRef={editButton} onClick={() => details.begin('edit')}>
								{l10n.t('Edit')}
							</Button>
						)}
						{items.length > 0 && <MenuButton label={l10n.t('More Actions')} buttonRef={menuButton} items={items} />}
					</div>
				)}
			</div>
			<Facts inline>
				<Fact label={l10n.t('ID')}>{token.id}</Fact>
				{source.account !== null && <Fact label={l10n.t('Account')}>{source.account}</Fact>}
				<Fact label={l10n.t('Status')}>
					<span role="status">
						<StatusBadge {...token} />
					</span>
				</Fact>
				<Fact label={l10n.t('Extension')}>{token.extension.name}</Fact>
				<Fact label={l10n.t('Permissions')}>{reachText(token.permissions, allModules)}</Fact>
				<Fact label={l10n.t('Expires')}>{keys.length > 1 ? <BothExpiries keys={keys} /> : <Expiry date={token.expirationDate} />}</Fact>
			</Facts>
			{token.status === 'other' && (
				<p class="lead">
					{l10n.t('This status is not known here, so that the token can be read and deleted, but not changed. Change it on the platform.')}
				</p>
			)}
		</header>
	);
}

function BothExpiries({ keys }: { readonly keys: readonly ShownKey[] }): VNode {
	return (
		<>
			{[...keys].reverse().map(({ which, expirationDate }) => (
				<div key={which}>
					{keyName(which)}: <Expiry date={expirationDate} />
				</div>
			))}
		</>
	);
}

function reachText(permissions: readonly string[], allModules: string): string {
	if (permissions.includes(allModules)) {
		return l10n.t('Full');
	}
	return permissions.length === 1 ? l10n.t('1 module') : l10n.t('{0} modules', permissions.length);
}
