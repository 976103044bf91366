import * as l10n from '@vscode/l10n';
import type { RefObject, VNode } from 'preact';
import { menuCommandLabel, type MenuCommand } from '../../src/models/tokenMenu';
import { formatDate, formatRelative } from '../shared/localeFormats';
import { Button } from '../shared/toolkit';
import { useNow } from '../shared/useNow';
import type { DetailsSectionProps } from './sectionProps';

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
	readonly command?: MenuCommand | 'endPreviousKey' | undefined;
}

/** What a status that needs attention means, with the action that it needs. Not shown for any other status. */
export function StatusBanner({ button, onDialog, ...props }: StatusBannerProps): VNode | null {
	const banner = getBanner(props, useNow());
	if (!banner) {
		return null;
	}
	const { kind, title, text, command } = banner;
	return (
		<section class={`notice notice-${kind}`} aria-label={title}>
			<span class={`codicon codicon-${kind}`} aria-hidden="true" />
			<div class="notice-text">
				<strong>{title}</strong>
				<p>{text}</p>
			</div>
			{command && (
				<Button
					elementRef={button}
					onClick={() => {
						if (command !== 'enableToken' && command !== 'endPreviousKey') {
							onDialog();
						}
						props.details.run(command);
					}}
				>
					{command === 'endPreviousKey' ? l10n.t('End Previous Key Now') : menuCommandLabel(command)}
				</Button>
			)}
		</section>
	);
}

function getBanner({ snapshot: { actions, source }, token }: DetailsSectionProps, now: Date): Banner | undefined {
	const { status, expirationDate } = token;
	switch (status) {
		case 'expired':
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
				? undefined
				: {
						kind: 'warning',
						title: l10n.t('This token expires {0}.', formatRelative(expirationDate, now)),
						text: l10n.t('Renew it to get a new API key now. The current key stays valid until {0}.', formatDate(expirationDate)),
						command: actions.includes('renew') ? 'renewToken' : undefined,
					};
		case 'revitalised':
			return expirationDate === null
				? undefined
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
			return undefined;
	}
}
