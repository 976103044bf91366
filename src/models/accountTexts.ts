import * as l10n from '@vscode/l10n';
import type { AccountInfo } from '../domain/ports';
import { problem } from '../domain/problems';
import type { ConfirmationText } from './lifecycleTexts';
import { escapeLabel } from './localization';

/** Confirms that an account was added. */
export function addedAccountText({ name, id }: AccountInfo): string {
	return l10n.t('Added account “{0}” ({1}).', escapeLabel(name), id);
}

/** Confirms that an account has another key. */
export function replacedAccountKeyText({ name }: AccountInfo): string {
	return l10n.t('Account “{0}” now uses the new key.', escapeLabel(name));
}

/** The platform's instructions for creating a token and copying its key. */
const KEY_INSTRUCTIONS_URL = 'https://connect.cloudblue.com/community/modules/extensions/api-tokens/';

/**
 * Links for a user who has no account key yet, in the format that VS Code renders below an input box.
 * @param tokensPageUrl where the account's tokens are in the browser; undefined if it isn't known
 */
export function accountKeyLinks(tokensPageUrl: string | undefined): string {
	const links = [
		`[${l10n.t('Where do I find a key?')}](${KEY_INSTRUCTIONS_URL})`,
		...(tokensPageUrl === undefined ? [] : [`[${l10n.t('Open in Connect')}](${tokensPageUrl})`]),
	];
	return links.join(' · ');
}

/**
 * Asks whether to remove an account.
 * @param isUpstream whether the gateway forwards requests to the account
 */
export function removeAccountConfirmation({ name, id }: AccountInfo, isUpstream: boolean): ConfirmationText {
	return {
		message: l10n.t('Remove account “{0}” ({1})?', escapeLabel(name), id),
		detail: [
			l10n.t("Its key is removed from VS Code. The account's tokens in CloudBlue Connect aren't affected."),
			...(isUpstream
				? [l10n.t('The gateway forwards requests to this account. Without it, the gateway has no upstream and echoes requests.')]
				: []),
		].join('\n\n'),
	};
}

/** Confirms that an account was removed that the gateway forwarded requests to. */
export function removedUpstreamText({ name }: AccountInfo): string {
	return l10n.t('Removed account “{0}”. The gateway has no upstream now, so it echoes requests.', escapeLabel(name));
}

/**
 * Checks that a new key of `stored` belongs to the same account.
 * @throws ProblemError if it doesn't
 */
export function assertSameAccount(verified: Pick<AccountInfo, 'id'>, stored: Pick<AccountInfo, 'id'>): void {
	if (verified.id !== stored.id) {
		throw problem(
			'This key belongs to account {0}, not {1}. Add that account, or use a key that belongs to this one.',
			verified.id,
			stored.id,
		);
	}
}

/** Confirms that the gateway at `url` uses an account as its upstream. */
export function gatewayAccountText(url: string, { name }: AccountInfo): string {
	return l10n.t(
		"The gateway at {0} now forwards requests to “{1}” using the account's key. Each workspace token is still limited to its own modules.",
		url,
		escapeLabel(name),
	);
}
