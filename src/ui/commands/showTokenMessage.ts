import * as vscode from 'vscode';
import type { SourceToken } from '../../domain/tokenSources';
import { escapeLabel } from '../../models/localization';
import { commandIds } from '../../models/manifestIds';
import { toTokenRef } from './pickToken';

/** A button of a notification. */
export interface MessageAction {
	readonly title: string;
	run(): Promise<void>;
}

/** Confirms that a token was created. Offers `actions`, and to open the token's details. */
export function showCreatedToken(created: SourceToken, ...actions: readonly MessageAction[]): Promise<void> {
	const { name, id } = created.token;
	return showTokenMessage(vscode.l10n.t('Created token “{0}” ({1}).', escapeLabel(name), id), created, actions);
}

/** Confirms that a token was imported. Offers to open its details. */
export function showImportedToken(imported: SourceToken): Promise<void> {
	const { name, id } = imported.token;
	return showTokenMessage(vscode.l10n.t('Imported token “{0}” ({1}).', escapeLabel(name), id), imported, []);
}

async function showTokenMessage(message: string, sourceToken: SourceToken, actions: readonly MessageAction[]): Promise<void> {
	const detailsAction: MessageAction = {
		title: vscode.l10n.t('Go to Details'),
		run: async () => vscode.commands.executeCommand(commandIds.openDetails, toTokenRef(sourceToken)),
	};
	const selected = await vscode.window.showInformationMessage(message, ...actions, detailsAction);
	await selected?.run();
}
