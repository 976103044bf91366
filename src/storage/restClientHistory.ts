import { readFileSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { logFailure, type Log } from '../domain/log';
import { problem, ProblemError } from '../domain/problems';
import { replaceFile } from './atomicFile';
import { getErrorCode } from './fileErrors';

/** A history text after keys were removed from it. */
interface CleanedText {
	readonly text: string;
	/** Number of requests that contained keys. */
	readonly requestCount: number;
}

/** A REST Client history file with keys to remove. */
export interface HistoryWithKeys extends CleanedText {
	readonly path: string;
	/** Its current content. */
	readonly before: string;
}

/** Where REST Client may store its history. */
export interface HistoryLocations {
	/** Environment variables, as in `process.env`. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly homeFolder: string;
	readonly log: Log;
}

/**
 * Finds the history files that contain keys.
 * @param removeKeys returns the cleaned text, or undefined if there are keys but the text's format isn't supported
 * @throws ProblemError if a file can't be read or its format isn't supported
 */
export async function findHistoriesWithKeys(
	locations: HistoryLocations,
	removeKeys: (text: string) => CleanedText | undefined,
): Promise<readonly HistoryWithKeys[]> {
	const histories: HistoryWithKeys[] = [];
	for (const path of await findHistoryFiles(locations)) {
		const before = await readUtf8(path).catch((error: unknown) => Promise.reject(toHistoryProblem(path, error)));
		const cleaned = removeKeys(before);
		if (!cleaned) {
			throw problem(
				"Couldn't read the REST Client history because its format isn't supported: {0}. No changes were made. To remove keys, run “Rest Client: Clear Request History”.",
				path,
			);
		}
		if (cleaned.text !== before) {
			histories.push({ path, before, ...cleaned });
		}
	}
	return histories;
}

/**
 * Replaces the file with its cleaned text.
 * @throws ProblemError if REST Client changed the file in the meantime, or it can't be written
 */
export async function writeCleanedHistory({ path, before, text }: HistoryWithKeys): Promise<void> {
	const assertUnchanged = () => {
		if (readFileSync(path, 'utf8') !== before) {
			throw problem('No changes were made because REST Client just updated its history. Try again.');
		}
	};
	await replaceFile(path, text, assertUnchanged).catch((error: unknown) => Promise.reject(toHistoryProblem(path, error)));
}

/** @throws TypeError if the file isn't valid UTF-8, because decoding it leniently and writing it back would damage it */
async function readUtf8(path: string): Promise<string> {
	return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
}

function toHistoryProblem(path: string, error: unknown): Error {
	return error instanceof ProblemError
		? error
		: problem(
				"Couldn't read or update the REST Client history ({0}). Check the permissions of {1} and try again.",
				error instanceof Error ? error.message : String(error),
				path,
			);
}

/** Finds existing history files in each location that a version of REST Client uses, without duplicates. */
export async function findHistoryFiles({ environment, homeFolder, log }: HistoryLocations): Promise<readonly string[]> {
	const { VSC_REST_CLIENT_HOME: clientHome, XDG_STATE_HOME: stateHome, XDG_CACHE_HOME: cacheHome } = environment;
	const folders = [
		clientHome ?? '',
		join(homeFolder, '.rest-client'),
		...[stateHome, cacheHome].map((base) => (base ? join(base, 'rest-client') : '')),
	].filter((folder) => folder !== '');
	const paths = await Promise.all(folders.map((folder) => resolveIfExists(join(folder, 'history.json'), log)));
	return [...new Set(paths.filter((path) => path !== undefined))];
}

/** Resolves links, so that a file is found only once. */
async function resolveIfExists(path: string, log: Log): Promise<string | undefined> {
	try {
		return await realpath(path);
	} catch (error) {
		if (getErrorCode(error) !== 'ENOENT') {
			logFailure(log, 'find a history')(error);
		}
		return undefined;
	}
}
