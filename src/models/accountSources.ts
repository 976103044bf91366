import type { Disposable, RemoteSource, TokenSource } from '../domain/ports';
import type { StoredAccount } from './accountStore';

/** The source of an account's tokens. */
export type AccountSource = TokenSource & Disposable & { readonly remote: RemoteSource };

/** Result of `AccountSources.update`. */
export interface AccountSourceChanges<S> {
	/** The sources of all accounts, in order. */
	readonly current: readonly S[];
	/** The disposed sources of accounts that were removed. */
	readonly removed: readonly S[];
}

/** One source for each stored account. */
export class AccountSources<S extends AccountSource> implements Disposable {
	#sources: readonly S[] = [];

	constructor(private readonly createSource: (account: StoredAccount) => S) {}

	/** Updates the sources to match `accounts`. Unchanged accounts keep their source, and changed ones get a new one. */
	update(accounts: readonly StoredAccount[]): AccountSourceChanges<S> {
		const unchanged = this.#sources.filter((source) => accounts.some((account) => isSourceOf(source, account)));
		const outdated = this.#sources.filter((source) => !unchanged.includes(source));
		outdated.forEach((source) => source.dispose());
		this.#sources = accounts.map((account) => unchanged.find(({ id }) => id === account.sourceId) ?? this.createSource(account));
		return {
			current: this.#sources,
			removed: outdated.filter(({ id }) => !accounts.some(({ sourceId }) => sourceId === id)),
		};
	}

	dispose(): void {
		this.#sources.forEach((source) => source.dispose());
	}
}

function isSourceOf({ id, remote: { account } }: AccountSource, stored: StoredAccount): boolean {
	return id === stored.sourceId && account.id === stored.id && account.name === stored.name && account.endpoint === stored.endpoint;
}
