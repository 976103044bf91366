import { createHash, timingSafeEqual } from 'node:crypto';
import { isOver, type KeyRecord, type TokenRecord } from '../domain/token';
import type { Refusal } from './refusal';

/** Scheme in any case, one key, nothing else. */
const AUTHORIZATION = /^ApiKey +(SU(?:-\d{3}){3,}):([0-9a-f]{40})$/i;

/** Longer values are no keys; they are not even matched. */
const LONGEST = 256;

/** One and the same for everybody who cannot show a secret, whatever is wrong: it tells nobody which tokens there are. */
export const UNKNOWN: Refusal = {
	status: 401,
	code: 'AUTH_001',
	message: 'The API key is invalid. Send the header "Authorization: ApiKey <token id>:<secret>" with the key of a token of this workspace.',
	headers: ['www-authenticate', 'ApiKey'],
};

/** Who makes a request. */
export type Authentication =
	| { readonly token: TokenRecord; readonly refusal?: Refusal /* the secret is right, but the token or the key is stopped */ }
	| { readonly token?: undefined; readonly refusal: Refusal };

const STRANGER: Authentication = { refusal: UNKNOWN };

/** A key as it is compared. */
interface Lock {
	readonly key: KeyRecord;
	readonly sha256: Buffer;
	/** The secret once somebody has shown it, which spares hashing it every time. It ends with this state of the tokens. */
	secret: Buffer | undefined;
}

/** What an unknown id is compared with, so that it takes as long as a known one. */
const NOBODY: { readonly token: undefined; readonly locks: readonly Lock[] } = {
	token: undefined,
	locks: [{ key: { id: '', sha256: '', issuedAt: '', expirationDate: null }, sha256: Buffer.alloc(32), secret: undefined }],
};

/** The keys of all tokens at one moment. */
export class KeyRing {
	readonly #holders: ReadonlyMap<string, { readonly token: TokenRecord; readonly locks: readonly Lock[] }>;

	constructor(tokens: readonly TokenRecord[]) {
		this.#holders = new Map(
			tokens.map((token) => [
				token.id,
				{ token, locks: [token.key, ...(token.previousKey ? [token.previousKey] : [])].map((key) => lockOf(key)) },
			]),
		);
	}

	/** Whose key the value of `Authorization` is, and whether it works at the instant `now`. */
	authenticate(authorization: string | undefined, now: Date): Authentication {
		const [, id, secret] =
			(authorization !== undefined && authorization.length <= LONGEST ? AUTHORIZATION.exec(authorization) : null) ?? [];
		if (id === undefined || secret === undefined) {
			return STRANGER;
		}
		const { token, locks } = this.#holders.get(id.toUpperCase()) ?? NOBODY;
		const lock = opened(locks, Buffer.from(secret.toLowerCase(), 'latin1'));
		if (token === undefined || lock === undefined) {
			return STRANGER;
		}
		const refusal = stopped(token, lock.key, now);
		return refusal === undefined ? { token } : { token, refusal };
	}
}

function lockOf(key: KeyRecord): Lock {
	return { key, sha256: Buffer.from(key.sha256, 'hex'), secret: undefined };
}

/** The lock that the secret opens. */
function opened(locks: readonly Lock[], secret: Buffer): Lock | undefined {
	const known = locks.find((lock) => lock.secret !== undefined && timingSafeEqual(lock.secret, secret));
	if (known) {
		return known;
	}
	const sha256 = createHash('sha256').update(secret).digest();
	const found = locks.find((lock) => timingSafeEqual(lock.sha256, sha256));
	if (found) {
		found.secret = secret;
	}
	return found;
}

/** Why a key no longer works, for the one who owns it. */
function stopped(token: TokenRecord, key: KeyRecord, now: Date): Refusal | undefined {
	if (!token.enabled) {
		return stop(`The token ${token.id} is disabled. Enable it in the Tokens view.`);
	}
	if (!isOver(key, now)) {
		return undefined;
	}
	return key === token.key
		? stop(`The token ${token.id} has expired (${String(key.expirationDate)}). Rotate it in the Tokens view and use its new key.`)
		: stop(`This key of the token ${token.id} has expired (${String(key.expirationDate)}). The token was renewed: use its new key.`);
}

function stop(message: string): Refusal {
	return { ...UNKNOWN, message };
}
