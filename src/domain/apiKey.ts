import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from './ports';

/** The two halves of the value `ApiKey <tokenId>:<secret>`. */
export interface ApiKey {
	readonly tokenId: string;
	/** 40 hexadecimal characters, 160 bits. */
	readonly secret: string;
}

/** Length of a secret in bytes; the platform's are 40 hexadecimal characters. */
const SECRET_LENGTH_BYTES = 20;

/** `SU-` and groups of digits. The platform has issued ids with three and with four groups. */
const TOKEN_ID_PATTERN = 'SU(?:-\\d{3}){3,}';
const API_KEY_PATTERN = new RegExp(`^(?:(?:Authorization: *)?ApiKey +)?(${TOKEN_ID_PATTERN}):([0-9a-f]{40})$`, 'i');

/** Template of the error message for text that `parseApiKey` doesn't accept. */
export const INVALID_API_KEY_MESSAGE =
	'Invalid API key. Expected format: ApiKey SU-000-000-000:… with 40 hexadecimal characters after the colon.';

/** A new secret: 160 random bits as lower-case hexadecimal. */
export function generateSecret(random: RandomBytes): string {
	return Buffer.from(random(SECRET_LENGTH_BYTES)).toString('hex');
}

/** A new token id of three groups of three digits, the form the platform's documentation shows. */
export function generateTokenId(random: RandomBytes): string {
	const groups = [0, 0, 0].map(() => String(randomGroup(random)).padStart(3, '0'));
	return `SU-${groups.join('-')}`;
}

/** The value of the `Authorization` header that carries the key. */
export function formatApiKey({ tokenId, secret }: ApiKey): string {
	return `ApiKey ${tokenId}:${secret}`;
}

/**
 * Reads `ApiKey SU-…:<secret>`, with or without its scheme or as a whole `Authorization` header, with white space around it and letters of any case.
 * Returns undefined for anything else.
 */
export function parseApiKey(text: string): ApiKey | undefined {
	const [, tokenId, secret] = API_KEY_PATTERN.exec(text.trim()) ?? [];
	return tokenId && secret ? { tokenId: tokenId.toUpperCase(), secret: secret.toLowerCase() } : undefined;
}

/** What is shown in place of a key: the token's id and ten asterisks, as the platform's own clients do. */
export function maskApiKey(tokenId: string): string {
	return `ApiKey ${tokenId}:${'*'.repeat(10)}`;
}

/** SHA-256 of a secret in lower-case hexadecimal: all that is stored of it outside a vault. */
export function hashSecret(secret: string): string {
	return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** Whether `secret` is the one whose SHA-256 is `sha256`; takes the same time whatever the answer. */
export function matchesSecret(secret: string, sha256: string): boolean {
	const expected = Buffer.from(sha256, 'hex');
	const actual = createHash('sha256').update(secret, 'utf8').digest();
	return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** A number from 0 to 999, each equally likely: draws that would favour the low ones are thrown away. */
function randomGroup(random: RandomBytes): number {
	for (;;) {
		const [high = 0, low = 0] = random(2);
		const candidate = high * 256 + low;
		if (candidate < 65_000) {
			return candidate % 1000;
		}
	}
}
