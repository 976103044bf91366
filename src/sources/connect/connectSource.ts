import { hashSecret } from '../../domain/apiKey';
import { CUSTOM_EXTENSION_ID, type Catalog } from '../../domain/catalog';
import { validateChanges, validateDraft, validateKeyOptions, type ValidChanges } from '../../domain/draftValidation';
import { Emitter } from '../../domain/emitter';
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
	KeyVersion,
} from '../../domain/ports';
import { problem, ProblemError, unknownTokenProblem, type Problem } from '../../domain/problems';
import { getRetainedDates, type ReportedUsage } from '../../domain/tokenUsage';
import type { Token, TokenChanges, TokenDraft } from '../../domain/token';
import { AccountCache } from './accountCache';
import { ConnectClient, type ConnectClientOptions } from './connectClient';
import { createPlatformToken } from './createPlatformToken';
import { AccountKey, type AccountKeyStore } from './accountKey';
import { toProblemError, ConnectError } from './connectErrors';
import { hasValidPreviousKey, createTokenFromPlatform, type PlatformToken } from './platformToken';
import { isCustomExtension, AccountCatalog } from './accountCatalog';
import { setTokenPermissions } from './tokenPermissions';
import { TokenRequests, type ReplaceKeyBody } from './tokenRequests';
import { TokenList } from './tokenList';
import type { PlatformTokenWithKeys } from './platformSchemas';

export interface ConnectSourceOptions extends Pick<ConnectClientOptions, 'fetch' | 'timeoutMs' | 'retryDelayMs'> {
	/** What the source is known by in its window. */
	readonly id: string;
	readonly account: AccountInfo;
	/** Where the account's key lies. It is sent to the account's endpoint and nowhere else. */
	readonly accountKeyStore: AccountKeyStore;
	/** Path of the file with what was last read of the account. It is made with the first reading and never has a key in it. */
	readonly cacheFile: string;
	readonly clock: Clock;
	/** The setting: a token is expiring once it has at most so many days left. */
	readonly expiringDays: () => number;
}

/** The tokens of an account of the platform, by its REST API. */
export class ConnectSource implements TokenSource, Disposable {
	readonly remote: RemoteSource;
	readonly #abortController = new AbortController();
	readonly #accountKey: AccountKey;
	readonly #cache: AccountCache;
	readonly #requests: TokenRequests;
	/** Those that replace the account's own key, for which the others wait. */
	readonly #accountKeyRequests: TokenRequests;
	readonly #tokenList: TokenList;
	readonly #catalog: AccountCatalog;
	readonly #rotationEmitter = new Emitter<string>();
	#hasModuleNames = false;
	/** The latest creation: what a creation finds in the list must not be another's. */
	#pendingCreation: Promise<unknown> = Promise.resolve();

	constructor(private readonly options: ConnectSourceOptions) {
		const { account, accountKeyStore: credential, cacheFile, clock } = options;
		const { signal } = this.#abortController;
		this.#accountKey = new AccountKey(credential);
		const common = { ...options, endpoint: account.endpoint, signal };
		const client = new ConnectClient({
			...common,
			authorization: (refused) => (refused === undefined ? this.#accountKey.read() : this.#accountKey.readAfterReplacement()),
		});
		const cache = (this.#cache = new AccountCache(cacheFile, `${account.endpoint} ${account.id}`));
		this.#requests = new TokenRequests(client);
		this.#accountKeyRequests = new TokenRequests(new ConnectClient({ ...common, authorization: () => this.#accountKey.read() }));
		this.#tokenList = new TokenList({ readPage: this.#requests.readPage, cache, clock, host: client.host });
		this.#catalog = new AccountCatalog(client, cache);
		const tokenList = this.#tokenList;
		this.remote = {
			account,
			get syncState() {
				return tokenList.syncState;
			},
			usesAsCredential: (tokenId) => this.#accountKey.belongsTo(tokenId).catch(() => false),
		};
	}

	get id(): string {
		return this.options.id;
	}

	get problem(): Problem | undefined {
		return this.#tokenList.problem;
	}

	/** Settles once the file has what was last read. */
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
		// Once for all: asking the editor for a setting takes longer than what is left to do for a token.
		const now = this.options.clock();
		const expiringDays = this.options.expiringDays();
		return tokens.map((facts) => createTokenFromPlatform(facts, now, expiringDays));
	}

	async reload(): Promise<void> {
		this.#catalog.invalidate();
		await this.#tokenList.reload();
	}

	async get(id: string): Promise<Token | undefined> {
		const { token: facts, isLive } = await this.#tokenList.find(id);
		if (isLive) {
			return facts && this.#toToken(facts);
		}
		try {
			const found = await this.#findAndCache(id);
			return found && this.#toToken(found.platformToken);
		} catch (error) {
			if (facts && error instanceof ConnectError && error.isUnavailable) {
				return this.#toToken(facts);
			}
			throw error;
		}
	}

	async create(draft: TokenDraft): Promise<Token> {
		const catalog = await this.getCatalog();
		const customExtension = catalog.extensions.find(isCustomExtension);
		// Whoever names no extension, or ours, means the account's own of that kind.
		const customAlias = customExtension ? [{ ...customExtension, id: CUSTOM_EXTENSION_ID }] : [];
		const valid = validateDraft(draft, this.options.clock(), { ...catalog, extensions: [...catalog.extensions, ...customAlias] });
		const extension = customExtension && valid.extension.id === CUSTOM_EXTENSION_ID ? customExtension : valid.extension;
		const pendingToken = this.#pendingCreation.then(() => createPlatformToken(this.#requests, { ...valid, extension }));
		this.#pendingCreation = pendingToken.catch(() => undefined);
		return this.#cacheToken(await pendingToken);
	}

	async update(id: string, changes: TokenChanges, expectedUpdatedAt?: string): Promise<Token> {
		const { platformToken: facts } = await this.#readForAction('edit', id);
		if (expectedUpdatedAt !== undefined && expectedUpdatedAt !== facts.updated.at) {
			throw problem('Token {0} was changed while you were editing. Review the changes and save again.', id);
		}
		const { permissions, ...fields } = await this.#validateChanges(changes, facts);
		if (Object.keys(fields).length > 0) {
			await this.#updateFields(facts, fields);
		}
		if (permissions !== undefined) {
			await setTokenPermissions(this.#requests, id, permissions).catch(async (cause: unknown) => {
				await this.#findAndCache(id).catch(() => undefined);
				const template = "Some or all modules of {0} couldn't be changed. Check its current modules and save again.";
				throw new ProblemError([{ field: null, template, args: [id] }, ...toProblemError(cause).problems], { cause });
			});
		}
		return this.#toToken((await this.#readOrThrow(id)).platformToken);
	}

	async disable(id: string): Promise<Token> {
		await this.#readForAction('disable', id);
		return this.#setEnabled(id, false);
	}

	async enable(id: string): Promise<Token> {
		await this.#readForAction('enable', id);
		return this.#setEnabled(id, true);
	}

	async rotate(id: string, options: NewKeyOptions = {}): Promise<Token> {
		return this.#replaceKey('rotate', id, options);
	}

	async renew(id: string, options: NewKeyOptions = {}): Promise<Token> {
		return this.#replaceKey('renew', id, options);
	}

	async delete(id: string): Promise<void> {
		const { token: facts } = await this.#tokenList.find(id);
		const existed = await this.#requests.runOnce(
			() => this.#requests.delete(id),
			async () => ((await this.#requests.find(id)) === undefined ? true : undefined),
		);
		this.#tokenList.remove(id);
		if (!existed && !facts) {
			throw unknownTokenProblem(id);
		}
	}

	async listKeys(id: string): Promise<readonly KeyInfo[]> {
		const facts = (await this.#tokenList.find(id)).token ?? (await this.#readOrThrow(id)).platformToken;
		const { expirationDate, renewedExpirationDate, isRenewed } = facts;
		const current = { which: 'current' as const, issuedAt: null, expirationDate: isRenewed ? renewedExpirationDate : expirationDate };
		return hasValidPreviousKey(facts, this.options.clock()) ? [current, { which: 'previous', issuedAt: null, expirationDate }] : [current];
	}

	async readKey(id: string, which: KeyVersion = 'current'): Promise<KeyReadResult> {
		const { platformToken: facts, keys } = await this.#readOrThrow(id);
		if (which === 'previous' && !hasValidPreviousKey(facts, this.options.clock())) {
			throw problem('The previous key of {0} has expired.', id);
		}
		const authorization = keys[which];
		return authorization === undefined ? { unavailable: 'notShown' } : { authorization };
	}

	async getUsage(id: string): Promise<ReportedUsage> {
		const retainedDates = new Set(getRetainedDates(this.options.clock()));
		const days = (await this.#requests.listDailyUsage(id))
			.filter(({ date }) => retainedDates.has(date))
			.sort((one, other) => (one.date < other.date ? -1 : 1));
		// The platform does not say when a token was last used, but it does say when it never was.
		const isUsed = days.length > 0 || (await this.#requests.countResponses(id).catch(() => undefined)) !== 0;
		return { days, lastUsed: isUsed ? undefined : null };
	}

	/** Ends every call under way. */
	dispose(): void {
		this.#abortController.abort();
		this.#tokenList.dispose();
		this.#rotationEmitter.dispose();
	}

	/** Has the modules named, once; until then, and where that fails, their ids stand for them. */
	async #loadModuleNames(): Promise<void> {
		if (!this.#hasModuleNames) {
			this.#hasModuleNames = true;
			await this.#catalog.loadModuleNames().then(
				() => this.#tokenList.notifyChange(),
				() => undefined,
			);
		}
	}

	/** The token as it is now, if its status allows the action. */
	async #readForAction(action: TokenAction, id: string): Promise<PlatformTokenWithKeys> {
		const reading = await this.#readOrThrow(id);
		const actionProblem = findActionProblem(action, this.#toToken(reading.platformToken));
		if (actionProblem) {
			throw new ProblemError([actionProblem]);
		}
		return reading;
	}

	async #setEnabled(id: string, enabled: boolean): Promise<Token> {
		const updated = await this.#requests.runOnce(
			() => this.#requests.setEnabled(id, enabled),
			async () => {
				const found = await this.#requests.read(id);
				return (found.platformToken.platformStatus !== 'inactive') === enabled ? found : undefined;
			},
		);
		return this.#cacheToken(updated);
	}

	async #replaceKey(action: 'rotate' | 'renew', id: string, options: NewKeyOptions): Promise<Token> {
		const { expirationDate } = validateKeyOptions(options, this.options.clock());
		const previous = await this.#readForAction(action, id);
		if (action === 'renew' && expirationDate !== undefined) {
			assertExpiresLater(expirationDate, previous.platformToken.expirationDate);
		}
		const keyBody = expirationDate === undefined ? {} : { expiration_date: expirationDate };
		if (!(await this.#accountKey.belongsTo(id))) {
			return this.#notifyReplaced(action, await this.#replaceKeyOnce(this.#requests, action, previous, keyBody));
		}
		return this.#accountKey.runReplacement(async () => {
			const updated = await this.#replaceKeyOnce(this.#accountKeyRequests, action, previous, keyBody);
			try {
				await this.#adoptAccountKey(updated);
			} finally {
				this.#notifyReplaced(action, updated);
			}
			return this.#toToken(updated.platformToken);
		});
	}

	#replaceKeyOnce(
		requests: TokenRequests,
		action: 'rotate' | 'renew',
		previous: PlatformTokenWithKeys,
		keyBody: ReplaceKeyBody,
	): Promise<PlatformTokenWithKeys> {
		const { id } = previous.platformToken;
		return requests.runOnce(
			() => requests.replaceKey(id, action, keyBody),
			async () => {
				const found = await requests.read(id).catch((error: unknown) => {
					throw requests === this.#accountKeyRequests && error instanceof ConnectError && error.status === 401
						? lostAccountKeyProblem(id)
						: error;
				});
				return fingerprintKeys(found) === fingerprintKeys(previous) ? undefined : found;
			},
		);
	}

	/** Tells of a key that was replaced. */
	#notifyReplaced(action: 'rotate' | 'renew', updated: PlatformTokenWithKeys): Token {
		const token = this.#cacheToken(updated);
		if (action === 'rotate') {
			this.#rotationEmitter.fire(token.id);
		}
		return token;
	}

	/** The account is opened by a key of this token from now on. */
	async #adoptAccountKey({ platformToken: { id }, keys: { current } }: PlatformTokenWithKeys): Promise<void> {
		const key = current ?? (await this.#accountKeyRequests.read(id).catch(() => undefined))?.keys.current;
		if (key === undefined) {
			throw lostAccountKeyProblem(id);
		}
		await this.#accountKey.replace(key, id);
	}

	async #updateFields({ id, name, externalId, description }: PlatformToken, changes: Omit<ValidChanges, 'permissions'>): Promise<void> {
		const wanted = { name, externalId, description, ...changes };
		await this.#requests.runOnce(
			async () => {
				await this.#requests.update(id, { name: wanted.name, external_id: wanted.externalId, description: wanted.description });
				return true;
			},
			async () => {
				const { platformToken: facts } = await this.#requests.read(id);
				const isDone = facts.name === wanted.name && facts.externalId === wanted.externalId && facts.description === wanted.description;
				return isDone || undefined;
			},
		);
	}

	/** What a token has already may stay, though its module be no longer offered. */
	async #validateChanges(changes: TokenChanges, { extension, permissions }: PlatformToken): Promise<ValidChanges> {
		const { extensions, modules } = 'permissions' in Object(changes) ? await this.getCatalog() : { extensions: [], modules: [] };
		const unknownModuleIds = permissions.filter((id) => !modules.some((one) => one.id === id));
		return validateChanges(changes, extension.id, {
			extensions,
			modules: [...modules, ...unknownModuleIds.map((id) => ({ id, name: id }))],
		});
	}

	/** What the platform says of a token, which then stands in the list, too. */
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

	/** Puts what was just read in the list. Its keys go no further. */
	#cacheToken({ platformToken: facts }: PlatformTokenWithKeys): Token {
		this.#tokenList.put(facts);
		return this.#toToken(facts);
	}

	#toToken(facts: PlatformToken): Token {
		return createTokenFromPlatform(facts, this.options.clock(), this.options.expiringDays());
	}
}

/** Tells one state of a token's keys from another, without the keys; where none are shown, one state of the token. */
function fingerprintKeys({ platformToken: facts, keys }: PlatformTokenWithKeys): string {
	const shown = [keys.current, keys.previous].map((key) => (key === undefined ? '' : hashSecret(key)));
	const { expirationDate, renewedExpirationDate, platformStatus, updated } = facts;
	return [...shown, expirationDate, renewedExpirationDate, platformStatus, ...(keys.current === undefined ? [updated.at] : [])].join(' ');
}

/** The key of the account is not the one it was, and the new one is not known. */
function lostAccountKeyProblem(id: string): ProblemError {
	return problem(
		"The account key ({0}) was rotated, but the new key wasn't received. Copy the new key from CloudBlue Connect, then run “Replace Account Key”.",
		id,
	);
}
