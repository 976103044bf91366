import * as vscode from 'vscode';
import type { AuthorizationFormat } from '../settings';
import { installLogMask } from '../../requestFiles/httpYacLogMask';

/** An extension that sends request files and resolves references. */
export interface RequestClient {
	/** Of the extension. */
	readonly id: string;
	readonly name: string;
	/** Whether it sends only the first request between two separators, and of a Markdown fence. */
	readonly sendsOnlyFirstRequest: boolean;
	/** Sends the request of a line, in the active editor; settles once it has been answered or has failed. */
	send(document: vscode.TextDocument, line: number): Thenable<unknown>;
}

const HTTPYAC_EXTENSION_ID = 'anweber.vscode-httpyac';

const SUPPORTED_CLIENTS: readonly RequestClient[] = [
	{
		id: 'humao.rest-client',
		name: 'REST Client',
		sendsOnlyFirstRequest: true,
		send: (document, line) => vscode.commands.executeCommand('rest-client.request', document, new vscode.Range(line, 0, line, 0)),
	},
	{
		id: HTTPYAC_EXTENSION_ID,
		name: 'httpYac',
		sendsOnlyFirstRequest: false,
		send: (document, line) => vscode.commands.executeCommand('httpyac.send', document, line),
	},
];

/** Has httpYac mask keys in its log; resolves with whether it does. */
export async function installHttpYacLogMask(): Promise<boolean> {
	try {
		return installLogMask(await vscode.extensions.getExtension<unknown>(HTTPYAC_EXTENSION_ID)?.activate());
	} catch {
		// An extension that cannot be started logs nothing either.
		return false;
	}
}

/**
 * Whether a header that is inserted in this form refers to its token, instead of holding its key. Clients that do not run in Restricted
 * Mode look as if they were not installed, so there it does unless its user says otherwise.
 */
export function insertsReference(format: AuthorizationFormat): boolean {
	return format === 'reference' || (format === 'auto' && (!vscode.workspace.isTrusted || installedClients().length > 0));
}

/** The clients that this editor has. */
export function installedClients(): readonly RequestClient[] {
	return SUPPORTED_CLIENTS.filter(({ id }) => vscode.extensions.getExtension(id) !== undefined);
}
