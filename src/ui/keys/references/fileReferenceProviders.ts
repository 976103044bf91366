import * as vscode from 'vscode';
import { KEY_FORMS } from '../../../domain/connectReference';
import type { Clock } from '../../../domain/ports';
import { isUsable } from '../../../domain/token';
import type { SourceToken } from '../../../domain/tokenSources';
import { keyFormDescription, keyFormText, missingReferenceKeyReason } from '../../../models/connectReferenceTexts';
import { escapeMarkdown } from '../../../models/escapeMarkdown';
import { completionTexts, inlayHintText, REFERENCE_LINK_COMMANDS, referenceLinks, tokenMarkdown } from '../../../models/referenceTexts';
import {
	findFileReferences,
	findReferenceCompletion,
	formatReferenceTo,
	type ReferenceCompletion,
} from '../../../requestFiles/fileReferences';
import { commandUri, describeToken } from '../../requestFiles/describeReference';
import { configurationFileKind, type DocumentReference, type FileReferences } from './fileReferences';

/** Characters of a reference that VS Code doesn't take for a part of a word. */
export const FILE_COMPLETION_TRIGGERS = ['/', '#'];

/** Describes references in hovers. */
export function createFileHoverProvider(references: FileReferences, clock: Clock): vscode.HoverProvider {
	return {
		provideHover: async (document, position) => {
			const found = (await references.findInDocument(document)).find(({ range }) => range.contains(position));
			return found && new vscode.Hover(describe(found, document, clock()), found.range);
		},
	};
}

/** Shows the token's name and status after each reference. */
export function createFileInlayHintsProvider(references: FileReferences, clock: Clock): vscode.InlayHintsProvider {
	return {
		onDidChangeInlayHints: references.onDidChange,
		provideInlayHints: async (document, visibleRange) =>
			(await references.findInDocument(document))
				.filter(({ range }) => visibleRange.contains(range.end))
				.map((found) => {
					const hint = new vscode.InlayHint(found.range.end, inlayHintText(found.sourceToken));
					hint.paddingLeft = true;
					hint.tooltip = describe(found, document, clock());
					return hint;
				}),
	};
}

/** Completes tokens after `connect://`, and forms after `#`. */
export function createFileCompletionProvider(references: FileReferences, clock: Clock): vscode.CompletionItemProvider {
	return {
		provideCompletionItems: async (document, position) => {
			const kind = configurationFileKind(document);
			const completion = kind && findReferenceCompletion(document.lineAt(position).text, position.character);
			if (!completion) {
				return undefined;
			}
			const range = new vscode.Range(position.line, completion.start, position.line, completion.end);
			if (completion.kind === 'token') {
				return (await references.listTokens()).map((found) => createTokenItem(found, completion, range, clock()));
			}
			const offset = document.offsetAt(range.start);
			const value = findFileReferences(document.getText(), kind).find(({ start }) => start === offset)?.value;
			const isWholeValue = value?.start === offset && value.end === document.offsetAt(range.end);
			return createFormItems(completion, range, kind === 'dotenv' && isWholeValue && !value.isQuoted ? '"' : '');
		},
	};
}

function describe(
	{ range: { start }, reference: { form }, tokenId, sourceToken }: DocumentReference,
	document: vscode.TextDocument,
	now: Date,
): vscode.MarkdownString {
	const location = { uri: document.uri.toString(), line: start.line, character: start.character };
	const reason = missingReferenceKeyReason(sourceToken, tokenId, vscode.workspace.isTrusted);
	const links = referenceLinks(tokenId, sourceToken, location).map(
		({ text, command, argument }) => `[${text}](${commandUri(command, argument).toString()})`,
	);
	const parts = [
		...(sourceToken ? [tokenMarkdown(sourceToken, now), `$(key) ${escapeMarkdown(keyFormText(form, tokenId))}`] : []),
		...(reason === undefined ? [] : [`$(info) ${escapeMarkdown(reason)}`]),
		links.join(' · '),
	];
	const description = new vscode.MarkdownString(parts.join('\n\n'), true);
	description.isTrusted = { enabledCommands: REFERENCE_LINK_COMMANDS };
	return description;
}

function createTokenItem(found: SourceToken, { suffix }: ReferenceCompletion, range: vscode.Range, now: Date): vscode.CompletionItem {
	const reference = formatReferenceTo(found, 'authorization');
	const { label, description, filterText, sortText } = completionTexts(found, reference, undefined);
	const item = new vscode.CompletionItem({ label, description }, vscode.CompletionItemKind.Reference);
	item.range = range;
	item.insertText = reference + suffix;
	item.filterText = filterText;
	item.sortText = sortText;
	item.tags = isUsable(found.token) ? [] : [vscode.CompletionItemTag.Deprecated];
	item.documentation = describeToken(found, now);
	return item;
}

/** @param quote what's missing around the whole value */
function createFormItems({ base }: ReferenceCompletion, range: vscode.Range, quote: string): vscode.CompletionItem[] {
	return KEY_FORMS.map((form, index) => {
		const item = new vscode.CompletionItem(
			{ label: `#${form}`, description: keyFormDescription(form) },
			vscode.CompletionItemKind.EnumMember,
		);
		item.range = range;
		item.insertText = `${quote}${base}#${form}${quote}`;
		item.filterText = `${base}#${form}`;
		item.sortText = String(index);
		return item;
	});
}
