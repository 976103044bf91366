import type { TextRange } from './lines';

/** An API key that stands in a text in plain. */
export interface PlainKey extends TextRange {
	/** Undefined where the text holds a secret without its token's id. */
	readonly tokenId: string | undefined;
	/** Where the 40 hexadecimal characters stand that must not be seen. */
	readonly secret: TextRange;
	/** The scheme before the key, as far back as it belongs to the same value; the key itself where there is none. */
	readonly value: TextRange;
}

const SECRET = '[0-9a-f]{40}(?![0-9a-z])';
/** Where a word starts, also right after an escape of a string (`\n`) or of a URL (`%22`), which ends in a letter or digit itself. */
const START = '(?:(?<![\\w-])|(?<=\\\\[bfnrtv]|%[\\da-f]{2}))';
/** With its token's id and maybe its scheme, the colon maybe encoded as in a URL or a form. Looking ahead first makes it several times faster. */
const WITH_ID = `(?=ApiKey|SU-)${START}(?<scheme>ApiKey(?:[ \\t]+|%20|\\+))?(?<id>SU(?:-\\d{3}){3,})(?:(?<colon>:|%3A)(?<secret>${SECRET}))`;
/** In the carriers of keys that need no id: a header of the platform's extensions, and its cookie. */
const CARRIERS = `(?<carrier>X-Connect-Installation-Api-Key\\\\?["']?\\]?\\s{0,9}(?:=>|[:=,])\\s{0,9}\\\\?["'\`]?|\\bapi_key\\s{0,9}=\\s{0,9}\\\\?["']?)(?<bare>${SECRET})`;
const KEYS = new RegExp(`${WITH_ID}|${CARRIERS}`, 'gi');

/**
 * Every API key that stands in a text in plain, in whatever kind of file: `ApiKey SU-…:<secret>`, with or without its scheme, and
 * secrets in the header `X-Connect-Installation-Api-Key` and in `api_key=` cookies. Forty equal characters are a placeholder, not a key.
 * Takes linear time.
 */
export function findPlainKeys(text: string): PlainKey[] {
	// Most files have none; looking for two fixed words is far cheaper than trying the pattern everywhere.
	if (!/SU-\d|api[-_]key/i.test(text)) {
		return [];
	}
	return Array.from(text.matchAll(KEYS), keyOf).filter(({ secret }) => !isPlaceholder(text.slice(secret.start, secret.end)));
}

/** The text with ten asterisks in place of each secret that stands in it in plain. */
export function maskSecrets(text: string): string {
	return findPlainKeys(text).reduceRight(
		(masked, { secret }) => masked.slice(0, secret.start) + '*'.repeat(10) + masked.slice(secret.end),
		text,
	);
}

function keyOf({ index, 0: whole, groups }: RegExpMatchArray & { index: number }): PlainKey {
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

/** Such as `0000…`, `xxxx…` being no hexadecimal at all, and `0123456789` over and over. */
function isPlaceholder(secret: string): boolean {
	return (
		new Set(secret.toLowerCase()).size <= 2 ||
		secret === '0123456789'.repeat(4) ||
		secret.toLowerCase() === '0123456789abcdef0123456789abcdef01234567'
	);
}
