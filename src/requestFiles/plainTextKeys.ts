import type { TextRange } from './lines';

/** A plain-text API key found in a document. */
export interface PlainTextKey extends TextRange {
	/** Undefined if the text contains the secret without its token's ID. */
	readonly tokenId: string | undefined;
	/** The 40 hexadecimal characters to hide. */
	readonly secret: TextRange;
	/** The key with the scheme before it, if there is one. */
	readonly value: TextRange;
}

const SECRET_PATTERN = '[0-9a-f]{40}(?![0-9a-z])';
/** Start of a word, including right after an escape in a string (`\n`) or URL (`%22`), which ends in a letter or digit. */
const WORD_START_PATTERN = '(?:(?<![\\w-])|(?<=\\\\[bfnrtv]|%[\\da-f]{2}))';
/** A key with its token ID and optional scheme. The colon may be encoded as in a URL or a form. The lookahead makes it several times faster. */
const KEY_WITH_ID_PATTERN = `(?=ApiKey|SU-)${WORD_START_PATTERN}(?<scheme>ApiKey(?:[ \\t]+|%20|\\+))?(?<id>SU(?:-\\d{3}){3,})(?:(?<colon>:|%3A)(?<secret>${SECRET_PATTERN}))`;
/** A secret without an ID, in a header for the platform's extensions or in the platform's cookie. */
const KEY_WITHOUT_ID_PATTERN = `(?<carrier>X-Connect-Installation-Api-Key\\\\?["']?\\]?\\s{0,9}(?:=>|[:=,])\\s{0,9}\\\\?["'\`]?|\\bapi_key\\s{0,9}=\\s{0,9}\\\\?["']?)(?<bare>${SECRET_PATTERN})`;
const KEY_PATTERN = new RegExp(`${KEY_WITH_ID_PATTERN}|${KEY_WITHOUT_ID_PATTERN}`, 'gi');

/**
 * Finds plain-text API keys in any kind of file: `ApiKey SU-…:<secret>`, with or without the scheme, and secrets in the header
 * `X-Connect-Installation-Api-Key` and in `api_key=` cookies. Ignores placeholders such as 40 equal characters. Takes linear time.
 */
export function findPlainTextKeys(text: string): PlainTextKey[] {
	// Most files contain no keys, and searching for two fixed words is far cheaper than matching the pattern.
	if (!/SU-\d|api[-_]key/i.test(text)) {
		return [];
	}
	return Array.from(text.matchAll(KEY_PATTERN), toPlainTextKey).filter(
		({ secret }) => !isPlaceholder(text.slice(secret.start, secret.end)),
	);
}

/** Replaces each plain-text secret with ten asterisks. */
export function maskPlainTextKeys(text: string): string {
	return findPlainTextKeys(text).reduceRight(
		(masked, { secret }) => masked.slice(0, secret.start) + '*'.repeat(10) + masked.slice(secret.end),
		text,
	);
}

function toPlainTextKey({ index, 0: whole, groups }: RegExpMatchArray & { index: number }): PlainTextKey {
	const { id, scheme = '', carrier = '', secret, bare } = groups as Record<string, string | undefined>;
	const end = index + whole.length;
	const start = index + scheme.length + carrier.length;
	return {
		start,
		end,
		tokenId: id?.toUpperCase(),
		secret: { start: end - (secret ?? bare)!.length, end },
		value: { start: index + carrier.length, end },
	};
}

/** Detects placeholders such as `0000…` and repeated `0123456789`. */
function isPlaceholder(secret: string): boolean {
	return (
		new Set(secret.toLowerCase()).size <= 2 ||
		secret === '0123456789'.repeat(4) ||
		secret.toLowerCase() === '0123456789abcdef0123456789abcdef01234567'
	);
}
