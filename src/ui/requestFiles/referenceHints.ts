import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { commandIds } from '../../models/manifestIds';
import { escapeLabel } from '../../models/localization';
import { statusText } from '../../models/statusTexts';
import { accountLabels } from '../../models/tokenTexts';
import { commandUri, describeReference, tokenLinkArgument } from './describeReference';
import type { TokenReference, TokenReferences } from './tokenReferences';

/** Says what a reference is, under the mouse. */
export function createReferenceHoverProvider(references: TokenReferences, clock: Clock): vscode.HoverProvider {
	return {
		provideHover: async (document, position) => {
			const reference = await references.findAtPosition(document, position);
			return reference && new vscode.Hover(describeReference(reference, document, clock()), reference.range);
		},
	};
}

/** Leads from a reference to the details of its token. Also to those of no token: links are not asked for again when one is created. */
export function createReferenceLinkProvider(references: TokenReferences): vscode.DocumentLinkProvider {
	return {
		provideDocumentLinks: async (document) =>
			(await references.findInDocument(document)).map(({ range, tokenId, sourceToken }) => {
				const link = new vscode.DocumentLink(range, commandUri(commandIds.openDetails, tokenLinkArgument(tokenId, sourceToken)));
				link.tooltip = vscode.l10n.t('Open Token Details');
				return link;
			}),
	};
}

/** Writes the token's name and status after each reference. */
export function createReferenceInlayHintsProvider(references: TokenReferences, clock: Clock): vscode.InlayHintsProvider {
	return {
		onDidChangeInlayHints: references.onDidChange,
		provideInlayHints: async (document, visibleRange) =>
			(await references.findInDocument(document))
				.filter(({ range }) => visibleRange.contains(range.end))
				.map((reference) => {
					const hint = new vscode.InlayHint(reference.range.end, inlayHintText(reference));
					hint.paddingLeft = true;
					hint.tooltip = describeReference(reference, document, clock());
					return hint;
				}),
	};
}

function inlayHintText({ sourceToken }: TokenReference): string {
	return sourceToken
		? [escapeLabel(sourceToken.token.name), statusText(sourceToken.token), ...accountLabels(sourceToken.source)].join(' · ')
		: vscode.l10n.t('unknown token');
}
