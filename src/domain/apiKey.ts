import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from './ports';

/** The two parts of `ApiKey <tokenId>:<secret>`. */
export interface ApiKey {
	readonly tokenId: string;
	/** 40 hexadecimal characters, 160 bits. */
	readonly secret: string;
}

/** The platform's secrets have 40 hexadecimal characters. */
const SECRET_LENGTH_BYTES = 20;

/** `SU-` and groups of digits. The platform has issued IDs with three groups and with four. */
const TOKEN_ID_PATTERN = 'SU(?:-\\d{3}){3,}';
const API_KEY_PATTERN = new RegExp(`^(?:(?:Authorization: *)?ApiKey +)?(${TOKEN_ID_PATTERN}):([0-9a-f]{40})$`, 'i');

/** A key in another text. Its colon can be escaped as in a URL, a property file, or JSON. */
const PASTED_KEY_PATTERN = new RegExp(
	`(?:(?<![a-z\\d])|(?<=%20))(${TOKEN_ID_PATTERN})(?:\\\\?:|%3A|\\\\u003A)([0-9a-f]{40})(?![0-9a-z])`,
	'gi',
);

/** Template of the error message for text without an API key. */
export const INVALID_API_KEY_MESSAGE =
	'Invalid API key. Expected format: ApiKey SU-000-000-000:… with 40 hexadecimal characters after the colon.';

/** Generates a secret: 160 random bits in lowercase hexadecimal. */
export function generateSecret(random: RandomBytes): string {
	return Buffer.from(random(SECRET_LENGTH_BYTES)).toString('hex');
}

/** Generates a token ID with three groups of three digits, the format in the platform's documentation. */
export function generateTokenId(random: RandomBytes): string {
	const groups = [0, 0, 0].map(() => String(randomGroup(random)).padStart(3, '0'));
	return `SU-${groups.join('-')}`;
}

/** Generates a token ID that none of the tokens has. */
export function generateUnusedTokenId(random: RandomBytes, tokens: readonly { readonly id: string }[]): string {
	for (;;) {
		const id = generateTokenId(random);
		if (!tokens.some((token) => token.id === id)) {
			return id;
		}
	}
}

/** Returns the value of an `Authorization` header with the API key. */
export function formatApiKey({ tokenId, secret }: ApiKey): string {
	return `ApiKey ${tokenId}:${secret}`;
}

/**
 * Parses `ApiKey SU-…:<secret>`, with or without the scheme, or as a whole `Authorization` header. Case and surrounding white space are
 * ignored. Returns undefined for anything else.
 */
export function parseApiKey(text: string): ApiKey | undefined {
	const match = API_KEY_PATTERN.exec(text.trim());
	return match ? { tokenId: match[1]!.toUpperCase(), secret: match[2]!.toLowerCase() } : undefined;
}

/**
 * Like `parseApiKey`, for text that was copied with what surrounds the key, such as quotes, a variable's name, or a whole command. Returns
 * undefined if the text contains several keys.
 */
export function parsePastedApiKey(text: string): ApiKey | undefined {
	// Web pages add characters that aren't visible, such as zero-width spaces.
	const keys = Array.from(text.replace(/\p{Cf}/gu, '').matchAll(PASTED_KEY_PATTERN), ([, tokenId, secret]) => ({
		tokenId: tokenId!.toUpperCase(),
		secret: secret!.toLowerCase(),
	}));
	return new Set(keys.map(formatApiKey)).size === 1 ? keys[0] : undefined;
}

/**
 * Returns the secret of a key.
 * @param authorization value of the `Authorization` header
 */
export function getSecret(authorization: string): string {
	return authorization.slice(authorization.lastIndexOf(':') + 1);
}

/** Returns the text that's shown instead of an API key: the token's ID and ten asterisks, as in the platform's own clients. */
export function maskApiKey(tokenId: string): string {
	return `ApiKey ${tokenId}:${'*'.repeat(10)}`;
}

/** Returns the SHA-256 hash of a secret in lowercase hexadecimal, which can be stored outside a vault. */
export function hashSecret(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}

/** Checks in constant time whether `sha256` is the hash of `secret`. */
export function matchesSecret(secret: string, sha256: string): boolean {
	const expected = Buffer.from(sha256, 'hex');
	const actual = createHash('sha256').update(secret).digest();
	return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Returns a uniformly distributed number from 0 to 999. Values that would favor low numbers are discarded. */
function randomGroup(random: RandomBytes): number {
	for (;;) {
		const [high = 0, low = 0] = random(2);
		const candidate = high * 256 + low;
		if (candidate < 65_000) {
			return candidate % 1000;
		}
	}
}
