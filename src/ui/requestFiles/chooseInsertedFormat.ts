import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import { FixableError } from '../../models/fixableError';
import { decideInsertedFormat, insertAnswers, type InsertAnswer, type InsertedFormat } from '../../models/insertedFormat';
import { contextKeys } from '../../models/manifestIds';
import { setContext } from '../commands/messages';
import { pickOne } from '../commands/targets';
import { showError } from '../errorMessages';
import { log } from '../log';
import type { AuthorizationFormat } from '../settings';
import { installedClients, SUPPORTED_CLIENTS } from './requestClients';

const FORMAT_SETTING = 'connectTokens.http.authorizationFormat';

/**
 * Returns what to insert. If no client is installed and the format is `auto`, asks the user and saves the answer in the setting.
 * @param title of the command that inserts it
 * @param isTest whether the extension is being tested, which means that it asks no questions about keys
 * @returns undefined if the user canceled
 */
export async function chooseInsertedFormat(format: AuthorizationFormat, title: string, isTest: boolean): Promise<InsertAnswer | undefined> {
	const decided = decideInsertedFormat(format, vscode.workspace.isTrusted, installedClients().length > 0);
	if (decided !== undefined || isTest) {
		return { format: decided ?? 'plainText' };
	}
	const answer = await pickOne(insertAnswers(SUPPORTED_CLIENTS), {
		title,
		placeHolder: vscode.l10n.t("No HTTP client is installed. Select what to insert. You'll be asked only once."),
	});
	if (answer) {
		await saveFormat(answer.format);
	}
	return answer;
}

/** Completes the step of the walkthrough, and opens the page of the extension that the user wants to install. */
export async function finishInsertion({ install }: InsertAnswer): Promise<void> {
	setContext({ [contextKeys.hasInsertedHeader]: true });
	if (install !== undefined) {
		await openExtensionPage(install);
	}
}

async function openExtensionPage(id: string): Promise<void> {
	try {
		await vscode.commands.executeCommand('extension.open', id);
	} catch (error) {
		logFailure(log, 'open an extension page')(error);
		// The Extensions view says why it finds nothing, for example that the machine is offline.
		await vscode.commands.executeCommand('workbench.extensions.search', `@id:${id}`);
	}
}

async function saveFormat(format: InsertedFormat): Promise<void> {
	try {
		await vscode.workspace.getConfiguration().update(FORMAT_SETTING, format, vscode.ConfigurationTarget.Global);
	} catch (error) {
		logFailure(log, 'save a setting')(error);
		// The answer is valid nevertheless.
		showError(
			new FixableError(
				{
					field: null,
					template: "Couldn't save your answer in the setting {0}, so you'll be asked again. Correct the errors in your settings.",
					args: [FORMAT_SETTING],
				},
				{ title: vscode.l10n.t('Open Settings (JSON)'), command: 'workbench.action.openSettingsJson' },
			),
		);
	}
}
