import { randomBytes } from 'node:crypto';
import { formatApiKey, generateSecret, generateTokenId, hashSecret } from '../../../src/domain/apiKey';
import { ALL_MODULES } from '../../../src/domain/catalog';
import type { KeyRecord, TokenRecord } from '../../../src/domain/token';
import type { TokenReader } from '../../../src/gateway/currentTokens';
import { createTokenRecord } from '../seedTokens';

/** A token and the header that proves whoever sends it to be its owner. */
export interface IssuedToken {
	readonly token: TokenRecord;
	readonly secret: string;
	readonly authorization: string;
}

/** A new token with a key that is known, for all modules unless `changes` say otherwise. */
export function issueToken(changes: Partial<TokenRecord> = {}): IssuedToken {
	const secret = generateSecret(randomBytes);
	const record = createTokenRecord(0, { id: generateTokenId(randomBytes), permissions: [ALL_MODULES], ...changes });
	const token = { ...record, key: { ...createKeyRecord(secret), ...changes.key, sha256: hashSecret(secret) } };
	return { token, secret, authorization: formatApiKey({ tokenId: token.id, secret }) };
}

/** The record of the key with this secret. */
export function createKeyRecord(secret: string, expirationDate: string | null = null): KeyRecord {
	return { id: `key-${randomBytes(4).toString('hex')}`, sha256: hashSecret(secret), issuedAt: new Date().toISOString(), expirationDate };
}

/** Tokens in memory, which can be read, changed and made unreadable like those in a file. */
export class MemoryTokens implements TokenReader {
	#version = 0;
	#changeCount = 0;
	/** What reading throws, if it does. */
	failure: Error | undefined;

	constructor(private tokens: readonly TokenRecord[]) {}

	getChangeCount(): number {
		return this.#changeCount;
	}

	getVersion(): string {
		return String(this.#version);
	}

	async read(): Promise<{ version: string; tokens: readonly TokenRecord[] }> {
		const [version, tokens] = [this.getVersion(), this.tokens];
		// What a file holds is not there at once.
		await new Promise(setImmediate);
		if (this.failure) {
			throw this.failure;
		}
		return { version, tokens };
	}

	/** Puts the tokens in the place of those there were, and tells. */
	replace(...tokens: readonly TokenRecord[]): void {
		this.replaceSilently(...tokens);
		this.#changeCount++;
	}

	/** As another window does, whose change nobody tells. */
	replaceSilently(...tokens: readonly TokenRecord[]): void {
		this.tokens = tokens;
		this.#version++;
	}
}
