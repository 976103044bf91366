import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import * as v from 'valibot';
import { fieldProblem, problem, ProblemError, solvableProblem } from '../../domain/problems';
import { isUsable } from '../../domain/token';
import type { HostVerdict } from '../../domain/tokenHosts';
import { findWrongRecipient, type Recipients } from '../../domain/tokenRecipients';
import type { SourceToken } from '../../domain/tokenSources';
import { allowHostFix, changeHostFix } from '../../models/findingFixes';
import { commandIds } from '../../models/manifestIds';
import { FixableError } from '../../models/fixableError';
import { withheldKeyProblem, wrongRecipientProblem } from '../../models/tokenHostTexts';
import { checkUse } from '../../requestFiles/hostCheck';
import { usesOnlyReferences } from '../../requestFiles/httpYacKeys';
import type { RequestUse } from '../../requestFiles/requestUses';
import { chooseSendTarget, listSentVariables } from '../../requestFiles/sendTarget';
import { findReferencedTokens, tokensByVariable } from '../../requestFiles/tokenVariables';
import { readExposeKeys } from '../settings';
import { installedClients, SUPPORTED_CLIENTS, type RequestClient } from './requestClients';
import type { DocumentRequests } from './documentRequests';
import { fileOf } from './requestDocuments';
import type { RequestFileServices } from './requestFileServices';

const sendAsArgumentSchema = v.object({ uri: v.string(), line: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), client: v.string() });

/** A request to send, and the client to send it with. */
interface SendRequest {
	readonly document: vscode.TextDocument;
	readonly line: number;
	readonly client: RequestClient;
	readonly use: RequestUse;
	readonly importedTexts: readonly string[];
}

/** A line of a document, and the ID of the client to use if the caller chose one. */
interface RequestLocation {
	readonly document: vscode.TextDocument;
	readonly line: number;
	readonly client?: string;
}

/**
 * *Send Request as Token*: sends a request with a client, and exposes the keys of the referenced tokens only in the meantime. Refuses to send
 * a key to a host that isn't allowed.
 */
export async function sendAs(argument: unknown, services: RequestFileServices): Promise<void> {
	const { sources, keyEnvironment, keys, hosts, documentRequests } = services;
	if (!vscode.workspace.isTrusted) {
		throw solvableProblem(
			'untrusted',
			'API keys are available to requests only in trusted workspaces. Trust this workspace (“Workspaces: Manage Workspace Trust”) and try again.',
		);
	}
	if (readExposeKeys() === 'never') {
		throw problem(
			'The setting {0} is “never”, so no request gets an API key. Set it to “onSend” or “whileVisible” and try again.',
			'connectTokens.http.exposeKeys',
		);
	}
	const { document, line, client, use, importedTexts } = await resolveSendRequest(argument, documentRequests);
	const { version } = document;
	const tokens = tokensByVariable(await findReferencedTokens(use.variables.join('\n'), sources));
	const context = await hosts.read();
	const sentVariables = listSentVariables(client, use);
	const usableTokens = sentVariables.flatMap((variable) => {
		const found = tokens.get(variable);
		return found && isUsable(found.token) ? [{ variable, ...found }] : [];
	});
	if (!sentVariables.some((variable) => tokens.has(variable))) {
		throw problem("The token referenced by this request wasn't found. Reference another token, or reload the account that it belongs to.");
	}
	if (usableTokens.length === 0) {
		throw problem('The token referenced by this request is disabled or expired. Enable or rotate it, or reference another token.');
	}
	for (const { variable, ...found } of usableTokens) {
		const file = fileOf(document);
		const verdict = checkUse(use, variable, found, file, { ...context, clients: [client.syntax] });
		throwUnlessAllowed(found, verdict, document, context);
	}
	// Reports a key that can't be read: the client would send the request without it.
	const releasedKeys = new Map<string, SourceToken & { readonly key: string }>();
	for (const { variable, ...found } of usableTokens) {
		const title = vscode.l10n.t('Send Request as Token');
		const key = await keys.releaseToCommand(argument, found, { title, destination: 'request', form: 'credential' });
		releasedKeys.set(variable, { ...found, key });
	}
	await activateEditor(document);
	const send = () => {
		if (document.version !== version || !isDeepStrictEqual(documentRequests.find(document).importedTexts, importedTexts)) {
			throw problem('The request changed before it was sent. Check it and try again.');
		}
		// REST Client sends the request in the active editor, whichever that is.
		if (vscode.window.activeTextEditor?.document !== document) {
			throw problem("The request wasn't sent because another file became active. Try again.");
		}
		return client.send(document, line);
	};
	const variables = [...releasedKeys.keys()];
	// Only httpYac can get a key without exposing it to everything else in the window.
	const canProvide =
		client.syntax === 'httpYac' && [document.getText(), ...importedTexts].every((text) => usesOnlyReferences(text, variables));
	await (canProvide && (await keyEnvironment.prepareHttpYac())
		? keyEnvironment.provideKeys(releasedKeys, send)
		: keyEnvironment.withKeys(variables, client.syntax === 'restClient', send));
}

/** @throws FixableError with a command that changes or allows the host */
function throwUnlessAllowed(found: SourceToken, verdict: HostVerdict, document: vscode.TextDocument, recipients: Recipients): void {
	const recipient = verdict.kind === 'foreign' ? findWrongRecipient(verdict.origin, found, recipients) : undefined;
	if (verdict.kind === 'foreign' && recipient) {
		const fix = changeHostFix(found, document.uri.toString(), verdict.origin);
		throw new FixableError(wrongRecipientProblem(found, recipient, verdict.host), fix);
	}
	const withheld = withheldKeyProblem(found.token, verdict);
	if (withheld && verdict.kind === 'gatewayStopped') {
		throw new FixableError(withheld, { title: vscode.l10n.t('Start Gateway'), command: commandIds.startGateway });
	}
	if (withheld && found.token.lease) {
		throw verdict.kind === 'foreign'
			? new FixableError(withheld, changeHostFix(found, document.uri.toString(), verdict.origin))
			: new ProblemError([withheld]);
	}
	if (withheld) {
		throw new FixableError(
			withheld,
			allowHostFix(found, verdict.kind === 'foreign' ? { origin: verdict.origin } : { file: fileOf(document) }),
		);
	}
}

/** Uses the location that a code lens passes, or the cursor's. */
async function resolveSendRequest(argument: unknown, documentRequests: DocumentRequests): Promise<SendRequest> {
	const location =
		argument === undefined || argument === null || argument instanceof vscode.Uri ? cursorLocation() : await locationFromArgument(argument);
	const clients = installedClients();
	if (clients.length === 0) {
		throw noClientError();
	}
	const target = location && (await findTarget(location, clients, documentRequests));
	if (!target) {
		throw problem(
			"There's no request at the cursor that references a token and can be sent. Insert an Authorization header that references a token first.",
		);
	}
	const { document } = location;
	const { found, client, importedTexts } = target;
	const { line } = document.positionAt(found.request.requestLine.start);
	return { document, line, client, use: found, importedTexts };
}

function noClientError(): FixableError {
	return new FixableError(
		{
			field: null,
			template: "There's no extension installed that can send requests. Install REST Client or httpYac and try again.",
			args: [],
		},
		{
			title: vscode.l10n.t('Show Extensions'),
			command: 'workbench.extensions.action.showExtensionsWithIds',
			argument: SUPPORTED_CLIENTS.map(({ id }) => id),
		},
	);
}

async function findTarget(
	{ document, line, client }: RequestLocation,
	clients: readonly RequestClient[],
	documentRequests: DocumentRequests,
) {
	const { requests, importedTexts } = await documentRequests.load(document);
	const offset = document.offsetAt(new vscode.Position(line, 0));
	const target = chooseSendTarget(requests, offset, clients, client);
	return target && { ...target, importedTexts };
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
