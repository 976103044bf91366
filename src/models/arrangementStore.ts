import * as v from 'valibot';
import { Emitter } from '../domain/emitter';
import type { Disposable } from '../domain/ports';
import { NO_FILTER, SORT_ORDERS, STATUS_ORDER, type Arrangement } from './arrangement';

const ARRANGEMENT_STATE_KEY = 'tokens.arrangement';

const filterSchema = v.object({
	statuses: v.fallback(v.array(v.picklist(STATUS_ORDER)), []),
	extensions: v.fallback(v.array(v.string()), []),
	text: v.fallback(v.string(), ''),
});

const arrangementSchema = v.object({
	sort: v.fallback(v.picklist(SORT_ORDERS), 'name'),
	filter: v.fallback(filterSchema, NO_FILTER),
});

/** State that survives a restart of VS Code. */
export interface StateStorage {
	get(key: string): unknown;
	update(key: string, value: unknown): PromiseLike<void>;
}

/** Stores how the Tokens view is sorted and filtered. */
export class ArrangementStore implements Disposable {
	readonly #changeEmitter = new Emitter();

	constructor(private readonly state: StateStorage) {}

	/** Returns the stored arrangement, with defaults for the parts that are missing or invalid. */
	read(): Arrangement {
		return v.parse(v.fallback(arrangementSchema, { sort: 'name', filter: NO_FILTER }), this.state.get(ARRANGEMENT_STATE_KEY));
	}

	async update(changes: Partial<Arrangement>): Promise<void> {
		await this.state.update(ARRANGEMENT_STATE_KEY, { ...this.read(), ...changes });
		this.#changeEmitter.fire();
	}

	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	dispose(): void {
		this.#changeEmitter.dispose();
	}
}
