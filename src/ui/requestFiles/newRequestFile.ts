import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { GatewayController } from '../../gateway/gatewayController';
import { formatAuthorizationHeader } from '../../requestFiles/authorizationEdits';
import { readAuthorization } from '../commands/keyAccess';
import { resolveToken, type CommandTarget } from '../commands/pickToken';
import { readAuthorizationFormat } from '../settings';
import { insertsReference } from './requestClients';
import { createSampleRequests } from './sampleRequests';
import { referenceValueFor } from '../../requestFiles/tokenVariables';

/** *New Request File*: requests that the token may make, to the gateway or the account's endpoint, one for each of its modules, in an editor of their own. */
export async function newRequestFile(
	target: CommandTarget,
	sources: TokenSources,
	clock: Clock,
	gateway: GatewayController,
): Promise<void> {
	const found = await resolveToken(target, { sources, clock, title: vscode.l10n.t('New Request File') });
	if (!found) {
		return;
	}
	const { source, token } = found;
	const authorization = insertsReference(readAuthorizationFormat())
		? await referenceValueFor(found, sources)
		: await readAuthorization(source, token.id, 'a file');
	const [name, url] = source.remote ? ['endpoint', source.remote.account.endpoint] : ['gateway', await gateway.start()];
	const requests = createSampleRequests(found).map(({ title, path }) =>
		[`### ${title}`, `GET {{${name}}}${path}`, formatAuthorizationHeader(authorization), 'Accept: application/json', ''].join('\n'),
	);
	const document = await vscode.workspace.openTextDocument(untitledFileUri(`${token.id}.http`));
	const editor = await vscode.window.showTextDocument(document);
	await editor.edit((builder) =>
		builder.insert(document.positionAt(document.getText().length), [`@${name} = ${url}`, '', ...requests].join('\n')),
	);
}

/** A file that does not exist until it is saved, beside the workspace's others. */
function untitledFileUri(name: string): vscode.Uri {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return folder ? vscode.Uri.joinPath(folder, name).with({ scheme: 'untitled' }) : vscode.Uri.from({ scheme: 'untitled', path: name });
}
