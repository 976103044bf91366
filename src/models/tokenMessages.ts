import * as l10n from '@vscode/l10n';
import type { Token } from '../domain/token';
import type { HostVerdict } from '../domain/tokenHosts';
import { escapeLabel } from './localization';
import type { TerminalShell } from './terminalShell';

/** Confirms that a token was created. */
export function createdTokenText({ name, id }: Token): string {
	return l10n.t('Created token “{0}” ({1}).', escapeLabel(name), id);
}

/** Confirms that a token was imported. */
export function importedTokenText({ name, id }: Token): string {
	return l10n.t('Imported token “{0}” ({1}).', escapeLabel(name), id);
}

/**
 * Confirms that tokens were exported.
 * @param hasLeases whether the source has leases, which aren't exported
 */
export function exportedTokensText(count: number, hasLeases: boolean): string {
	const text = count === 1 ? l10n.t('Exported 1 token without its API key.') : l10n.t('Exported {0} tokens without their API keys.', count);
	return hasLeases ? `${text} ${l10n.t("Leases aren't exported.")}` : text;
}

/** Content of an exported file: the tokens as JSON. A token doesn't contain its key. */
export function formatExportedTokens(tokens: readonly Token[]): string {
	return `${JSON.stringify(tokens, undefined, '\t')}\n`;
}

/** Warns after the rotation of a token that the history of REST Client contains its key, in `requestCount` requests. */
export function historyWarningText(tokenName: string, requestCount: number): string {
	return requestCount === 1
		? l10n.t(
				'The REST Client history contains an API key for “{0}” in plain text in 1 request. Resending that request sends that key.',
				escapeLabel(tokenName),
			)
		: l10n.t(
				'The REST Client history contains an API key for “{0}” in plain text in {1} requests. Resending those requests sends that key.',
				escapeLabel(tokenName),
				requestCount,
			);
}

/** Confirms that keys were removed from the history of REST Client; says that there weren't any if `requestCount` is 0. */
export function cleanedHistoryText(requestCount: number): string {
	switch (requestCount) {
		case 0:
			return l10n.t("The REST Client history doesn't contain any API keys of your tokens.");
		case 1:
			return l10n.t('Replaced API keys with references in 1 request in the REST Client history.');
		default:
			return l10n.t('Replaced API keys with references in {0} requests in the REST Client history.', requestCount);
	}
}

/** Options of the terminal for a token, whose environment variable `CONNECT_API_KEY` is the key. */
export function tokenTerminalOptions({ name, id }: Token, authorization: string, shell: TerminalShell) {
	return {
		name: `${escapeLabel(name)} (${id})`,
		...shell,
		env: { ...shell.env, CONNECT_API_KEY: authorization },
		// VS Code saves the environment of a persistent terminal to disk.
		isTransient: true,
	};
}

/**
 * Title of the link that sends a request with the keys of `tokens`.
 * @param client name of the client that sends it; undefined if it's the only one
 * @param verdict about where the request is sent
 */
export function sendLinkTitle(tokens: readonly Token[], client: string | undefined, verdict: HostVerdict): string {
	const names = tokens.map(({ name }) => escapeLabel(name)).join(', ');
	const host = linkedHost(verdict);
	// VS Code lays out icon and text as flex items, whose outer spaces it removes, except those that don't break.
	const icon = verdict.kind === 'allowed' ? '' : '$(warning)\u00a0';
	if (host === undefined) {
		return client === undefined ? l10n.t('Send as {0}', names) : l10n.t('Send as {0} with {1}', names, client);
	}
	return `${icon}${client === undefined ? l10n.t('Send as {0} to {1}', names, host) : l10n.t('Send as {0} to {1} with {2}', names, host, client)}`;
}

/** The host to name, unless users expect no other. */
function linkedHost(verdict: HostVerdict): string | undefined {
	if (verdict.kind === 'unknown' || verdict.host === '') {
		return l10n.t('unknown host');
	}
	return verdict.kind === 'allowed' && verdict.isObvious ? undefined : escapeLabel(verdict.host);
}
