import type { TokenRecord } from '../domain/token';
import { KeyRing } from './authenticate';

/** The workspace's tokens, as the one who composes the gateway reads them. */
export interface TokenReader {
	/** Tells one state of the tokens from another, at next to no cost and without waiting. */
	version(): string;
	/** The tokens, and the version that they are of. Rejects when they cannot be read. */
	read(): Promise<{ readonly version: string; readonly tokens: readonly TokenRecord[] }>;
}

/** The tokens as they are at this moment: no request is judged by what was true before it came. */
export class CurrentTokens {
	#known: { readonly version: string; readonly ring: KeyRing } | undefined;
	#reading: Promise<void> | undefined;
	#lookedAt: string | undefined;
	readonly #forget = () => {
		this.#lookedAt = undefined;
	};

	constructor(private readonly reader: TokenReader) {}

	/** The keys of the tokens, at once while nothing has changed. Rejects when the tokens cannot be read. */
	get(): KeyRing | Promise<KeyRing> {
		return this.#known !== undefined && this.#known.version === this.#version() ? this.#known.ring : this.#readAnew();
	}

	/** What comes in during one turn of the event loop was there when the turn began, so that one look is enough for all of it. */
	#version(): string {
		if (this.#lookedAt === undefined) {
			this.#lookedAt = this.reader.version();
			setImmediate(this.#forget);
		}
		return this.#lookedAt;
	}

	/** A reading under way may be older than the request that joins it: each looks again after it. */
	async #readAnew(): Promise<KeyRing> {
		do {
			await (this.#reading ??= this.#read().finally(() => (this.#reading = undefined)));
			this.#lookedAt = undefined;
		} while (this.#known?.version !== this.#version());
		return this.#known.ring;
	}

	async #read(): Promise<void> {
		const { version, tokens } = await this.reader.read();
		this.#known = { version, ring: new KeyRing(tokens) };
	}
}
