import * as vscode from 'vscode';
import { refusalOf } from '../../domain/lifecycle';
import type { SourceToken } from '../../domain/sources';
import { works, type Token } from '../../domain/token';
import type { CommandId } from '../commands/actions';
import { commands } from '../ids';
import { markdownText } from '../markdownText';
import { handsOver } from '../settings';
import { accountNames, dateText, expiryText, permissionNames, statusMarkdown } from '../tokenText';
import type { ReferencedToken } from './referencedTokens';

/** The commands that a description links to, and no others: it shows text that somebody else may have written. */
const LINKED = [commands.openDetails, commands.renewToken, commands.replaceReference] as const;

/** What is to be known of a token where a document refers to it; never its key. */
export function describeToken({ source, token }: SourceToken, now: Date): vscode.MarkdownString {
	const { expirationDate } = token;
	const facts = [
		[`**${markdownText(token.name)}**`, token.id, ...accountNames(source).map(markdownText)].join(' · '),
		[statusMarkdown(token), expiryText(token, now), ...(expirationDate === null ? [] : [dateText(expirationDate)])].join(' · '),
		`${vscode.l10n.t('Permissions')}: ${markdownText(permissionNames(token.permissions, source))}`,
	];
	return new vscode.MarkdownString(facts.join('\n\n'), true);
}

/** As `describeToken`, with whether its key gets to the client and links to what can be done. */
export function describeReference(
	{ range, tokenId, found }: ReferencedToken,
	document: vscode.TextDocument,
	now: Date,
): vscode.MarkdownString {
	const token = found?.token;
	const text = found ? describeToken(found, now) : new vscode.MarkdownString(`$(question) ${unknownText(tokenId)}`, true);
	const links = [
		...(token ? [link(vscode.l10n.t('Details'), commands.openDetails, tokenArgument(tokenId, found))] : []),
		...(token && !refusalOf('renew', token) ? [link(vscode.l10n.t('Renew'), commands.renewToken, tokenArgument(tokenId, found))] : []),
		link(vscode.l10n.t('Replace'), commands.replaceReference, {
			isFromLink: true,
			uri: document.uri.toString(),
			line: range.start.line,
			character: range.start.character,
		}),
	];
	const obstacle = token && obstacleText(token);
	text.appendMarkdown(`${obstacle === undefined ? '' : `\n\n$(info) ${obstacle}`}\n\n${links.join(' · ')}`);
	text.isTrusted = { enabledCommands: LINKED };
	return text;
}

/** The argument of a command about a token that the user runs by a link. */
export function tokenArgument(tokenId: string, found: SourceToken | undefined) {
	return { tokenId, ...(found && { sourceId: found.source.id }), isFromLink: true };
}

function unknownText(tokenId: string): string {
	return vscode.l10n.t('There is no token {0} here, so the request is sent without a key.', tokenId);
}

/** Why the client does not get the key. */
function obstacleText(token: Token): string | undefined {
	if (!works(token)) {
		return vscode.l10n.t('The request is sent without a key, because the token does not work.');
	}
	if (!vscode.workspace.isTrusted) {
		return vscode.l10n.t('The request is sent without a key, because this workspace is not trusted.');
	}
	return handsOver()
		? undefined
		: vscode.l10n.t('The key is handed over only by “Send as”, because the setting {0} is off.', 'connectTokens.http.handOver');
}

function link(text: string, command: CommandId, argument: object): string {
	return `[${text}](${commandUri(command, argument).toString()})`;
}

/** A link that runs a command with one argument. */
export function commandUri(command: CommandId, argument: object): vscode.Uri {
	return vscode.Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`);
}
