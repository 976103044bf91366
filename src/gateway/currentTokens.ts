import { logFailure, type Log } from '../domain/log';
import type { TokenRecord } from '../domain/token';
import { TokenAuthenticator } from './tokenAuthenticator';

/** Reads the workspace's tokens. */
export interface TokenReader {
	/** Number of changes signaled so far. Cheap to call. Changes that aren't signaled are detected a little later, from the version. */
	getChangeCount(): number;
	/** Identifies the current state of the tokens. Synchronous, but accesses the disk. */
	getVersion(): string;
	/** Returns the tokens and their version. Rejects if they can't be read. */
	read(): Promise<{ readonly version: string; readonly tokens: readonly TokenRecord[] }>;
}

/** How long a version check stays valid, in milliseconds, unless a change is signaled. Under load, this check is most of the cost of authentication. */
export const VERSION_CHECK_TTL_MS = 2;

/** Keeps the current tokens in memory. A request is never checked against tokens from before a change that was signaled earlier. */
export class CurrentTokens {
	#current: { readonly version: string; readonly authenticator: TokenAuthenticator } | undefined;
	#pendingRead: Promise<void> | undefined;
	#lastCheck: { readonly version: string; readonly changes: number; readonly validUntil: number } | undefined;
	/** Prevents a log message with every request while the store can't be read. */
	#hasLoggedFailure = false;

	constructor(
		private readonly reader: TokenReader,
		private readonly log: Log,
	) {}

	/** Returns an authenticator for the current tokens, synchronously unless they have changed. Rejects if the tokens can't be read. */
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

	/** A pending read may have started before the change that this request must see, so the version is checked again after it. */
	async #reload(): Promise<TokenAuthenticator> {
		do {
			await (this.#pendingRead ??= this.#read().finally(() => (this.#pendingRead = undefined)));
			this.#lastCheck = undefined;
		} while (this.#current?.version !== this.#checkVersion());
		return this.#current.authenticator;
	}

	async #read(): Promise<void> {
		try {
			const { version, tokens } = await this.reader.read();
			this.#current = { version, authenticator: new TokenAuthenticator(tokens, this.#current?.authenticator) };
			this.#hasLoggedFailure = false;
		} catch (error) {
			if (!this.#hasLoggedFailure) {
				this.#hasLoggedFailure = true;
				logFailure(this.log, 'read the tokens, so all requests are denied')(error);
			}
			throw error;
		}
	}
}
