import { isDeepStrictEqual } from 'node:util';
import { Emitter } from '../../domain/emitter';
import type { Clock, Disposable, Extent, Freshness } from '../../domain/ports';
import type { Problem, ProblemError } from '../../domain/problems';
import type { Cache } from './cache';
import { CoalescedEmitter } from './coalesced';
import { asProblemError } from './errors';
import { isShown, type Facts } from './facts';
import { readAll, type Collected, type Page } from './paging';

export interface TokenListOptions {
	readonly readPage: (offset: number, limit: number) => Promise<Page<Facts>>;
	readonly cache: Cache;
	readonly clock: Clock;
	/** Of the account, for messages. */
	readonly host: string;
}

/** How old a list may be before it is read again, when somebody asks for it, in milliseconds. */
const FRESH = 5 * 60_000;
/** How long after a failure nothing is read unless a person wants it, in milliseconds. */
const PAUSE = 60_000;

/** The tokens of an account as they are known here, and when they are read again. */
export class TokenList implements Disposable {
	readonly #changed = new CoalescedEmitter();
	readonly #firstPage = new Emitter();
	/** The list last read whole, with the changes made here since; before that, only those. */
	#known = new Map<string, Facts>();
	#readAt: string | null = null;
	/** What there is of the first reading. */
	#partly: (() => Collected<Facts>) | undefined;
	/** Whether the list was read whole since the window was opened. */
	#isLive = false;
	/** What was changed from here while the list was read, and may be older in it; undefined for what was deleted. */
	readonly #changes = new Map<string, Facts | undefined>();
	#reading: Promise<void> | undefined;
	#again: Promise<void> | undefined;
	#progress: Freshness['reading'] = null;
	#failure: { readonly at: number; readonly error: ProblemError } | undefined;
	#unreadable = 0;
	#opened: Promise<void> | undefined;

	constructor(private readonly options: TokenListOptions) {}

	get problem(): Problem | undefined {
		if (this.#failure) {
			return this.#failure.error.problems[0];
		}
		return this.#unreadable === 0
			? undefined
			: {
					field: null,
					template:
						'{0} has tokens that could not be understood and are not shown: {1}. Look at them on the platform, and update the extension.',
					args: [this.options.host, this.#unreadable],
				};
	}

	get freshness(): Freshness {
		return { readAt: this.#readAt, reading: this.#progress };
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changed.on(listener);
	}

	/** Has listeners look again. */
	tellChange(): void {
		this.#changed.fire();
	}

	/** The tokens, as many as `extent` waits for. */
	async read(extent: Extent): Promise<readonly Facts[]> {
		await this.#open();
		if (extent !== 'known') {
			if (this.#isDue()) {
				void this.#start();
			}
			if (this.#readAt === null && !(extent === 'now' && this.#partly)) {
				await this.#wait(extent);
			}
		}
		return [...this.#view().values()].filter(isShown);
	}

	/** Reads all tokens anew, after what is being read already. */
	async reload(): Promise<void> {
		await this.#open();
		this.#again ??= (this.#reading ?? Promise.resolve())
			.catch(() => undefined)
			.then(() => {
				this.#again = undefined;
				return this.#start();
			});
		await this.#again;
	}

	/** The token of that id, as it was when last seen, and whether that was since the window was opened. */
	async find(id: string): Promise<{ readonly facts: Facts | undefined; readonly isLive: boolean }> {
		await this.#open();
		const facts = this.#view().get(id);
		const isPartOfIt = facts !== undefined && (this.#readAt === null || this.#changes.has(id));
		return { facts: facts && isShown(facts) ? facts : undefined, isLive: this.#isLive || isPartOfIt };
	}

	/** Puts what was just learnt of a token in place. */
	put(facts: Facts): void {
		this.#change(facts.id, facts);
	}

	/** Lets go of a token that is no more. */
	remove(id: string): void {
		this.#change(id, undefined);
	}

	dispose(): void {
		this.#changed.dispose();
		this.#firstPage.dispose();
	}

	#open(): Promise<void> {
		return (this.#opened ??= this.options.cache.read().then(({ readAt, tokens }) => {
			this.#readAt = readAt;
			this.#known = this.#withChanges(new Map(tokens.map((one) => [one.id, one])));
			if (this.#changes.size > 0) {
				this.#remember();
			}
		}));
	}

	/** Reads by nobody's timer: only who asks has a list read again that is old. */
	#isDue(): boolean {
		const now = this.options.clock().getTime();
		const isOlder = (than: number, at: number) => now - at >= than || now < at;
		return (
			this.#reading === undefined &&
			(this.#readAt === null || isOlder(FRESH, Date.parse(this.#readAt))) &&
			(this.#failure === undefined || isOlder(PAUSE, this.#failure.at))
		);
	}

	async #wait(extent: Extent): Promise<void> {
		if (this.#reading === undefined && this.#failure) {
			throw this.#failure.error;
		}
		let listening: Disposable | undefined;
		const firstPage = new Promise<void>((resolve) => (listening = this.#firstPage.on(resolve)));
		try {
			await (extent === 'now' ? Promise.race([firstPage, this.#reading]) : this.#reading);
		} finally {
			listening?.dispose();
		}
	}

	#start(): Promise<void> {
		const reading = this.#read().finally(() => (this.#reading = undefined));
		// Who does not wait for it learns of its failure by `problem`.
		reading.catch(() => undefined);
		this.#reading = reading;
		return reading;
	}

	async #read(): Promise<void> {
		this.#changes.clear();
		this.#progress = { known: 0, total: null };
		this.#changed.fireSoon();
		try {
			const { items, unreadable } = await readAll(this.options.readPage, ({ known, total, soFar }) => {
				this.#progress = { known, total };
				if (this.#readAt === null) {
					this.#partly = soFar;
					this.#firstPage.fire();
				}
				this.#changed.fireSoon();
			});
			this.#known = this.#withChanges(items);
			this.#readAt = this.options.clock().toISOString();
			this.#unreadable = unreadable;
			this.#partly = undefined;
			this.#isLive = true;
			this.#failure = undefined;
			this.#remember();
		} catch (error) {
			this.#failure = { at: this.options.clock().getTime(), error: asProblemError(error) };
			throw this.#failure.error;
		} finally {
			this.#progress = null;
			this.#changed.fire();
		}
	}

	#view(): ReadonlyMap<string, Facts> {
		return this.#partly ? this.#withChanges(this.#partly().items) : this.#known;
	}

	#withChanges(items: ReadonlyMap<string, Facts>): Map<string, Facts> {
		const changed = new Map(items);
		for (const [id, facts] of this.#changes) {
			replace(changed, id, facts);
		}
		return changed;
	}

	#change(id: string, facts: Facts | undefined): void {
		this.#changes.set(id, facts);
		if (isDeepStrictEqual(this.#known.get(id), facts)) {
			return;
		}
		replace(this.#known, id, facts);
		// A list that is still to be opened takes the change in then.
		void this.#open();
		this.#remember();
		this.#changed.fire();
	}

	#remember(): void {
		if (this.#readAt !== null) {
			this.options.cache.remember({ readAt: this.#readAt, tokens: [...this.#known.values()] });
		}
	}
}

function replace(known: Map<string, Facts>, id: string, facts: Facts | undefined): void {
	if (facts) {
		known.set(id, facts);
	} else {
		known.delete(id);
	}
}
