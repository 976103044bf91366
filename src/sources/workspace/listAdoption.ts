import { basename } from 'node:path';
import { logFailure, type Log } from '../../domain/log';
import type { AdoptableTokens, Clock, Disposable, TokenAdoption, Vault } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { TokenRecord } from '../../domain/token';
import { HistoryFile } from './historyFile';
import { copyOtherFiles, findFormerLists, removeFormerList, useStore, type FormerList } from './formerLists';
import { getListIdOfKey, readListIdentity } from './listIdentity';
import type { RecordCopies, RecordCopy } from './recordCopies';
import { RequestCountsFile } from './requestCountsFile';
import type { RecordStore, TokenRecords } from './recordStore';
import { findLeftoverFiles, getStoreFiles } from './storeFiles';
import { collectKeyIds } from './storeSchema';
import { TeamUsageFile } from './teamUsageFile';
import type { TokenStore } from './tokenStore';
import { UsageFile } from './usageFile';
import type { WorkspaceLocation } from './workspaceLocation';

export interface ListAdoptionOptions {
	/** The list that adopts tokens, and what belongs to it. */
	readonly store: RecordStore;
	readonly tokens: TokenStore;
	readonly vault: Vault;
	readonly copies: RecordCopies | undefined;
	readonly usage: UsageFile;
	readonly teamUsage: TeamUsageFile;
	readonly history: HistoryFile;
	readonly requestCounts: RequestCountsFile;
	/** Opens the vault with the keys of another workspace. */
	readonly openVault: (location: WorkspaceLocation) => Vault;
	readonly clock: Clock;
	readonly log: Log;
}

/** What's left of a list of this workspace. */
interface LostList {
	readonly copies: readonly RecordCopy[];
	/** Keys that neither a token nor a copy references. */
	readonly unknownKeyIds: readonly string[];
}

/**
 * Finds the lists of workspaces on this machine that were moved or deleted, and lists of this workspace of which only keys and copies of
 * records are left. Tokens are added to this workspace before they're removed from their former list, both while the lists' locks are held,
 * and keys are copied first and removed last. So after a crash, each token is in a list that has its key, and adopting it again completes it.
 */
export class ListAdoption implements TokenAdoption {
	constructor(private readonly options: ListAdoptionOptions) {}

	async find(): Promise<readonly AdoptableTokens[]> {
		const { log } = this.options;
		const formerLists = await findFormerLists(this.#folder, log);
		const described = await Promise.all(formerLists.map((list) => this.#describe(list)));
		const moved = described.filter((list) => list !== undefined);
		// Keys of a former list are in this workspace's vault if its adoption was interrupted.
		const lost = [...(await this.#findLost())].filter(([listId]) => !moved.some((list) => list.listId === listId));
		return [
			...lost.map(([listId, { copies, unknownKeyIds }]) => ({
				listId,
				path: null,
				tokens: copies.map(({ record }) => toNamedToken(record)),
				unknownKeyCount: unknownKeyIds.length,
			})),
			// A folder that was moved often has the same name.
			...moved.sort((one, other) => Number(this.#hasSameName(other)) - Number(this.#hasSameName(one))),
		];
	}

	adopt(adoptable: AdoptableTokens): Promise<number> {
		return adoptable.path === null ? this.#adoptLost(adoptable) : this.#adoptFormer(adoptable);
	}

	async remove(adoptable: AdoptableTokens): Promise<void> {
		const { vault, copies, clock, log } = this.options;
		if (adoptable.path !== null) {
			const list = await this.#findFormerList(adoptable);
			await removeFormerList(list, this.options.openVault(list.location), clock, log, false);
			return;
		}
		const lost = (await this.#findLost()).get(adoptable.listId);
		for (const keyId of [...collectKeyIds(lost?.copies.map(({ record }) => record) ?? []), ...(lost?.unknownKeyIds ?? [])]) {
			await vault.delete(keyId);
		}
		await copies?.deleteAll(lost?.copies ?? []);
	}

	get #folder(): string {
		return this.options.store.files.folder;
	}

	/** The name of this workspace's folder ends with words of the workspace's name. */
	#hasSameName({ path }: AdoptableTokens): boolean {
		const words = basename(path ?? '')
			.toLowerCase()
			.match(/[a-z0-9]+/g);
		return words !== null && basename(this.#folder).endsWith(`-${words.join('-')}`);
	}

	/** Returns undefined if the list has no tokens, and removes what's left of it. */
	async #describe(list: FormerList): Promise<AdoptableTokens | undefined> {
		const { openVault, clock, log } = this.options;
		try {
			const { tokens } = await useStore(list, clock, log, (store) => store.read());
			if (tokens.length > 0) {
				return { listId: list.listId, path: list.path, tokens: tokens.map(toNamedToken), unknownKeyCount: 0 };
			}
			if (!hasDamagedFiles(list)) {
				await removeFormerList(list, openVault(list.location), clock, log, true);
			}
		} catch (error) {
			logFailure(log, 'read the tokens of a former workspace')(error);
		}
		return undefined;
	}

	async #findFormerList({ listId, path }: AdoptableTokens): Promise<FormerList> {
		const list = (await findFormerLists(this.#folder, this.options.log)).find((candidate) => candidate.listId === listId);
		if (!list) {
			throw problem("The tokens of {0} can't be adopted because another window has adopted them, or because the path exists again.", path!);
		}
		return list;
	}

	async #adoptFormer(adoptable: AdoptableTokens): Promise<number> {
		const { openVault, clock, log } = this.options;
		const list = await this.#findFormerList(adoptable);
		const vault = openVault(list.location);
		const shownIds = new Set(adoptable.tokens.map(({ id }) => id));
		const { result } = await useStore(list, clock, log, (store) =>
			store.mutate(async (records) => {
				const shownRecords = records.filter(({ id }) => shownIds.has(id));
				const moved = await this.#copyToThisList(shownRecords, list, vault);
				return { tokens: records.filter(({ id }) => !moved.has(id)), result: moved.size };
			}),
		);
		await removeFormerList(list, vault, clock, log, true).catch(logFailure(log, 'remove what is left of a former workspace'));
		return result;
	}

	/** Copies tokens with everything that belongs to them. Returns the IDs of those that are in this list now. */
	async #copyToThisList(records: TokenRecords, list: FormerList, from: Vault): Promise<ReadonlySet<string>> {
		const { tokens, vault, usage, teamUsage, history, requestCounts, clock, log } = this.options;
		const { folder } = list.location;
		const usageByToken = await readOnce(new UsageFile(folder, clock, log));
		const formerTeamUsage = await readOnce(new TeamUsageFile(folder, clock, log));
		const historyByToken = await readOnce(new HistoryFile(folder, clock, log));
		const countsByToken = await readOnce(new RequestCountsFile(folder, clock, log));
		return tokens.adopt(records, async (added) => {
			// A damaged file is copied, too. Once it has been repaired, its keys are needed. The vault can have keys of other lists.
			const damagedKeyIds = hasDamagedFiles(list) ? (await from.keyIds()).filter((keyId) => getListIdOfKey(keyId) === list.listId) : [];
			await copyKeys([...collectKeyIds(added), ...damagedKeyIds], from, vault);
			const ids = new Set(added.map(({ id }) => id));
			const pick = <T>(byToken: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(byToken).filter(([id]) => ids.has(id)));
			await usage.replace(pick(usageByToken));
			await teamUsage.replace({ ...formerTeamUsage, tokens: pick(formerTeamUsage.tokens) });
			await history.replace(pick(historyByToken));
			await requestCounts.replace(pick(countsByToken));
			// Files that name the tokens left behind would apply to the tokens here that have the same IDs.
			if (added.length === records.length) {
				await copyOtherFiles(folder, this.#folder);
			}
		});
	}

	async #adoptLost({ listId, tokens: shown }: AdoptableTokens): Promise<number> {
		const { tokens, copies } = this.options;
		const shownIds = new Set(shown.map(({ id }) => id));
		const found = (await this.#findLost()).get(listId)?.copies.filter(({ record }) => shownIds.has(record.id)) ?? [];
		const adopted = await tokens.adopt(
			found.map(({ record }) => record),
			// Their keys are in this workspace's vault already.
			() => Promise.resolve(),
		);
		await copies?.deleteAll(found.filter(({ record }) => adopted.has(record.id)));
		return adopted.size;
	}

	/** Finds copies and keys of other lists in what this workspace's list uses, by the ID of their list. */
	async #findLost(): Promise<ReadonlyMap<string, LostList>> {
		const { store, vault, copies } = this.options;
		const { tokens } = await store.read();
		const ownListId = (await readListIdentity(this.#folder))?.listId;
		const knownKeyIds = new Set(collectKeyIds(tokens));
		// A copy of a token that was adopted before isn't needed anymore.
		const lostCopies = ((await copies?.listOthers(ownListId)) ?? []).filter(({ record }) => !knownKeyIds.has(record.key.id));
		collectKeyIds(lostCopies.map(({ record }) => record)).forEach((keyId) => knownKeyIds.add(keyId));
		const unknownKeyIds = (await vault.keyIds()).filter((keyId) => !knownKeyIds.has(keyId) && getListIdOfKey(keyId) !== ownListId);
		const lists = new Map<string, LostList>();
		for (const listId of [...lostCopies.map((copy) => copy.listId), ...unknownKeyIds.map(getListIdOfKey)]) {
			if (listId !== undefined && !lists.has(listId)) {
				lists.set(listId, {
					copies: lostCopies.filter((copy) => copy.listId === listId),
					unknownKeyIds: unknownKeyIds.filter((keyId) => getListIdOfKey(keyId) === listId),
				});
			}
		}
		return lists;
	}
}

function readOnce<T>(file: Disposable & { read(): Promise<T> }): Promise<T> {
	return file.read().finally(() => file.dispose());
}

function toNamedToken({ id, name }: TokenRecord): AdoptableTokens['tokens'][number] {
	return { id, name };
}

function hasDamagedFiles({ location }: FormerList): boolean {
	return findLeftoverFiles(getStoreFiles(location.folder)).damaged.length > 0;
}

/**
 * Copies keys that exist. A token without its key stays without it.
 * @throws the error of a vault
 */
async function copyKeys(keyIds: readonly string[], from: Vault, to: Vault): Promise<void> {
	for (const keyId of keyIds) {
		const secret = await from.get(keyId);
		if (secret === undefined || (await to.get(keyId)) === secret) {
			continue;
		}
		await to.set(keyId, secret);
		if ((await to.get(keyId)) !== secret) {
			throw problem("An API key couldn't be read back after it was stored. Try again.");
		}
	}
}
