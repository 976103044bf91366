import type { Log } from '../domain/log';
import type { TokenSource } from '../domain/ports';

/** The variables of a process, as in `process.env`. */
export type Environment = Record<string, string | undefined>;

/** A key to expose in an environment variable. */
export interface ExposedKey {
	/** `SU-…:<secret>` */
	readonly value: string;
	readonly source: TokenSource;
}

/** Environment variables that expose keys. Values that the variables had before are restored afterward. */
export class EnvironmentVariables {
	readonly #exposed = new Map<string, ExposedKey & { readonly previousValue: string | undefined }>();

	constructor(
		private readonly environment: Environment,
		private readonly log: Log,
	) {}

	/** Names of the variables that expose keys. */
	get names(): readonly string[] {
		return [...this.#exposed.keys()];
	}

	/**
	 * Exposes exactly these keys, by variable name. Other exposed variables get back their previous value, unless something else has set
	 * them in the meantime.
	 */
	apply(keys: ReadonlyMap<string, ExposedKey>): void {
		for (const [name, { value, previousValue }] of this.#exposed) {
			if (!keys.has(name)) {
				this.#exposed.delete(name);
				if (this.environment[name] === value) {
					this.#set(name, previousValue);
				}
				this.log.info(`Stopped exposing ${name}`);
			}
		}
		for (const [name, key] of keys) {
			const current = this.#exposed.get(name);
			const { previousValue } = current ?? { previousValue: this.environment[name] };
			this.#exposed.set(name, { ...key, previousValue });
			this.#set(name, key.value);
			if (current?.value !== key.value) {
				this.log.info(`Exposed ${name}`);
			}
		}
	}

	/** Keeps only exposed keys whose variable is in `names` and whose source is in `sources`. */
	retain(names: ReadonlySet<string>, sources: readonly TokenSource[]): void {
		this.apply(new Map([...this.#exposed].filter(([name, { source }]) => names.has(name) && sources.includes(source))));
	}

	#set(name: string, value: string | undefined): void {
		if (value === undefined) {
			Reflect.deleteProperty(this.environment, name);
		} else {
			this.environment[name] = value;
		}
	}
}
