import * as vscode from 'vscode';
import { findActionProblem } from '../../domain/tokenLifecycle';
import type { SourceToken } from '../../domain/tokenSources';
import { isUsable, type Token } from '../../domain/token';
import type { CommandId } from '../commands/commandHandlers';
import { commandIds } from '../../models/manifestIds';
import { escapeMarkdown } from '../../models/escapeMarkdown';
import { exposesKeys } from '../settings';
import { accountLabels, dateTimeText, expiryText, permissionsList, statusMarkdown } from '../../models/tokenTexts';
import type { TokenReference } from './tokenReferences';

/** The commands that a description links to, and no others: it shows text that somebody else may have written. */
const ENABLED_COMMANDS = [commandIds.openDetails, commandIds.renewToken, commandIds.replaceReference] as const;

/** What is to be known of a token where a document refers to it; never its key. */
export function describeToken({ source, token }: SourceToken, now: Date): vscode.MarkdownString {
	const { expirationDate } = token;
	const facts = [
		[`**${escapeMarkdown(token.name)}**`, token.id, ...accountLabels(source).map(escapeMarkdown)].join(' · '),
		[statusMarkdown(token), expiryText(token, now), ...(expirationDate === null ? [] : [dateTimeText(expirationDate)])].join(' · '),
		`${vscode.l10n.t('Permissions')}: ${escapeMarkdown(permissionsList(token.permissions, source))}`,
	];
	return new vscode.MarkdownString(facts.join('\n\n'), true);
}

/** As `describeToken`, with whether its key gets to the client and links to what can be done. */
export function describeReference(
	{ range, tokenId, sourceToken }: TokenReference,
	document: vscode.TextDocument,
	now: Date,
): vscode.MarkdownString {
	const token = sourceToken?.token;
	const text = sourceToken ? describeToken(sourceToken, now) : new vscode.MarkdownString(`$(question) ${unknownTokenText(tokenId)}`, true);
	const links = [
		...(token ? [commandLink(vscode.l10n.t('Details'), commandIds.openDetails, tokenLinkArgument(tokenId, sourceToken))] : []),
		...(token && !findActionProblem('renew', token)
			? [commandLink(vscode.l10n.t('Renew'), commandIds.renewToken, tokenLinkArgument(tokenId, sourceToken))]
			: []),
		commandLink(vscode.l10n.t('Change Token'), commandIds.replaceReference, {
			isFromLink: true,
			uri: document.uri.toString(),
			line: range.start.line,
			character: range.start.character,
		}),
	];
	const reason = token && missingKeyReason(token);
	text.appendMarkdown(`${reason === undefined ? '' : `\n\n$(info) ${reason}`}\n\n${links.join(' · ')}`);
	text.isTrusted = { enabledCommands: ENABLED_COMMANDS };
	return text;
}

/** The argument of a command about a token that the user runs by a link. */
export function tokenLinkArgument(tokenId: string, found: SourceToken | undefined) {
	return { tokenId, ...(found && { sourceId: found.source.id }), isFromLink: true };
}

function unknownTokenText(tokenId: string): string {
	return vscode.l10n.t("Token {0} wasn't found, so the request will be sent without an API key.", tokenId);
}

/** Why the client does not get the key. */
function missingKeyReason(token: Token): string | undefined {
	if (!isUsable(token)) {
		return vscode.l10n.t('The request will be sent without an API key because the token is disabled or expired.');
	}
	if (!vscode.workspace.isTrusted) {
		return vscode.l10n.t("The request will be sent without an API key because this workspace isn't trusted.");
	}
	return exposesKeys()
		? undefined
		: vscode.l10n.t(
				'The API key is available only to “Send as” because the {0} setting is set to “never”.',
				'connectTokens.http.exposeKeys',
			);
}

function commandLink(text: string, command: CommandId, argument: object): string {
	return `[${text}](${commandUri(command, argument).toString()})`;
}

/** A link that runs a command with one argument. */
export function commandUri(command: CommandId, argument: object): vscode.Uri {
	return vscode.Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`);
}
