import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { AgentCaller, InsertedReference } from '../../agents/agentServices';
import type { AskBackoff } from '../../agents/askBackoff';
import { ToolError } from '../../agents/toolError';
import { askUntilRead } from '../../broker/askUntilRead';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { referenceValueFor } from '../../requestFiles/tokenVariables';
import { confirm } from '../commands/messages';
import { loadOnDemand } from '../loadOnDemand';
import { editDocument } from '../requestFiles/editDocument';
import { requestFileKind } from '../requestFiles/requestDocuments';
import { insertionText } from './toolTexts';

/** Where an agent wants a reference. */
export interface ReferenceInsertion {
	readonly found: SourceToken;
	/** The agent's text: a path in the workspace, or what should be one. */
	readonly file: string;
	/** Of the request, counted from 1; undefined for the request at the cursor, or the first one. */
	readonly line: number | undefined;
	readonly caller: AgentCaller;
}

export interface InsertionServices {
	readonly sources: TokenSources;
	/** Shared with the other questions of agents. */
	readonly backoff: AskBackoff;
}

/**
 * Inserts a reference to a token into a request of a file, after the user has allowed it. Doesn't save the file.
 * @returns undefined if the user doesn't allow it
 * @throws ToolError if it isn't a request file of the workspace, or there's no request
 */
export async function insertReference(
	{ found, file, line, caller }: ReferenceInsertion,
	{ sources, backoff }: InsertionServices,
): Promise<InsertedReference | undefined> {
	const document = await openFile(file);
	const kind = requestFileKind(document);
	if (!kind) {
		throw new ToolError("The file isn't a request file. Name a .http, .rest, or Markdown file that contains requests.");
	}
	const { version } = document;
	const text = document.getText();
	const value = await referenceValueFor(found, sources);
	const { placeAuthorization } = await loadOnDemand();
	const placement = placeAuthorization(text, value, { kind, scope: 'cursors', offsets: [findOffset(document, line)] });
	if (!placement || 'problem' in placement) {
		throw new ToolError("There's no request in this line that can have an Authorization header. Pass the number of a line of the request.");
	}
	const [edit] = placement.edits;
	const insertedLine = document.positionAt(edit?.start ?? 0).line + (edit && /^[\r\n]/.test(edit.text) ? 1 : 0);
	const shownFile = vscode.workspace.asRelativePath(document.uri);
	if (edit) {
		const question = insertionText(found.token, shownFile, insertedLine + 1, caller);
		const ask = () =>
			askUntilRead<'allow'>(
				async () => ((await confirm(question, vscode.l10n.t('Insert'))) ? 'allow' : 'deny'),
				() => performance.now(),
			);
		const isAllowed = await backoff.ask(caller.kind, async () => (await ask()) === 'allow');
		if (isAllowed !== true) {
			return undefined;
		}
	}
	const editor = await vscode.window.showTextDocument(document, { preserveFocus: true });
	await editDocument(document, version, placement.edits);
	const resultLine = edit ? insertedLine : findLine(document, value);
	const { range } = document.lineAt(resultLine);
	editor.revealRange(range);
	return { file: shownFile, line: resultLine + 1, text: document.getText(range).trim() };
}

/** @throws ProblemError if the file isn't in the workspace, or can't be opened */
async function openFile(file: string): Promise<vscode.TextDocument> {
	for (const folder of vscode.workspace.workspaceFolders ?? []) {
		for (const uri of listCandidates(folder, file)) {
			if (await isInside(folder.uri, uri)) {
				return vscode.workspace.openTextDocument(uri);
			}
		}
	}
	throw new ToolError('The workspace has no such file. Pass the path of an existing file in the workspace.');
}

/** A path can be absolute, relative to a folder, or start with the name of a folder. */
function listCandidates(folder: vscode.WorkspaceFolder, file: string): readonly vscode.Uri[] {
	const prefix = `${folder.name}/`;
	return isAbsolute(file)
		? [folder.uri.with({ path: vscode.Uri.file(file).path })]
		: [
				vscode.Uri.joinPath(folder.uri, file),
				...(file.startsWith(prefix) ? [vscode.Uri.joinPath(folder.uri, file.slice(prefix.length))] : []),
			];
}

/** Whether an existing file is in the folder, also after symbolic links, which could lead elsewhere. */
async function isInside(folder: vscode.Uri, file: vscode.Uri): Promise<boolean> {
	try {
		const { type } = await vscode.workspace.fs.stat(file);
		const isFile = (type & vscode.FileType.File) !== 0;
		const [folderPath, path] =
			file.scheme === 'file' ? await Promise.all([realpath(folder.fsPath), realpath(file.fsPath)]) : [folder.path, file.path];
		const below = relative(folderPath, path);
		return isFile && below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
	} catch {
		// It doesn't exist, or can't be read.
		return false;
	}
}

/** Returns the end of the line; without one, the cursor in the file, or its start. */
function findOffset(document: vscode.TextDocument, line: number | undefined): number {
	if (line !== undefined) {
		return document.offsetAt(document.lineAt(Math.min(line, document.lineCount) - 1).range.end);
	}
	const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document === document);
	return editor ? document.offsetAt(editor.selection.active) : 0;
}

/** Returns the line of a header that already was as it should be. */
function findLine(document: vscode.TextDocument, value: string): number {
	return document.positionAt(Math.max(0, document.getText().indexOf(value))).line;
}
