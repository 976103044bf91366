import * as vscode from 'vscode';
import type { HostVerdict } from '../../domain/tokenHosts';
import { findWrongRecipient, type Recipient } from '../../domain/tokenRecipients';
import type { SourceToken } from '../../domain/tokenSources';
import { escapeMarkdown } from '../../models/escapeMarkdown';
import type { CommandId } from '../../models/manifestIds';
import {
	missingKeyReason,
	REFERENCE_LINK_COMMANDS,
	referenceLinks,
	tokenMarkdown,
	unknownTokenMarkdown,
} from '../../models/referenceTexts';
import { checkFile, type HostCheckSource } from '../../requestFiles/hostCheck';
import { readExposeKeys } from '../settings';
import type { DocumentRequests } from './documentRequests';
import { fileOf, isInWorkspace } from './requestDocuments';
import type { TokenReference, TokenReferences } from './tokenReferences';

/** Whether a reference's token may be sent where the document's requests send it. */
export interface ReferenceHostCheck {
	readonly verdict: HostVerdict;
	/** What the verdict's host is, if it doesn't accept the token. */
	readonly wrongRecipient: Recipient | undefined;
}

/** Describes a token, without its key. */
export function describeToken(sourceToken: SourceToken, now: Date): vscode.MarkdownString {
	return new vscode.MarkdownString(tokenMarkdown(sourceToken, now), true);
}

/** Describes a reference: its token, the reason if the client doesn't get the key, and links to the available actions. */
export function describeReference(
	{ range: { start }, tokenId, sourceToken }: TokenReference,
	document: vscode.TextDocument,
	hostCheck: ReferenceHostCheck | undefined,
	now: Date,
): vscode.MarkdownString {
	const location = { uri: document.uri.toString(), line: start.line, character: start.character };
	const context = {
		isTrusted: vscode.workspace.isTrusted,
		isInWorkspace: isInWorkspace(document),
		exposeKeys: readExposeKeys(),
		verdict: hostCheck?.verdict,
		wrongRecipient: hostCheck?.wrongRecipient,
	};
	const reason = sourceToken && missingKeyReason(sourceToken, context);
	const links = referenceLinks(tokenId, sourceToken, location).map(
		({ text, command, argument }) => `[${text}](${commandUri(command, argument).toString()})`,
	);
	const parts = [
		sourceToken ? tokenMarkdown(sourceToken, now) : unknownTokenMarkdown(tokenId),
		...(reason === undefined ? [] : [`$(info) ${escapeMarkdown(reason)}`]),
		links.join(' · '),
	];
	const description = new vscode.MarkdownString(parts.join('\n\n'), true);
	description.isTrusted = { enabledCommands: REFERENCE_LINK_COMMANDS };
	return description;
}

/** Returns a function that returns the worst verdict about the requests of a document that use a token. */
export async function createHostCheckLookup(
	document: vscode.TextDocument,
	references: TokenReferences,
	hosts: HostCheckSource,
	documentRequests: DocumentRequests,
): Promise<(sourceToken: SourceToken | undefined) => ReferenceHostCheck | undefined> {
	const [tokens, context, { requests }] = await Promise.all([
		references.tokensByVariableIn(document.getText()),
		hosts.read(),
		documentRequests.load(document),
	]);
	return (sourceToken) => {
		const verdict = sourceToken && checkFile(requests, sourceToken, tokens, fileOf(document), context);
		return (
			verdict && {
				verdict,
				wrongRecipient: verdict.kind === 'foreign' ? findWrongRecipient(verdict.origin, sourceToken, context) : undefined,
			}
		);
	};
}

/** Creates a link that runs a command with one argument. */
export function commandUri(command: CommandId, argument: object): vscode.Uri {
	return vscode.Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`);
}
