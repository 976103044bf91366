import { createHash, timingSafeEqual } from 'node:crypto';
import { isExpired, type KeyRecord, type TokenRecord } from '../domain/token';
import type { ErrorResponse } from './errorResponse';

/** Scheme in any case, one key, nothing else. */
const AUTHORIZATION_PATTERN = /^ApiKey +(SU(?:-\d{3}){3,}):([0-9a-f]{40})$/i;

/** Longer values are no keys; they are not even matched. */
const MAX_AUTHORIZATION_LENGTH = 256;

/** One and the same for everybody who cannot show a secret, whatever is wrong: it tells nobody which tokens there are. */
export const INVALID_API_KEY: ErrorResponse = {
	status: 401,
	code: 'AUTH_001',
	message: 'Invalid API key. Send the header "Authorization: ApiKey <token ID>:<secret>" with the key of a token in this workspace.',
	headers: ['www-authenticate', 'ApiKey'],
};

/** Who makes a request. */
export type AuthenticationResult =
	| { readonly token: TokenRecord; readonly denial?: ErrorResponse /* the secret is right, but the token or the key is stopped */ }
	| { readonly token?: undefined; readonly denial: ErrorResponse };

const UNAUTHENTICATED: AuthenticationResult = { denial: INVALID_API_KEY };

/** A key as it is compared. */
interface KeyHash {
	readonly key: KeyRecord;
	readonly sha256: Buffer;
	/** The secret once somebody has shown it, which spares hashing it every time. It ends with this state of the tokens. */
	verifiedSecret: Buffer | undefined;
}

/** What an unknown id is compared with, so that it takes as long as a known one. */
const DUMMY_ENTRY: { readonly token: undefined; readonly hashes: readonly KeyHash[] } = {
	token: undefined,
	hashes: [{ key: { id: '', sha256: '', issuedAt: '', expirationDate: null }, sha256: Buffer.alloc(32), verifiedSecret: undefined }],
};

/** The keys of all tokens at one moment. */
export class TokenAuthenticator {
	readonly #entries: ReadonlyMap<string, { readonly token: TokenRecord; readonly hashes: readonly KeyHash[] }>;

	constructor(tokens: readonly TokenRecord[]) {
		this.#entries = new Map(
			tokens.map((token) => [
				token.id,
				{ token, hashes: [token.key, ...(token.previousKey ? [token.previousKey] : [])].map((key) => toKeyHash(key)) },
			]),
		);
	}

	/** Whose key the value of `Authorization` is, and whether it works at the instant `now`. */
	authenticate(authorization: string | undefined, now: Date): AuthenticationResult {
		const [, id, secret] =
			(authorization !== undefined && authorization.length <= MAX_AUTHORIZATION_LENGTH
				? AUTHORIZATION_PATTERN.exec(authorization)
				: null) ?? [];
		if (id === undefined || secret === undefined) {
			return UNAUTHENTICATED;
		}
		const { token, hashes: locks } = this.#entries.get(id.toUpperCase()) ?? DUMMY_ENTRY;
		const keyHash = findMatchingKey(locks, Buffer.from(secret.toLowerCase(), 'latin1'));
		if (token === undefined || keyHash === undefined) {
			return UNAUTHENTICATED;
		}
		const denial = denialFor(token, keyHash.key, now);
		return denial === undefined ? { token } : { token, denial };
	}
}

function toKeyHash(key: KeyRecord): KeyHash {
	return { key, sha256: Buffer.from(key.sha256, 'hex'), verifiedSecret: undefined };
}

/** The lock that the secret opens. */
function findMatchingKey(hashes: readonly KeyHash[], secret: Buffer): KeyHash | undefined {
	const verified = hashes.find((lock) => lock.verifiedSecret !== undefined && timingSafeEqual(lock.verifiedSecret, secret));
	if (verified) {
		return verified;
	}
	const sha256 = createHash('sha256').update(secret).digest();
	const found = hashes.find((lock) => timingSafeEqual(lock.sha256, sha256));
	if (found) {
		found.verifiedSecret = secret;
	}
	return found;
}

/** Why a key no longer works, for the one who owns it. */
function denialFor(token: TokenRecord, key: KeyRecord, now: Date): ErrorResponse | undefined {
	if (!token.enabled) {
		return unauthorized(`Token ${token.id} is disabled. Enable it in the Tokens view.`);
	}
	if (!isExpired(key.expirationDate, now)) {
		return undefined;
	}
	return key === token.key
		? unauthorized(`Token ${token.id} expired (${String(key.expirationDate)}). Rotate it in the Tokens view and use its new key.`)
		: unauthorized(
				`The previous key of token ${token.id} expired (${String(key.expirationDate)}). The token was renewed, so use its new key.`,
			);
}

function unauthorized(message: string): ErrorResponse {
	return { ...INVALID_API_KEY, message };
}
