import * as v from 'valibot';
import type * as vscode from 'vscode';
import type { AccountInfo } from '../../domain/ports';
import { problem } from '../../domain/problems';
import { variableFor } from '../../http/references';
import { ACCOUNTS } from '../ids';

/** An account that was added here, as the editor's state keeps it; its key lies in the secret storage. */
export interface StoredAccount extends AccountInfo {
	/** Stands for it as a source: the account's own id, with the host where that is taken by one at another endpoint. */
	readonly sourceId: string;
}

const accountsSchema = v.array(
	v.object({ sourceId: v.string(), id: v.string(), name: v.string(), endpoint: v.pipe(v.string(), v.url()) }),
) satisfies v.GenericSchema<StoredAccount[]>;

/** A key and the one origin that it may be sent to. */
const keySchema = v.object({ origin: v.string(), authorization: v.string() });

/** The accounts that the user has added, the same in every window and workspace, and their keys. */
export class AccountStore {
	/** Fires when accounts or keys have changed, in whatever window. */
	readonly onDidChange: vscode.Event<void>;

	constructor(
		private readonly state: vscode.Memento,
		private readonly secrets: vscode.SecretStorage,
	) {
		this.onDidChange = (listener, thisArgs, disposables) =>
			secrets.onDidChange(({ key }) => (key.startsWith(secretOf('')) ? void listener.call(thisArgs) : undefined), undefined, disposables);
	}

	list(): readonly StoredAccount[] {
		return v.parse(v.fallback(accountsSchema, []), this.state.get(ACCOUNTS));
	}

	/** Adds the account, or gives the one that is there already its new name and key. */
	async put(account: AccountInfo, authorization: string): Promise<StoredAccount> {
		const accounts = this.list();
		const isSame = (one: StoredAccount) => one.id === account.id && one.endpoint === account.endpoint;
		const sourceId = accounts.find(isSame)?.sourceId ?? freeSourceId(account, accounts);
		const stored = { ...account, sourceId };
		await this.state.update(ACCOUNTS, accounts.some(isSame) ? accounts.map((one) => (isSame(one) ? stored : one)) : [...accounts, stored]);
		// Other windows learn of it by the key, which therefore comes last.
		await this.#storeKey(stored, authorization);
		return stored;
	}

	async remove({ sourceId }: StoredAccount): Promise<void> {
		await this.state.update(
			ACCOUNTS,
			this.list().filter((one) => one.sourceId !== sourceId),
		);
		await this.secrets.delete(secretOf(sourceId));
	}

	/** The account's key, unless there is none for the endpoint as it is now. */
	async readKey({ sourceId, endpoint }: StoredAccount): Promise<string | undefined> {
		const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), keySchema), await this.secrets.get(secretOf(sourceId)));
		return success && output.origin === new URL(endpoint).origin ? output.authorization : undefined;
	}

	/**
	 * The key of the account that is the source of that id.
	 * @returns undefined also where it is now an account of another origin than the one it was chosen for
	 */
	async readKeyFor(sourceId: string, origin: string): Promise<string | undefined> {
		const account = this.list().find((one) => one.sourceId === sourceId && new URL(one.endpoint).origin === origin);
		return account && this.readKey(account);
	}

	/**
	 * Puts another key in the place of the account's.
	 * @throws ProblemError when the account has been removed meanwhile: its key would lie there for ever
	 */
	async writeKey(account: StoredAccount, authorization: string): Promise<void> {
		if (!this.list().some(({ sourceId, endpoint }) => sourceId === account.sourceId && endpoint === account.endpoint)) {
			throw problem('The account {0} has been removed. Add it again with its new key.', account.id);
		}
		await this.#storeKey(account, authorization);
	}

	async #storeKey({ sourceId, endpoint }: StoredAccount, authorization: string): Promise<void> {
		await this.secrets.store(secretOf(sourceId), JSON.stringify({ origin: new URL(endpoint).origin, authorization }));
	}
}

/** References tell sources apart by letters and digits alone. */
function freeSourceId({ id, endpoint }: AccountInfo, accounts: readonly StoredAccount[]): string {
	const taken = new Set(accounts.map(({ sourceId }) => variableFor('', sourceId)));
	const atHost = `${id}@${new URL(endpoint).host.slice(0, 40)}`;
	for (let count = 0; ; count++) {
		const candidate = count === 0 ? id : count === 1 ? atHost : `${atHost}@${count}`;
		if (!taken.has(variableFor('', candidate))) {
			return candidate;
		}
	}
}

function secretOf(sourceId: string): string {
	return `connectTokens.account.${sourceId}`;
}
