import pLimit from 'p-limit';
import { CUSTOM_EXTENSION_ID, type Catalog } from '../../domain/catalog';
import { includeModules } from '../../domain/permissions';
import { validateChanges, validateDraft, validateKeyOptions, type ValidChanges } from '../../domain/draftValidation';
import { Emitter } from '../../domain/emitter';
import { logFailure, logDuration, type Log } from '../../domain/log';
import { assertExpiresLater, findActionProblem, type TokenAction } from '../../domain/tokenLifecycle';
import type {
	AccountInfo,
	Clock,
	Disposable,
	ReadMode,
	RemoteSource,
	KeyInfo,
	NewKeyOptions,
	KeyReadResult,
	TokenSource,
} from '../../domain/ports';
import { problem, ProblemError, unknownTokenProblem, type Problem } from '../../domain/problems';
import { completeHistory, type HistoryEntry } from '../../domain/tokenHistory';
import { getRetainedDates, type ReportedUsage } from '../../domain/tokenUsage';
import type { KeyVersion, Token, TokenChanges, TokenDraft } from '../../domain/token';
import { AccountCache } from './accountCache';
import { createAccountLog } from './accountLog';
import { ConnectClient, type ConnectClientOptions } from './connectClient';
import { createPlatformToken } from './createPlatformToken';
import { AccountKey, type AccountKeyStore } from './accountKey';
import { toProblemError, ConnectError } from './connectErrors';
import { hasValidPreviousKey, createTokenFromPlatform, type PlatformToken } from './platformToken';
import { isCustomExtension, AccountCatalog } from './accountCatalog';
import { KeyReplacer, type KeyReplacement } from './keyReplacer';
import { setTokenPermissions } from './tokenPermissions';
import { TokenRequests } from './tokenRequests';
import { TokenList } from './tokenList';
import { isPlatformId, type PlatformTokenWithKeys } from './platformSchemas';

export interface ConnectSourceOptions extends Pick<ConnectClientOptions, 'fetch' | 'timeoutMs' | 'retryDelayMs'> {
	/** ID of the source in its window. */
	readonly id: string;
	readonly account: AccountInfo;
	/** Stores the account key, which is sent only to the account's endpoint. */
	readonly accountKeyStore: AccountKeyStore;
	/** Path of the file for the last known tokens, without their keys. It's created when they're first read. */
	readonly cacheFile: string;
	readonly clock: Clock;
	/** Returns the number of days before expiration at which a token is expiring. */
	readonly expiringDays: () => number;
	readonly log: Log;
}

/** Provides the tokens of an account on the platform, using its REST API. */
export class ConnectSource implements TokenSource, Disposable {
	readonly remote: RemoteSource;
	readonly #abortController = new AbortController();
	readonly #log: Log;
	readonly #cache: AccountCache;
	readonly #requests: TokenRequests;
	readonly #keyReplacer: KeyReplacer;
	readonly #tokenList: TokenList;
	readonly #catalog: AccountCatalog;
	readonly #rotationEmitter = new Emitter<string>();
	/** Creations run one at a time, so that each recognizes its own token. */
	readonly #creations = pLimit(1);
	#hasRequestedModuleNames = false;

	constructor(private readonly options: ConnectSourceOptions) {
		const { account, accountKeyStore, cacheFile, clock } = options;
		const log = (this.#log = createAccountLog(options.log, account.id));
		const accountKey = new AccountKey(accountKeyStore, log);
		const clientOptions = { ...options, endpoint: account.endpoint, signal: this.#abortController.signal, log };
		const client = new ConnectClient({
			...clientOptions,
			authorization: (rejected) => (rejected === undefined ? accountKey.read() : accountKey.readAfterReplacement()),
		});
		const accountKeyClient = new ConnectClient({ ...clientOptions, authorization: () => accountKey.read() });
		const cache = (this.#cache = new AccountCache(cacheFile, `${account.endpoint} ${account.id}`, log));
		const requests = (this.#requests = new TokenRequests(client));
		this.#keyReplacer = new KeyReplacer({ accountKey, requests, accountKeyRequests: new TokenRequests(accountKeyClient), log });
		const tokenList = (this.#tokenList = new TokenList({ readPage: requests.readPage, cache, clock, host: client.host, log }));
		this.#catalog = new AccountCatalog(client, cache, log);
		this.remote = {
			account,
			get syncState() {
				return tokenList.syncState;
			},
			usesAsCredential: (tokenId) => accountKey.belongsTo(tokenId).catch(logFailure(log, 'read the account key', false)),
		};
	}

	get id(): string {
		return this.options.id;
	}

	get problem(): Problem | undefined {
		return this.#tokenList.problem;
	}

	/** Settles when the cache file is up to date. */
	get whenCacheWritten(): Promise<void> {
		return this.#cache.whenWritten;
	}

	onDidChange(listener: () => void): Disposable {
		return this.#tokenList.onDidChange(listener);
	}

	onDidRotate(listener: (id: string) => void): Disposable {
		return this.#rotationEmitter.on(listener);
	}

	getCatalog(): Promise<Catalog> {
		return this.#catalog.read();
	}

	getModuleName(id: string): string {
		return this.#catalog.getModuleName(id) ?? id;
	}

	async list(mode: ReadMode = 'complete'): Promise<readonly Token[]> {
		const tokens = await this.#tokenList.read(mode);
		if (mode !== 'cached') {
			void this.#loadModuleNames();
		}
		// Read only once, because reading a setting takes longer than converting a token.
		const now = this.options.clock();
		const expiringDays = this.options.expiringDays();
		return tokens.map((token) => createTokenFromPlatform(token, now, expiringDays));
	}

	async reload(): Promise<void> {
		this.#catalog.invalidate();
		await this.#tokenList.reload();
	}

	async get(id: string): Promise<Token | undefined> {
		const { token: known, isLive } = await this.#tokenList.find(id);
		if (isLive) {
			return known && this.#toToken(known);
		}
		try {
			const found = await this.#findAndCache(id);
			return found && this.#toToken(found.platformToken);
		} catch (error) {
			if (known && error instanceof ConnectError && error.isUnavailable) {
				logFailure(this.#log, `read ${id}`)(error);
				return this.#toToken(known);
			}
			throw error;
		}
	}

	create(draft: TokenDraft): Promise<Token> {
		return logDuration(this.#log, 'create token', () => this.#create(draft));
	}

	update(id: string, changes: TokenChanges, expectedUpdatedAt?: string): Promise<Token> {
		return this.#logAction('update', id, () => this.#update(id, changes, expectedUpdatedAt));
	}

	disable(id: string): Promise<Token> {
		return this.#logAction('disable', id, () => this.#setEnabled('disable', id));
	}

	enable(id: string): Promise<Token> {
		return this.#logAction('enable', id, () => this.#setEnabled('enable', id));
	}

	rotate(id: string, options: NewKeyOptions = {}): Promise<Token> {
		return this.#logAction('rotate', id, () => this.#replaceKey('rotate', id, options));
	}

	renew(id: string, options: NewKeyOptions = {}): Promise<Token> {
		return this.#logAction('renew', id, () => this.#replaceKey('renew', id, options));
	}

	delete(id: string): Promise<void> {
		return this.#logAction('delete', id, () => this.#delete(id));
	}

	async listKeys(id: string): Promise<readonly KeyInfo[]> {
		const token = (await this.#tokenList.find(id)).token ?? (await this.#readOrThrow(id)).platformToken;
		const { expirationDate, renewedExpirationDate, isRenewed } = token;
		const current = { which: 'current' as const, issuedAt: null, expirationDate: isRenewed ? renewedExpirationDate : expirationDate };
		return hasValidPreviousKey(token, this.options.clock()) ? [current, { which: 'previous', issuedAt: null, expirationDate }] : [current];
	}

	async readKey(id: string, which: KeyVersion = 'current'): Promise<KeyReadResult> {
		const { platformToken, keys } = await this.#readOrThrow(id);
		if (which === 'previous' && !hasValidPreviousKey(platformToken, this.options.clock())) {
			throw problem('The previous key of {0} has expired.', id);
		}
		const authorization = keys[which];
		return authorization === undefined ? { unavailable: 'notShown' } : { authorization };
	}

	async getUsage(id: string): Promise<ReportedUsage> {
		const retainedDates = new Set(getRetainedDates(this.options.clock()));
		const days = (await this.#requests.listDailyUsage(id))
			.filter(({ date }) => retainedDates.has(date))
			.sort((a, b) => (a.date < b.date ? -1 : 1));
		// The platform doesn't say when a token was last used, only whether it ever was.
		const countResponses = () => this.#requests.countResponses(id).catch(logFailure(this.#log, 'count responses'));
		const isUsed = days.length > 0 || (await countResponses()) !== 0;
		return { days, lastUsed: isUsed ? undefined : null };
	}

	async getHistory(id: string): Promise<readonly HistoryEntry[]> {
		const token = await this.get(id);
		if (!token) {
			throw unknownTokenProblem(id);
		}
		return completeHistory([], token);
	}

	/** Cancels all requests. */
	dispose(): void {
		this.#abortController.abort();
		this.#tokenList.dispose();
		this.#rotationEmitter.dispose();
	}

	/** Loads the names of modules once. Until then, and if it fails, their IDs are shown. */
	async #loadModuleNames(): Promise<void> {
		if (!this.#hasRequestedModuleNames) {
			this.#hasRequestedModuleNames = true;
			await this.#catalog.loadModuleNames().then(() => this.#tokenList.notifyChange(), logFailure(this.#log, 'read the module names'));
		}
	}

	#logAction<T>(action: string, id: string, run: () => Promise<T>): Promise<T> {
		return logDuration(this.#log, `${action} ${isPlatformId(id) ? id : 'unknown token'}`, run);
	}

	async #create(draft: TokenDraft): Promise<Token> {
		const catalog = await this.getCatalog();
		const customExtension = catalog.extensions.find(isCustomExtension);
		// If the draft omits the extension or uses our Custom ID, map it to the account's Custom extension.
		const customAlias = customExtension ? [{ ...customExtension, id: CUSTOM_EXTENSION_ID }] : [];
		const valid = validateDraft(draft, this.options.clock(), { ...catalog, extensions: [...catalog.extensions, ...customAlias] });
		const extension = customExtension && valid.extension.id === CUSTOM_EXTENSION_ID ? customExtension : valid.extension;
		const token = this.#cacheToken(await this.#creations(() => createPlatformToken(this.#requests, { ...valid, extension })));
		return token;
	}

	async #update(id: string, changes: TokenChanges, expectedUpdatedAt: string | undefined): Promise<Token> {
		const { platformToken } = await this.#readForAction('edit', id);
		if (expectedUpdatedAt !== undefined && expectedUpdatedAt !== platformToken.updated.at) {
			throw problem('Token {0} was changed while you were editing. Review the changes and save again.', id);
		}
		const { permissions, limits: _limits, approval: _approval, ...fields } = await this.#validateChanges(changes, platformToken);
		if (Object.keys(fields).length > 0) {
			await this.#updateFields(platformToken, fields);
		}
		if (permissions !== undefined) {
			await setTokenPermissions(this.#requests, id, permissions).catch(async (cause: unknown) => {
				await this.#findAndCache(id).catch(logFailure(this.#log, `read ${id}`));
				const template = "Some or all modules of {0} couldn't be changed. Check its current modules and save again.";
				throw new ProblemError([{ field: null, template, args: [id] }, ...toProblemError(cause).problems], { cause });
			});
		}
		return this.#toToken((await this.#readOrThrow(id)).platformToken);
	}

	async #delete(id: string): Promise<void> {
		const { token: known } = await this.#tokenList.find(id);
		const existed = await this.#requests.runOnce(
			() => this.#requests.delete(id),
			async () => ((await this.#requests.find(id)) === undefined ? true : undefined),
		);
		this.#tokenList.remove(id);
		if (!existed && !known) {
			throw unknownTokenProblem(id);
		}
	}

	/** Reads the token, and throws if its status doesn't allow the action. */
	async #readForAction(action: TokenAction, id: string): Promise<PlatformTokenWithKeys> {
		const current = await this.#readOrThrow(id);
		const actionProblem = findActionProblem(action, this.#toToken(current.platformToken));
		if (actionProblem) {
			throw new ProblemError([actionProblem]);
		}
		return current;
	}

	async #setEnabled(action: 'enable' | 'disable', id: string): Promise<Token> {
		await this.#readForAction(action, id);
		const enabled = action === 'enable';
		const updated = await this.#requests.runOnce(
			() => this.#requests.setEnabled(id, enabled),
			async () => {
				const found = await this.#requests.read(id);
				return (found.platformToken.platformStatus !== 'inactive') === enabled ? found : undefined;
			},
		);
		return this.#cacheToken(updated);
	}

	async #replaceKey(action: KeyReplacement, id: string, options: NewKeyOptions): Promise<Token> {
		const { expirationDate } = validateKeyOptions(options, this.options.clock());
		const previous = await this.#readForAction(action, id);
		if (action === 'renew' && expirationDate !== undefined) {
			assertExpiresLater(expirationDate, previous.platformToken.expirationDate);
		}
		const body = expirationDate === undefined ? {} : { expiration_date: expirationDate };
		const updated = await this.#keyReplacer.replace(action, previous, body, ({ platformToken }) => {
			this.#tokenList.put(platformToken);
			if (action === 'rotate') {
				this.#rotationEmitter.fire(platformToken.id);
			}
		});
		return this.#toToken(updated.platformToken);
	}

	async #updateFields(
		{ id, name, externalId, description }: PlatformToken,
		changes: Pick<ValidChanges, 'name' | 'externalId' | 'description'>,
	): Promise<void> {
		const wanted = { name, externalId, description, ...changes };
		await this.#requests.runOnce(
			async () => {
				await this.#requests.update(id, { name: wanted.name, external_id: wanted.externalId, description: wanted.description });
				return true;
			},
			async () => {
				const { platformToken: found } = await this.#requests.read(id);
				const isDone = found.name === wanted.name && found.externalId === wanted.externalId && found.description === wanted.description;
				return isDone || undefined;
			},
		);
	}

	/** Validates the changes. Modules that the token already has are valid even if they're no longer in the catalog. */
	async #validateChanges(changes: TokenChanges, { extension, permissions }: PlatformToken): Promise<ValidChanges> {
		const catalog = 'permissions' in Object(changes) ? await this.getCatalog() : { extensions: [], modules: [] };
		return validateChanges(changes, extension.id, includeModules(catalog, permissions));
	}

	/** Reads a token from the platform, and updates it in the list. */
	async #findAndCache(id: string): Promise<PlatformTokenWithKeys | undefined> {
		const found = await this.#requests.find(id);
		if (found) {
			this.#tokenList.put(found.platformToken);
		} else {
			this.#tokenList.remove(id);
		}
		return found;
	}

	async #readOrThrow(id: string): Promise<PlatformTokenWithKeys> {
		const found = await this.#findAndCache(id);
		if (!found) {
			throw unknownTokenProblem(id);
		}
		return found;
	}

	/** Updates the token in the list, without its keys. */
	#cacheToken({ platformToken }: PlatformTokenWithKeys): Token {
		this.#tokenList.put(platformToken);
		return this.#toToken(platformToken);
	}

	#toToken(platformToken: PlatformToken): Token {
		return createTokenFromPlatform(platformToken, this.options.clock(), this.options.expiringDays());
	}
}
