import { hashSecret } from '../../domain/apiKey';
import { CUSTOM_EXTENSION, type Catalogue } from '../../domain/catalogue';
import { validateChanges, validateDraft, validateKeyOptions, type ValidChanges } from '../../domain/draft';
import { Emitter } from '../../domain/emitter';
import { assertLater, refusalOf, type TokenAction } from '../../domain/lifecycle';
import type {
	AccountInfo,
	Clock,
	Disposable,
	Extent,
	Freshness,
	KeyInfo,
	KeyOptions,
	KeyReading,
	TokenSource,
	WhichKey,
} from '../../domain/ports';
import { problem, ProblemError, unknownToken, type Problem } from '../../domain/problems';
import { keptDates, type KnownUse } from '../../domain/statistics';
import type { Token, TokenChanges, TokenDraft } from '../../domain/token';
import { Cache } from './cache';
import { Client, type ClientOptions } from './client';
import { createToken } from './createToken';
import { OwnKey, type Credential } from './credential';
import { asProblemError, ConnectError } from './errors';
import { isOverlapping, tokenOf, type Facts } from './facts';
import { isCustom, LiveCatalogue } from './liveCatalogue';
import { setPermissions } from './permissions';
import { TokenCalls, type NewDate } from './tokenCalls';
import { TokenList } from './tokenList';
import type { TokenReading } from './wire';

export interface ConnectSourceOptions extends Pick<ClientOptions, 'fetch' | 'timeout' | 'retryDelay'> {
	/** What the source is known by in its window. */
	readonly id: string;
	readonly account: AccountInfo;
	/** Where the account's key lies. It is sent to the account's endpoint and nowhere else. */
	readonly credential: Credential;
	/** Path of the file with what was last read of the account. It is made with the first reading and never has a key in it. */
	readonly cacheFile: string;
	readonly clock: Clock;
	/** The setting: a token is expiring once it has at most so many days left. */
	readonly expiringDays: () => number;
}

/** The tokens of an account of the platform, by its REST API. */
export class ConnectSource implements TokenSource, Disposable {
	readonly #stop = new AbortController();
	readonly #key: OwnKey;
	readonly #cache: Cache;
	readonly #calls: TokenCalls;
	/** Those that replace the account's own key, for which the others wait. */
	readonly #ownKeyCalls: TokenCalls;
	readonly #list: TokenList;
	readonly #catalogue: LiveCatalogue;
	readonly #rotated = new Emitter<string>();
	#isNamed = false;
	/** The latest creation: what a creation finds in the list must not be another's. */
	#creating: Promise<unknown> = Promise.resolve();

	constructor(private readonly options: ConnectSourceOptions) {
		const { account, credential, cacheFile, clock } = options;
		const { signal } = this.#stop;
		this.#key = new OwnKey(credential);
		const common = { ...options, endpoint: account.endpoint, signal };
		const client = new Client({ ...common, authorization: (refused) => (refused === undefined ? this.#key.read() : this.#key.settled()) });
		const cache = (this.#cache = new Cache(cacheFile, `${account.endpoint} ${account.id}`));
		this.#calls = new TokenCalls(client);
		this.#ownKeyCalls = new TokenCalls(new Client({ ...common, authorization: () => this.#key.read() }));
		this.#list = new TokenList({ readPage: this.#calls.readPage, cache, clock, host: client.host });
		this.#catalogue = new LiveCatalogue(client, cache);
	}

	get id(): string {
		return this.options.id;
	}

	get account(): AccountInfo {
		return this.options.account;
	}

	get problem(): Problem | undefined {
		return this.#list.problem;
	}

	get freshness(): Freshness {
		return this.#list.freshness;
	}

	/** Settles once the file has what was last read. */
	get written(): Promise<void> {
		return this.#cache.written;
	}

	onDidChange(listener: () => void): Disposable {
		return this.#list.onDidChange(listener);
	}

	onDidRotate(listener: (id: string) => void): Disposable {
		return this.#rotated.on(listener);
	}

	/** The platform tells nobody. */
	onDidCount(): Disposable {
		return { dispose: () => undefined };
	}

	catalogue(): Promise<Catalogue> {
		return this.#catalogue.read();
	}

	moduleName(id: string): string {
		return this.#catalogue.moduleName(id) ?? id;
	}

	async list(extent: Extent = 'all'): Promise<readonly Token[]> {
		const tokens = await this.#list.read(extent);
		if (extent !== 'known') {
			void this.#learnNames();
		}
		// Once for all: asking the editor for a setting takes longer than what is left to do for a token.
		const now = this.options.clock();
		const expiringDays = this.options.expiringDays();
		return tokens.map((facts) => tokenOf(facts, now, expiringDays));
	}

	async reload(): Promise<void> {
		this.#catalogue.forget();
		await this.#list.reload();
	}

	async get(id: string): Promise<Token | undefined> {
		const { facts, isLive } = await this.#list.find(id);
		if (isLive) {
			return facts && this.#token(facts);
		}
		try {
			const found = await this.#find(id);
			return found && this.#token(found.facts);
		} catch (error) {
			if (facts && error instanceof ConnectError && error.isUnavailable) {
				return this.#token(facts);
			}
			throw error;
		}
	}

	async create(draft: TokenDraft): Promise<Token> {
		const offered = await this.catalogue();
		const custom = offered.extensions.find(isCustom);
		// Whoever names no extension, or ours, means the account's own of that kind.
		const usual = custom ? [{ ...custom, id: CUSTOM_EXTENSION }] : [];
		const valid = validateDraft(draft, this.options.clock(), { ...offered, extensions: [...offered.extensions, ...usual] });
		const extension = custom && valid.extension.id === CUSTOM_EXTENSION ? custom : valid.extension;
		const creation = this.#creating.then(() => createToken(this.#calls, { ...valid, extension }));
		this.#creating = creation.catch(() => undefined);
		return this.#seen(await creation);
	}

	async update(id: string, changes: TokenChanges, expected?: string): Promise<Token> {
		const { facts } = await this.#allowing('edit', id);
		if (expected !== undefined && expected !== facts.updated.at) {
			throw problem('The token {0} was changed meanwhile. Look at the change and save again.', id);
		}
		const { permissions, ...fields } = await this.#valid(changes, facts);
		if (Object.keys(fields).length > 0) {
			await this.#edit(facts, fields);
		}
		if (permissions !== undefined) {
			await setPermissions(this.#calls, id, permissions).catch(async (cause: unknown) => {
				await this.#find(id).catch(() => undefined);
				const template = 'The modules of {0} could not be changed, or not all of them. Look at what it has now, and save again.';
				throw new ProblemError([{ field: null, template, args: [id] }, ...asProblemError(cause).problems], { cause });
			});
		}
		return this.#token((await this.#read(id)).facts);
	}

	async disable(id: string): Promise<Token> {
		await this.#allowing('disable', id);
		return this.#setEnabled(id, false);
	}

	async enable(id: string): Promise<Token> {
		await this.#allowing('enable', id);
		return this.#setEnabled(id, true);
	}

	async rotate(id: string, options: KeyOptions = {}): Promise<Token> {
		return this.#replaceKey('rotate', id, options);
	}

	async renew(id: string, options: KeyOptions = {}): Promise<Token> {
		return this.#replaceKey('renew', id, options);
	}

	async delete(id: string): Promise<void> {
		const { facts } = await this.#list.find(id);
		const wasThere = await this.#calls.once(
			() => this.#calls.delete(id),
			async () => ((await this.#calls.find(id)) === undefined ? true : undefined),
		);
		this.#list.remove(id);
		if (!wasThere && !facts) {
			throw unknownToken(id);
		}
	}

	async keys(id: string): Promise<readonly KeyInfo[]> {
		const facts = (await this.#list.find(id)).facts ?? (await this.#read(id)).facts;
		const { expirationDate, renewedExpirationDate, isRenewed } = facts;
		const current = { which: 'current' as const, issuedAt: null, expirationDate: isRenewed ? renewedExpirationDate : expirationDate };
		return isOverlapping(facts, this.options.clock()) ? [current, { which: 'previous', issuedAt: null, expirationDate }] : [current];
	}

	async readKey(id: string, which: WhichKey = 'current'): Promise<KeyReading> {
		const { facts, keys } = await this.#read(id);
		if (which === 'previous' && !isOverlapping(facts, this.options.clock())) {
			throw problem('The previous key of {0} is over.', id);
		}
		const authorization = keys[which];
		return authorization === undefined ? { unavailable: 'not-shown' } : { authorization };
	}

	isOpenedBy(id: string): Promise<boolean> {
		return this.#key.isOf(id).catch(() => false);
	}

	async statistics(id: string): Promise<KnownUse> {
		const kept = new Set(keptDates(this.options.clock()));
		const days = (await this.#calls.days(id)).filter(({ date }) => kept.has(date)).sort((one, other) => (one.date < other.date ? -1 : 1));
		// The platform does not say when a token was last used, but it does say when it never was.
		const isUsed = days.length > 0 || (await this.#calls.total(id).catch(() => undefined)) !== 0;
		return { days, lastUsed: isUsed ? undefined : null };
	}

	/** Ends every call under way. */
	dispose(): void {
		this.#stop.abort();
		this.#list.dispose();
		this.#rotated.dispose();
	}

	/** Has the modules named, once; until then, and where that fails, their ids stand for them. */
	async #learnNames(): Promise<void> {
		if (!this.#isNamed) {
			this.#isNamed = true;
			await this.#catalogue.learnNames().then(
				() => this.#list.tellChange(),
				() => undefined,
			);
		}
	}

	/** The token as it is now, if its status allows the action. */
	async #allowing(action: TokenAction, id: string): Promise<TokenReading> {
		const reading = await this.#read(id);
		const refusal = refusalOf(action, this.#token(reading.facts));
		if (refusal) {
			throw new ProblemError([refusal]);
		}
		return reading;
	}

	async #setEnabled(id: string, enabled: boolean): Promise<Token> {
		const after = await this.#calls.once(
			() => this.#calls.setEnabled(id, enabled),
			async () => {
				const found = await this.#calls.read(id);
				return (found.facts.platformStatus !== 'inactive') === enabled ? found : undefined;
			},
		);
		return this.#seen(after);
	}

	async #replaceKey(action: 'rotate' | 'renew', id: string, options: KeyOptions): Promise<Token> {
		const { expirationDate } = validateKeyOptions(options, this.options.clock());
		const before = await this.#allowing(action, id);
		if (action === 'renew' && expirationDate !== undefined) {
			assertLater(expirationDate, before.facts.expirationDate);
		}
		const date = expirationDate === undefined ? {} : { expiration_date: expirationDate };
		if (!(await this.#key.isOf(id))) {
			return this.#replaced(action, await this.#replaceOnce(this.#calls, action, before, date));
		}
		return this.#key.replaceBy(async () => {
			const after = await this.#replaceOnce(this.#ownKeyCalls, action, before, date);
			try {
				await this.#goOnWith(after);
			} finally {
				this.#replaced(action, after);
			}
			return this.#token(after.facts);
		});
	}

	#replaceOnce(calls: TokenCalls, action: 'rotate' | 'renew', before: TokenReading, date: NewDate): Promise<TokenReading> {
		const { id } = before.facts;
		return calls.once(
			() => calls.replaceKey(id, action, date),
			async () => {
				const found = await calls.read(id).catch((error: unknown) => {
					throw calls === this.#ownKeyCalls && error instanceof ConnectError && error.status === 401 ? lostOwnKey(id) : error;
				});
				return fingerprint(found) === fingerprint(before) ? undefined : found;
			},
		);
	}

	/** Tells of a key that was replaced. */
	#replaced(action: 'rotate' | 'renew', after: TokenReading): Token {
		const token = this.#seen(after);
		if (action === 'rotate') {
			this.#rotated.fire(token.id);
		}
		return token;
	}

	/** The account is opened by a key of this token from now on. */
	async #goOnWith({ facts: { id }, keys: { current } }: TokenReading): Promise<void> {
		const key = current ?? (await this.#ownKeyCalls.read(id).catch(() => undefined))?.keys.current;
		if (key === undefined) {
			throw lostOwnKey(id);
		}
		await this.#key.replace(key, id);
	}

	async #edit({ id, name, externalId, description }: Facts, changes: Omit<ValidChanges, 'permissions'>): Promise<void> {
		const wanted = { name, externalId, description, ...changes };
		await this.#calls.once(
			async () => {
				await this.#calls.update(id, { name: wanted.name, external_id: wanted.externalId, description: wanted.description });
				return true;
			},
			async () => {
				const { facts } = await this.#calls.read(id);
				const isDone = facts.name === wanted.name && facts.externalId === wanted.externalId && facts.description === wanted.description;
				return isDone || undefined;
			},
		);
	}

	/** What a token has already may stay, though its module be no longer offered. */
	async #valid(changes: TokenChanges, { extension, permissions }: Facts): Promise<ValidChanges> {
		const { extensions, modules } = 'permissions' in Object(changes) ? await this.catalogue() : { extensions: [], modules: [] };
		const former = permissions.filter((id) => !modules.some((one) => one.id === id));
		return validateChanges(changes, extension.id, { extensions, modules: [...modules, ...former.map((id) => ({ id, name: id }))] });
	}

	/** What the platform says of a token, which then stands in the list, too. */
	async #find(id: string): Promise<TokenReading | undefined> {
		const found = await this.#calls.find(id);
		if (found) {
			this.#list.put(found.facts);
		} else {
			this.#list.remove(id);
		}
		return found;
	}

	async #read(id: string): Promise<TokenReading> {
		const found = await this.#find(id);
		if (!found) {
			throw unknownToken(id);
		}
		return found;
	}

	/** Puts what was just read in the list. Its keys go no further. */
	#seen({ facts }: TokenReading): Token {
		this.#list.put(facts);
		return this.#token(facts);
	}

	#token(facts: Facts): Token {
		return tokenOf(facts, this.options.clock(), this.options.expiringDays());
	}
}

/** Tells one state of a token's keys from another, without the keys; where none are shown, one state of the token. */
function fingerprint({ facts, keys }: TokenReading): string {
	const shown = [keys.current, keys.previous].map((key) => (key === undefined ? '' : hashSecret(key)));
	const { expirationDate, renewedExpirationDate, platformStatus, updated } = facts;
	return [...shown, expirationDate, renewedExpirationDate, platformStatus, ...(keys.current === undefined ? [updated.at] : [])].join(' ');
}

/** The key of the account is not the one it was, and the new one is not known. */
function lostOwnKey(id: string): ProblemError {
	return problem(
		'The key of {0}, with which the account is opened, was replaced, but the new one did not arrive. Copy it on the platform, and replace the key of the account by it.',
		id,
	);
}
