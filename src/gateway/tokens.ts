import type { TokenRecord } from '../domain/token';
import { KeyRing } from './authenticate';

/** The workspace's tokens, as the one who composes the gateway reads them. */
export interface TokenReader {
	/** How often the reader has been told of a change; free to ask. A change that nobody tells is seen by its version a moment later. */
	changes(): number;
	/** Tells one state of the tokens from another without waiting, at the cost of a look at the disk. */
	version(): string;
	/** The tokens, and the version that they are of. Rejects when they cannot be read. */
	read(): Promise<{ readonly version: string; readonly tokens: readonly TokenRecord[] }>;
}

/** How long a look at the tokens' version holds, in milliseconds, unless a change is told. Under load it is most of what the checks cost. */
const LOOK_HOLDS = 0.5;

/** The tokens as they are at this moment: no request is judged by what was true before a change that had been told when it came. */
export class CurrentTokens {
	#known: { readonly version: string; readonly ring: KeyRing } | undefined;
	#reading: Promise<void> | undefined;
	#look: { readonly version: string; readonly changes: number; readonly until: number } | undefined;

	constructor(private readonly reader: TokenReader) {}

	/** The keys of the tokens, at once while nothing has changed. Rejects when the tokens cannot be read. */
	get(): KeyRing | Promise<KeyRing> {
		return this.#known !== undefined && this.#known.version === this.#version() ? this.#known.ring : this.#readAnew();
	}

	#version(): string {
		const now = performance.now();
		const changes = this.reader.changes();
		if (this.#look === undefined || this.#look.changes !== changes || now >= this.#look.until) {
			this.#look = { version: this.reader.version(), changes, until: now + LOOK_HOLDS };
		}
		return this.#look.version;
	}

	/** A reading under way may be older than the request that joins it: each looks again after it. */
	async #readAnew(): Promise<KeyRing> {
		do {
			await (this.#reading ??= this.#read().finally(() => (this.#reading = undefined)));
			this.#look = undefined;
		} while (this.#known?.version !== this.#version());
		return this.#known.ring;
	}

	async #read(): Promise<void> {
		const { version, tokens } = await this.reader.read();
		this.#known = { version, ring: new KeyRing(tokens) };
	}
}
