import type { TokenRecord } from '../domain/token';
import { TokenAuthenticator } from './tokenAuthenticator';

/** The workspace's tokens, as the one who composes the gateway reads them. */
export interface TokenReader {
	/** How often the reader has been told of a change; free to ask. A change that nobody tells is seen by its version a moment later. */
	getChangeCount(): number;
	/** Tells one state of the tokens from another without waiting, at the cost of a look at the disk. */
	getVersion(): string;
	/** The tokens, and the version that they are of. Rejects when they cannot be read. */
	read(): Promise<{ readonly version: string; readonly tokens: readonly TokenRecord[] }>;
}

/** How long a look at the tokens' version holds, in milliseconds, unless a change is told. Under load it is most of what the checks cost. */
const VERSION_CHECK_TTL_MS = 0.5;

/** The tokens as they are at this moment: no request is judged by what was true before a change that had been told when it came. */
export class CurrentTokens {
	#current: { readonly version: string; readonly authenticator: TokenAuthenticator } | undefined;
	#pendingRead: Promise<void> | undefined;
	#lastCheck: { readonly version: string; readonly changes: number; readonly validUntil: number } | undefined;

	constructor(private readonly reader: TokenReader) {}

	/** The keys of the tokens, at once while nothing has changed. Rejects when the tokens cannot be read. */
	getAuthenticator(): TokenAuthenticator | Promise<TokenAuthenticator> {
		return this.#current !== undefined && this.#current.version === this.#checkVersion() ? this.#current.authenticator : this.#reload();
	}

	#checkVersion(): string {
		const now = performance.now();
		const changes = this.reader.getChangeCount();
		if (this.#lastCheck === undefined || this.#lastCheck.changes !== changes || now >= this.#lastCheck.validUntil) {
			this.#lastCheck = { version: this.reader.getVersion(), changes, validUntil: now + VERSION_CHECK_TTL_MS };
		}
		return this.#lastCheck.version;
	}

	/** A reading under way may be older than the request that joins it: each looks again after it. */
	async #reload(): Promise<TokenAuthenticator> {
		do {
			await (this.#pendingRead ??= this.#read().finally(() => (this.#pendingRead = undefined)));
			this.#lastCheck = undefined;
		} while (this.#current?.version !== this.#checkVersion());
		return this.#current.authenticator;
	}

	async #read(): Promise<void> {
		const { version, tokens } = await this.reader.read();
		this.#current = { version, authenticator: new TokenAuthenticator(tokens) };
	}
}
