import * as vscode from 'vscode';
import * as v from 'valibot';
import type { Clock } from '../../domain/ports';
import { problem, fieldProblem } from '../../domain/problems';
import type { TokenSources } from '../../domain/sources';
import { works, type Token } from '../../domain/token';
import {
	authorizationHeader,
	placeAuthorization,
	placeAuthorizationEverywhere,
	placeAuthorizationEverywhereInMarkdown,
	placeAuthorizationInMarkdown,
	type Placement,
	type TextEdit,
} from '../../http/authorization';
import { environmentHeader, setApart } from '../../http/environment';
import { readAuthorization } from '../commands/keys';
import { tokenFor } from '../commands/pickToken';
import { verbatim } from '../messages';
import { insertForm, type InsertForm } from '../settings';
import { statusText } from '../tokenText';
import { TokenNode } from '../tree/nodes';
import { isByReference } from './clients';
import { holdsRequests, isRequestFile } from './documents';
import { headerValueFor } from './variables';

/** What a caller in code may pass; a menu passes a node of the tree, a URI or nothing. */
const argumentSchema = v.strictObject({
	tokenId: v.optional(v.string()),
	sourceId: v.optional(v.string()),
	/** How the header carries the key: by its name in the environment, or in plain text. The setting decides where it is left out. */
	form: v.optional(v.picklist(['reference', 'secret'])),
});

/** Which requests get the header: those at the cursors, or every one of the file. */
export type Extent = 'cursors' | 'file';

/** *Insert Authorization Header*: gives requests a token's header, or puts it at the cursors of any other file. */
export async function insertAuthorization(argument: unknown, sources: TokenSources, clock: Clock, extent: Extent): Promise<void> {
	const editor = vscode.window.activeTextEditor;
	if (!editor) {
		throw problem('Open the file that the header belongs in, put the cursor into a request and try again.');
	}
	const title = vscode.l10n.t('Insert Authorization Header');
	const { target, form } = read(argument);
	const found = await tokenFor({ argument: target }, { sources, clock, title });
	if (found && (await isMeant(found.token))) {
		await insert(editor, extent, form ?? insertForm(), {
			refer: () => headerValueFor(found, sources),
			read: () => readAuthorization(found.source, found.token.id),
		});
	}
}

function read(argument: unknown): { target: unknown; form?: InsertForm | undefined } {
	if (argument === undefined || argument === null || argument instanceof TokenNode || argument instanceof vscode.Uri) {
		return { target: argument };
	}
	const { success, output } = v.safeParse(argumentSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Pass nothing, or { tokenId: string, sourceId: string, form: "reference" | "secret" }.');
	}
	const { tokenId, sourceId, form } = output;
	return { target: tokenId === undefined ? undefined : { tokenId, sourceId }, form };
}

/** A header that will be refused is inserted only when the user says so. */
async function isMeant(token: Token): Promise<boolean> {
	const { name, id } = token;
	if (works(token)) {
		return true;
	}
	const insertAnyway = vscode.l10n.t('Insert Anyway');
	const answer = await vscode.window.showWarningMessage(
		vscode.l10n.t('The token “{0}” ({1}) is {2}.', verbatim(name), id, statusText(token).toLocaleLowerCase(vscode.env.language)),
		{ modal: true, detail: vscode.l10n.t('Requests with its key are refused.') },
		insertAnyway,
	);
	return answer === insertAnyway;
}

/** The key of a token: by a reference, or read where it is to stand in the file. */
interface Key {
	refer(): Promise<string>;
	read(): Promise<string>;
}

/** One edit, so that one undo takes it back. */
async function insert(editor: vscode.TextEditor, extent: Extent, form: InsertForm, key: Key): Promise<void> {
	const { document, selections } = editor;
	const value = () => (isByReference(form) ? key.refer() : key.read());
	const edits = holdsRequests(document) ? editsOf(placement(editor, extent, await value())) : undefined;
	if (!edits && extent === 'file') {
		throw problem('This file holds no requests. Open a .http or .rest file, or one in Markdown with requests in it.');
	}
	const argument = form === 'secret' ? undefined : environmentHeader(document.languageId);
	const header = edits || argument !== undefined ? '' : authorizationHeader(await value());
	const done = await editor.edit((builder) => {
		edits?.forEach(({ start, end, text: replacement }) => {
			builder.replace(new vscode.Range(document.positionAt(start), document.positionAt(end)), replacement);
		});
		if (!edits) {
			selections.forEach((selection) =>
				builder.replace(selection, argument === undefined ? header : between(document, selection, argument)),
			);
		}
	});
	if (!done) {
		throw problem('The header could not be inserted because the file changed or is read-only. Try again.');
	}
}

function between(document: vscode.TextDocument, { start, end }: vscode.Selection, argument: string): string {
	return setApart(argument, document.lineAt(start).text.slice(0, start.character), document.lineAt(end).text.slice(end.character));
}

/** Where the header goes; undefined where no cursor is among requests, and takes it itself. */
function placement({ document, selections }: vscode.TextEditor, extent: Extent, value: string): Placement | undefined {
	const text = document.getText();
	const offsets = selections.map(({ active }) => document.offsetAt(active));
	if (isRequestFile(document)) {
		return extent === 'file' ? placeAuthorizationEverywhere(text, value) : placeAuthorization(text, offsets, value);
	}
	return extent === 'file' ? placeAuthorizationEverywhereInMarkdown(text, value) : placeAuthorizationInMarkdown(text, offsets, value);
}

function editsOf(placement: Placement | undefined): readonly TextEdit[] | undefined {
	if (placement && 'problem' in placement) {
		throw problem(placement.problem);
	}
	return placement?.edits;
}
