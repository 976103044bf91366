import { parseApiKey } from '../../../domain/apiKey';
import { findKeyOwner } from '../../../domain/keyOwner';
import { logFailure, type Log } from '../../../domain/log';
import type { SourceToken, TokenSources } from '../../../domain/tokenSources';
import { findKeysInFile } from '../../../keysOnDisk/findKeysInFile';
import type { FoundKey, Place } from '../../../keysOnDisk/foundKey';
import { readPlace, type ReadFailure } from '../../../keysOnDisk/placeFile';
import { chooseAction, groupKeys, type DiskFinding, type KeyState } from '../../../models/keysOnDisk';

/** Where the tokens are that keys belong to. */
export interface KeySources {
	readonly sources: TokenSources;
	readonly log: Log;
}

/** A key that was found, with what's needed to replace it. */
export interface LocatedFinding extends DiskFinding {
	readonly owner: SourceToken | undefined;
	/** Identifies the content of the file. */
	readonly hash: string;
}

/** What a search found, and the files that it couldn't read. */
export interface PlaceSearch {
	readonly findings: readonly LocatedFinding[];
	readonly failures: readonly { readonly path: string; readonly failure: ReadFailure }[];
	/** False if the user canceled the search. */
	readonly isComplete: boolean;
}

/** Searches files one after another, so that only one is in memory. */
export async function searchPlaces(places: readonly Place[], options: KeySources, isCanceled: () => boolean): Promise<PlaceSearch> {
	const findings: LocatedFinding[] = [];
	const failures: PlaceSearch['failures'][number][] = [];
	for (const place of places) {
		if (isCanceled()) {
			return { findings, failures, isComplete: false };
		}
		const read = await readPlace(place.path, place.kind);
		if ('failure' in read) {
			failures.push({ path: place.path, failure: read.failure });
			continue;
		}
		const { keys, isInvalidJson } = findKeysInFile(read.text, place.kind);
		for (const group of groupKeys(keys)) {
			findings.push({ place, keys: group, isInvalidJson, hash: read.hash, ...(await describeKey(group[0]!, options)) });
		}
	}
	return { findings, failures, isComplete: true };
}

/** Finds the token of a key, and what to offer for it. */
export async function describeKey(
	key: FoundKey,
	{ sources, log }: KeySources,
): Promise<Pick<LocatedFinding, 'owner' | 'state' | 'action'>> {
	const { tokenId, secret = '' } = key;
	const find = (id: string) => findKeyOwner({ tokenId: id, secret }, sources, log).catch(logFailure(log, `find ${id}`));
	const owner = tokenId === undefined ? undefined : await find(tokenId);
	const result = owner && (await owner.source.readKey(owner.token.id).catch(logFailure(log, `read the key of ${owner.token.id}`)));
	const authorization = result && 'authorization' in result ? result.authorization : undefined;
	const state: KeyState = {
		owner: owner && { ...locate(owner), name: owner.token.name },
		isReadable: authorization !== undefined,
		isCurrent: authorization !== undefined && parseApiKey(authorization)?.secret === secret,
		account: await getAccountState(key, sources),
	};
	return { owner, state, action: chooseAction(key, state) };
}

/** Returns what a reference names: an account only for a token of an account. */
export function locate({ source, token }: SourceToken) {
	return { tokenId: token.id, ...(source.remote && { sourceId: source.id }) };
}

async function getAccountState({ account, tokenId }: FoundKey, sources: TokenSources): Promise<KeyState['account']> {
	const endpoint = account?.endpoint.replace(/\/+$/, '');
	const source = account && sources.all.find(({ remote }) => remote?.account.id === account.id && remote.account.endpoint === endpoint);
	if (!source?.remote) {
		return 'unknown';
	}
	return tokenId !== undefined && (await source.remote.usesAsCredential(tokenId)) ? 'sameKey' : 'added';
}
