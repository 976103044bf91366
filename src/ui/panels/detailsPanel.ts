import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import { DetailsPage, type DetailsPageContext } from '../../models/detailsPage';
import { commandIds } from '../../models/manifestIds';
import { copyAuthorization, readAuthorization } from '../commands/keyAccess';
import { log } from '../log';
import { getPageLanguage, showWebviewPage } from './webviewPage';

const COMMAND_IDS = {
	disable: commandIds.disableToken,
	enable: commandIds.enableToken,
	delete: commandIds.deleteToken,
	startGateway: commandIds.startGateway,
	copyGatewayUrl: commandIds.copyGatewayUrl,
	newRequestFile: commandIds.newRequestFile,
} as const;

/** Shows the details of one token in a panel, until the panel is closed. */
export function showDetailsPage(
	panel: vscode.WebviewPanel,
	extensionUri: vscode.Uri,
	context: DetailsPageContext,
	source: TokenSource,
	tokenId: string,
): DetailsPage {
	const page = new DetailsPage({
		...context,
		transport: showWebviewPage(panel, extensionUri, 'details'),
		language: getPageLanguage(),
		source,
		tokenId,
		log,
		host: {
			setTitle: (title) => {
				panel.title = title;
			},
			readAuthorization: (which) => readAuthorization(source, tokenId, which),
			copyAuthorization: (which) => copyAuthorization(source, tokenId, which),
			runCommand: async (command) => {
				await vscode.commands.executeCommand(COMMAND_IDS[command], { tokenId, sourceId: source.id });
			},
		},
	});
	panel.onDidChangeViewState(() => {
		if (!panel.visible) {
			page.handleHidden();
		}
	});
	panel.onDidDispose(() => page.dispose());
	return page;
}
