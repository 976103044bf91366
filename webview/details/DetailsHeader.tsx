import * as l10n from '@vscode/l10n';
import type { RefObject, VNode } from 'preact';
import { getTokenMenu, menuCommandLabel } from '../../src/models/tokenMenu';
import type { MaskedKey } from '../../src/protocol/detailsMessages';
import { ExpirationDate } from '../shared/ExpirationDate';
import { DescriptionItem, DescriptionList } from '../shared/DescriptionList';
import { formatDate } from '../shared/localeFormats';
import { MenuButton } from '../shared/MenuButton';
import { StatusBadge } from '../shared/StatusBadge';
import { accessSummary } from '../../src/models/permissionTexts';
import { expirationLabel } from '../../src/models/statusTexts';
import { Button } from '../shared/toolkit';
import { ValidAt } from '../shared/ValidAt';
import type { DetailsSectionProps } from './sectionProps';
import { changesToken } from './useDetails';
import { keyLabel } from './keyLabel';

export interface DetailsHeaderProps extends DetailsSectionProps {
	readonly editButton: RefObject<HTMLElement | null>;
	readonly menuButton: RefObject<HTMLButtonElement | null>;
}

/** The token's most important properties, and its actions. */
export function DetailsHeader({
	details,
	snapshot: { actions, hasAccounts, keys, source },
	token,
	editButton,
	menuButton,
}: DetailsHeaderProps): VNode {
	const groups = getTokenMenu(actions, hasAccounts, token.lease !== undefined).map((group) =>
		group.map((command) => ({
			id: command,
			label: menuCommandLabel(command),
			isDisabled: details.isPending && changesToken(command),
			onSelect: () => details.run(command),
		})),
	);
	return (
		<header>
			<div class="title">
				<h1 dir="auto">{token.name}</h1>
				{!details.edit && (
					<div class="actions">
						{actions.includes('edit') && (
							<Button elementRef={editButton} onClick={() => details.startAction('edit')}>
								{l10n.t('Edit')}
							</Button>
						)}
						{token.lease && token.status !== 'expired' && (
							<Button disabled={details.isPending} onClick={() => details.run('endLease')}>
								{l10n.t('End Lease')}
							</Button>
						)}
						<MenuButton label={l10n.t('More Actions')} buttonRef={menuButton} groups={groups} />
					</div>
				)}
			</div>
			<ValidAt account={source.account?.name ?? null} />
			<DescriptionList isInline>
				<DescriptionItem label={l10n.t('ID')}>{token.id}</DescriptionItem>
				<DescriptionItem label={l10n.t('Status')}>
					<span role="status">
						<StatusBadge token={token} />
					</span>
				</DescriptionItem>
				{token.lease ? (
					<DescriptionItem label={l10n.t('Agent')}>
						<span class="status" dir="auto">
							<span class="codicon codicon-hubot" aria-hidden="true" />
							{token.lease.agent}
						</span>
					</DescriptionItem>
				) : (
					<DescriptionItem label={l10n.t('Extension')}>{token.extension.name}</DescriptionItem>
				)}
				<DescriptionItem label={l10n.t('Permissions')}>{accessSummary(token.permissions)}</DescriptionItem>
				<DescriptionItem label={expirationLabel(token)}>
					{keys.length > 1 ? <KeyExpirations keys={keys} /> : <ExpirationDate iso={token.expirationDate} />}
				</DescriptionItem>
				{typeof source.account?.readAt === 'string' && (
					<DescriptionItem label={l10n.t('As of')}>{formatDate(source.account.readAt)}</DescriptionItem>
				)}
			</DescriptionList>
			{token.status === 'other' && (
				<p class="lead">
					{l10n.t('This token has an unrecognized status. You can view or delete it here, but make changes in CloudBlue Connect.')}
				</p>
			)}
		</header>
	);
}

function KeyExpirations({ keys }: { readonly keys: readonly MaskedKey[] }): VNode {
	return (
		<>
			{[...keys].reverse().map(({ which, expirationDate }) => (
				<div key={which}>
					{keyLabel(which)}: <ExpirationDate iso={expirationDate} />
				</div>
			))}
		</>
	);
}
