import * as v from 'valibot';
import type { AccountInfo, Disposable } from '../domain/ports';
import { problem } from '../domain/problems';
import { ACCOUNTS_STATE_KEY } from './manifestIds';

/** An added account, as stored in VS Code's global state. Its key is in the secret storage. */
export interface StoredAccount extends AccountInfo {
	/** ID of the account's source: the account ID, followed by the host if an account at another endpoint already has that ID. */
	readonly sourceId: string;
}

const accountsSchema = v.array(
	v.object({ sourceId: v.string(), id: v.string(), name: v.string(), endpoint: v.pipe(v.string(), v.url()) }),
) satisfies v.GenericSchema<StoredAccount[]>;

/** A key and the only origin that it may be sent to. */
const storedKeySchema = v.object({ origin: v.string(), authorization: v.string() });

export interface AccountStoreOptions {
	readonly state: {
		get(name: string): unknown;
		update(name: string, value: unknown): PromiseLike<void>;
	};
	readonly secrets: {
		get(name: string): PromiseLike<string | undefined>;
		store(name: string, value: string): PromiseLike<void>;
		delete(name: string): PromiseLike<void>;
		onDidChange(listener: (event: { readonly key: string }) => void): Disposable;
	};
	/** Returns the part of a key reference that identifies a source. Sources can't share it. */
	readonly toReferenceName: (sourceId: string) => string;
}

/** The accounts that the user added, which all windows and workspaces share, and their keys. */
export class AccountStore {
	constructor(private readonly options: AccountStoreOptions) {}

	/** Calls `listener` after accounts or keys change in any window. */
	onDidChange(listener: () => unknown): Disposable {
		return this.options.secrets.onDidChange(({ key }) => {
			if (key.startsWith(accountSecretKey(''))) {
				listener();
			}
		});
	}

	list(): readonly StoredAccount[] {
		return v.parse(v.fallback(accountsSchema, []), this.options.state.get(ACCOUNTS_STATE_KEY));
	}

	/** Adds an account, or updates the name and key of an existing one. */
	async addOrUpdate(account: AccountInfo, authorization: string): Promise<StoredAccount> {
		const accounts = this.list();
		const isSameAccount = (item: StoredAccount) => item.id === account.id && item.endpoint === account.endpoint;
		const sourceId = accounts.find(isSameAccount)?.sourceId ?? this.#uniqueSourceId(account, accounts);
		const stored = { ...account, sourceId };
		await this.options.state.update(
			ACCOUNTS_STATE_KEY,
			accounts.some(isSameAccount) ? accounts.map((item) => (isSameAccount(item) ? stored : item)) : [...accounts, stored],
		);
		// The key comes last, because its change event notifies other windows.
		await this.#storeApiKey(stored, authorization);
		return stored;
	}

	async remove({ sourceId }: StoredAccount): Promise<void> {
		await this.options.state.update(
			ACCOUNTS_STATE_KEY,
			this.list().filter((item) => item.sourceId !== sourceId),
		);
		await this.options.secrets.delete(accountSecretKey(sourceId));
	}

	/** Reads the account's key; undefined if there's none for the account's current endpoint. */
	async readApiKey({ sourceId, endpoint }: StoredAccount): Promise<string | undefined> {
		const { success, output } = v.safeParse(
			v.pipe(v.string(), v.parseJson(), storedKeySchema),
			await this.options.secrets.get(accountSecretKey(sourceId)),
		);
		return success && output.origin === new URL(endpoint).origin ? output.authorization : undefined;
	}

	/** Reads the key of the account with that source ID; undefined if the account doesn't exist or has another origin. */
	async readApiKeyForOrigin(sourceId: string, origin: string): Promise<string | undefined> {
		const account = this.list().find((item) => item.sourceId === sourceId && new URL(item.endpoint).origin === origin);
		return account && this.readApiKey(account);
	}

	/**
	 * Replaces the account's key.
	 * @throws ProblemError if the account was removed, because the new key would never be deleted
	 */
	async replaceApiKey(account: StoredAccount, authorization: string): Promise<void> {
		if (!this.list().some(({ sourceId, endpoint }) => sourceId === account.sourceId && endpoint === account.endpoint)) {
			throw problem('Account {0} was removed. Add it again with its new key.', account.id);
		}
		await this.#storeApiKey(account, authorization);
	}

	async #storeApiKey({ sourceId, endpoint }: StoredAccount, authorization: string): Promise<void> {
		await this.options.secrets.store(accountSecretKey(sourceId), JSON.stringify({ origin: new URL(endpoint).origin, authorization }));
	}

	#uniqueSourceId({ id, endpoint }: AccountInfo, accounts: readonly StoredAccount[]): string {
		const { toReferenceName } = this.options;
		const usedNames = new Set(accounts.map(({ sourceId }) => toReferenceName(sourceId)));
		const idWithHost = `${id}@${new URL(endpoint).host.slice(0, 40)}`;
		for (let attempt = 0; ; attempt++) {
			const candidate = attempt === 0 ? id : attempt === 1 ? idWithHost : `${idWithHost}@${attempt}`;
			if (!usedNames.has(toReferenceName(candidate))) {
				return candidate;
			}
		}
	}
}

function accountSecretKey(sourceId: string): string {
	return `connectTokens.account.${sourceId}`;
}
