import * as v from 'valibot';
import type * as vscode from 'vscode';
import type { AccountInfo } from '../../domain/ports';
import { problem } from '../../domain/problems';
import { getVariableName } from '../../requestFiles/keyReferences';
import { ACCOUNTS_STATE_KEY } from '../../models/manifestIds';

/** An account that was added here, as the editor's state keeps it; its key lies in the secret storage. */
export interface StoredAccount extends AccountInfo {
	/** Stands for it as a source: the account's own id, with the host where that is taken by one at another endpoint. */
	readonly sourceId: string;
}

const accountsSchema = v.array(
	v.object({ sourceId: v.string(), id: v.string(), name: v.string(), endpoint: v.pipe(v.string(), v.url()) }),
) satisfies v.GenericSchema<StoredAccount[]>;

/** A key and the one origin that it may be sent to. */
const storedKeySchema = v.object({ origin: v.string(), authorization: v.string() });

/** The accounts that the user has added, the same in every window and workspace, and their keys. */
export class AccountStore {
	/** Fires when accounts or keys have changed, in whatever window. */
	readonly onDidChange: vscode.Event<void>;

	constructor(
		private readonly state: vscode.Memento,
		private readonly secrets: vscode.SecretStorage,
	) {
		this.onDidChange = (listener, thisArgs, disposables) =>
			secrets.onDidChange(
				({ key }) => (key.startsWith(accountSecretKey('')) ? void listener.call(thisArgs) : undefined),
				undefined,
				disposables,
			);
	}

	list(): readonly StoredAccount[] {
		return v.parse(v.fallback(accountsSchema, []), this.state.get(ACCOUNTS_STATE_KEY));
	}

	/** Adds the account, or gives the one that is there already its new name and key. */
	async addOrUpdate(account: AccountInfo, authorization: string): Promise<StoredAccount> {
		const accounts = this.list();
		const isSameAccount = (item: StoredAccount) => item.id === account.id && item.endpoint === account.endpoint;
		const sourceId = accounts.find(isSameAccount)?.sourceId ?? uniqueSourceId(account, accounts);
		const stored = { ...account, sourceId };
		await this.state.update(
			ACCOUNTS_STATE_KEY,
			accounts.some(isSameAccount) ? accounts.map((item) => (isSameAccount(item) ? stored : item)) : [...accounts, stored],
		);
		// Other windows learn of it by the key, which therefore comes last.
		await this.#storeApiKey(stored, authorization);
		return stored;
	}

	async remove({ sourceId }: StoredAccount): Promise<void> {
		await this.state.update(
			ACCOUNTS_STATE_KEY,
			this.list().filter((item) => item.sourceId !== sourceId),
		);
		await this.secrets.delete(accountSecretKey(sourceId));
	}

	/** The account's key, unless there is none for the endpoint as it is now. */
	async readApiKey({ sourceId, endpoint }: StoredAccount): Promise<string | undefined> {
		const { success, output } = v.safeParse(
			v.pipe(v.string(), v.parseJson(), storedKeySchema),
			await this.secrets.get(accountSecretKey(sourceId)),
		);
		return success && output.origin === new URL(endpoint).origin ? output.authorization : undefined;
	}

	/**
	 * The key of the account that is the source of that id.
	 * @returns undefined also where it is now an account of another origin than the one it was chosen for
	 */
	async readApiKeyForOrigin(sourceId: string, origin: string): Promise<string | undefined> {
		const account = this.list().find((item) => item.sourceId === sourceId && new URL(item.endpoint).origin === origin);
		return account && this.readApiKey(account);
	}

	/**
	 * Puts another key in the place of the account's.
	 * @throws ProblemError when the account has been removed meanwhile: its key would lie there for ever
	 */
	async replaceApiKey(account: StoredAccount, authorization: string): Promise<void> {
		if (!this.list().some(({ sourceId, endpoint }) => sourceId === account.sourceId && endpoint === account.endpoint)) {
			throw problem('Account {0} was removed. Add it again with its new key.', account.id);
		}
		await this.#storeApiKey(account, authorization);
	}

	async #storeApiKey({ sourceId, endpoint }: StoredAccount, authorization: string): Promise<void> {
		await this.secrets.store(accountSecretKey(sourceId), JSON.stringify({ origin: new URL(endpoint).origin, authorization }));
	}
}

/** References tell sources apart by letters and digits alone. */
function uniqueSourceId({ id, endpoint }: AccountInfo, accounts: readonly StoredAccount[]): string {
	const usedVariables = new Set(accounts.map(({ sourceId }) => getVariableName('', sourceId)));
	const idWithHost = `${id}@${new URL(endpoint).host.slice(0, 40)}`;
	for (let attempt = 0; ; attempt++) {
		const candidate = attempt === 0 ? id : attempt === 1 ? idWithHost : `${idWithHost}@${attempt}`;
		if (!usedVariables.has(getVariableName('', candidate))) {
			return candidate;
		}
	}
}

function accountSecretKey(sourceId: string): string {
	return `connectTokens.account.${sourceId}`;
}
