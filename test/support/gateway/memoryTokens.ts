import { randomBytes } from 'node:crypto';
import { formatApiKey, generateSecret, generateTokenId, hashSecret } from '../../../src/domain/apiKey';
import { ALL_MODULES } from '../../../src/domain/catalog';
import type { KeyRecord, TokenRecord } from '../../../src/domain/token';
import type { TokenReader } from '../../../src/gateway/currentTokens';
import { createTestRecord } from '../seedTokens';

/** A token with its secret and its `Authorization` header. */
export interface IssuedToken {
	readonly token: TokenRecord;
	readonly secret: string;
	readonly authorization: string;
}

/** Creates a token with a known key, and with access to all modules unless `changes` says otherwise. */
export function issueToken(changes: Partial<TokenRecord> = {}): IssuedToken {
	const secret = generateSecret(randomBytes);
	const record = createTestRecord(0, { id: generateTokenId(randomBytes), permissions: [ALL_MODULES], ...changes });
	const token = { ...record, key: { ...createKeyRecord(secret), ...changes.key, sha256: hashSecret(secret) } };
	return { token, secret, authorization: formatApiKey({ tokenId: token.id, secret }) };
}

/** Creates the record of a key with this secret. */
export function createKeyRecord(secret: string, expirationDate: string | null = null): KeyRecord {
	return { id: `key-${randomBytes(4).toString('hex')}`, sha256: hashSecret(secret), issuedAt: new Date().toISOString(), expirationDate };
}

/** Tokens in memory that behave like those in a file: they can be changed, and reading them can fail. */
export class MemoryTokens implements TokenReader {
	#version = 0;
	#changeCount = 0;
	/** If set, reading rejects with it. */
	failure: Error | undefined;

	/** @param onSignal called with each signaled change, like the host's message */
	constructor(
		private tokens: readonly TokenRecord[],
		private readonly onSignal: () => void = () => undefined,
	) {}

	getChangeCount(): number {
		return this.#changeCount;
	}

	getVersion(): string {
		return String(this.#version);
	}

	async read(): Promise<{ version: string; tokens: readonly TokenRecord[] }> {
		const [version, tokens] = [this.getVersion(), this.tokens];
		// Reading a file takes a while, too.
		await new Promise(setImmediate);
		if (this.failure) {
			throw this.failure;
		}
		return { version, tokens };
	}

	/** Replaces all tokens and signals the change. */
	replace(...tokens: readonly TokenRecord[]): void {
		this.replaceSilently(...tokens);
		this.#changeCount++;
		this.onSignal();
	}

	/** Replaces all tokens without signaling the change, like another window does if the system can't watch files. */
	replaceSilently(...tokens: readonly TokenRecord[]): void {
		this.tokens = tokens;
		this.#version++;
	}
}
