import * as v from 'valibot';
import { logFailure, type Log } from '../domain/log';
import { maskFullSecrets } from '../domain/maskFullSecrets';
import type { Clock } from '../domain/ports';
import { localizeError } from './localization';

/** Drafts beyond this number are removed, the oldest first: a token that was deleted, or an account that was removed, leaves its own. */
const MAX_DRAFTS = 50;

type StoredDrafts = Readonly<Record<string, { readonly savedAt: string /* ISO 8601 */; readonly content: unknown }>>;

/** Where drafts are stored. */
export interface DraftStorage {
	read(): Promise<StoredDrafts>;
	update(updater: (drafts: StoredDrafts) => StoredDrafts): Promise<void>;
}

/** What the user entered, and when it was saved. */
export interface SavedDraft<T> {
	/** ISO 8601 UTC */
	readonly savedAt: string;
	readonly content: T;
}

/**
 * Keeps what the user has entered in pages but not saved, until it's saved or discarded. The windows of a workspace share the drafts, because VS
 * Code doesn't tell which window was open before a reload. The last change wins, but a window removes only a draft that it has read or written.
 */
export class Drafts {
	/** The latest content of drafts that haven't been written yet, by key; undefined to remove a draft. */
	readonly #unwritten = new Map<string, unknown>();
	/** The content of stored drafts that this window has read or written last, as JSON by key. */
	readonly #known = new Map<string, string>();
	#writing: Promise<void> | undefined;

	constructor(
		private readonly storage: DraftStorage,
		private readonly clock: Clock,
		private readonly log: Log,
	) {}

	/** Returns the draft with this key; undefined if there's none that matches the schema. */
	async read<S extends v.GenericSchema>(key: string, schema: S): Promise<SavedDraft<v.InferOutput<S>> | undefined> {
		await this.settle();
		const draft = (await this.storage.read())[key];
		if (draft) {
			this.#known.set(key, JSON.stringify(draft.content));
		}
		const { success, output } = v.safeParse(schema, draft?.content);
		return draft && success ? { savedAt: draft.savedAt, content: output } : undefined;
	}

	/**
	 * Stores the content of a draft, except API keys in it, or removes the draft if it's undefined, unless another window
	 * has changed it. Resolves once it's stored. While
	 * something is being written, only the latest content of each draft is kept, so it can be called after each key that the user presses.
	 * Rejects with a message in the user's language if the draft can't be stored.
	 */
	write(key: string, content: unknown): Promise<void> {
		this.#unwritten.set(key, content);
		return (this.#writing ??= this.#writeAll());
	}

	/** Resolves once nothing is being written anymore. */
	async settle(): Promise<void> {
		await this.#writing?.catch(() => undefined); // It has been logged.
	}

	async #writeAll(): Promise<void> {
		try {
			while (this.#unwritten.size > 0) {
				const changes = [...this.#unwritten];
				this.#unwritten.clear();
				let written: StoredDrafts = {};
				await this.storage.update((drafts) => (written = this.#apply(drafts, changes)));
				for (const [key, content] of changes) {
					if (content !== undefined) {
						this.#known.set(key, JSON.stringify(written[key]?.content));
					}
				}
			}
		} catch (error) {
			logFailure(this.log, 'save a draft')(error);
			throw new Error(localizeError(error), { cause: error });
		} finally {
			this.#writing = undefined;
		}
	}

	#apply(drafts: StoredDrafts, changes: readonly (readonly [string, unknown])[]): StoredDrafts {
		const isRemovable = (key: string) => Object.hasOwn(drafts, key) && JSON.stringify(drafts[key]?.content) === this.#known.get(key);
		if (changes.every(([key, content]) => content === undefined && !isRemovable(key))) {
			return drafts;
		}
		const savedAt = this.clock().toISOString();
		const all = new Map(Object.entries(drafts));
		for (const [key, content] of changes) {
			if (content !== undefined) {
				all.set(key, { savedAt, content: maskTexts(content) });
			} else if (isRemovable(key)) {
				all.delete(key);
			}
		}
		const newestFirst = [...all].sort(([, left], [, right]) => Date.parse(right.savedAt) - Date.parse(left.savedAt));
		return Object.fromEntries(newestFirst.slice(0, MAX_DRAFTS));
	}
}

/** Copies a JSON value with all API keys masked. */
function maskTexts(value: unknown): unknown {
	return JSON.parse(JSON.stringify(value), (_, member: unknown) => (typeof member === 'string' ? maskFullSecrets(member) : member));
}
