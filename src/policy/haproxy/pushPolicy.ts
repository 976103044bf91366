import { problem } from '../../domain/problems';
import { parseMapFile, type MapRow } from './mapRows';
import { applyRowChanges, diffRows, diffTokens, planRevocations, type RowChanges, type Rows, type TokenChanges } from './pushPlan';
import { RuntimeApi } from './runtimeApi';

/** A running HAProxy with an exported policy. */
export interface RuntimeInstance {
	readonly name: string;
	/** Path of its stats socket. */
	readonly socketPath: string;
}

/** What a push changed in an instance. */
export interface PolicyChanges {
	readonly tokens: TokenChanges;
	/** Whether modules or their paths changed. */
	readonly areModulesChanged: boolean;
}

/** What a push did in an instance. After an error, its policy may be the old or the new one, but the keys that the new one denies are denied first. */
export type PushResult = { readonly instance: string } & ({ readonly changes: PolicyChanges } | { readonly error: Error });

/** The map whose only row, `current`, names the version of the policy that applies. */
const ROOT_FILE = 'policy.map';
const ROOT_KEY = 'current';
const TOKENS_FILE = 'tokens.map';

/**
 * HAProxy searches the whole map for each row that it changes or deletes. From this number of rows, replacing all takes less time, and doesn't
 * keep it from handling requests.
 */
const MAX_ROW_CHANGES = 500;

/**
 * Replaces the policy of running instances of HAProxy, all at the same time. A request sees either the old or the new policy. What the new one
 * denies to a disabled, rotated, or deleted token is denied first. An instance that has a part of the policy already, such as after a push that
 * failed, only gets the rest.
 *
 * Doesn't change the exported files, which HAProxy reads when it starts. Write them first, because an instance could restart at any time.
 * @param files the exported files by name
 * @returns a result for each instance, in the same order; an instance that fails doesn't keep the others from being changed
 */
export async function pushPolicy(
	files: ReadonlyMap<string, string>,
	instances: readonly RuntimeInstance[],
): Promise<readonly PushResult[]> {
	const maps = new Map([...files].filter(([name]) => name.endsWith('.map')).map(([name, text]) => [name, parseMapFile(text)]));
	return Promise.all(
		instances.map(async ({ name, socketPath }): Promise<PushResult> => {
			try {
				return { instance: name, changes: await new PolicyPush(new RuntimeApi(socketPath), maps).run() };
			} catch (error) {
				return { instance: name, error: error instanceof Error ? error : new Error(String(error)) };
			}
		}),
	);
}

/** A push to one instance. */
class PolicyPush {
	/** Rows of the instance's maps, by file name. */
	readonly #rows = new Map<string, Rows>();

	constructor(
		private readonly api: RuntimeApi,
		private readonly maps: ReadonlyMap<string, Rows>,
	) {}

	async run(): Promise<PolicyChanges> {
		const root = (await this.#read(ROOT_FILE)).get(ROOT_KEY) ?? '';
		const newRoot = this.#getWanted(ROOT_FILE).get(ROOT_KEY) ?? '';
		const tokens = { root, rows: await this.#read(TOKENS_FILE) };
		const newTokens = { root: newRoot, rows: this.#getWanted(TOKENS_FILE) };
		await this.#apply(TOKENS_FILE, planRevocations(tokens, newTokens));

		// Everything that tokens refer to, then the tokens, then the version that refers to them.
		const referenced = [...this.maps.keys()].filter((name) => name !== ROOT_FILE && name !== TOKENS_FILE);
		for (const name of referenced) {
			await this.#read(name);
		}
		for (const name of [...referenced, TOKENS_FILE, ROOT_FILE]) {
			await this.#addAndChange(name);
		}
		for (const name of this.maps.keys()) {
			const { removed } = this.#diff(name);
			await this.#apply(name, { changed: [], removed });
		}
		await this.#verify();
		return { tokens: diffTokens(tokens, newTokens), areModulesChanged: root !== newRoot };
	}

	async #read(name: string): Promise<Rows> {
		const rows = await this.api.readMap(name);
		this.#rows.set(name, rows);
		return rows;
	}

	#getWanted(name: string): Rows {
		return this.maps.get(name) ?? new Map();
	}

	#diff(name: string): RowChanges & { readonly added: readonly MapRow[] } {
		return diffRows(this.#rows.get(name) ?? new Map(), this.#getWanted(name));
	}

	async #addAndChange(name: string): Promise<void> {
		const { added, changed } = this.#diff(name);
		if (added.length > 0) {
			await this.api.addRows(name, added);
			this.#rows.set(name, new Map([...(this.#rows.get(name) ?? []), ...added]));
		}
		await this.#apply(name, { changed, removed: [] });
	}

	async #apply(name: string, changes: RowChanges): Promise<void> {
		const count = changes.changed.length + changes.removed.length;
		if (count === 0) {
			return;
		}
		const rows = applyRowChanges(this.#rows.get(name) ?? new Map(), changes);
		if (count > MAX_ROW_CHANGES) {
			await this.api.replaceRows(name, [...rows]);
		} else {
			await this.api.deleteRows(name, changes.removed);
			await this.api.setRows(name, changes.changed);
		}
		this.#rows.set(name, rows);
	}

	async #verify(): Promise<void> {
		for (const name of this.maps.keys()) {
			await this.#read(name);
			const { added, changed, removed } = this.#diff(name);
			if (added.length + changed.length + removed.length > 0) {
				throw problem('{0} was changed by someone else while the policy was pushed. Push it again.', name);
			}
		}
	}
}
