import * as vscode from 'vscode';
import * as v from 'valibot';
import { fieldProblem, problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { isUsable } from '../../domain/token';
import { findRequestAt } from '../../requestFiles/requestFileParser';
import { readAuthorization } from '../commands/keyAccess';
import { installedClients, type RequestClient } from './requestClients';
import type { ReferencingRequest } from '../../requestFiles/referencingRequests';
import { findReferringRequests } from './requestDocuments';
import type { KeyEnvironment } from './keyEnvironment';
import { tokensByVariable, findReferencedTokens } from '../../requestFiles/tokenVariables';

const sendAsArgumentSchema = v.object({ uri: v.string(), line: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), client: v.string() });

/** What to send, and by which client. */
interface SendRequest {
	readonly document: vscode.TextDocument;
	readonly line: number;
	readonly client: RequestClient;
	/** That the keys are taken from. */
	readonly variables: readonly string[];
}

/** Where a request stands, and what is to send it if that matters. */
interface RequestLocation {
	readonly document: vscode.TextDocument;
	readonly line: number;
	readonly client?: string;
}

/** *Send Request as Token*: has a client send a request, and hands it the keys of the tokens that the request refers to for just that time. */
export async function sendAs(argument: unknown, sources: TokenSources, keyEnvironment: KeyEnvironment): Promise<void> {
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
	// A key that cannot be read is told here: the client would send the request without it.
	await Promise.all(usableTokens.map(({ source, token }) => readAuthorization(source, token.id, 'a request')));
	await activateEditor(document);
	await keyEnvironment.withKeys(
		usableTokens.map(({ variable }) => variable),
		() => client.send(document, line),
	);
}

/** What a lens says, or else the request at the cursor. */
async function resolveSendRequest(argument: unknown): Promise<SendRequest> {
	const location =
		argument === undefined || argument === null || argument instanceof vscode.Uri ? cursorLocation() : await locationFromArgument(argument);
	const clients = installedClients();
	if (clients.length === 0) {
		throw problem("There's no extension installed that can send requests. Install REST Client or httpYac and try again.");
	}
	const requests = location ? findReferringRequests(location.document) : [];
	const request =
		location &&
		findRequestAt(
			requests.map((item) => item.request),
			location.document.offsetAt(new vscode.Position(location.line, 0)),
		);
	const found = requests.find((item) => item.request === request);
	const client = found && clients.find((item) => canClientSend(item, found) && (location?.client ?? item.id) === item.id);
	if (!location || !found || !client) {
		throw problem(
			"There's no request at the cursor that references a token and can be sent. Insert an Authorization header as a reference first.",
		);
	}
	return {
		document: location.document,
		line: location.document.positionAt(found.request.requestLine.start).line,
		client,
		variables: found.variables,
	};
}

/** Whether the client sends this request when it is asked for it, and not another one. */
export function canClientSend(
	{ sendsOnlyFirstRequest: sendsFirstOnly }: RequestClient,
	{ isFirstInBlock }: Pick<ReferencingRequest, 'isFirstInBlock'>,
): boolean {
	return isFirstInBlock || !sendsFirstOnly;
}

/** What a caller names. Where that makes no sense nothing is sent: the request at the cursor is another one. */
async function locationFromArgument(argument: unknown): Promise<RequestLocation> {
	const { success, output } = v.safeParse(sendAsArgumentSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Pass nothing, or { uri: string, line: number, client: string }.');
	}
	return { ...output, document: await vscode.workspace.openTextDocument(vscode.Uri.parse(output.uri)) };
}

function cursorLocation(): RequestLocation | undefined {
	const editor = vscode.window.activeTextEditor;
	return editor && { document: editor.document, line: editor.selection.active.line };
}

/** REST Client sends from the active editor alone. */
async function activateEditor(document: vscode.TextDocument): Promise<void> {
	if (vscode.window.activeTextEditor?.document !== document) {
		const viewColumn = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
		await vscode.window.showTextDocument(document, viewColumn);
	}
}
