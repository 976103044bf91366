import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Token } from '../../src/domain/token';
import { actionTitle } from '../../src/models/actionTitles';
import type { DetailsSnapshot } from '../../src/protocol/detailsMessages';
import { ExpirationField } from '../shared/ExpirationField';
import { focusFirstError } from '../shared/Field';
import { formatDate } from '../shared/localeFormats';
import { FailureNotice } from '../shared/Notice';
import { Button } from '../shared/toolkit';
import { useChangeEffect } from '../shared/useChangeEffect';
import { useNow } from '../shared/useNow';
import type { DetailsPeer } from './detailsPeer';
import type { DetailsSectionProps } from './sectionProps';
import type { DetailsState } from './detailsState';
import { TokenUses } from './TokenUses';

export interface ReplaceKeyDialogProps extends DetailsSectionProps {
	readonly peer: DetailsPeer;
	readonly replacement: NonNullable<DetailsState['replacement']>;
}

/** Asks for the expiration of the new key before a rotation or renewal. */
export function ReplaceKeyDialog({ details, peer, snapshot, token, replacement: { action, expiration } }: ReplaceKeyDialogProps): VNode {
	const { errors, failure, lifetimeMs, isPending, errorCount } = details;
	const dialog = useRef<HTMLDialogElement>(null);
	const heading = useRef<HTMLHeadingElement>(null);
	const now = useNow();
	useLayoutEffect(() => {
		dialog.current?.showModal();
		heading.current?.focus();
	}, []);
	useChangeEffect(() => focusFirstError(dialog.current ?? document), errorCount);
	const sameLifetimeEnd = typeof lifetimeMs !== 'number' ? undefined : new Date(now.getTime() + lifetimeMs).toISOString();
	return (
		<dialog
			ref={dialog}
			aria-labelledby="replace-heading"
			aria-describedby="replace-effect"
			onCancel={(event) => {
				event.preventDefault();
				if (!isPending) {
					details.cancelReplacement();
				}
			}}
			onClose={details.cancelReplacement}
		>
			<h2 id="replace-heading" tabIndex={-1} ref={heading}>
				{actionTitle(action)}
			</h2>
			<p class="lead" dir="auto">
				{token.name} ({token.id})
			</p>
			<p class="lead" id="replace-effect">
				{action === 'rotate' ? rotationEffectText(token, snapshot) : renewalEffectText(token)}
			</p>
			{action === 'rotate' && <TokenUses peer={peer} />}
			<h3 id="replace-expiration">{l10n.t('Expiration of the new key')}</h3>
			<ExpirationField
				presets={snapshot.presets}
				sameLifetime={
					sameLifetimeEnd === undefined ? undefined : { end: sameLifetimeEnd, onChoose: () => details.chooseExpiration({ kind: 'same' }) }
				}
				value={expiration}
				error={errors.expirationDate}
				labelledBy="replace-expiration"
				onChange={details.chooseExpiration}
				onEnter={details.replaceKey}
			/>
			{failure && <FailureNotice failure={failure} onRetry={details.retry} />}
			<div class="actions">
				<Button primary disabled={isPending} onClick={details.replaceKey}>
					{action === 'rotate' ? l10n.t('Rotate') : l10n.t('Renew')}
				</Button>
				<Button disabled={isPending} onClick={details.cancelReplacement}>
					{l10n.t('Cancel')}
				</Button>
			</div>
		</dialog>
	);
}

function rotationEffectText({ status }: Token, { keys }: DetailsSnapshot): string {
	if (status === 'expired') {
		return l10n.t('A new key replaces the expired one, and the token becomes active again.');
	}
	if (keys.length > 1) {
		return l10n.t('A new key replaces both current keys, which stop working immediately.');
	}
	return status === 'inactive'
		? l10n.t('A new key replaces the current one. The token stays disabled.')
		: l10n.t('A new key replaces the current one, which stops working immediately.');
}

function renewalEffectText({ expirationDate }: Token): string | null {
	return expirationDate && l10n.t('The token gets a new key. The current key stays valid until {0}.', formatDate(expirationDate));
}
