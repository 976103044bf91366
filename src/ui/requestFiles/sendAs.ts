import * as vscode from 'vscode';
import * as v from 'valibot';
import { fieldProblem, problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/sources';
import { works } from '../../domain/token';
import { requestAt } from '../../http/requestFile';
import { readAuthorization } from '../commands/keys';
import { installedClients, type Client } from './clients';
import { referringRequestsOf } from './documents';
import type { HandOver } from './handOver';
import { tokensByVariable, tokensNamedIn } from './variables';

const argumentSchema = v.object({ uri: v.string(), line: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), client: v.string() });

/** What to send, and by which client. */
interface Sending {
	readonly document: vscode.TextDocument;
	readonly line: number;
	readonly client: Client;
	/** That the keys are taken from. */
	readonly variables: readonly string[];
}

/** Where a request stands, and what is to send it if that matters. */
interface Place {
	readonly document: vscode.TextDocument;
	readonly line: number;
	readonly client?: string;
}

/** *Send Request as Token*: has a client send a request, and hands it the keys of the tokens that the request refers to for just that time. */
export async function sendAs(argument: unknown, sources: TokenSources, handOver: HandOver): Promise<void> {
	if (!vscode.workspace.isTrusted) {
		throw problem(
			'Keys are handed over only in a trusted workspace. Trust this one with “Workspaces: Manage Workspace Trust” and try again.',
		);
	}
	const { document, line, client, variables } = await sendingOf(argument);
	const tokens = tokensByVariable(await tokensNamedIn(document.getText(), sources));
	const working = variables.flatMap((variable) => {
		const found = tokens.get(variable);
		return found && works(found.token) ? [{ variable, ...found }] : [];
	});
	if (working.length === 0) {
		throw problem('No token that this request refers to works. Enable or rotate it, or refer to another one.');
	}
	// A key that cannot be read is told here: the client would send the request without it.
	await Promise.all(working.map(({ source, token }) => readAuthorization(source, token.id)));
	await activate(document);
	await handOver.during(
		working.map(({ variable }) => variable),
		() => client.send(document, line),
	);
}

/** What a lens says, or else the request at the cursor. */
async function sendingOf(argument: unknown): Promise<Sending> {
	const place = argument === undefined || argument === null || argument instanceof vscode.Uri ? cursorPlace() : await placeIn(argument);
	const clients = installedClients();
	if (clients.length === 0) {
		throw problem('There is no extension here that sends requests. Install REST Client or httpYac and try again.');
	}
	const requests = place ? referringRequestsOf(place.document) : [];
	const request =
		place &&
		requestAt(
			requests.map((one) => one.request),
			place.document.offsetAt(new vscode.Position(place.line, 0)),
		);
	const found = requests.find((one) => one.request === request);
	const client = found && clients.find((one) => canSend(one, found) && (place?.client ?? one.id) === one.id);
	if (!place || !found || !client) {
		throw problem(
			'There is no request at the cursor that refers to a token and can be sent. Insert an Authorization header as a reference first.',
		);
	}
	return {
		document: place.document,
		line: place.document.positionAt(found.request.requestLine.start).line,
		client,
		variables: found.variables,
	};
}

/** Whether the client sends this request when it is asked for it, and not another one. */
export function canSend({ sendsFirstOnly }: Client, { isFirst }: { readonly isFirst: boolean }): boolean {
	return isFirst || !sendsFirstOnly;
}

/** What a caller names. Where that makes no sense nothing is sent: the request at the cursor is another one. */
async function placeIn(argument: unknown): Promise<Place> {
	const { success, output } = v.safeParse(argumentSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Pass nothing, or { uri: string, line: number, client: string }.');
	}
	return { ...output, document: await vscode.workspace.openTextDocument(vscode.Uri.parse(output.uri)) };
}

function cursorPlace(): Place | undefined {
	const editor = vscode.window.activeTextEditor;
	return editor && { document: editor.document, line: editor.selection.active.line };
}

/** REST Client sends from the active editor alone. */
async function activate(document: vscode.TextDocument): Promise<void> {
	if (vscode.window.activeTextEditor?.document !== document) {
		const viewColumn = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
		await vscode.window.showTextDocument(document, viewColumn);
	}
}
