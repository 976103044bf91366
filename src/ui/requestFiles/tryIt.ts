import * as vscode from 'vscode';
import { ALL_MODULES } from '../../domain/catalogue';
import type { Clock, TokenSource } from '../../domain/ports';
import type { Token } from '../../domain/token';
import type { GatewayController } from '../../gateway/controller';
import { authorizationHeader } from '../../http/authorization';
import { readAuthorization } from '../commands/keys';
import { tokenFor, type Target } from '../commands/pickToken';
import { commands } from '../ids';
import { modules } from '../settings';
import { moduleName } from '../tokenText';

/** What every token may read. */
const SHARED = '/modules';

/** *Copy as cURL*: a call of the gateway that takes the key from the environment of the token's terminal. */
export async function copyAsCurl(target: Target, source: TokenSource, clock: Clock, gateway: GatewayController): Promise<void> {
	const token = await tokenFor(target, { source, clock, title: vscode.l10n.t('Copy as cURL') });
	if (!token) {
		return;
	}
	const url = (await gateway.start()) + samplesFor(token)[0]!.path;
	await vscode.env.clipboard.writeText(`curl --header "Authorization: $CONNECT_API_KEY" "${url}"`);
	const open = vscode.l10n.t('Open Terminal with Token');
	const answer = await vscode.window.showInformationMessage(
		vscode.l10n.t('Copied. The command takes the key from CONNECT_API_KEY, which the terminal of the token has.'),
		open,
	);
	if (answer === open) {
		await vscode.commands.executeCommand(commands.openTerminal, { tokenId: token.id });
	}
}

/** *New Request File*: requests to the gateway that the token may make, one for each of its modules, in an editor of their own. */
export async function newRequestFile(target: Target, source: TokenSource, clock: Clock, gateway: GatewayController): Promise<void> {
	const token = await tokenFor(target, { source, clock, title: vscode.l10n.t('New Request File') });
	if (!token) {
		return;
	}
	const authorization = await readAuthorization(source, token.id);
	const url = await gateway.start();
	const requests = samplesFor(token).map(({ title, path }) =>
		[`### ${title}`, `GET {{gateway}}${path}`, authorizationHeader(authorization), 'Accept: application/json', ''].join('\n'),
	);
	const document = await vscode.workspace.openTextDocument(unsavedFile(`${token.id}.http`));
	const editor = await vscode.window.showTextDocument(document);
	await editor.edit((builder) => builder.insert(document.positionAt(document.getText().length), [`@gateway = ${url}`, '', ...requests].join('\n')));
}

interface Sample {
	readonly title: string;
	readonly path: string;
}

/** A path for each module of the token, or one that every token reaches. */
function samplesFor({ permissions }: Token): readonly Sample[] {
	const { paths } = modules();
	const samples = permissions.flatMap((id) => {
		const path = paths[id]?.find((one) => !one.includes('{'));
		return path === undefined ? [] : [{ title: moduleName(id), path }];
	});
	return samples.length > 0 && !permissions.includes(ALL_MODULES) ? samples : [{ title: vscode.l10n.t('What every token may read'), path: SHARED }];
}

/** A file that does not exist until it is saved, beside the workspace's others. */
function unsavedFile(name: string): vscode.Uri {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return folder ? vscode.Uri.joinPath(folder, name).with({ scheme: 'untitled' }) : vscode.Uri.from({ scheme: 'untitled', path: name });
}
