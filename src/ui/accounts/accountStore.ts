import * as v from 'valibot';
import type * as vscode from 'vscode';
import type { AccountInfo } from '../../domain/ports';
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
		const isTaken = accounts.some(({ sourceId }) => sourceId === account.id);
		const sourceId = accounts.find(isSame)?.sourceId ?? (isTaken ? `${account.id}@${new URL(account.endpoint).host}` : account.id);
		const stored = { ...account, sourceId };
		await this.state.update(ACCOUNTS, accounts.some(isSame) ? accounts.map((one) => (isSame(one) ? stored : one)) : [...accounts, stored]);
		// Other windows learn of it by the key, which therefore comes last.
		await this.writeKey(stored, authorization);
		return stored;
	}

	async remove({ sourceId }: StoredAccount): Promise<void> {
		await this.state.update(ACCOUNTS, this.list().filter((one) => one.sourceId !== sourceId));
		await this.secrets.delete(secretOf(sourceId));
	}

	/** The account's key, unless there is none for the endpoint as it is now. */
	async readKey({ sourceId, endpoint }: StoredAccount): Promise<string | undefined> {
		const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), keySchema), await this.secrets.get(secretOf(sourceId)));
		return success && output.origin === new URL(endpoint).origin ? output.authorization : undefined;
	}

	async writeKey({ sourceId, endpoint }: StoredAccount, authorization: string): Promise<void> {
		await this.secrets.store(secretOf(sourceId), JSON.stringify({ origin: new URL(endpoint).origin, authorization }));
	}
}

function secretOf(sourceId: string): string {
	return `connectTokens.account.${sourceId}`;
}
