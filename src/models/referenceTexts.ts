import * as l10n from '@vscode/l10n';
import { isUsable } from '../domain/token';
import { findActionProblem } from '../domain/tokenLifecycle';
import type { HostVerdict } from '../domain/tokenHosts';
import type { Recipient } from '../domain/tokenRecipients';
import type { SourceToken } from '../domain/tokenSources';
import { escapeMarkdown } from './escapeMarkdown';
import { escapeLabel, localizeProblem } from './localization';
import { commandIds } from './manifestIds';
import type { ExposeKeys } from './settings';
import { statusText } from './statusTexts';
import { withheldKeyProblem, wrongRecipientProblem } from './tokenHostTexts';
import { accountLabels, dateTimeText, relativeExpirationText, permissionsList, statusMarkdown } from './tokenTexts';

/** A link in a reference's hover. */
export interface ReferenceLink {
	readonly text: string;
	readonly command: (typeof REFERENCE_LINK_COMMANDS)[number];
	readonly argument: object;
}

/** The only commands that a hover may link to, because it includes text that others may have written. */
export const REFERENCE_LINK_COMMANDS = [commandIds.openDetails, commandIds.renewToken, commandIds.replaceReference] as const;

/** Describes a token in Markdown, without its key: name, ID, account, status, expiration, and permissions. */
export function tokenMarkdown({ source, token }: SourceToken, now: Date): string {
	const { expirationDate } = token;
	return [
		[`**${escapeMarkdown(token.name)}**`, token.id, ...accountLabels(source).map(escapeMarkdown)].join(' · '),
		[statusMarkdown(token), relativeExpirationText(token, now), ...(expirationDate === null ? [] : [dateTimeText(expirationDate)])].join(
			' · ',
		),
		`${l10n.t('Permissions')}: ${escapeMarkdown(permissionsList(token.permissions, source))}`,
	].join('\n\n');
}

/** Describes, in Markdown, a reference to a token that doesn't exist. */
export function unknownTokenMarkdown(tokenId: string): string {
	return `$(question) ${l10n.t("Token {0} wasn't found, so the request will be sent without an API key.", tokenId)}`;
}

/** What decides whether the key of a usable token is exposed to a client. */
export interface ExposureContext {
	readonly isTrusted: boolean;
	/** Whether the document is a file of the workspace or unsaved. */
	readonly isInWorkspace: boolean;
	readonly exposeKeys: ExposeKeys;
	/** About the requests that use the token; undefined if none does. */
	readonly verdict: HostVerdict | undefined;
	/** What the verdict's host is, if it doesn't accept the token. */
	readonly wrongRecipient?: Recipient | undefined;
}

/** Why a client that sends the request won't get the token's key; undefined if it will. */
export function missingKeyReason(
	sourceToken: SourceToken,
	{ isTrusted, isInWorkspace, exposeKeys, verdict, wrongRecipient }: ExposureContext,
): string | undefined {
	const { token } = sourceToken;
	if (!isUsable(token)) {
		return l10n.t('The request will be sent without an API key because the token is disabled or expired.');
	}
	if (!isTrusted) {
		return l10n.t("The request will be sent without an API key because this workspace isn't trusted.");
	}
	const withheld =
		verdict?.kind === 'foreign' && wrongRecipient
			? wrongRecipientProblem(sourceToken, wrongRecipient, verdict.host)
			: verdict && withheldKeyProblem(token, verdict);
	if (withheld) {
		return localizeProblem(withheld);
	}
	if (exposeKeys === 'never') {
		return l10n.t(
			'The request will be sent without an API key because the {0} setting is set to “never”.',
			'connectTokens.http.exposeKeys',
		);
	}
	if (!isInWorkspace) {
		return l10n.t("The API key is available only to “Send Request as Token” because this file isn't in the workspace.");
	}
	return exposeKeys === 'whileVisible'
		? undefined
		: l10n.t(
				'The API key is available only to “Send Request as Token” because the {0} setting is set to “onSend”.',
				'connectTokens.http.exposeKeys',
			);
}

/**
 * Links to the available actions for a reference.
 * @param location where the reference starts
 */
export function referenceLinks(
	tokenId: string,
	sourceToken: SourceToken | undefined,
	location: { readonly uri: string; readonly line: number; readonly character: number },
): readonly ReferenceLink[] {
	const argument = tokenLinkArgument(tokenId, sourceToken);
	const canRenew = sourceToken && !findActionProblem('renew', sourceToken.token);
	return [
		...(sourceToken ? [{ text: l10n.t('Details'), command: commandIds.openDetails, argument }] : []),
		...(canRenew ? [{ text: l10n.t('Renew'), command: commandIds.renewToken, argument }] : []),
		{ text: l10n.t('Change Referenced Token'), command: commandIds.replaceReference, argument: { isFromLink: true, ...location } },
	];
}

/** Argument of a link that runs a command for a token. */
export function tokenLinkArgument(tokenId: string, sourceToken: SourceToken | undefined) {
	return { tokenId, ...(sourceToken && { sourceId: sourceToken.source.id }), isFromLink: true };
}

/** Text of the inlay hint after a reference. */
export function inlayHintText(sourceToken: SourceToken | undefined): string {
	return sourceToken
		? [escapeLabel(sourceToken.token.name), statusText(sourceToken.token), ...accountLabels(sourceToken.source)].join(' · ')
		: l10n.t('unknown token');
}

/**
 * Texts of the completion item that inserts `reference` to a token.
 * @param verdict about the request; undefined outside of requests
 */
export function completionTexts({ source, token }: SourceToken, reference: string, verdict: HostVerdict | undefined) {
	const name = escapeLabel(token.name);
	const isWithheld = verdict !== undefined && verdict.kind !== 'allowed';
	return {
		label: name,
		description: [token.id, statusText(token), ...accountLabels(source), ...(isWithheld ? [l10n.t('not allowed for this host')] : [])].join(
			' · ',
		),
		// VS Code filters by what's already in the range, which may be a name or a reference.
		filterText: `${reference} ${name} ${token.id}`,
		// Tokens that can't be used for the request come last.
		sortText: `${isUsable(token) && !isWithheld ? 0 : 1} ${name.toLocaleLowerCase()}`,
	};
}
