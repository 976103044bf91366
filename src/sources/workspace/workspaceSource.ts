import { formatApiKey, generateTokenId, matchesSecret } from '../../domain/apiKey';
import { validateDraft } from '../../domain/draft';
import { createToken } from '../../domain/lifecycle';
import type { Clock, Disposable, KeyReading, Random, TokenSource, Vault } from '../../domain/ports';
import { unknownToken, type Problem } from '../../domain/problems';
import { tokenAt, type Token, type TokenDraft, type TokenRecord } from '../../domain/token';
import { BoundedVault } from './boundedVault';
import { storeFiles } from './files';
import { KeyedStore } from './keyedStore';
import { Store, type Records } from './store';

export interface WorkspaceSourceOptions {
	/** Path of the folder that holds this workspace's tokens. It is made with the first token. */
	readonly folder: string;
	/** Holds the keys of this workspace and no others: what no token names is removed from it. */
	readonly vault: Vault;
	readonly clock: Clock;
	readonly random: Random;
	/** Who changes tokens here. */
	readonly user: string;
	/** The setting: a token is expiring once it has at most so many days left. */
	readonly expiringDays: () => number;
	/** How long a call to the vault may take, in milliseconds. */
	readonly vaultTimeout?: number;
}

/** A keyring may ask its user for a password meanwhile. */
const VAULT_TIMEOUT = 20_000;

/** The tokens issued here, in a store that the windows of one workspace share. */
export class WorkspaceSource implements TokenSource, Disposable {
	readonly #store: Store;
	readonly #vault: Vault;
	readonly #tokens: KeyedStore;

	constructor(private readonly options: WorkspaceSourceOptions) {
		this.#store = new Store(storeFiles(options.folder), options.clock);
		this.#vault = new BoundedVault(options.vault, options.vaultTimeout ?? VAULT_TIMEOUT);
		this.#tokens = new KeyedStore(this.#store, this.#vault, options.random);
	}

	/** Why the tokens could not be read the last time, or why they cannot be changed; undefined when all is well. */
	get problem(): Problem | undefined {
		return this.#store.problem;
	}

	/** Settles once what an earlier crash left behind has been cleared away, which the first use begins. */
	get swept(): Promise<void> {
		return this.#tokens.swept;
	}

	onDidChange(listener: () => void): Disposable {
		return this.#store.onDidChange(listener);
	}

	/** Calls `listener` with what a person should know after a damaged file was put aside. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		return this.#store.onDidRecover(listener);
	}

	async list(): Promise<readonly Token[]> {
		return (await this.#tokens.read()).map((record) => this.#token(record));
	}

	async get(id: string): Promise<Token | undefined> {
		const record = (await this.#tokens.read()).find((one) => one.id === id);
		return record && this.#token(record);
	}

	async create(draft: TokenDraft): Promise<Token> {
		const now = this.options.clock();
		const valid = validateDraft(draft, now);
		const by = { at: now.toISOString(), by: this.options.user };
		return this.#tokens.change((tokens, newKey) => {
			const record = createToken(valid, this.#unusedId(tokens), newKey(), by);
			return { tokens: [...tokens, record], result: this.#token(record) };
		});
	}

	async delete(id: string): Promise<void> {
		await this.#tokens.change((tokens) => {
			const others = tokens.filter((one) => one.id !== id);
			if (others.length === tokens.length) {
				throw unknownToken(id);
			}
			return { tokens: others, result: undefined };
		});
	}

	async readKey(id: string): Promise<KeyReading> {
		const record = (await this.#tokens.read()).find((one) => one.id === id);
		if (!record) {
			throw unknownToken(id);
		}
		try {
			const secret = await this.#vault.get(record.key.id);
			return secret !== undefined && matchesSecret(secret, record.key.sha256)
				? { authorization: formatApiKey({ tokenId: id, secret }) }
				: { unavailable: 'lost' };
		} catch {
			return { unavailable: 'vault-failed' };
		}
	}

	dispose(): void {
		this.#store.dispose();
	}

	#unusedId(tokens: Records): string {
		for (;;) {
			const id = generateTokenId(this.options.random);
			if (!tokens.some((one) => one.id === id)) {
				return id;
			}
		}
	}

	#token(record: TokenRecord): Token {
		const token = tokenAt(record, this.options.clock(), this.options.expiringDays());
		// Callers include other extensions; what they do to a token must not reach the store with the next change.
		return {
			...token,
			extension: { ...token.extension },
			permissions: [...token.permissions],
			created: { ...token.created },
			updated: { ...token.updated },
		};
	}
}
