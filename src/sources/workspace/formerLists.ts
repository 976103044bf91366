import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { URI } from 'vscode-uri';
import { logFailure, type Log } from '../../domain/log';
import type { Clock, Vault } from '../../domain/ports';
import { replaceFile } from '../../storage/atomicFile';
import { isDeleted } from '../../storage/deletedPaths';
import { listFileNames, MISSING_FILE_VERSION, readFileVersion } from '../../storage/fileVersions';
import { getListIdOfKey, readListIdentity } from './listIdentity';
import { RecordStore } from './recordStore';
import { getStoreFiles } from './storeFiles';
import { collectKeyIds } from './storeSchema';
import { getWorkspaceLocation, type WorkspaceLocation } from './workspaceLocation';

/** The token list of a workspace that doesn't exist anymore. */
export interface FormerList {
	readonly location: WorkspaceLocation;
	/** Path of the workspace. */
	readonly path: string;
	readonly listId: string;
}

/**
 * Files that can't be copied to another workspace as they are: the list, usage, counts of the team, history, counted requests, what the user allowed
 * in the former workspace, also for tokens of accounts, identity, locks, and temporary files.
 */
const OWN_FILE_PATTERN = /^(tokens(\.backup)?|statistics|teamStatistics|history|limits|hosts|keyAccess|location)\.json$|\.(lock|tmp)$/;

/** Finds the lists of workspaces that don't exist anymore in the folders next to a workspace's `folder`. */
export async function findFormerLists(folder: string, log: Log): Promise<readonly FormerList[]> {
	const root = dirname(folder);
	const names = listFileNames(root).filter((name) => name !== basename(folder));
	const lists = await Promise.all(
		names.map((name) => readFormerList(join(root, name)).catch(logFailure(log, 'read the location of a token list'))),
	);
	return lists.filter((list) => list !== undefined);
}

/** Returns undefined if the folder's workspace may still exist. Virtual workspaces and network paths can't be checked. */
async function readFormerList(folder: string): Promise<FormerList | undefined> {
	const identity = await readListIdentity(folder);
	const uri = identity?.uri ? URI.parse(identity.uri) : undefined;
	if (!identity || uri?.scheme !== 'file' || uri.authority !== '' || !isDeleted(uri.fsPath)) {
		return undefined;
	}
	const { key } = getWorkspaceLocation(URI.file(dirname(dirname(folder))).toString(), uri.toString());
	return key === basename(folder) ? { location: { key, folder }, path: uri.fsPath, listId: identity.listId } : undefined;
}

/** Calls `use` with the store of a list. */
export async function useStore<T>({ location }: FormerList, clock: Clock, log: Log, use: (store: RecordStore) => Promise<T>): Promise<T> {
	const store = new RecordStore(getStoreFiles(location.folder), clock, log);
	try {
		return await use(store);
	} finally {
		store.dispose();
	}
}

/**
 * Removes a list's keys, and then its folder. The folder is removed last, so that a failure can be repeated.
 * @param isEmptyOnly keeps everything if the list has tokens
 */
export async function removeFormerList(list: FormerList, vault: Vault, clock: Clock, log: Log, isEmptyOnly: boolean): Promise<void> {
	await useStore(list, clock, log, (store) =>
		store.runExclusive(async ({ tokens }, assertHeld) => {
			if (isEmptyOnly && tokens.length > 0) {
				return;
			}
			const ownKeyIds = (await vault.keyIds()).filter((keyId) => getListIdOfKey(keyId) === list.listId);
			for (const keyId of new Set([...ownKeyIds, ...collectKeyIds(tokens)])) {
				await vault.delete(keyId);
			}
			assertHeld();
			const { folder, identity } = getStoreFiles(list.location.folder);
			// What a crash leaves behind is found again only as long as the identity exists.
			for (const name of listFileNames(folder).filter((candidate) => candidate !== basename(identity))) {
				rmSync(join(folder, name), { recursive: true, force: true });
			}
			rmSync(folder, { recursive: true, force: true });
		}),
	);
}

/** Copies the files next to a list, such as expiry reminders and damaged files, unless the other folder has a file of the same name. */
export async function copyOtherFiles(from: string, to: string): Promise<void> {
	const names = listFileNames(from).filter((name) => /\.jsonl?$/.test(name) && !OWN_FILE_PATTERN.test(name));
	for (const name of names.filter((candidate) => readFileVersion(join(to, candidate)) === MISSING_FILE_VERSION)) {
		await replaceFile(join(to, name), await readFile(join(from, name), 'utf8'));
	}
}
