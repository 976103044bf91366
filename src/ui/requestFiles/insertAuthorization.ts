import * as vscode from 'vscode';
import * as v from 'valibot';
import type { Clock, TokenSource } from '../../domain/ports';
import { problem, fieldProblem } from '../../domain/problems';
import type { Token } from '../../domain/token';
import {
	authorizationHeader,
	placeAuthorization,
	placeAuthorizationInMarkdown,
	type Placement,
	type TextEdit,
} from '../../http/authorization';
import { readAuthorization } from '../commands/keys';
import { tokenFor } from '../commands/pickToken';
import { verbatim } from '../messages';
import { statusText } from '../tokenText';
import { TokenNode } from '../tree/nodes';

/** What a caller in code may pass; a menu passes a node of the tree, a URI or nothing. */
const argumentSchema = v.strictObject({
	tokenId: v.optional(v.string()),
	/** How the header carries the key: in plain text. */
	form: v.optional(v.picklist(['secret'])),
});

/** *Insert Authorization Header*: puts a token's key into the request under the cursor, or at the cursor of any other file. */
export async function insertAuthorization(argument: unknown, source: TokenSource, clock: Clock): Promise<void> {
	const editor = vscode.window.activeTextEditor;
	if (!editor) {
		throw problem('Open the file that the header belongs in, put the cursor into a request and try again.');
	}
	const title = vscode.l10n.t('Insert Authorization Header');
	const token = await tokenFor({ argument: tokenArgument(argument) }, { source, clock, title });
	if (token && (await isMeant(token))) {
		await insert(editor, await readAuthorization(source, token.id));
	}
}

function tokenArgument(argument: unknown): unknown {
	if (argument === undefined || argument === null || argument instanceof TokenNode || argument instanceof vscode.Uri) {
		return argument;
	}
	const { success, output } = v.safeParse(argumentSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Pass nothing, or { tokenId: string, form: "secret" }.');
	}
	return output;
}

/** A header that will be refused is inserted only when the user says so. */
async function isMeant({ name, id, status }: Token): Promise<boolean> {
	if (status !== 'inactive' && status !== 'expired') {
		return true;
	}
	const insertAnyway = vscode.l10n.t('Insert Anyway');
	const answer = await vscode.window.showWarningMessage(
		vscode.l10n.t('The token “{0}” ({1}) is {2}.', verbatim(name), id, statusText(status).toLocaleLowerCase(vscode.env.language)),
		{ modal: true, detail: vscode.l10n.t('Requests with its key are refused.') },
		insertAnyway,
	);
	return answer === insertAnyway;
}

/** One edit, so that one undo takes it back. */
async function insert(editor: vscode.TextEditor, authorization: string): Promise<void> {
	const { document } = editor;
	const edits = editsOf(placementIn(editor, authorization));
	const done = await editor.edit((builder) => {
		if (edits) {
			for (const { start, end, text } of edits) {
				builder.replace(new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
			}
		} else {
			builder.replace(editor.selection, authorizationHeader(authorization));
		}
	});
	if (!done) {
		throw problem('The header could not be inserted because the file changed or is read-only. Try again.');
	}
}

/** Where the header goes; undefined for files without requests, which take it at the cursor. */
function placementIn({ document, selection }: vscode.TextEditor, authorization: string): Placement | undefined {
	const offset = document.offsetAt(selection.active);
	if (isRequestFile(document)) {
		return placeAuthorization(document.getText(), offset, authorization);
	}
	return document.languageId === 'markdown' ? placeAuthorizationInMarkdown(document.getText(), offset, authorization) : undefined;
}

function editsOf(placement: Placement | undefined): readonly TextEdit[] | undefined {
	if (placement && 'problem' in placement) {
		throw problem(placement.problem);
	}
	return placement?.edits;
}

/** Request files are known by their name even where no extension gives them the language `http`. */
function isRequestFile({ languageId, uri }: vscode.TextDocument): boolean {
	return languageId === 'http' || /\.(http|rest)$/i.test(uri.path);
}
