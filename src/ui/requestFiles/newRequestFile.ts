import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import type { GatewayController } from '../../gateway/controller';
import { authorizationHeader } from '../../http/authorization';
import { readAuthorization } from '../commands/keys';
import { tokenFor, type Target } from '../commands/pickToken';
import { insertForm } from '../settings';
import { isByReference } from './clients';
import { samplesFor } from './samples';
import { headerValueFor } from './variables';

/** *New Request File*: requests that the token may make, to the gateway or the account's endpoint, one for each of its modules, in an editor of their own. */
export async function newRequestFile(target: Target, sources: TokenSources, clock: Clock, gateway: GatewayController): Promise<void> {
	const found = await tokenFor(target, { sources, clock, title: vscode.l10n.t('New Request File') });
	if (!found) {
		return;
	}
	const { source, token } = found;
	const authorization = isByReference(insertForm()) ? await headerValueFor(found, sources) : await readAuthorization(source, token.id);
	const [name, url] = source.account ? ['endpoint', source.account.endpoint] : ['gateway', await gateway.start()];
	const requests = samplesFor(found).map(({ title, path }) =>
		[`### ${title}`, `GET {{${name}}}${path}`, authorizationHeader(authorization), 'Accept: application/json', ''].join('\n'),
	);
	const document = await vscode.workspace.openTextDocument(unsavedFile(`${token.id}.http`));
	const editor = await vscode.window.showTextDocument(document);
	await editor.edit((builder) =>
		builder.insert(document.positionAt(document.getText().length), [`@${name} = ${url}`, '', ...requests].join('\n')),
	);
}

/** A file that does not exist until it is saved, beside the workspace's others. */
function unsavedFile(name: string): vscode.Uri {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return folder ? vscode.Uri.joinPath(folder, name).with({ scheme: 'untitled' }) : vscode.Uri.from({ scheme: 'untitled', path: name });
}
