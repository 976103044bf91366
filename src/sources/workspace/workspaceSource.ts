import { formatApiKey, generateTokenId, INVALID_API_KEY_MESSAGE, matchesSecret, parseApiKey } from '../../domain/apiKey';
import { BUILT_IN_EXTENSIONS, type Catalog, type Module } from '../../domain/catalog';
import { validateChanges, validateDraft, validateKeyOptions, type ValidChanges, type ValidDraft } from '../../domain/draftValidation';
import {
	assertExpiresLater,
	createTokenRecord,
	applyChanges,
	findActionProblem,
	renewKey,
	rotateKey,
	getSameLifetimeExpiration,
	setRecordEnabled,
	type TokenAction,
} from '../../domain/tokenLifecycle';
import { Emitter } from '../../domain/emitter';
import type {
	Clock,
	Disposable,
	KeyInfo,
	NewKeyOptions,
	KeyReadResult,
	RandomBytes,
	Vault,
	KeyVersion,
	WorkspaceTokenSource,
} from '../../domain/ports';
import { fieldProblem, problem, ProblemError, unknownTokenProblem, type Problem } from '../../domain/problems';
import { NO_USAGE, type TokenUsage } from '../../domain/tokenUsage';
import {
	getValidKeys,
	createTokenFromRecord,
	type Stamp,
	type Token,
	type TokenChanges,
	type TokenDraft,
	type TokenRecord,
} from '../../domain/token';
import { TimeLimitedVault } from './timeLimitedVault';
import { getStoreFiles } from '../../storage/fileVersions';
import { TokenStore, type GeneratedKey } from './tokenStore';
import { UsageFile } from './usageFile';
import { RecordStore, type TokenRecords } from './recordStore';

export interface WorkspaceSourceOptions {
	/** Path of the folder that holds this workspace's tokens. It is made with the first token. */
	readonly folder: string;
	/** Holds the keys of this workspace and no others: what no token names is removed from it. */
	readonly vault: Vault;
	readonly clock: Clock;
	readonly random: RandomBytes;
	/** Who changes tokens here. */
	readonly userName: string;
	/** The setting: a token is expiring once it has at most so many days left. */
	readonly expiringDays: () => number;
	/** The modules that tokens can be given. */
	readonly modules: () => readonly Module[];
	/** How long a call to the vault may take, in milliseconds. */
	readonly vaultTimeoutMs?: number;
}

/** A keyring may ask its user for a password meanwhile. */
const VAULT_TIMEOUT_MS = 20_000;

/** The tokens issued here, in a store that the windows of one workspace share. */
export class WorkspaceSource implements WorkspaceTokenSource, Disposable {
	readonly id = 'workspace';
	readonly remote = undefined;
	readonly #recordStore: RecordStore;
	readonly #vault: Vault;
	readonly #tokenStore: TokenStore;
	readonly #usageFile: UsageFile;
	readonly #rotationEmitter = new Emitter<string>();

	constructor(private readonly options: WorkspaceSourceOptions) {
		this.#recordStore = new RecordStore(getStoreFiles(options.folder), options.clock);
		this.#vault = new TimeLimitedVault(options.vault, options.vaultTimeoutMs ?? VAULT_TIMEOUT_MS);
		this.#tokenStore = new TokenStore(this.#recordStore, this.#vault, options.random);
		this.#usageFile = new UsageFile(options.folder, options.clock);
	}

	/** Why the tokens could not be read the last time, or why they cannot be changed; undefined when all is well. */
	get problem(): Problem | undefined {
		return this.#recordStore.problem;
	}

	/** Settles once what an earlier crash left behind has been cleared away, which the first use begins. */
	get whenSwept(): Promise<void> {
		return this.#tokenStore.whenSwept;
	}

	onDidChange(listener: () => void): Disposable {
		return this.#recordStore.onDidChange(listener);
	}

	/** Calls `listener` with what a person should know after a damaged file was put aside. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		const subscriptions = [this.#recordStore.onDidRecover(listener), this.#usageFile.onDidRecover(listener)];
		return { dispose: () => subscriptions.forEach((one) => one.dispose()) };
	}

	onDidRotate(listener: (id: string) => void): Disposable {
		return this.#rotationEmitter.on(listener);
	}

	onDidChangeUsage(listener: () => void): Disposable {
		return this.#usageFile.onDidChange(listener);
	}

	async list(): Promise<readonly Token[]> {
		const records = await this.#tokenStore.read();
		// Once for all: asking the editor for a setting takes longer than what is left to do for a token.
		const now = this.options.clock();
		const expiringDays = this.options.expiringDays();
		return records.map((record) => this.#toToken(record, now, expiringDays));
	}

	getCatalog(): Promise<Catalog> {
		return Promise.resolve(this.#createCatalog());
	}

	getModuleName(id: string): string {
		return this.options.modules().find((one) => one.id === id)?.name ?? id;
	}

	/** The store is looked at whenever it has changed. */
	async reload(): Promise<void> {
		await this.#tokenStore.read();
	}

	async get(id: string): Promise<Token | undefined> {
		const record = (await this.#tokenStore.read()).find((one) => one.id === id);
		return record && this.#toToken(record);
	}

	async create(draft: TokenDraft): Promise<Token> {
		const valid = validateDraft(draft, this.options.clock(), this.#createCatalog());
		return this.#addToken(valid, (tokens) => this.#generateUnusedId(tokens));
	}

	async import(apiKey: string, draft: TokenDraft): Promise<Token> {
		const key = parseApiKey(apiKey);
		if (!key) {
			throw fieldProblem('apiKey', INVALID_API_KEY_MESSAGE);
		}
		const valid = validateDraft(draft, this.options.clock(), this.#createCatalog());
		return this.#addToken(
			valid,
			(tokens) => {
				if (tokens.some(({ id }) => id === key.tokenId)) {
					throw fieldProblem('apiKey', 'Token {0} already exists in this workspace. Rotate it, or delete it first.', key.tokenId);
				}
				return key.tokenId;
			},
			key.secret,
		);
	}

	async update(id: string, changes: TokenChanges, expectedUpdatedAt?: string): Promise<Token> {
		return this.#changeToken(id, 'edit', (record, by) => {
			if (expectedUpdatedAt !== undefined && expectedUpdatedAt !== record.updated.at) {
				throw problem('Token {0} was changed while you were editing. Review the changes and save again.', id);
			}
			return applyChanges(record, this.#validateChanges(changes, record), by);
		});
	}

	async disable(id: string): Promise<Token> {
		return this.#changeToken(id, 'disable', (record, by) => setRecordEnabled(record, false, by));
	}

	async enable(id: string): Promise<Token> {
		return this.#changeToken(id, 'enable', (record, by) => setRecordEnabled(record, true, by));
	}

	async rotate(id: string, options: NewKeyOptions = {}): Promise<Token> {
		const token = await this.#changeToken(id, 'rotate', (record, by, newKey) =>
			rotateKey(record, { ...newKey(), expirationDate: getNextExpirationDate(record, options, by) }, by),
		);
		this.#rotationEmitter.fire(id);
		return token;
	}

	async renew(id: string, options: NewKeyOptions = {}): Promise<Token> {
		return this.#changeToken(id, 'renew', (record, by, newKey) => {
			const expirationDate = getNextExpirationDate(record, options, by);
			assertExpiresLater(expirationDate, record.key.expirationDate);
			return renewKey(record, { ...newKey(), expirationDate }, by);
		});
	}

	async delete(id: string): Promise<void> {
		await this.#tokenStore.change((tokens) => {
			const { record } = findRecord(tokens, id);
			return { tokens: tokens.filter((one) => one !== record), result: undefined };
		});
		// What cannot be forgotten now is at the next deletion.
		await this.#removeStaleUsage().catch(() => undefined);
	}

	async listKeys(id: string): Promise<readonly KeyInfo[]> {
		const { record } = findRecord(await this.#tokenStore.read(), id);
		return getValidKeys(record, this.options.clock()).map(({ which, key: { issuedAt, expirationDate } }) => ({
			which,
			issuedAt,
			expirationDate,
		}));
	}

	async readKey(id: string, which: KeyVersion = 'current'): Promise<KeyReadResult> {
		const { record } = findRecord(await this.#tokenStore.read(), id);
		const key = getValidKeys(record, this.options.clock()).find((one) => one.which === which)?.key;
		if (!key) {
			throw problem('The previous key of {0} has expired.', id);
		}
		try {
			const secret = await this.#vault.get(key.id);
			return secret !== undefined && matchesSecret(secret, key.sha256)
				? { authorization: formatApiKey({ tokenId: id, secret }) }
				: { unavailable: 'notFound' };
		} catch {
			return { unavailable: 'vaultFailed' };
		}
	}

	async getUsage(id: string): Promise<TokenUsage> {
		findRecord(await this.#tokenStore.read(), id);
		// Callers include other extensions; what they do to the numbers must not reach the file with the next count.
		return structuredClone((await this.#usageFile.read())[id] ?? NO_USAGE);
	}

	dispose(): void {
		this.#recordStore.dispose();
		this.#usageFile.dispose();
		this.#rotationEmitter.dispose();
	}

	/** Forgets how tokens were used that are there no longer. */
	async #removeStaleUsage(): Promise<void> {
		const now = this.options.clock();
		const tokens = await this.#tokenStore.read();
		await this.#usageFile.removeMissingTokens(
			tokens.map(({ id }) => id),
			now,
		);
	}

	#addToken(draft: ValidDraft, chooseId: (tokens: TokenRecords) => string, secret?: string): Promise<Token> {
		const stamp = this.#createStamp();
		return this.#tokenStore.change((tokens, newKey) => {
			const record = createTokenRecord(draft, chooseId(tokens), newKey(secret), stamp);
			return { tokens: [...tokens, record], result: this.#toToken(record) };
		});
	}

	/** Puts what `change` makes of a token in its place, if the token's status allows the action when its turn comes. */
	#changeToken(
		id: string,
		action: TokenAction,
		change: (record: TokenRecord, by: Stamp, newKey: () => GeneratedKey) => TokenRecord,
	): Promise<Token> {
		return this.#tokenStore.change((tokens, newKey) => {
			const { record, index } = findRecord(tokens, id);
			const actionProblem = findActionProblem(action, this.#toToken(record));
			if (actionProblem) {
				throw new ProblemError([actionProblem]);
			}
			const changedRecord = change(record, this.#createStamp(), newKey);
			return { tokens: tokens.with(index, changedRecord), result: this.#toToken(changedRecord) };
		});
	}

	/** What a token has already may stay, though its module be no longer known. */
	#validateChanges(changes: TokenChanges, { extension, permissions }: TokenRecord): ValidChanges {
		const { modules } = this.#createCatalog();
		const unknownModuleIds = permissions.filter((id) => !modules.some((one) => one.id === id));
		return validateChanges(changes, extension.id, {
			extensions: BUILT_IN_EXTENSIONS,
			modules: [...modules, ...unknownModuleIds.map((id) => ({ id, name: id }))],
		});
	}

	#createCatalog(): Catalog {
		return { extensions: BUILT_IN_EXTENSIONS, modules: this.options.modules() };
	}

	#createStamp(): Stamp {
		return { at: this.options.clock().toISOString(), by: this.options.userName };
	}

	#generateUnusedId(tokens: TokenRecords): string {
		for (;;) {
			const id = generateTokenId(this.options.random);
			if (!tokens.some((one) => one.id === id)) {
				return id;
			}
		}
	}

	#toToken(record: TokenRecord, now = this.options.clock(), expiringDays = this.options.expiringDays()): Token {
		const token = createTokenFromRecord(record, now, expiringDays);
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
function findRecord(tokens: TokenRecords, id: string): { record: TokenRecord; index: number } {
	const index = tokens.findIndex((one) => one.id === id);
	const record = tokens[index];
	if (!record) {
		throw unknownTokenProblem(id);
	}
	return { record, index };
}

function getNextExpirationDate(record: TokenRecord, options: NewKeyOptions, stamp: Stamp): string | null {
	const now = new Date(stamp.at);
	const { expirationDate } = validateKeyOptions(options, now);
	// The proposal is checked too: a store edited by hand may hold dates that make none.
	return expirationDate === undefined
		? (validateKeyOptions({ expirationDate: getSameLifetimeExpiration(record.key, now) }, now).expirationDate ?? null)
		: expirationDate;
}
