import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import type { GatewayController } from '../../gateway/controller';
import { authorizationHeader } from '../../http/authorization';
import { referenceTo } from '../../http/references';
import { readAuthorization } from '../commands/keys';
import { tokenFor, type Target } from '../commands/pickToken';
import { insertForm } from '../settings';
import { isByReference } from './clients';
import { samplesFor } from './samples';

/** *New Request File*: requests to the gateway that the token may make, one for each of its modules, in an editor of their own. */
export async function newRequestFile(target: Target, source: TokenSource, clock: Clock, gateway: GatewayController): Promise<void> {
	const token = await tokenFor(target, { source, clock, title: vscode.l10n.t('New Request File') });
	if (!token) {
		return;
	}
	const authorization = isByReference(insertForm()) ? referenceTo(token.id) : await readAuthorization(source, token.id);
	const url = await gateway.start();
	const requests = samplesFor(token).map(({ title, path }) =>
		[`### ${title}`, `GET {{gateway}}${path}`, authorizationHeader(authorization), 'Accept: application/json', ''].join('\n'),
	);
	const document = await vscode.workspace.openTextDocument(unsavedFile(`${token.id}.http`));
	const editor = await vscode.window.showTextDocument(document);
	await editor.edit((builder) => builder.insert(document.positionAt(document.getText().length), [`@gateway = ${url}`, '', ...requests].join('\n')));
}

/** A file that does not exist until it is saved, beside the workspace's others. */
function unsavedFile(name: string): vscode.Uri {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return folder ? vscode.Uri.joinPath(folder, name).with({ scheme: 'untitled' }) : vscode.Uri.from({ scheme: 'untitled', path: name });
}
