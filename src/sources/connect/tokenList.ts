import { isDeepStrictEqual } from 'node:util';
import { Emitter } from '../../domain/emitter';
import { logDuration, type Log } from '../../domain/log';
import type { Clock, Disposable, ReadMode, SyncState } from '../../domain/ports';
import type { Problem, ProblemError } from '../../domain/problems';
import type { AccountCache } from './accountCache';
import { CoalescedEmitter } from './coalescedEmitter';
import { toProblemError } from './connectErrors';
import { isVisible, type PlatformToken } from './platformToken';
import { readFullList, type ListItems, type ListPage } from './listReader';

export interface TokenListOptions {
	readonly readPage: (offset: number, limit: number) => Promise<ListPage<PlatformToken>>;
	readonly cache: AccountCache;
	readonly clock: Clock;
	readonly log: Log;
	/** The platform's host, for messages. */
	readonly host: string;
}

/** Age after which the list is read again the next time it's requested. There's no timer. */
const CACHE_TTL_MS = 5 * 60_000;
/** Time after a failure during which the list is read again only if the user reloads it. */
const FAILURE_BACKOFF_MS = 60_000;

/** The known tokens of an account. Decides when they're read from the platform. */
export class TokenList implements Disposable {
	readonly #changeEmitter = new CoalescedEmitter();
	readonly #firstPageEmitter = new Emitter();
	/** The last complete list, with this window's changes since then; only these changes if there's no list yet. */
	#tokens = new Map<string, PlatformToken>();
	#readAt: string | null = null;
	/** The tokens that have been read so far, while the list is read for the first time. */
	#getPartialList: (() => ListItems<PlatformToken>) | undefined;
	/** Whether this window has read the complete list. */
	#isReadInSession = false;
	/** This window's changes since the last read started, which it can have missed; undefined for deleted tokens. */
	readonly #localChanges = new Map<string, PlatformToken | undefined>();
	#pendingRead: Promise<void> | undefined;
	#pendingReload: Promise<void> | undefined;
	#progress: SyncState['progress'] = null;
	#failure: { readonly at: number; readonly error: ProblemError } | undefined;
	#unreadableCount = 0;
	#cacheLoading: Promise<void> | undefined;

	constructor(private readonly options: TokenListOptions) {}

	get problem(): Problem | undefined {
		if (this.#failure) {
			return this.#failure.error.problems[0];
		}
		return this.#unreadableCount === 0
			? undefined
			: {
					field: null,
					template:
						this.#unreadableCount === 1
							? "{0} has 1 token that couldn't be read and isn't shown. View it in CloudBlue Connect, and update the extension."
							: "{0} has {1} tokens that couldn't be read and aren't shown. View them in CloudBlue Connect, and update the extension.",
					args: [this.options.host, this.#unreadableCount],
				};
	}

	get syncState(): SyncState {
		return { readAt: this.#readAt, progress: this.#progress };
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** Notifies listeners of a change outside of the list that affects how it's shown. */
	notifyChange(): void {
		this.#changeEmitter.fire();
	}

	/** Returns the tokens that are known after waiting for as much of the list as `mode` requires. */
	async read(mode: ReadMode): Promise<readonly PlatformToken[]> {
		await this.#loadCache();
		if (mode !== 'cached') {
			if (this.#needsRead()) {
				void this.#startRead();
			}
			if (this.#readAt === null && !(mode === 'available' && this.#getPartialList)) {
				await this.#waitForTokens(mode);
			}
		}
		return [...this.#getTokens().values()].filter(isVisible);
	}

	/** Reads the list again, even if it's being read: that read can have missed the latest changes. */
	async reload(): Promise<void> {
		await this.#loadCache();
		this.#pendingReload ??= this.#readAfterPendingRead();
		await this.#pendingReload;
	}

	/** Returns the known state of a token; `isLive` if this window got it from the platform rather than from the cache file. */
	async find(id: string): Promise<{ readonly token: PlatformToken | undefined; readonly isLive: boolean }> {
		await this.#loadCache();
		const token = this.#getTokens().get(id);
		const isKnownFromSession = token !== undefined && (this.#readAt === null || this.#localChanges.has(id));
		return { token: token && isVisible(token) ? token : undefined, isLive: this.#isReadInSession || isKnownFromSession };
	}

	/** Updates a token that was just read or changed. */
	put(token: PlatformToken): void {
		this.#changeToken(token.id, token);
	}

	/** Removes a token that doesn't exist anymore. */
	remove(id: string): void {
		this.#changeToken(id, undefined);
	}

	dispose(): void {
		this.#changeEmitter.dispose();
		this.#firstPageEmitter.dispose();
	}

	#loadCache(): Promise<void> {
		return (this.#cacheLoading ??= this.options.cache.read().then(({ readAt, tokens }) => {
			this.#readAt = readAt;
			this.#tokens = this.#applyLocalChanges(new Map(tokens.map((token) => [token.id, token])));
			if (this.#localChanges.size > 0) {
				this.#updateCache();
			}
		}));
	}

	#needsRead(): boolean {
		const now = this.options.clock().getTime();
		// A time in the future means that the clock was set back.
		const isOlderThan = (ms: number, at: number) => now - at >= ms || now < at;
		return (
			this.#pendingRead === undefined &&
			(this.#readAt === null || isOlderThan(CACHE_TTL_MS, Date.parse(this.#readAt))) &&
			(this.#failure === undefined || isOlderThan(FAILURE_BACKOFF_MS, this.#failure.at))
		);
	}

	async #waitForTokens(mode: ReadMode): Promise<void> {
		if (this.#pendingRead === undefined && this.#failure) {
			throw this.#failure.error;
		}
		let subscription: Disposable | undefined;
		const firstPage = new Promise<void>((resolve) => (subscription = this.#firstPageEmitter.on(resolve)));
		try {
			await (mode === 'available' ? Promise.race([firstPage, this.#pendingRead]) : this.#pendingRead);
		} finally {
			subscription?.dispose();
		}
	}

	async #readAfterPendingRead(): Promise<void> {
		// A failure is logged, and replaced by the outcome of the next read.
		await this.#pendingRead?.catch(() => undefined);
		this.#pendingReload = undefined;
		await this.#startRead();
	}

	#startRead(): Promise<void> {
		const pendingRead = this.#readAll().finally(() => (this.#pendingRead = undefined));
		// Not every caller waits for the read. A failure is logged, and available as `problem`.
		pendingRead.catch(() => undefined);
		this.#pendingRead = pendingRead;
		return pendingRead;
	}

	async #readAll(): Promise<void> {
		const { log, readPage } = this.options;
		this.#localChanges.clear();
		this.#progress = { loaded: 0, total: null };
		this.#changeEmitter.fireSoon();
		try {
			const { items, unreadableCount } = await logDuration(log, 'Reading the tokens', () =>
				readFullList(readPage, ({ loaded, total, getItems }) => {
					this.#progress = { loaded, total };
					if (this.#readAt === null) {
						this.#getPartialList = getItems;
						this.#firstPageEmitter.fire();
					}
					this.#changeEmitter.fireSoon();
				}),
			);
			this.#tokens = this.#applyLocalChanges(items);
			this.#readAt = this.options.clock().toISOString();
			this.#unreadableCount = unreadableCount;
			this.#getPartialList = undefined;
			this.#isReadInSession = true;
			this.#failure = undefined;
			this.#updateCache();
		} catch (error) {
			this.#failure = { at: this.options.clock().getTime(), error: toProblemError(error) };
			throw this.#failure.error;
		} finally {
			this.#progress = null;
			this.#changeEmitter.fire();
		}
	}

	#getTokens(): ReadonlyMap<string, PlatformToken> {
		return this.#getPartialList ? this.#applyLocalChanges(this.#getPartialList().items) : this.#tokens;
	}

	#applyLocalChanges(items: ReadonlyMap<string, PlatformToken>): Map<string, PlatformToken> {
		const changed = new Map(items);
		for (const [id, token] of this.#localChanges) {
			setOrDelete(changed, id, token);
		}
		return changed;
	}

	#changeToken(id: string, token: PlatformToken | undefined): void {
		this.#localChanges.set(id, token);
		if (isDeepStrictEqual(this.#tokens.get(id), token)) {
			return;
		}
		setOrDelete(this.#tokens, id, token);
		// If the cache file hasn't been read yet, the change is applied to its tokens then.
		void this.#loadCache();
		this.#updateCache();
		this.#changeEmitter.fire();
	}

	#updateCache(): void {
		if (this.#readAt !== null) {
			this.options.cache.update({ readAt: this.#readAt, tokens: [...this.#tokens.values()] });
		}
	}
}

function setOrDelete(tokens: Map<string, PlatformToken>, id: string, token: PlatformToken | undefined): void {
	if (token) {
		tokens.set(id, token);
	} else {
		tokens.delete(id);
	}
}
