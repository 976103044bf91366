import { isDeepStrictEqual } from 'node:util';
import { Emitter } from '../../domain/emitter';
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
	/** Of the account, for messages. */
	readonly host: string;
}

/** How old a list may be before it is read again, when somebody asks for it, in milliseconds. */
const CACHE_TTL_MS = 5 * 60_000;
/** How long after a failure nothing is read unless a person wants it, in milliseconds. */
const FAILURE_BACKOFF_MS = 60_000;

/** The tokens of an account as they are known here, and when they are read again. */
export class TokenList implements Disposable {
	readonly #changeEmitter = new CoalescedEmitter();
	readonly #firstPageEmitter = new Emitter();
	/** The list last read whole, with the changes made here since; before that, only those. */
	#tokens = new Map<string, PlatformToken>();
	#readAt: string | null = null;
	/** What there is of the first reading. */
	#getPartialList: (() => ListItems<PlatformToken>) | undefined;
	/** Whether the list was read whole since the window was opened. */
	#isReadInSession = false;
	/** What was changed from here while the list was read, and may be older in it; undefined for what was deleted. */
	readonly #localChanges = new Map<string, PlatformToken | undefined>();
	#pendingRead: Promise<void> | undefined;
	#pendingReload: Promise<void> | undefined;
	#progress: SyncState['progress'] = null;
	#failure: { readonly at: number; readonly error: ProblemError } | undefined;
	#unreadableCount = 0;
	#cacheLoaded: Promise<void> | undefined;

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

	/** Has listeners look again. */
	notifyChange(): void {
		this.#changeEmitter.fire();
	}

	/** The tokens, as many as `extent` waits for. */
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

	/** Reads all tokens anew, after what is being read already. */
	async reload(): Promise<void> {
		await this.#loadCache();
		this.#pendingReload ??= (this.#pendingRead ?? Promise.resolve())
			.catch(() => undefined)
			.then(() => {
				this.#pendingReload = undefined;
				return this.#startRead();
			});
		await this.#pendingReload;
	}

	/** The token of that id, as it was when last seen, and whether that was since the window was opened. */
	async find(id: string): Promise<{ readonly token: PlatformToken | undefined; readonly isLive: boolean }> {
		await this.#loadCache();
		const token = this.#getTokens().get(id);
		const isKnownFromSession = token !== undefined && (this.#readAt === null || this.#localChanges.has(id));
		return { token: token && isVisible(token) ? token : undefined, isLive: this.#isReadInSession || isKnownFromSession };
	}

	/** Puts what was just learnt of a token in place. */
	put(token: PlatformToken): void {
		this.#changeToken(token.id, token);
	}

	/** Lets go of a token that is no more. */
	remove(id: string): void {
		this.#changeToken(id, undefined);
	}

	dispose(): void {
		this.#changeEmitter.dispose();
		this.#firstPageEmitter.dispose();
	}

	#loadCache(): Promise<void> {
		return (this.#cacheLoaded ??= this.options.cache.read().then(({ readAt, tokens }) => {
			this.#readAt = readAt;
			this.#tokens = this.#applyLocalChanges(new Map(tokens.map((one) => [one.id, one])));
			if (this.#localChanges.size > 0) {
				this.#updateCache();
			}
		}));
	}

	/** Reads by nobody's timer: only who asks has a list read again that is old. */
	#needsRead(): boolean {
		const now = this.options.clock().getTime();
		const isOlder = (than: number, at: number) => now - at >= than || now < at;
		return (
			this.#pendingRead === undefined &&
			(this.#readAt === null || isOlder(CACHE_TTL_MS, Date.parse(this.#readAt))) &&
			(this.#failure === undefined || isOlder(FAILURE_BACKOFF_MS, this.#failure.at))
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

	#startRead(): Promise<void> {
		const pendingRead = this.#readAll().finally(() => (this.#pendingRead = undefined));
		// Who does not wait for it learns of its failure by `problem`.
		pendingRead.catch(() => undefined);
		this.#pendingRead = pendingRead;
		return pendingRead;
	}

	async #readAll(): Promise<void> {
		this.#localChanges.clear();
		this.#progress = { loaded: 0, total: null };
		this.#changeEmitter.fireSoon();
		try {
			const { items, unreadableCount: unreadable } = await readFullList(
				this.options.readPage,
				({ loaded: known, total, getItems: soFar }) => {
					this.#progress = { loaded: known, total };
					if (this.#readAt === null) {
						this.#getPartialList = soFar;
						this.#firstPageEmitter.fire();
					}
					this.#changeEmitter.fireSoon();
				},
			);
			this.#tokens = this.#applyLocalChanges(items);
			this.#readAt = this.options.clock().toISOString();
			this.#unreadableCount = unreadable;
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
		// A list that is still to be opened takes the change in then.
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
