import * as vscode from 'vscode';
import * as v from 'valibot';
import { problem, fieldProblem } from '../../domain/problems';
import { isUsable, type Token } from '../../domain/token';
import { escapeLabel } from '../../models/localization';
import { statusText } from '../../models/statusTexts';
import { formatAuthorizationHeader, type AuthorizationEdits, type TextReplacement } from '../../requestFiles/authorizationEdits';
import { placeAuthorization, type InsertScope } from '../../requestFiles/authorizationPlacement';
import { addSeparators, formatEnvironmentHeader } from '../../requestFiles/environmentHeader';
import { referenceValueFor } from '../../requestFiles/tokenVariables';
import { readAuthorization } from '../commands/keyAccess';
import { resolveToken } from '../commands/pickToken';
import { readAuthorizationFormat, type AuthorizationFormat } from '../settings';
import { isTreeNode } from '../../models/treeNodes';
import { insertsReference } from './requestClients';
import { requestFileKind } from './requestDocuments';
import type { RequestFileServices } from './requestFileServices';

/** What code may pass to the command. Menus pass a tree node, a URI, or nothing. */
const insertArgumentSchema = v.strictObject({
	tokenId: v.optional(v.string()),
	sourceId: v.optional(v.string()),
	/** Overrides the setting: a reference, or the API key in plain text. */
	form: v.optional(v.picklist(['reference', 'secret'])),
});

/** *Insert Authorization Header*: sets the header of requests, or inserts it at the cursors of any other file. */
export async function insertAuthorization(
	argument: unknown,
	scope: InsertScope,
	{ sources, clock }: Pick<RequestFileServices, 'sources' | 'clock'>,
): Promise<void> {
	const editor = vscode.window.activeTextEditor;
	if (!editor) {
		throw problem('Open a file, place the cursor where the header belongs, and try again.');
	}
	const title = vscode.l10n.t('Insert Authorization Header');
	const { target, format = readAuthorizationFormat() } = parseArgument(argument);
	const found = await resolveToken({ argument: target }, { sources, clock, title });
	if (found && (await confirmUnusableToken(found.token))) {
		const readValue = () =>
			insertsReference(format) ? referenceValueFor(found, sources) : readAuthorization(found.source, found.token.id);
		await insertHeader(editor, scope, format, readValue);
	}
}

function parseArgument(argument: unknown): { target: unknown; format?: AuthorizationFormat | undefined } {
	if (argument === undefined || argument === null || isTreeNode(argument) || argument instanceof vscode.Uri) {
		return { target: argument };
	}
	const { success, output } = v.safeParse(insertArgumentSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Pass no arguments, or { tokenId: string, sourceId: string, form: "reference" | "secret" }.');
	}
	const { tokenId, sourceId, form } = output;
	return { target: tokenId === undefined ? undefined : { tokenId, sourceId }, format: form === 'secret' ? 'plainText' : form };
}

/** Asks for confirmation if requests with the token's key are denied. */
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

/**
 * Inserts the header in a single edit, so that it's undone in one step.
 * @param readValue reads the header's value; not called where code gets an environment variable
 */
async function insertHeader(
	editor: vscode.TextEditor,
	scope: InsertScope,
	format: AuthorizationFormat,
	readValue: () => Promise<string>,
): Promise<void> {
	const { document, selections } = editor;
	const kind = requestFileKind(document);
	const offsets = selections.map(({ active }) => document.offsetAt(active));
	const edits = kind && editsOrThrow(placeAuthorization(document.getText(), await readValue(), { kind, scope, offsets }));
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
				builder.replace(selection, codeArgument === undefined ? header : separate(document, selection, codeArgument)),
			);
		}
	});
	if (!isApplied) {
		throw problem("Couldn't insert the header because the file changed or is read-only. Try again.");
	}
}

function separate(document: vscode.TextDocument, { start, end }: vscode.Selection, argument: string): string {
	return addSeparators(argument, document.lineAt(start).text.slice(0, start.character), document.lineAt(end).text.slice(end.character));
}

function editsOrThrow(placement: AuthorizationEdits | undefined): readonly TextReplacement[] | undefined {
	if (placement && 'problem' in placement) {
		throw problem(placement.problem);
	}
	return placement?.edits;
}
