import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import { parseInsertArgument, unusableTokenConfirmation } from '../../models/insertArguments';
import { formatAuthorizationHeader, type AuthorizationEdits, type TextReplacement } from '../../requestFiles/authorizationEdits';
import type { InsertScope } from '../../requestFiles/authorizationPlacement';
import { referenceValueFor } from '../../requestFiles/tokenVariables';
import { readAuthorization } from '../commands/keyAccess';
import { confirm } from '../commands/messages';
import { targets } from '../commands/targets';
import { readAuthorizationFormat, type AuthorizationFormat } from '../settings';
import { insertsReference } from './requestClients';
import { requestFileKind } from './requestDocuments';
import type { RequestFileServices } from './requestFileServices';

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
	// Menus of editors pass the file's URI.
	const { target, format = readAuthorizationFormat() } = parseInsertArgument(argument instanceof vscode.Uri ? undefined : argument);
	const found = await targets.resolveToken({ argument: target }, { sources, clock, title });
	const confirmation = found && unusableTokenConfirmation(found.token);
	if (found && (!confirmation || (await confirm(confirmation, vscode.l10n.t('Insert Anyway'))))) {
		const readValue = () =>
			insertsReference(format) ? referenceValueFor(found, sources) : readAuthorization(found.source, found.token.id);
		await insertHeader(editor, scope, format, readValue);
	}
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
	const { placeAuthorization, addSeparators, formatEnvironmentHeader } = await import('../../onDemand');
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
				builder.replace(selection, codeArgument === undefined ? header : addSeparators(codeArgument, ...textBeside(document, selection))),
			);
		}
	});
	if (!isApplied) {
		throw problem("Couldn't insert the header because the file changed or is read-only. Try again.");
	}
}

function textBeside(document: vscode.TextDocument, { start, end }: vscode.Selection): readonly [before: string, after: string] {
	return [document.lineAt(start).text.slice(0, start.character), document.lineAt(end).text.slice(end.character)];
}

function editsOrThrow(placement: AuthorizationEdits | undefined): readonly TextReplacement[] | undefined {
	if (placement && 'problem' in placement) {
		throw problem(placement.problem);
	}
	return placement?.edits;
}
