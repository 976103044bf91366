import * as vscode from 'vscode';

/** The extensions that send request files and resolve references, by what their command to send needs. */
const REST_CLIENT = 'humao.rest-client';
const HTTPYAC = 'anweber.vscode-httpyac';

/** Whether there is an extension that can send a request with a reference. */
export function hasClient(): boolean {
	return [REST_CLIENT, HTTPYAC].some((id) => vscode.extensions.getExtension(id) !== undefined);
}
