import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { commands } from '../ids';
import { verbatim } from '../messages';
import { accountNames, statusText } from '../tokenText';
import { commandUri, describeReference, tokenArgument } from './describeReference';
import type { ReferencedToken, ReferencedTokens } from './referencedTokens';

/** Says what a reference is, under the mouse. */
export function createHovers(references: ReferencedTokens, clock: Clock): vscode.HoverProvider {
	return {
		provideHover: async (document, position) => {
			const found = await references.at(document, position);
			return found && new vscode.Hover(describeReference(found, document, clock()), found.range);
		},
	};
}

/** Leads from a reference to the details of its token. Also to those of no token: links are not asked for again when one is created. */
export function createLinks(references: ReferencedTokens): vscode.DocumentLinkProvider {
	return {
		provideDocumentLinks: async (document) =>
			(await references.in(document)).map(({ range, tokenId, found }) => {
				const link = new vscode.DocumentLink(range, commandUri(commands.openDetails, tokenArgument(tokenId, found)));
				link.tooltip = vscode.l10n.t('Open Token Details');
				return link;
			}),
	};
}

/** Writes the token's name and status after each reference. */
export function createInlayHints(references: ReferencedTokens, clock: Clock): vscode.InlayHintsProvider {
	return {
		onDidChangeInlayHints: references.onDidChange,
		provideInlayHints: async (document, shown) =>
			(await references.in(document))
				.filter(({ range }) => shown.contains(range.end))
				.map((found) => {
					const hint = new vscode.InlayHint(found.range.end, hintText(found));
					hint.paddingLeft = true;
					hint.tooltip = describeReference(found, document, clock());
					return hint;
				}),
	};
}

function hintText({ found }: ReferencedToken): string {
	return found
		? [verbatim(found.token.name), statusText(found.token), ...accountNames(found.source)].join(' · ')
		: vscode.l10n.t('unknown token');
}
