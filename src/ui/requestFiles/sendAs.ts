import * as vscode from 'vscode';
import * as v from 'valibot';
import { fieldProblem, problem } from '../../domain/problems';
import { isUsable } from '../../domain/token';
import { chooseSendTarget, listSentVariables } from '../../requestFiles/sendTarget';
import { findReferencedTokens, tokensByVariable } from '../../requestFiles/tokenVariables';
import { readAuthorization } from '../commands/keyAccess';
import { installedClients, type RequestClient } from './requestClients';
import { findRequestUsesIn } from './requestDocuments';
import type { RequestFileServices } from './requestFileServices';

const sendAsArgumentSchema = v.object({ uri: v.string(), line: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), client: v.string() });

/** A request to send, and the client to send it with. */
interface SendRequest {
	readonly document: vscode.TextDocument;
	readonly line: number;
	readonly client: RequestClient;
	/** Environment variables that the client resolves. */
	readonly variables: readonly string[];
}

/** A line of a document, and the ID of the client to use if the caller chose one. */
interface RequestLocation {
	readonly document: vscode.TextDocument;
	readonly line: number;
	readonly client?: string;
}

/** *Send Request as Token*: sends a request with a client, and exposes the keys of the referenced tokens only in the meantime. */
export async function sendAs(argument: unknown, { sources, keyEnvironment, keyRelease }: RequestFileServices): Promise<void> {
	if (!vscode.workspace.isTrusted) {
		throw problem(
			'API keys are available to requests only in trusted workspaces. Trust this workspace (“Workspaces: Manage Workspace Trust”) and try again.',
		);
	}
	const { document, line, client, variables } = await resolveSendRequest(argument);
	const tokens = tokensByVariable(await findReferencedTokens(document.getText(), sources));
	const usableTokens = variables.flatMap((variable) => {
		const found = tokens.get(variable);
		return found && isUsable(found.token) ? [{ variable, ...found }] : [];
	});
	if (usableTokens.length === 0) {
		throw problem('The token referenced by this request is disabled or expired. Enable or rotate it, or reference another token.');
	}
	for (const found of usableTokens) {
		await keyRelease.assertAllowed(argument, found, vscode.l10n.t('Send Request as Token'));
	}
	// Reports a key that can't be read: the client would send the request without it.
	await Promise.all(usableTokens.map(({ source, token }) => readAuthorization(source, token.id)));
	await activateEditor(document);
	await keyEnvironment.withKeys(
		usableTokens.map(({ variable }) => variable),
		() => client.send(document, line),
	);
}

/** Uses the location that a code lens passes, or the cursor's. */
async function resolveSendRequest(argument: unknown): Promise<SendRequest> {
	const location =
		argument === undefined || argument === null || argument instanceof vscode.Uri ? cursorLocation() : await locationFromArgument(argument);
	const clients = installedClients();
	if (clients.length === 0) {
		throw problem("There's no extension installed that can send requests. Install REST Client or httpYac and try again.");
	}
	const target = location && findTarget(location, clients);
	if (!target) {
		throw problem(
			"There's no request at the cursor that references a token and can be sent. Insert an Authorization header that references a token first.",
		);
	}
	const { document } = location;
	const { found, client } = target;
	const { line } = document.positionAt(found.request.requestLine.start);
	return { document, line, client, variables: listSentVariables(client, found) };
}

function findTarget({ document, line, client }: RequestLocation, clients: readonly RequestClient[]) {
	const offset = document.offsetAt(new vscode.Position(line, 0));
	return chooseSendTarget(findRequestUsesIn(document), offset, clients, client);
}

/** Rejects an invalid argument, because falling back to the cursor would send a different request than the caller intended. */
async function locationFromArgument(argument: unknown): Promise<RequestLocation> {
	const { success, output } = v.safeParse(sendAsArgumentSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Pass no arguments, or { uri: string, line: number, client: string }.');
	}
	return { ...output, document: await vscode.workspace.openTextDocument(vscode.Uri.parse(output.uri)) };
}

function cursorLocation(): RequestLocation | undefined {
	const editor = vscode.window.activeTextEditor;
	return editor && { document: editor.document, line: editor.selection.active.line };
}

/** REST Client only sends requests of the active editor. */
async function activateEditor(document: vscode.TextDocument): Promise<void> {
	if (vscode.window.activeTextEditor?.document !== document) {
		const viewColumn = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
		await vscode.window.showTextDocument(document, viewColumn);
	}
}
