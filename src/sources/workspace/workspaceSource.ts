import { formatApiKey, generateTokenId, matchesSecret, parseApiKey } from '../../domain/apiKey';
import { extensions, type Catalogue, type Module } from '../../domain/catalogue';
import { validateChanges, validateDraft, validateKeyOptions, type ValidChanges, type ValidDraft } from '../../domain/draft';
import {
	assertLater,
	createToken,
	edit,
	refusalOf,
	renew,
	rotate,
	sameLifetime,
	setEnabled,
	type TokenAction,
} from '../../domain/lifecycle';
import { Emitter } from '../../domain/emitter';
import type { Clock, Disposable, KeyInfo, KeyOptions, KeyReading, Random, Vault, WhichKey, WorkspaceTokens } from '../../domain/ports';
import { fieldProblem, problem, ProblemError, unknownToken, type Problem } from '../../domain/problems';
import { unused, type TokenStatistics } from '../../domain/statistics';
import { keysAt, tokenAt, type Stamp, type Token, type TokenChanges, type TokenDraft, type TokenRecord } from '../../domain/token';
import { BoundedVault } from './boundedVault';
import { storeFiles } from './files';
import { KeyedStore, type NewKey } from './keyedStore';
import { StatisticsFile } from './statisticsFile';
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
	/** The modules that tokens can be given. */
	readonly modules: () => readonly Module[];
	/** How long a call to the vault may take, in milliseconds. */
	readonly vaultTimeout?: number;
}

/** A keyring may ask its user for a password meanwhile. */
const VAULT_TIMEOUT = 20_000;

/** The tokens issued here, in a store that the windows of one workspace share. */
export class WorkspaceSource implements WorkspaceTokens, Disposable {
	readonly id = 'workspace';
	readonly account = undefined;
	readonly freshness = undefined;
	readonly #store: Store;
	readonly #vault: Vault;
	readonly #tokens: KeyedStore;
	readonly #statistics: StatisticsFile;
	readonly #rotated = new Emitter<string>();

	constructor(private readonly options: WorkspaceSourceOptions) {
		this.#store = new Store(storeFiles(options.folder), options.clock);
		this.#vault = new BoundedVault(options.vault, options.vaultTimeout ?? VAULT_TIMEOUT);
		this.#tokens = new KeyedStore(this.#store, this.#vault, options.random);
		this.#statistics = new StatisticsFile(options.folder, options.clock);
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
		const listening = [this.#store.onDidRecover(listener), this.#statistics.onDidRecover(listener)];
		return { dispose: () => listening.forEach((one) => one.dispose()) };
	}

	onDidRotate(listener: (id: string) => void): Disposable {
		return this.#rotated.on(listener);
	}

	onDidCount(listener: () => void): Disposable {
		return this.#statistics.onDidChange(listener);
	}

	async list(): Promise<readonly Token[]> {
		const records = await this.#tokens.read();
		// Once for all: asking the editor for a setting takes longer than what is left to do for a token.
		const now = this.options.clock();
		const expiringDays = this.options.expiringDays();
		return records.map((record) => this.#token(record, now, expiringDays));
	}

	catalogue(): Promise<Catalogue> {
		return Promise.resolve(this.#catalogue());
	}

	moduleName(id: string): string {
		return this.options.modules().find((one) => one.id === id)?.name ?? id;
	}

	/** The store is looked at whenever it has changed. */
	async reload(): Promise<void> {
		await this.#tokens.read();
	}

	async get(id: string): Promise<Token | undefined> {
		const record = (await this.#tokens.read()).find((one) => one.id === id);
		return record && this.#token(record);
	}

	async create(draft: TokenDraft): Promise<Token> {
		const valid = validateDraft(draft, this.options.clock(), this.#catalogue());
		return this.#add(valid, (tokens) => this.#unusedId(tokens));
	}

	async import(apiKey: string, draft: TokenDraft): Promise<Token> {
		const key = parseApiKey(apiKey);
		if (!key) {
			throw fieldProblem(
				'apiKey',
				'This is no API key. Paste the whole value, like ApiKey SU-000-000-000:… with 40 characters after the colon.',
			);
		}
		const valid = validateDraft(draft, this.options.clock(), this.#catalogue());
		return this.#add(
			valid,
			(tokens) => {
				if (tokens.some(({ id }) => id === key.tokenId)) {
					throw fieldProblem('apiKey', 'The token {0} is here already. Rotate it, or delete it first.', key.tokenId);
				}
				return key.tokenId;
			},
			key.secret,
		);
	}

	async update(id: string, changes: TokenChanges, expected?: string): Promise<Token> {
		return this.#replace(id, 'edit', (record, by) => {
			if (expected !== undefined && expected !== record.updated.at) {
				throw problem('The token {0} was changed meanwhile. Look at the change and save again.', id);
			}
			return edit(record, this.#valid(changes, record), by);
		});
	}

	async disable(id: string): Promise<Token> {
		return this.#replace(id, 'disable', (record, by) => setEnabled(record, false, by));
	}

	async enable(id: string): Promise<Token> {
		return this.#replace(id, 'enable', (record, by) => setEnabled(record, true, by));
	}

	async rotate(id: string, options: KeyOptions = {}): Promise<Token> {
		const token = await this.#replace(id, 'rotate', (record, by, newKey) =>
			rotate(record, { ...newKey(), expirationDate: dateOfNext(record, options, by) }, by),
		);
		this.#rotated.fire(id);
		return token;
	}

	async renew(id: string, options: KeyOptions = {}): Promise<Token> {
		return this.#replace(id, 'renew', (record, by, newKey) => {
			const expirationDate = dateOfNext(record, options, by);
			assertLater(expirationDate, record.key.expirationDate);
			return renew(record, { ...newKey(), expirationDate }, by);
		});
	}

	async delete(id: string): Promise<void> {
		await this.#tokens.change((tokens) => {
			const { record } = find(tokens, id);
			return { tokens: tokens.filter((one) => one !== record), result: undefined };
		});
		// What cannot be forgotten now is at the next deletion.
		await this.#forgetUse().catch(() => undefined);
	}

	async keys(id: string): Promise<readonly KeyInfo[]> {
		const { record } = find(await this.#tokens.read(), id);
		return keysAt(record, this.options.clock()).map(({ which, key: { issuedAt, expirationDate } }) => ({
			which,
			issuedAt,
			expirationDate,
		}));
	}

	async readKey(id: string, which: WhichKey = 'current'): Promise<KeyReading> {
		const { record } = find(await this.#tokens.read(), id);
		const key = keysAt(record, this.options.clock()).find((one) => one.which === which)?.key;
		if (!key) {
			throw problem('The previous key of {0} is over.', id);
		}
		try {
			const secret = await this.#vault.get(key.id);
			return secret !== undefined && matchesSecret(secret, key.sha256)
				? { authorization: formatApiKey({ tokenId: id, secret }) }
				: { unavailable: 'lost' };
		} catch {
			return { unavailable: 'vault-failed' };
		}
	}

	isOpenedBy(): Promise<boolean> {
		return Promise.resolve(false);
	}

	async statistics(id: string): Promise<TokenStatistics> {
		find(await this.#tokens.read(), id);
		// Callers include other extensions; what they do to the numbers must not reach the file with the next count.
		return structuredClone((await this.#statistics.read())[id] ?? unused);
	}

	dispose(): void {
		this.#store.dispose();
		this.#statistics.dispose();
		this.#rotated.dispose();
	}

	/** Forgets how tokens were used that are there no longer. */
	async #forgetUse(): Promise<void> {
		const now = this.options.clock();
		const tokens = await this.#tokens.read();
		await this.#statistics.keepOnly(
			tokens.map(({ id }) => id),
			now,
		);
	}

	#add(draft: ValidDraft, idFor: (tokens: Records) => string, secret?: string): Promise<Token> {
		const by = this.#stamp();
		return this.#tokens.change((tokens, newKey) => {
			const record = createToken(draft, idFor(tokens), newKey(secret), by);
			return { tokens: [...tokens, record], result: this.#token(record) };
		});
	}

	/** Puts what `change` makes of a token in its place, if the token's status allows the action when its turn comes. */
	#replace(id: string, action: TokenAction, change: (record: TokenRecord, by: Stamp, newKey: () => NewKey) => TokenRecord): Promise<Token> {
		return this.#tokens.change((tokens, newKey) => {
			const { record, index } = find(tokens, id);
			const refusal = refusalOf(action, this.#token(record));
			if (refusal) {
				throw new ProblemError([refusal]);
			}
			const changed = change(record, this.#stamp(), newKey);
			return { tokens: tokens.with(index, changed), result: this.#token(changed) };
		});
	}

	/** What a token has already may stay, though its module be no longer known. */
	#valid(changes: TokenChanges, { extension, permissions }: TokenRecord): ValidChanges {
		const { modules } = this.#catalogue();
		const former = permissions.filter((id) => !modules.some((one) => one.id === id));
		return validateChanges(changes, extension.id, { extensions, modules: [...modules, ...former.map((id) => ({ id, name: id }))] });
	}

	#catalogue(): Catalogue {
		return { extensions, modules: this.options.modules() };
	}

	#stamp(): Stamp {
		return { at: this.options.clock().toISOString(), by: this.options.user };
	}

	#unusedId(tokens: Records): string {
		for (;;) {
			const id = generateTokenId(this.options.random);
			if (!tokens.some((one) => one.id === id)) {
				return id;
			}
		}
	}

	#token(record: TokenRecord, now = this.options.clock(), expiringDays = this.options.expiringDays()): Token {
		const token = tokenAt(record, now, expiringDays);
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

/** @throws ProblemError when no token has that id */
function find(tokens: Records, id: string): { record: TokenRecord; index: number } {
	const index = tokens.findIndex((one) => one.id === id);
	const record = tokens[index];
	if (!record) {
		throw unknownToken(id);
	}
	return { record, index };
}

function dateOfNext(record: TokenRecord, options: KeyOptions, by: Stamp): string | null {
	const now = new Date(by.at);
	const { expirationDate } = validateKeyOptions(options, now);
	// The proposal is checked too: a store edited by hand may hold dates that make none.
	return expirationDate === undefined
		? (validateKeyOptions({ expirationDate: sameLifetime(record.key, now) }, now).expirationDate ?? null)
		: expirationDate;
}
