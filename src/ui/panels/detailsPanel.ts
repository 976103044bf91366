import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import { DetailsPage, type DetailsPageContext } from '../../models/detailsPage';
import { commandIds } from '../../models/manifestIds';
import { copyKey } from '../commands/keyAccess';
import { runCommand } from '../commands/messages';
import type { KeyLoader } from '../keys/keyLoader';
import { log } from '../log';
import { getPageLanguage, showWebviewPage } from './webviewPage';

/** Shows the details of one token in a panel, until the panel is closed. */
export function showDetailsPage(
	panel: vscode.WebviewPanel,
	extensionUri: vscode.Uri,
	keys: KeyLoader,
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
			// A page's button can't be selected by a command.
			copyKey: async (found, which, onCleared) => {
				const use = { title: vscode.l10n.t('Copy API Key'), destination: 'clipboard', which, isConfirmed: true } as const;
				await copyKey(await keys.releaseToCommand(undefined, found, use), tokenId, onCleared);
			},
			// The message about a gateway that can't start has buttons, which the page doesn't show.
			runCommand: (id, token) => runCommand(id, id === commandIds.startGateway ? { ...token, isFromLink: true } : token),
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
