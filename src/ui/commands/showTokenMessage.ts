import * as vscode from 'vscode';
import type { SourceToken } from '../../domain/tokenSources';
import { toTokenRef } from '../../models/commandTargets';
import { commandIds } from '../../models/manifestIds';
import { createdTokenText, importedTokenText } from '../../models/tokenMessages';
import { runCommand, type CommandButton } from './messages';

/** A button of a notification, which runs a command for the token. */
export type MessageAction = Pick<CommandButton, 'title' | 'command'>;

/** Confirms that a token was created. Offers `actions`, and to open the token's details. */
export function showCreatedToken(created: SourceToken, ...actions: readonly MessageAction[]): Promise<void> {
	return showTokenMessage(createdTokenText(created.token), created, actions);
}

/** Confirms that a token was imported. Offers to open its details. */
export function showImportedToken(imported: SourceToken): Promise<void> {
	return showTokenMessage(importedTokenText(imported.token), imported, []);
}

async function showTokenMessage(message: string, sourceToken: SourceToken, actions: readonly MessageAction[]): Promise<void> {
	const detailsAction: MessageAction = { title: vscode.l10n.t('Go to Details'), command: commandIds.openDetails };
	const selected = await vscode.window.showInformationMessage(message, ...actions, detailsAction);
	if (selected) {
		await runCommand(selected.command, toTokenRef(sourceToken));
	}
}
