import * as vscode from 'vscode';
import type { CommandTarget } from '../../models/commandTargets';
import { referenceValueFor } from '../../requestFiles/tokenVariables';
import { startGatewayFor } from '../gateway/startGatewayFor';
import { targets } from '../commands/targets';
import { readAuthorizationFormat, readModules } from '../settings';
import { chooseInsertedFormat, finishInsertion } from './chooseInsertedFormat';
import type { RequestFileServices } from './requestFileServices';
import { loadOnDemand } from '../loadOnDemand';

/** *New Request File*: opens a file with a request for each of the token's modules, sent to the gateway or the account's endpoint. */
export async function newRequestFile(target: CommandTarget, { sources, clock, gateway, keys, isTest }: RequestFileServices): Promise<void> {
	const title = vscode.l10n.t('New Request File');
	const found = await targets.resolveToken(target, { sources, clock, title });
	if (!found) {
		return;
	}
	const { source, token } = found;
	const answer = await chooseInsertedFormat(readAuthorizationFormat(), title, isTest);
	if (!answer) {
		return;
	}
	const isReference = answer.format === 'reference';
	const authorization = isReference
		? await referenceValueFor(found, sources)
		: await keys.releaseToCommand(target.argument, found, { title, destination: 'file' });
	const baseUrl = source.remote
		? { variable: 'endpoint', url: source.remote.account.endpoint }
		: { variable: 'gateway', url: new URL(await startGatewayFor(gateway)).origin };
	const { createSampleRequests, formatRequestFile } = await loadOnDemand();
	const text = formatRequestFile(baseUrl, createSampleRequests(found, readModules().paths), authorization);
	const document = await vscode.workspace.openTextDocument(untitledFileUri(`${token.id}.http`));
	const editor = await vscode.window.showTextDocument(document);
	await editor.edit((builder) => builder.insert(document.positionAt(document.getText().length), text));
	await finishInsertion(answer);
}

/** URI of an unsaved file in the first workspace folder. */
function untitledFileUri(name: string): vscode.Uri {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return folder ? vscode.Uri.joinPath(folder, name).with({ scheme: 'untitled' }) : vscode.Uri.from({ scheme: 'untitled', path: name });
}
