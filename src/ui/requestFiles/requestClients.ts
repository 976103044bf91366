import { logFailure } from '../../domain/log';
import * as vscode from 'vscode';
import { installLogMask, type RequestCheck } from '../../requestFiles/httpYacLogMask';
import type { ClientCapabilities } from '../../requestFiles/sendTarget';
import { log } from '../log';

/** An extension that sends request files and resolves references. Its ID is the extension's. */
export interface RequestClient extends ClientCapabilities {
	readonly name: string;
	/** Sends the request at a line of the active editor. Settles when the response has arrived or the request has failed. */
	send(document: vscode.TextDocument, line: number): Thenable<unknown>;
}

const HTTPYAC_EXTENSION_ID = 'anweber.vscode-httpyac';

/** The clients that resolve references, whether or not they're installed. */
export const SUPPORTED_CLIENTS: readonly RequestClient[] = [
	{
		id: 'humao.rest-client',
		name: 'REST Client',
		syntax: 'restClient',
		send: (document, line) => vscode.commands.executeCommand('rest-client.request', document, new vscode.Range(line, 0, line, 0)),
	},
	{
		id: HTTPYAC_EXTENSION_ID,
		name: 'httpYac',
		syntax: 'httpYac',
		send: (document, line) => vscode.commands.executeCommand('httpyac.send', document, line),
	},
];

/** Makes httpYac mask keys in its log, and check requests before it sends them. Resolves with whether that worked. */
export async function installHttpYacLogMask(check: RequestCheck): Promise<boolean> {
	try {
		return installLogMask(await vscode.extensions.getExtension<unknown>(HTTPYAC_EXTENSION_ID)?.activate(), check);
	} catch (error) {
		// If httpYac can't be activated, it doesn't log any requests either.
		logFailure(log, 'activate httpYac')(error);
		return false;
	}
}

/** Lists the supported clients that are installed and enabled. */
export function installedClients(): readonly RequestClient[] {
	return SUPPORTED_CLIENTS.filter(({ id }) => vscode.extensions.getExtension(id) !== undefined);
}
