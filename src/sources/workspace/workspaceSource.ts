import { generateUnusedTokenId, INVALID_API_KEY_MESSAGE, parsePastedApiKey } from '../../domain/apiKey';
import { BUILT_IN_CATALOG, type Catalog } from '../../domain/catalog';
import { validateChanges, validateDraft, type ValidChanges, type ValidDraft } from '../../domain/draftValidation';
import { combineDisposables, Emitter } from '../../domain/emitter';
import { getNextExpirationDate } from '../../domain/keyExpiration';
import { getLeaseDeletion } from '../../domain/leaseEnd';
import { logFailure, logDuration } from '../../domain/log';
import type { Disposable, KeyInfo, KeyReadResult, NewKeyOptions, TokenAdoption, Vault, WorkspaceTokenSource } from '../../domain/ports';
import { includeModules } from '../../domain/permissions';
import { fieldProblem, problem, ProblemError, type Problem } from '../../domain/problems';
import {
	copyToken,
	createTokenFromRecord,
	type KeyVersion,
	type Stamp,
	type Token,
	type TokenChanges,
	type TokenDraft,
	type TokenRecord,
} from '../../domain/token';
import {
	applyChanges,
	assertExpiresLater,
	createTokenRecord,
	endLease,
	endPreviousKey,
	findActionProblem,
	isTokenAction,
	renewKey,
	rotateKey,
	setRecordEnabled,
} from '../../domain/tokenLifecycle';
import {
	completeHistory,
	createEvent,
	type HistoryByToken,
	type HistoryEntry,
	type HistoryEvent,
	type RecordedAction,
} from '../../domain/tokenHistory';
import { computeRemainingRequests, type RequestCountsByToken } from '../../domain/requestLimiter';
import type { RemainingRequests } from '../../domain/tokenLimits';
import type { ChangeTeamCounts, TeamUsage } from '../../domain/teamUsage';
import { NO_USAGE, type TokenUsage, type UsageByToken } from '../../domain/tokenUsage';
import { HistoryFile } from './historyFile';
import { ListAdoption } from './listAdoption';
import { ListIdentityFile } from './listIdentity';
import { RecordCopies } from './recordCopies';
import { listRecordKeys, readRecordKey } from './recordKeys';
import { findRecord, RecordStore, type TokenRecords } from './recordStore';
import { RequestCountsFile } from './requestCountsFile';
import { getStoreFiles } from './storeFiles';
import { TeamUsageFile } from './teamUsageFile';
import { TimeLimitedVault } from './timeLimitedVault';
import { TokenStore, type GeneratedKey, type RecordChange } from './tokenStore';
import { UsageFile } from './usageFile';
import type { WorkspaceLocation } from './workspaceLocation';
import type { WorkspaceSourceOptions } from './workspaceSourceOptions';

/** Long enough for a user to enter a password if a keyring asks for one. */
const VAULT_TIMEOUT_MS = 20_000;

/** The tokens issued in a workspace, stored in a file that all windows of the workspace share. */
export class WorkspaceSource implements WorkspaceTokenSource, Disposable {
	readonly id = 'workspace';
	readonly remote = undefined;
	readonly #recordStore: RecordStore;
	readonly #vault: Vault;
	readonly #tokenStore: TokenStore;
	readonly #usageFile: UsageFile;
	readonly #teamUsageFile: TeamUsageFile;
	readonly #historyFile: HistoryFile;
	readonly #requestCountsFile: RequestCountsFile;
	readonly #countFiles: readonly (UsageFile | TeamUsageFile | RequestCountsFile)[];
	readonly #rotationEmitter = new Emitter<string>();
	readonly #copies: RecordCopies | undefined;

	constructor(private readonly options: WorkspaceSourceOptions) {
		const { folder, uri = null, vault, recordCopies, clock, random, vaultTimeoutMs = VAULT_TIMEOUT_MS, log } = options;
		const identity = new ListIdentityFile(folder, uri);
		this.#copies = recordCopies && new RecordCopies(new TimeLimitedVault(recordCopies, vaultTimeoutMs, log), log);
		this.#recordStore = new RecordStore(getStoreFiles(folder), clock, log);
		this.#vault = new TimeLimitedVault(vault, vaultTimeoutMs, log);
		this.#tokenStore = new TokenStore(this.#recordStore, this.#vault, identity, this.#copies, random, log);
		this.#usageFile = new UsageFile(folder, clock, log);
		this.#teamUsageFile = new TeamUsageFile(folder, clock, log);
		this.#historyFile = new HistoryFile(folder, clock, log);
		this.#requestCountsFile = new RequestCountsFile(folder, clock, log);
		this.#countFiles = [this.#usageFile, this.#teamUsageFile, this.#requestCountsFile];
	}

	/** Why the last attempt to read the tokens failed, or why they can't be changed; undefined if there's no problem. */
	get problem(): Problem | undefined {
		return this.#recordStore.problem;
	}

	/** Settles when the cleanup after an earlier crash, which starts on first use, is done. */
	get whenSwept(): Promise<void> {
		return this.#tokenStore.whenSwept;
	}

	onDidChange(listener: () => void): Disposable {
		return this.#recordStore.onDidChange(listener);
	}

	/** Calls `listener` with a message for the user after a damaged file was set aside. */
	onDidRecover(listener: (report: Problem) => void): Disposable {
		return combineDisposables([this.#recordStore, ...this.#countFiles].map((file) => file.onDidRecover(listener)));
	}

	onDidRotate(listener: (id: string) => void): Disposable {
		return this.#rotationEmitter.on(listener);
	}

	onDidChangeUsage(listener: () => void): Disposable {
		return combineDisposables(this.#countFiles.map((file) => file.onDidChange(listener)));
	}

	onDidChangeHistory(listener: () => void): Disposable {
		return this.#historyFile.onDidChange(listener);
	}

	async list(): Promise<readonly Token[]> {
		const records = await this.#tokenStore.read();
		// Read once, because reading a setting from VS Code takes longer than the rest of the work for a token.
		const now = this.options.clock();
		const expiringDays = this.options.expiringDays();
		return records.map((record) => this.#toToken(record, now, expiringDays));
	}

	getCatalog(): Promise<Catalog> {
		return Promise.resolve(this.#createCatalog());
	}

	getModuleName(id: string): string {
		return this.options.modules().find((module) => module.id === id)?.name ?? id;
	}

	/** Same as any other read: the store is always read again if it has changed. */
	async reload(): Promise<void> {
		await this.#tokenStore.read();
	}

	async get(id: string): Promise<Token | undefined> {
		const record = (await this.#tokenStore.read()).find((candidate) => candidate.id === id);
		return record && this.#toToken(record);
	}

	async create(draft: TokenDraft): Promise<Token> {
		const valid = validateDraft(draft, this.options.clock(), this.#createCatalog());
		return this.#addToken('create token', 'created', valid, (tokens) => generateUnusedTokenId(this.options.random, tokens));
	}

	async import(apiKey: string, draft: TokenDraft): Promise<Token> {
		const key = parsePastedApiKey(apiKey);
		if (!key) {
			throw fieldProblem('apiKey', INVALID_API_KEY_MESSAGE);
		}
		const valid = validateDraft(draft, this.options.clock(), { ...this.#createCatalog(), hasLeases: false });
		if (valid.limits !== null) {
			// A gateway may have counted requests of a token with this ID after it was deleted.
			await this.#requestCountsFile.removeUnlimited(() => this.#tokenStore.read());
		}
		return this.#addToken(
			`import ${key.tokenId}`,
			'imported',
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
		const token = await this.#changeToken(id, 'edit', (record, by) => {
			if (expectedUpdatedAt !== undefined && expectedUpdatedAt !== record.updated.at) {
				throw problem('Token {0} was changed while you were editing. Review the changes and save again.', id);
			}
			return applyChanges(record, this.#validateChanges(changes, record), by);
		});
		if (changes.limits !== undefined) {
			await this.#requestCountsFile.removeUnlimited(() => this.#tokenStore.read());
		}
		return token;
	}

	async disable(id: string): Promise<Token> {
		return this.#changeToken(id, 'disable', (record, by) => setRecordEnabled(record, false, by));
	}

	async enable(id: string): Promise<Token> {
		return this.#changeToken(id, 'enable', (record, by) => setRecordEnabled(record, true, by));
	}

	async rotate(id: string, options: NewKeyOptions = {}): Promise<Token> {
		const token = await this.#changeToken(id, 'rotate', (record, by, newKey) =>
			rotateKey(record, { ...newKey(), expirationDate: getNextExpirationDate(record, options, new Date(by.at)) }, by),
		);
		this.#rotationEmitter.fire(id);
		return token;
	}

	async renew(id: string, options: NewKeyOptions = {}): Promise<Token> {
		return this.#changeToken(id, 'renew', (record, by, newKey) => {
			const expirationDate = getNextExpirationDate(record, options, new Date(by.at));
			assertExpiresLater(expirationDate, record.key.expirationDate);
			return renewKey(record, { ...newKey(), expirationDate }, by);
		});
	}

	async endPreviousKey(id: string): Promise<Token> {
		return this.#changeToken(id, 'endPreviousKey', endPreviousKey);
	}

	async endLease(id: string): Promise<Token> {
		return this.#changeToken(id, 'endLease', endLease);
	}

	async delete(id: string): Promise<void> {
		await this.#remove(`delete ${id}`, (tokens) => [findRecord(tokens, id).record]);
	}

	async deleteEndedLeases(): Promise<void> {
		// Once more when nothing else can change them: a lease may have got a new key in the meantime.
		const findEnded = (tokens: TokenRecords) => {
			const now = this.options.clock();
			return tokens.filter((record) => record.lease && getLeaseDeletion(this.#toToken(record, now)) <= now.getTime());
		};
		if (findEnded(await this.#tokenStore.read()).length > 0) {
			await this.#remove('delete ended leases', findEnded);
		}
	}

	async listKeys(id: string): Promise<readonly KeyInfo[]> {
		return listRecordKeys(findRecord(await this.#tokenStore.read(), id).record, this.options.clock());
	}

	async readKey(id: string, which: KeyVersion = 'current'): Promise<KeyReadResult> {
		const { record } = findRecord(await this.#tokenStore.read(), id);
		return readRecordKey(record, which, this.options.clock(), this.#vault, this.options.log);
	}

	async getUsage(id: string): Promise<TokenUsage> {
		findRecord(await this.#tokenStore.read(), id);
		// A copy, because callers include other extensions: what they do to it must not be saved with the next count.
		return structuredClone((await this.#usageFile.read())[id] ?? NO_USAGE);
	}

	async getTeamUsage(id: string): Promise<TeamUsage | undefined> {
		findRecord(await this.#tokenStore.read(), id);
		return this.#teamUsageFile.readUsage(id);
	}

	async changeTeamCounts(change: ChangeTeamCounts): Promise<void> {
		const ids = new Set((await this.#tokenStore.read()).map(({ id }) => id));
		await this.#teamUsageFile.change((stored) => change(stored, ids));
	}

	async getRemainingRequests(id: string): Promise<RemainingRequests | undefined> {
		const { limits } = findRecord(await this.#tokenStore.read(), id).record;
		return limits && computeRemainingRequests(limits, (await this.#requestCountsFile.read())[id], this.options.clock().getTime());
	}

	async getHistory(id: string): Promise<readonly HistoryEntry[]> {
		const { record } = findRecord(await this.#tokenStore.read(), id);
		return completeHistory((await this.#readHistory())[id] ?? [], record);
	}

	async readActivity(): Promise<{ usage: UsageByToken; history: HistoryByToken; teamTokenIds: ReadonlySet<string> }> {
		const teamTokenIds = new Set(Object.keys((await this.#teamUsageFile.read()).tokens));
		return { usage: await this.#usageFile.read(), history: await this.#readHistory(), teamTokenIds };
	}

	async readRecords(): Promise<{ tokens: readonly TokenRecord[]; requestCounts: RequestCountsByToken }> {
		return { tokens: await this.#tokenStore.read(), requestCounts: await this.#requestCountsFile.read() };
	}

	/** @param openVault opens the vault with the keys of another workspace */
	createAdoption(openVault: (location: WorkspaceLocation) => Vault): TokenAdoption {
		const { vaultTimeoutMs = VAULT_TIMEOUT_MS, clock, log } = this.options;
		return new ListAdoption({
			store: this.#recordStore,
			tokens: this.#tokenStore,
			vault: this.#vault,
			copies: this.#copies,
			usage: this.#usageFile,
			teamUsage: this.#teamUsageFile,
			history: this.#historyFile,
			requestCounts: this.#requestCountsFile,
			openVault: (location) => new TimeLimitedVault(openVault(location), vaultTimeoutMs, log),
			clock,
			log,
		});
	}

	#readHistory(): Promise<HistoryByToken> {
		return this.#historyFile.read().catch(logFailure<HistoryByToken>(this.options.log, 'read the history of tokens', {}));
	}

	dispose(): void {
		[this.#recordStore, ...this.#countFiles, this.#historyFile, this.#rotationEmitter].forEach((item) => item.dispose());
	}

	async #remove(action: string, find: (tokens: TokenRecords) => TokenRecords): Promise<void> {
		await this.#change(action, (tokens) => {
			const removed = new Set(find(tokens));
			return { tokens: removed.size > 0 ? tokens.filter((token) => !removed.has(token)) : tokens, result: undefined };
		});
		await this.#removeMissingTokens().catch(logFailure(this.options.log, 'remove what was recorded about deleted tokens'));
	}

	/** Removes the usage, history, and counted requests of tokens that don't exist anymore. */
	async #removeMissingTokens(): Promise<void> {
		const now = this.options.clock();
		const ids = (await this.#tokenStore.read()).map(({ id }) => id);
		await Promise.all([
			this.#usageFile.removeMissingTokens(ids, now),
			this.#teamUsageFile.removeMissingTokens(ids),
			this.#historyFile.removeMissingTokens(ids, now),
			this.#requestCountsFile.removeUnlimited(() => this.#tokenStore.read()),
		]);
	}

	async #addToken(
		action: string,
		kind: 'created' | 'imported',
		draft: ValidDraft,
		chooseId: (tokens: TokenRecords) => string,
		secret?: string,
	): Promise<Token> {
		const stamp = this.#createStamp();
		const token = await this.#change(action, (tokens, newKey) => {
			const record = createTokenRecord(draft, chooseId(tokens), newKey(secret), stamp);
			return { tokens: [...tokens, record], result: this.#toToken(record) };
		});
		await this.#record(token.id, { kind, ...stamp });
		return token;
	}

	/** Replaces a token's record with what `change` returns, if the token's status then allows the action. */
	async #changeToken(
		id: string,
		action: RecordedAction,
		change: (record: TokenRecord, by: Stamp, newKey: () => GeneratedKey) => TokenRecord,
	): Promise<Token> {
		const { token, event } = await this.#change(`${action} ${id}`, (tokens, newKey) => {
			const { record, index } = findRecord(tokens, id);
			// A status doesn't say whether there's a previous key, or a lease. The change checks that itself.
			const actionProblem = isTokenAction(action) ? findActionProblem(action, this.#toToken(record)) : undefined;
			if (actionProblem) {
				throw new ProblemError([actionProblem]);
			}
			const changedRecord = change(record, this.#createStamp(), newKey);
			return {
				tokens: tokens.with(index, changedRecord),
				result: { token: this.#toToken(changedRecord), event: createEvent(action, record, changedRecord) },
			};
		});
		await this.#record(id, event);
		return token;
	}

	/** Adds an event to the history of a token. If that fails, it's only logged, because the token has been changed already. */
	async #record(id: string, event: HistoryEvent): Promise<void> {
		await this.#historyFile.add(id, event).catch(logFailure(this.options.log, `record the history of ${id}`));
	}

	#change<T>(action: string, change: RecordChange<T>): Promise<T> {
		return logDuration(this.options.log, action, () => this.#tokenStore.change(change));
	}

	/** A token can keep modules that aren't in the catalog anymore. */
	#validateChanges(changes: TokenChanges, { extension, permissions }: TokenRecord): ValidChanges {
		return validateChanges(changes, extension.id, includeModules(this.#createCatalog(), permissions));
	}

	#createCatalog(): Catalog {
		return { ...BUILT_IN_CATALOG, modules: this.options.modules() };
	}

	#createStamp(): Stamp {
		return { at: this.options.clock().toISOString(), by: this.options.userName };
	}

	#toToken(record: TokenRecord, now = this.options.clock(), expiringDays = this.options.expiringDays()): Token {
		// A copy, because callers include other extensions: what they do to it must not be saved with the next change.
		return copyToken(createTokenFromRecord(record, now, expiringDays));
	}
}
