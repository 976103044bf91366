import * as l10n from '@vscode/l10n';
import type { RefObject, VNode } from 'preact';
import { menuCommandLabel, type MenuCommand } from '../../src/models/tokenMenu';
import { formatDate, formatRelative } from '../shared/localeFormats';
import { Button } from '../shared/toolkit';
import { useNow } from '../shared/useNow';
import type { DetailsSectionProps } from './sectionProps';
import type { DetailsModel } from './useDetails';

export interface StatusBannerProps extends DetailsSectionProps {
	/** The button of the banner's action. */
	readonly button: RefObject<HTMLElement | null>;
	/** Called before an action starts that opens a dialog. */
	readonly onDialog: () => void;
}

interface Banner {
	readonly kind: 'error' | 'warning' | 'info';
	readonly title: string;
	readonly text: string;
	/** Omitted if the banner only informs. */
	readonly command?: MenuCommand | 'endPreviousKey' | 'reloadAccount' | undefined;
}

/** What a status that needs attention means, with the action that it needs. Not shown for any other status. */
export function StatusBanner({ button, onDialog, ...props }: StatusBannerProps): VNode | null {
	const banner = getBanner(props, useNow());
	return banner && <BannerNotice banner={banner} button={button} onDialog={onDialog} run={props.details.run} />;
}

/** Why the account's tokens might not be current. Not shown if they could be read. */
export function AccountBanner({ details, snapshot: { source } }: DetailsSectionProps): VNode | null {
	const text = source.account?.problem;
	return typeof text === 'string' ? (
		<BannerNotice
			banner={{ kind: 'warning', title: l10n.t('This page might not be current.'), text, command: 'reloadAccount' }}
			run={details.run}
		/>
	) : null;
}

interface BannerNoticeProps extends Partial<Pick<StatusBannerProps, 'button' | 'onDialog'>> {
	readonly banner: Banner;
	readonly run: DetailsModel['run'];
}

function BannerNotice({ banner: { kind, title, text, command }, button, onDialog, run }: BannerNoticeProps): VNode {
	return (
		<section class={`notice notice-${kind}`} aria-label={title}>
			<span class={`codicon codicon-${kind}`} aria-hidden="true" />
			<div class="notice-text">
				<strong>{title}</strong>
				<p>{text}</p>
			</div>
			{command && (
				<Button
					{...(button && { elementRef: button })}
					onClick={() => {
						if (command === 'rotateToken' || command === 'renewToken') {
							onDialog?.();
						}
						run(command);
					}}
				>
					{commandLabel(command)}
				</Button>
			)}
		</section>
	);
}

function commandLabel(command: NonNullable<Banner['command']>): string {
	switch (command) {
		case 'endPreviousKey':
			return l10n.t('End Previous Key Now');
		case 'reloadAccount':
			return l10n.t('Reload');
		default:
			return menuCommandLabel(command);
	}
}

function getBanner({ snapshot: { actions, source }, token }: DetailsSectionProps, now: Date): Banner | null {
	const { status, expirationDate } = token;
	switch (status) {
		case 'expired':
			if (token.lease) {
				return {
					kind: 'info',
					title: l10n.t('This lease has ended.'),
					text: l10n.t('Requests with its API key are denied. A day after its end, the lease is deleted.'),
				};
			}
			return {
				kind: 'error',
				title: l10n.t('This token has expired.'),
				text: l10n.t('Requests with its API key are denied. Rotate the token to get a new key.'),
				command: 'rotateToken',
			};
		case 'inactive':
			return {
				kind: 'info',
				title: l10n.t('This token is disabled.'),
				text: l10n.t('Requests with its API key are denied until you enable it.'),
				command: 'enableToken',
			};
		case 'expiring':
			return expirationDate === null
				? null
				: {
						kind: 'warning',
						title: l10n.t('This token expires {0}.', formatRelative(expirationDate, now)),
						text: l10n.t('Renew it to get a new API key now. The current key stays valid until {0}.', formatDate(expirationDate)),
						command: actions.includes('renew') ? 'renewToken' : undefined,
					};
		case 'revitalised':
			return expirationDate === null
				? null
				: {
						kind: 'info',
						title: l10n.t(
							'The previous API key is valid until {0} ({1}).',
							formatDate(expirationDate),
							formatRelative(expirationDate, now),
						),
						text: source.account
							? l10n.t("Replace it with the new key wherever it's used.")
							: l10n.t("Replace it with the new key wherever it's used. You can end it now if nothing uses it anymore."),
						// The platform ends a previous key only together with the new one.
						command: source.account ? undefined : 'endPreviousKey',
					};
		default:
			return null;
	}
}
