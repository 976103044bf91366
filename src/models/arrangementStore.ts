import * as v from 'valibot';
import { Emitter } from '../domain/emitter';
import type { Disposable } from '../domain/ports';
import { NO_FILTER, SORT_ORDERS, STATUS_ORDER, type Arrangement, type TokenFilter } from './arrangement';

const ARRANGEMENT_STATE_KEY = 'tokens.arrangement';

const filterSchema = v.object({
	statuses: v.fallback(v.array(v.picklist(STATUS_ORDER)), []),
	extensions: v.fallback(v.array(v.string()), []),
	text: v.fallback(v.string(), ''),
});

const arrangementSchema = v.object({
	sort: v.fallback(v.picklist(SORT_ORDERS), 'name'),
	filter: v.fallback(filterSchema, NO_FILTER),
	groupBy: v.fallback(v.optional(v.literal('status')), undefined),
});

/** State that survives a restart of VS Code. */
export interface StateStorage {
	get(key: string): unknown;
	update(key: string, value: unknown): PromiseLike<void>;
}

/** Stores how the Tokens view is sorted and filtered. */
export class ArrangementStore implements Disposable {
	readonly #changeEmitter = new Emitter();
	#previewedFilter: TokenFilter | undefined;

	constructor(private readonly state: StateStorage) {}

	/** Returns the stored arrangement, with the previewed filter if there's one, and defaults for the parts that are missing or invalid. */
	read(): Arrangement {
		const stored = this.#readStored();
		return this.#previewedFilter ? { ...stored, filter: this.#previewedFilter } : stored;
	}

	#readStored(): Arrangement {
		return v.parse(v.fallback(arrangementSchema, { sort: 'name', filter: NO_FILTER }), this.state.get(ARRANGEMENT_STATE_KEY));
	}

	async update(changes: Partial<Arrangement>): Promise<void> {
		await this.state.update(ARRANGEMENT_STATE_KEY, { ...this.#readStored(), ...changes });
		this.#changeEmitter.fire();
	}

	/** Shows tokens as if the filter were stored, until it's called again; undefined ends the preview. */
	preview(filter: TokenFilter | undefined): void {
		this.#previewedFilter = filter;
		this.#changeEmitter.fire();
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	dispose(): void {
		this.#changeEmitter.dispose();
	}
}
