import * as vscode from 'vscode';
import * as v from 'valibot';
import type { Clock } from '../../domain/ports';
import { problem, fieldProblem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { isUsable, type Token } from '../../domain/token';
import {
	formatAuthorizationHeader,
	setAuthorization,
	setAuthorizationEverywhere,
	setAuthorizationEverywhereInMarkdown,
	setAuthorizationInMarkdown,
	type AuthorizationEdits,
	type TextReplacement,
} from '../../requestFiles/authorizationEdits';
import { formatEnvironmentHeader, addSeparators } from '../../requestFiles/environmentHeader';
import { readAuthorization } from '../commands/keyAccess';
import { resolveToken } from '../commands/pickToken';
import { escapeLabel } from '../../models/localization';
import { readAuthorizationFormat, type AuthorizationFormat } from '../settings';
import { statusText } from '../../models/statusTexts';
import { isTreeNode } from '../../models/treeNodes';
import { insertsReference } from './requestClients';
import { canContainRequests, isRequestFile } from './requestDocuments';
import { referenceValueFor } from '../../requestFiles/tokenVariables';

/** What a caller in code may pass; a menu passes a node of the tree, a URI or nothing. */
const insertArgumentSchema = v.strictObject({
	tokenId: v.optional(v.string()),
	sourceId: v.optional(v.string()),
	/** How the header carries the key: by its name in the environment, or in plain text. The setting decides where it is left out. */
	form: v.optional(v.picklist(['reference', 'secret'])),
});

/** Which requests get the header: those at the cursors, or every one of the file. */
export type InsertScope = 'cursors' | 'file';

/** *Insert Authorization Header*: gives requests a token's header, or puts it at the cursors of any other file. */
export async function insertAuthorization(argument: unknown, sources: TokenSources, clock: Clock, scope: InsertScope): Promise<void> {
	const editor = vscode.window.activeTextEditor;
	if (!editor) {
		throw problem('Open a file, place the cursor where the header belongs, and try again.');
	}
	const title = vscode.l10n.t('Insert Authorization Header');
	const { target, format } = parseArgument(argument);
	const found = await resolveToken({ argument: target }, { sources, clock, title });
	if (found && (await confirmUnusableToken(found.token))) {
		await insertHeader(editor, scope, format ?? readAuthorizationFormat(), {
			readReference: () => referenceValueFor(found, sources),
			readPlainText: () => readAuthorization(found.source, found.token.id, 'a file'),
		});
	}
}

function parseArgument(argument: unknown): { target: unknown; format?: AuthorizationFormat | undefined } {
	if (argument === undefined || argument === null || isTreeNode(argument) || argument instanceof vscode.Uri) {
		return { target: argument };
	}
	const { success, output } = v.safeParse(insertArgumentSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Pass nothing, or { tokenId: string, sourceId: string, form: "reference" | "secret" }.');
	}
	const { tokenId, sourceId, form } = output;
	return { target: tokenId === undefined ? undefined : { tokenId, sourceId }, format: form === 'secret' ? 'plainText' : form };
}

/** A header that will be refused is inserted only when the user says so. */
async function confirmUnusableToken(token: Token): Promise<boolean> {
	const { name, id } = token;
	if (isUsable(token)) {
		return true;
	}
	const insertAnyway = vscode.l10n.t('Insert Anyway');
	const answer = await vscode.window.showWarningMessage(
		vscode.l10n.t('Token “{0}” ({1}) is {2}.', escapeLabel(name), id, statusText(token).toLocaleLowerCase(vscode.env.language)),
		{ modal: true, detail: vscode.l10n.t('Requests that use its API key are denied.') },
		insertAnyway,
	);
	return answer === insertAnyway;
}

/** The key of a token: by a reference, or read where it is to stand in the file. */
interface AuthorizationReader {
	readReference(): Promise<string>;
	readPlainText(): Promise<string>;
}

/** One edit, so that one undo takes it back. */
async function insertHeader(
	editor: vscode.TextEditor,
	scope: InsertScope,
	format: AuthorizationFormat,
	reader: AuthorizationReader,
): Promise<void> {
	const { document, selections } = editor;
	const readValue = () => (insertsReference(format) ? reader.readReference() : reader.readPlainText());
	const edits = canContainRequests(document) ? editsOrThrow(findPlacement(editor, scope, await readValue())) : undefined;
	if (!edits && scope === 'file') {
		throw problem("This file doesn't contain any requests. Open a .http, .rest, or Markdown file that contains requests.");
	}
	const codeArgument = format === 'plainText' ? undefined : formatEnvironmentHeader(document.languageId);
	const header = edits || codeArgument !== undefined ? '' : formatAuthorizationHeader(await readValue());
	const isApplied = await editor.edit((builder) => {
		edits?.forEach(({ start, end, text: replacement }) => {
			builder.replace(new vscode.Range(document.positionAt(start), document.positionAt(end)), replacement);
		});
		if (!edits) {
			selections.forEach((selection) =>
				builder.replace(selection, codeArgument === undefined ? header : spaceApart(document, selection, codeArgument)),
			);
		}
	});
	if (!isApplied) {
		throw problem("Couldn't insert the header because the file changed or is read-only. Try again.");
	}
}

function spaceApart(document: vscode.TextDocument, { start, end }: vscode.Selection, argument: string): string {
	return addSeparators(argument, document.lineAt(start).text.slice(0, start.character), document.lineAt(end).text.slice(end.character));
}

/** Where the header goes; undefined where no cursor is among requests, and takes it itself. */
function findPlacement({ document, selections }: vscode.TextEditor, scope: InsertScope, value: string): AuthorizationEdits | undefined {
	const text = document.getText();
	const offsets = selections.map(({ active }) => document.offsetAt(active));
	if (isRequestFile(document)) {
		return scope === 'file' ? setAuthorizationEverywhere(text, value) : setAuthorization(text, offsets, value);
	}
	return scope === 'file' ? setAuthorizationEverywhereInMarkdown(text, value) : setAuthorizationInMarkdown(text, offsets, value);
}

function editsOrThrow(placement: AuthorizationEdits | undefined): readonly TextReplacement[] | undefined {
	if (placement && 'problem' in placement) {
		throw problem(placement.problem);
	}
	return placement?.edits;
}
