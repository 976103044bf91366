import { createHash, timingSafeEqual } from 'node:crypto';
import type { DenialReason } from '../domain/loggedRequest';
import { isKeyExpired, type KeyRecord, type TokenRecord } from '../domain/token';
import type { ErrorResponse } from './errorResponse';

/** One key with its scheme, in any case, and nothing else. */
const AUTHORIZATION_PATTERN = /^ApiKey +(SU(?:-\d{3}){3,}):([0-9a-f]{40})$/i;

/** Longer values can't be keys. Checked first, so that the pattern never runs on long input. */
const MAX_AUTHORIZATION_LENGTH = 256;

/** The same response for every invalid key, regardless of the reason, so that it doesn't reveal which tokens exist. */
export const INVALID_API_KEY: ErrorResponse = {
	status: 401,
	code: 'AUTH_001',
	message: 'Invalid API key. Send the header "Authorization: ApiKey <token ID>:<secret>" with the key of a token in this workspace.',
	headers: ['www-authenticate', 'ApiKey'],
	reason: { kind: 'invalidKey' },
};

/** The token that makes a request and the key it was made with, or the response that denies it. */
export type AuthenticationResult =
	| {
			readonly token: TokenRecord;
			readonly key: KeyRecord;
			readonly denial?: ErrorResponse; /* the secret is valid, but the token is disabled or the key has expired */
	  }
	| { readonly token?: undefined; readonly denial: ErrorResponse };

const UNAUTHENTICATED: AuthenticationResult = { denial: INVALID_API_KEY };

/** A key with what's needed to verify a secret. */
interface KeyHash {
	readonly key: KeyRecord;
	readonly sha256: Buffer;
	/** The secret, once it was verified, so that it isn't hashed again. Dropped when the token changes. */
	verifiedSecret: Buffer | undefined;
}

interface AuthenticatorEntry {
	readonly token: TokenRecord;
	readonly hashes: readonly KeyHash[];
}

/** Compared with secrets for unknown IDs, so that they take as long as known ones. */
const DUMMY_ENTRY: { readonly token: undefined; readonly hashes: readonly KeyHash[] } = {
	token: undefined,
	hashes: [{ key: { id: '', sha256: '', issuedAt: '', expirationDate: null }, sha256: Buffer.alloc(32), verifiedSecret: undefined }],
};

/** Authenticates requests against one state of the workspace's tokens. */
export class TokenAuthenticator {
	readonly #entries: ReadonlyMap<string, AuthenticatorEntry>;

	/** @param previous for an earlier state, whose entries are reused for tokens that are still the same objects */
	constructor(tokens: readonly TokenRecord[], previous?: TokenAuthenticator) {
		const previousEntries = previous === undefined ? undefined : previous.#entries;
		this.#entries = new Map(
			tokens.map((token) => {
				const entry = previousEntries?.get(token.id);
				return [token.id, entry?.token === token ? entry : createEntry(token)];
			}),
		);
	}

	/** Returns the token with this ID; undefined if there's none. */
	getToken(id: string): TokenRecord | undefined {
		return this.#entries.get(id)?.token;
	}

	/**
	 * Finds the token whose key is in the `Authorization` header, and checks that both are usable at `now`.
	 * @param authorization value of the header, if there is one
	 */
	authenticate(authorization: string | undefined, now: Date): AuthenticationResult {
		const [, id, secret] =
			(authorization !== undefined && authorization.length <= MAX_AUTHORIZATION_LENGTH
				? AUTHORIZATION_PATTERN.exec(authorization)
				: null) ?? [];
		if (id === undefined || secret === undefined) {
			return UNAUTHENTICATED;
		}
		const { token, hashes } = this.#entries.get(id.toUpperCase()) ?? DUMMY_ENTRY;
		const keyHash = findMatchingKey(hashes, Buffer.from(secret.toLowerCase(), 'latin1'));
		if (token === undefined || keyHash === undefined) {
			return UNAUTHENTICATED;
		}
		const { key } = keyHash;
		const denial = denialFor(token, key, now);
		return denial === undefined ? { token, key } : { token, key, denial };
	}
}

function createEntry(token: TokenRecord): AuthenticatorEntry {
	return { token, hashes: [token.key, ...(token.previousKey ? [token.previousKey] : [])].map((key) => toKeyHash(key)) };
}

function toKeyHash(key: KeyRecord): KeyHash {
	return { key, sha256: Buffer.from(key.sha256, 'hex'), verifiedSecret: undefined };
}

/** Finds the key whose hash matches `secret`. Every comparison takes constant time. */
function findMatchingKey(hashes: readonly KeyHash[], secret: Buffer): KeyHash | undefined {
	const verified = hashes.find(({ verifiedSecret }) => verifiedSecret !== undefined && timingSafeEqual(verifiedSecret, secret));
	if (verified) {
		return verified;
	}
	const sha256 = createHash('sha256').update(secret).digest();
	const found = hashes.find((keyHash) => timingSafeEqual(keyHash.sha256, sha256));
	if (found) {
		found.verifiedSecret = secret;
	}
	return found;
}

/** Returns the response to a request with a disabled token or an expired key. Its details are only for clients that have the secret. */
function denialFor(token: TokenRecord, key: KeyRecord, now: Date): ErrorResponse | undefined {
	if (!token.enabled) {
		return unauthorized(`Token ${token.id} is disabled. Enable it in the Tokens view.`, { kind: 'disabled' });
	}
	if (!isKeyExpired(key, token.lease, now)) {
		return undefined;
	}
	if (token.lease) {
		return unauthorized(`The lease ${token.id} ended (${String(key.expirationDate)}). Request a new one.`, {
			kind: 'expired',
			isPreviousKey: key !== token.key,
		});
	}
	return key === token.key
		? unauthorized(`Token ${token.id} expired (${String(key.expirationDate)}). Rotate it in the Tokens view and use its new key.`, {
				kind: 'expired',
				isPreviousKey: false,
			})
		: unauthorized(
				`The previous key of token ${token.id} expired (${String(key.expirationDate)}). The token was renewed, so use its new key.`,
				{ kind: 'expired', isPreviousKey: true },
			);
}

function unauthorized(message: string, reason: DenialReason): ErrorResponse {
	return { ...INVALID_API_KEY, message, reason };
}
