import { readFileSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { problem, ProblemError } from '../../domain/problems';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { replaceKeysInHistory, type CleanedHistory } from '../../requestFiles/replaceKeysInHistory';
import { findPlainTextKeys } from '../../requestFiles/plainTextKeys';
import { replaceFile } from '../../storage/atomicFile';
import { localizeError, escapeLabel } from '../../models/localization';

/** A history file that holds keys. */
interface HistoryWithKeys extends CleanedHistory {
	readonly path: string;
	readonly before: string;
}

/** *Clean REST Client History*: puts references in the place of the keys of tokens here that REST Client keeps in its history. */
export async function cleanRestClientHistory(sources: TokenSources): Promise<void> {
	const tokens = await sources.list('complete');
	const histories = await findHistoriesWithKeys(new Set(tokens.map(({ token }) => token.id)));
	if (histories.length === 0) {
		void vscode.window.showInformationMessage(vscode.l10n.t("The REST Client history doesn't contain any API keys of your tokens."));
		return;
	}
	for (const history of histories) {
		await writeCleanedHistory(history);
	}
	const count = countRequests(histories);
	void vscode.window.showInformationMessage(
		count === 1
			? vscode.l10n.t('Replaced API keys with references in 1 request in the REST Client history.')
			: vscode.l10n.t('Replaced API keys with references in {0} requests in the REST Client history.', count),
	);
}

/** After a rotation: says when REST Client's history still holds a key of the token, and offers to clean it. */
export async function warnAboutRestClientHistory({ token }: SourceToken, sources: TokenSources): Promise<void> {
	try {
		const histories = await findHistoriesWithKeys(new Set([token.id]));
		if (histories.length > 0) {
			const cleanLabel = vscode.l10n.t('Remove API Keys');
			const answer = await vscode.window.showWarningMessage(historyText(escapeLabel(token.name), countRequests(histories)), cleanLabel);
			if (answer === cleanLabel) {
				await cleanRestClientHistory(sources);
			}
		}
	} catch (error) {
		void vscode.window.showWarningMessage(localizeError(error));
	}
}

function historyText(name: string, count: number): string {
	return count === 1
		? vscode.l10n.t(
				'The REST Client history contains an API key for “{0}” in plain text in 1 request. Resending that request sends that key.',
				name,
			)
		: vscode.l10n.t(
				'The REST Client history contains an API key for “{0}” in plain text in {1} requests. Resending those requests sends that key.',
				name,
				count,
			);
}

/** @throws ProblemError where a history is there that cannot be read or is not in the form known */
async function findHistoriesWithKeys(tokenIds: ReadonlySet<string>): Promise<readonly HistoryWithKeys[]> {
	const histories: HistoryWithKeys[] = [];
	for (const path of await findHistoryFiles()) {
		const before = await readUtf8(path).catch((error: unknown) => Promise.reject(toHistoryFileProblem(path, error)));
		const cleaned = replaceKeysInHistory(before, tokenIds);
		if (!cleaned && findPlainTextKeys(before).some(({ tokenId }) => tokenId !== undefined && tokenIds.has(tokenId))) {
			throw problem(
				"Couldn't read the REST Client history because its format isn't supported: {0}. No changes were made. To remove keys, run “Rest Client: Clear Request History”.",
				path,
			);
		}
		if (cleaned && cleaned.text !== before) {
			histories.push({ path, before, ...cleaned });
		}
	}
	return histories;
}

/** @throws TypeError where it is no UTF-8: written again, it would become something else */
async function readUtf8(path: string): Promise<string> {
	return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
}

async function writeCleanedHistory({ path, before, text }: HistoryWithKeys): Promise<void> {
	const assertUnchanged = () => {
		if (readFileSync(path, 'utf8') !== before) {
			throw problem('No changes were made because REST Client just updated its history. Try again.');
		}
	};
	await replaceFile(path, text, assertUnchanged).catch((error: unknown) => Promise.reject(toHistoryFileProblem(path, error)));
}

function toHistoryFileProblem(path: string, error: unknown): Error {
	return error instanceof ProblemError
		? error
		: problem(
				"Couldn't read or update the REST Client history ({0}). Check the permissions of {1} and try again.",
				localizeError(error),
				path,
			);
}

/** Every place where REST Client keeps its history, by its version and the environment; those that there are, each once. */
async function findHistoryFiles(): Promise<readonly string[]> {
	const { VSC_REST_CLIENT_HOME: clientHome, XDG_STATE_HOME: stateHome, XDG_CACHE_HOME: cacheHome } = process.env;
	const folders = [
		clientHome ?? '',
		join(homedir(), '.rest-client'),
		...[stateHome, cacheHome].map((base) => (base ? join(base, 'rest-client') : '')),
	];
	const paths = await Promise.all(
		folders.filter((folder) => folder !== '').map((folder) => realpath(join(folder, 'history.json')).catch(() => undefined)),
	);
	return [...new Set(paths.filter((path) => path !== undefined))];
}

function countRequests(histories: readonly HistoryWithKeys[]): number {
	return histories.reduce((sum, { requestCount: requests }) => sum + requests, 0);
}
