import { randomUUID } from 'node:crypto';
import { formatApiKey, generateSecret, generateTokenId, hashSecret, matchesSecret } from '../../domain/apiKey';
import { validateDraft } from '../../domain/draft';
import { createToken } from '../../domain/lifecycle';
import type { Clock, Disposable, KeyReading, Random, TokenSource, Vault } from '../../domain/ports';
import { unknownToken, type Problem } from '../../domain/problems';
import { tokenAt, type KeyRecord, type Token, type TokenDraft, type TokenRecord } from '../../domain/token';
import { BoundedVault } from './boundedVault';
import { storeFiles } from './files';
import { keyIds } from './schema';
import { Store, type Changed, type Records } from './store';
import { sweep } from './sweep';

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

type NewKey = Pick<KeyRecord, 'id' | 'sha256'>;

/** A pure change of the records and what it results in. `newKey` issues a key whose secret is stored before the records are. */
type Change<T> = (tokens: Records, newKey: () => NewKey) => Changed<T>;

/** The tokens issued here, in a store that the windows of one workspace share. */
export class WorkspaceSource implements TokenSource, Disposable {
	readonly #store: Store;
	readonly #vault: Vault;
	#sweep: Promise<void> | undefined;

	constructor(private readonly options: WorkspaceSourceOptions) {
		this.#store = new Store(storeFiles(options.folder), options.clock);
		this.#vault = new BoundedVault(options.vault, options.vaultTimeout ?? 20_000);
	}

	/** Why the tokens could not be read the last time, or why they cannot be changed; undefined when all is well. */
	get problem(): Problem | undefined {
		return this.#store.problem;
	}

	/** Settles once what an earlier crash left behind has been cleared away, which the first use begins. */
	get swept(): Promise<void> {
		return this.#sweep ?? Promise.resolve();
	}

	onDidChange(listener: () => void): Disposable {
		return this.#store.onDidChange(listener);
	}

	/** Calls `listener` with what a person should know after a damaged file was put aside. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		return this.#store.onDidRecover(listener);
	}

	async list(): Promise<readonly Token[]> {
		return (await this.#records()).map((record) => this.#token(record));
	}

	async get(id: string): Promise<Token | undefined> {
		const record = (await this.#records()).find((one) => one.id === id);
		return record && this.#token(record);
	}

	async create(draft: TokenDraft): Promise<Token> {
		const now = this.options.clock();
		const valid = validateDraft(draft, now);
		const by = { at: now.toISOString(), by: this.options.user };
		return this.#change((tokens, newKey) => {
			const record = createToken(valid, this.#unusedId(tokens), newKey(), by);
			return { tokens: [...tokens, record], result: this.#token(record) };
		});
	}

	async delete(id: string): Promise<void> {
		await this.#change((tokens) => {
			const others = tokens.filter((one) => one.id !== id);
			if (others.length === tokens.length) {
				throw unknownToken(id);
			}
			return { tokens: others, result: undefined };
		});
	}

	async readKey(id: string): Promise<KeyReading> {
		const record = (await this.#records()).find((one) => one.id === id);
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

	/**
	 * The one way to change tokens: new secrets are stored before the records name them and removed after they have let go,
	 * so that a crash in between leaves no more than a secret for the sweep.
	 */
	async #change<T>(change: Change<T>): Promise<T> {
		const unneeded = new Set<string>();
		try {
			const { before, after, result } = await this.#store.mutate(async (tokens) => {
				const secrets = new Map<string, string>();
				const changed = change(tokens, () => this.#newKey(secrets));
				for (const [keyId, secret] of secrets) {
					await this.#vault.set(keyId, secret);
					unneeded.add(keyId);
				}
				return changed;
			});
			keyIds(before).forEach((keyId) => unneeded.add(keyId));
			keyIds(after).forEach((keyId) => unneeded.delete(keyId));
			this.#sweepOnce();
			return result;
		} finally {
			// One that cannot be removed now is swept at a later start.
			await Promise.allSettled([...unneeded].map((keyId) => this.#vault.delete(keyId)));
		}
	}

	async #records(): Promise<Records> {
		const { tokens } = await this.#store.read();
		this.#sweepOnce();
		return tokens;
	}

	#sweepOnce(): void {
		// What cannot be cleared away now is left to the next start.
		this.#sweep ??= sweep(this.#store, this.#vault).catch(() => undefined);
	}

	#newKey(secrets: Map<string, string>): NewKey {
		const secret = generateSecret(this.options.random);
		const id = randomUUID();
		secrets.set(id, secret);
		return { id, sha256: hashSecret(secret) };
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
		return tokenAt(record, this.options.clock(), this.options.expiringDays());
	}
}
