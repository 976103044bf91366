import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { replaceFile } from '../../storage/atomicFile';
import { loadFile, MISSING_FILE_VERSION, readFileVersion } from '../../storage/fileVersions';
import { parseJson } from '../../storage/json';
import { getStoreFiles } from './storeFiles';

const VERSION = 1;

/** Which token list a folder contains, and which workspace it belongs to. */
export interface ListIdentity {
	/** Random, and part of the IDs of the list's keys: two lists can share a vault, for example those of two containers with the same path. */
	readonly listId: string;
	/** URI of the workspace; null for windows without one. */
	readonly uri: string | null;
}

const identitySchema = v.object({
	version: v.pipe(v.number(), v.integer(), v.minValue(VERSION)),
	listId: v.pipe(v.string(), v.uuid()),
	uri: v.nullable(v.string()),
});

/** Reads the identity of the list in `folder`. Returns undefined if it was never stored or is damaged. */
export async function readListIdentity(folder: string): Promise<ListIdentity | undefined> {
	const file = await loadFile(getStoreFiles(folder).identity);
	const { success, output } = v.safeParse(identitySchema, file && parseJson(file.bytes));
	return success ? output : undefined;
}

/** Stores the identity of a workspace's token list next to it, so that the list can be found after the workspace was moved. */
export class ListIdentityFile {
	#listId: string | undefined;

	constructor(
		private readonly folder: string,
		private readonly uri: string | null,
	) {}

	/** Returns the list's ID. Creates it if necessary, so call it while holding the store's lock. */
	async ensure(): Promise<string> {
		if (this.#listId === undefined || readFileVersion(getStoreFiles(this.folder).identity) === MISSING_FILE_VERSION) {
			this.#listId = (await readListIdentity(this.folder))?.listId ?? (await this.#create());
		}
		return this.#listId;
	}

	async #create(): Promise<string> {
		const listId = randomUUID();
		await replaceFile(
			getStoreFiles(this.folder).identity,
			`${JSON.stringify({ version: VERSION, listId, uri: this.uri }, undefined, '\t')}\n`,
		);
		return listId;
	}
}

/** Creates the ID of a key. It contains the ID of the list whose tokens reference it first. */
export function createKeyId(listId: string): string {
	return `${listId}.${randomUUID()}`;
}

/** Returns the ID of the list that a key was created for; undefined for anything else in a vault. */
export function getListIdOfKey(keyId: string): string | undefined {
	return /^([0-9a-f-]{36})\.[0-9a-f-]{36}$/.exec(keyId)?.[1];
}
