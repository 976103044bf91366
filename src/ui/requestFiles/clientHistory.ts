import { readFileSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { problem, ProblemError } from '../../domain/problems';
import type { SourceToken, TokenSources } from '../../domain/sources';
import { cleanHistory, type CleanedHistory } from '../../http/clientHistory';
import { findPlainKeys } from '../../http/plainKeys';
import { replaceFile } from '../../sources/workspace/atomicFile';
import { localError, verbatim } from '../messages';

/** A history file that holds keys. */
interface Leak extends CleanedHistory {
	readonly path: string;
	readonly before: string;
}

/** *Clean REST Client History*: puts references in the place of the keys of tokens here that REST Client keeps in its history. */
export async function cleanClientHistory(sources: TokenSources): Promise<void> {
	const tokens = await sources.list('all');
	const leaks = await findLeaks(new Set(tokens.map(({ token }) => token.id)));
	if (leaks.length === 0) {
		void vscode.window.showInformationMessage(vscode.l10n.t('REST Client’s history holds no key of the tokens here.'));
		return;
	}
	for (const leak of leaks) {
		await clean(leak);
	}
	void vscode.window.showInformationMessage(
		vscode.l10n.t('REST Client’s history is clean: references stand in the place of the keys in {0} of its requests.', requestsOf(leaks)),
	);
}

/** After a rotation: says when REST Client's history still holds a key of the token, and offers to clean it. */
export async function warnOfHistory({ token }: SourceToken, sources: TokenSources): Promise<void> {
	try {
		const leaks = await findLeaks(new Set([token.id]));
		if (leaks.length > 0) {
			const cleanUp = vscode.l10n.t('Clean History');
			const answer = await vscode.window.showWarningMessage(
				vscode.l10n.t(
					'REST Client’s history holds a key of “{0}” in plain text, in {1} of its requests. Sent again from there, they carry that key.',
					verbatim(token.name),
					requestsOf(leaks),
				),
				cleanUp,
			);
			if (answer === cleanUp) {
				await cleanClientHistory(sources);
			}
		}
	} catch (error) {
		void vscode.window.showWarningMessage(localError(error));
	}
}

/** @throws ProblemError where a history is there that cannot be read or is not in the form known */
async function findLeaks(tokenIds: ReadonlySet<string>): Promise<readonly Leak[]> {
	const leaks: Leak[] = [];
	for (const path of await historyFiles()) {
		const before = await read(path).catch((error: unknown) => Promise.reject(fileProblem(path, error)));
		const cleaned = cleanHistory(before, tokenIds);
		if (!cleaned && findPlainKeys(before).some(({ tokenId }) => tokenId !== undefined && tokenIds.has(tokenId))) {
			throw problem(
				'REST Client’s history is not in the form that is known, so nothing was changed: {0}. Use “Rest Client: Clear Request History” to be rid of keys in it.',
				path,
			);
		}
		if (cleaned && cleaned.text !== before) {
			leaks.push({ path, before, ...cleaned });
		}
	}
	return leaks;
}

/** @throws TypeError where it is no UTF-8: written again, it would become something else */
async function read(path: string): Promise<string> {
	return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
}

async function clean({ path, before, text }: Leak): Promise<void> {
	const check = () => {
		if (readFileSync(path, 'utf8') !== before) {
			throw problem('REST Client has just written its history, so it was left alone. Try again.');
		}
	};
	await replaceFile(path, text, check).catch((error: unknown) => Promise.reject(fileProblem(path, error)));
}

function fileProblem(path: string, error: unknown): Error {
	return error instanceof ProblemError
		? error
		: problem('REST Client’s history could not be read or changed ({0}). Check the rights to {1} and try again.', localError(error), path);
}

/** Every place where REST Client keeps its history, by its version and the environment; those that there are, each once. */
async function historyFiles(): Promise<readonly string[]> {
	const { VSC_REST_CLIENT_HOME: own, XDG_STATE_HOME: state, XDG_CACHE_HOME: cache } = process.env;
	const folders = [own ?? '', join(homedir(), '.rest-client'), ...[state, cache].map((base) => (base ? join(base, 'rest-client') : ''))];
	const paths = await Promise.all(
		folders.filter((folder) => folder !== '').map((folder) => realpath(join(folder, 'history.json')).catch(() => undefined)),
	);
	return [...new Set(paths.filter((path) => path !== undefined))];
}

function requestsOf(leaks: readonly Leak[]): number {
	return leaks.reduce((sum, { requests }) => sum + requests, 0);
}
