import { logFailure } from '../../domain/log';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { localizeError } from '../../models/localization';
import { cleanedHistoryText, historyWarningText } from '../../models/tokenMessages';
import { findHistoriesWithKeys, writeCleanedHistory, type HistoryWithKeys } from '../../storage/restClientHistory';
import { log } from '../log';
import { loadOnDemand } from '../loadOnDemand';

/** *Remove API Keys from REST Client History*: replaces the keys of all known tokens with references. */
export async function cleanRestClientHistory(sources: TokenSources): Promise<void> {
	const tokens = await sources.list('complete');
	const histories = await findHistories(tokens);
	for (const history of histories) {
		await writeCleanedHistory(history);
	}
	void vscode.window.showInformationMessage(cleanedHistoryText(countRequests(histories)));
}

/** Warns after a rotation if the REST Client history contains a key of the token, and offers to remove it. */
export async function warnAboutRestClientHistory(rotatedToken: SourceToken, sources: TokenSources): Promise<void> {
	try {
		const histories = await findHistories([rotatedToken]);
		if (histories.length > 0) {
			const cleanLabel = vscode.l10n.t('Remove API Keys');
			const text = historyWarningText(rotatedToken.token.name, countRequests(histories));
			if ((await vscode.window.showWarningMessage(text, cleanLabel)) === cleanLabel) {
				await cleanRestClientHistory(sources);
			}
		}
	} catch (error) {
		logFailure(log, 'clean the history')(error);
		void vscode.window.showWarningMessage(localizeError(error));
	}
}

async function findHistories(tokens: readonly SourceToken[]): Promise<readonly HistoryWithKeys[]> {
	const { removeKeysFromHistory } = await loadOnDemand();
	const tokenIds = new Set(tokens.map(({ token }) => token.id));
	return findHistoriesWithKeys({ environment: process.env, homeFolder: homedir(), log }, (text) => removeKeysFromHistory(text, tokenIds));
}

function countRequests(histories: readonly HistoryWithKeys[]): number {
	return histories.reduce((sum, { requestCount }) => sum + requestCount, 0);
}
