import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import type { SourceToken } from '../../domain/tokenSources';
import type { ConfirmationText } from '../../models/lifecycleTexts';
import { plainTextConfirmation } from '../../models/tokenHostTexts';
import { checkUseAndRecipient, type HostCheckContext } from '../../requestFiles/hostCheck';
import { formatAuthorizationReference, getVariableName } from '../../requestFiles/keyReferences';
import { parseInsertArgument, unusableTokenConfirmation } from '../../models/insertArguments';
import type { InsertedFormat } from '../../models/insertedFormat';
import {
	applyReplacements,
	formatAuthorizationHeader,
	type AuthorizationEdits,
	type TextReplacement,
} from '../../requestFiles/authorizationEdits';
import type { InsertScope } from '../../requestFiles/authorizationPlacement';
import { referenceValueFor } from '../../requestFiles/tokenVariables';
import { confirm } from '../commands/messages';
import { targets } from '../commands/targets';
import { readAuthorizationFormat, type AuthorizationFormat } from '../settings';
import { chooseInsertedFormat, finishInsertion } from './chooseInsertedFormat';
import type { DocumentRequests } from './documentRequests';
import { editDocument } from './editDocument';
import { fileOf, requestFileKind } from './requestDocuments';
import type { RequestFileServices } from './requestFileServices';
import { loadOnDemand } from '../loadOnDemand';

/** *Insert Authorization Header*: sets the header of requests, or inserts it at the cursors of any other file. */
export async function insertAuthorization(
	argument: unknown,
	scope: InsertScope,
	{ sources, clock, keys, hosts, documentRequests, lastRequestEditor, isTest }: Omit<RequestFileServices, 'gateway' | 'keyEnvironment'>,
): Promise<void> {
	const editor = vscode.window.activeTextEditor ?? findEditorBesidePage() ?? (await lastRequestEditor.show());
	if (!editor) {
		throw problem('Open a file, place the cursor where the header belongs, and try again.');
	}
	const title = vscode.l10n.t('Insert Authorization Header');
	// Menus of editors pass the file's URI.
	const callerArgument = argument instanceof vscode.Uri ? undefined : argument;
	const { target, format = readAuthorizationFormat() } = parseInsertArgument(callerArgument);
	const found = await targets.resolveToken({ argument: target }, { sources, clock, title });
	const confirmation = found && unusableTokenConfirmation(found.token);
	if (!found || (confirmation && !(await confirm(confirmation, vscode.l10n.t('Insert Anyway'))))) {
		return;
	}
	const answer = (await getsEnvironmentVariable(editor.document, format))
		? { format: 'reference' as const }
		: await chooseInsertedFormat(format, title, isTest);
	if (!answer) {
		return;
	}
	const isReference = answer.format === 'reference';
	// A reference is checked when the request is sent.
	const hostConfirmation =
		isReference || isTest ? undefined : await foreignHostConfirmation(editor, scope, found, await hosts.read(), documentRequests);
	if (hostConfirmation && !(await confirm(hostConfirmation, vscode.l10n.t('Insert Anyway')))) {
		return;
	}
	await insertHeader(editor, scope, answer.format, async () => {
		if (isReference) {
			return referenceValueFor(found, sources);
		}
		// The question about the host is about the key, too.
		return keys.releaseToCommand(callerArgument, found, { title, destination: 'file', isConfirmed: hostConfirmation !== undefined });
	});
	await finishInsertion(answer);
}

/** Whether the header is code that reads the key from the environment, which needs no HTTP client. */
async function getsEnvironmentVariable(document: vscode.TextDocument, format: AuthorizationFormat): Promise<boolean> {
	const { formatEnvironmentHeader } = await loadOnDemand();
	return format === 'auto' && !requestFileKind(document) && formatEnvironmentHeader(document.languageId) !== undefined;
}

/** Returns the only visible editor, which a details page next to it inserts into; undefined if there are several or none. */
function findEditorBesidePage(): vscode.TextEditor | undefined {
	// The editors of the Output panel have no column.
	const editors = vscode.window.visibleTextEditors.filter(({ viewColumn }) => viewColumn !== undefined);
	return editors.length === 1 ? editors[0] : undefined;
}

/** Asks whether to insert a key in plain text into requests whose host isn't allowed or doesn't accept it; undefined if there's none. */
async function foreignHostConfirmation(
	{ document, selections }: vscode.TextEditor,
	scope: InsertScope,
	found: SourceToken,
	context: HostCheckContext,
	documentRequests: DocumentRequests,
): Promise<ConfirmationText | undefined> {
	const kind = requestFileKind(document);
	const text = document.getText();
	const offsets = selections.map(({ active }) => document.offsetAt(active));
	const variable = getVariableName(found.token.id);
	const { placeAuthorization } = await loadOnDemand();
	const placement = kind && placeAuthorization(text, formatAuthorizationReference(found.token.id), { kind, scope, offsets });
	if (!placement || !('edits' in placement)) {
		return undefined;
	}
	// With a reference in the place of the key, its requests are found.
	const checks = documentRequests
		.findInText({ uri: document.uri, kind, text: applyReplacements(text, placement.edits) })
		.requests.filter(({ variables }) => variables.includes(variable))
		.map((use) => checkUseAndRecipient(use, variable, found, fileOf(document), context));
	return plainTextConfirmation(found, checks);
}

/**
 * Inserts the header in a single edit, so that it's undone in one step.
 * @param readValue reads the header's value; not called where code gets an environment variable
 */
async function insertHeader(
	editor: vscode.TextEditor,
	scope: InsertScope,
	format: InsertedFormat,
	readValue: () => Promise<string>,
): Promise<void> {
	const { document, selections } = editor;
	const { version } = document;
	const kind = requestFileKind(document);
	const offsets = selections.map(({ active }) => document.offsetAt(active));
	const { placeAuthorization, addSeparators, formatEnvironmentHeader } = await loadOnDemand();
	const edits = kind && editsOrThrow(placeAuthorization(document.getText(), await readValue(), { kind, scope, offsets }));
	if (!edits && scope === 'file') {
		throw problem("This file doesn't contain any requests. Open a .http, .rest, or Markdown file that contains requests.");
	}
	const codeArgument = format === 'plainText' ? undefined : formatEnvironmentHeader(document.languageId);
	const header = edits || codeArgument !== undefined ? '' : formatAuthorizationHeader(await readValue());
	const insertions = selections.map((selection) => ({
		start: document.offsetAt(selection.start),
		end: document.offsetAt(selection.end),
		text: codeArgument === undefined ? header : addSeparators(codeArgument, ...textBeside(document, selection)),
	}));
	await editDocument(document, version, edits ?? insertions);
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
