import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { commandIds } from '../../models/manifestIds';
import { inlayHintText, tokenLinkArgument } from '../../models/referenceTexts';
import type { DocumentRequests } from './documentRequests';
import { commandUri, createHostCheckLookup, describeReference } from './describeReference';
import type { TokenReferences } from './tokenReferences';
import type { HostCheckSource } from '../../requestFiles/hostCheck';

/** Describes references in hovers. */
export function createReferenceHoverProvider(
	references: TokenReferences,
	hosts: HostCheckSource,
	documentRequests: DocumentRequests,
	clock: Clock,
): vscode.HoverProvider {
	return {
		provideHover: async (document, position) => {
			const reference = await references.findAtPosition(document, position);
			if (!reference) {
				return undefined;
			}
			const getHostCheck = await createHostCheckLookup(document, references, hosts, documentRequests);
			return new vscode.Hover(describeReference(reference, document, getHostCheck(reference.sourceToken), clock()), reference.range);
		},
	};
}

/** Links references to token details, even for unknown tokens: VS Code doesn't ask for links again when a token is created. */
export function createReferenceLinkProvider(references: Pick<TokenReferences, 'findInDocument'>): vscode.DocumentLinkProvider {
	return {
		provideDocumentLinks: async (document) =>
			(await references.findInDocument(document)).map(({ range, tokenId, sourceToken }) => {
				const link = new vscode.DocumentLink(range, commandUri(commandIds.openDetails, tokenLinkArgument(tokenId, sourceToken)));
				link.tooltip = vscode.l10n.t('Open Token Details');
				return link;
			}),
	};
}

/** Shows the token's name and status after each reference. */
export function createReferenceInlayHintsProvider(
	references: TokenReferences,
	hosts: HostCheckSource,
	documentRequests: DocumentRequests,
	clock: Clock,
): vscode.InlayHintsProvider {
	return {
		onDidChangeInlayHints: references.onDidChange,
		provideInlayHints: async (document, visibleRange) => {
			const visible = (await references.findInDocument(document)).filter(({ range }) => visibleRange.contains(range.end));
			const getHostCheck =
				visible.length > 0 ? await createHostCheckLookup(document, references, hosts, documentRequests) : () => undefined;
			return visible.map((reference) => {
				const hint = new vscode.InlayHint(reference.range.end, inlayHintText(reference.sourceToken));
				hint.paddingLeft = true;
				hint.tooltip = describeReference(reference, document, getHostCheck(reference.sourceToken), clock());
				return hint;
			});
		},
	};
}
