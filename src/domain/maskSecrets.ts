/** What replaces a secret, as in `maskApiKey`. */
const MASK = '*'.repeat(10);

/** Characters that aren't visible, and colors of a terminal, which could split a secret so that it's not recognized. */
const INVISIBLE = /(?![\t\r\n])[\p{Cc}\p{Cf}](?:\[[\d;]*[a-z])?/giu;
/** A line break, as such or escaped, with the indentation of the next line. */
const LINE_BREAK = String.raw`(?:(?:\r?\n|(?:\\{1,4}r)?\\{1,4}n)[ \t]{0,16})`;
/** A secret has 40 hexadecimal characters; a shorter run can be what's left of a truncated one, or what a parser quotes. */
const HEX = new RegExp(`[\\da-f](?:${LINE_BREAK}?[\\da-f]){19,}`, 'gi');
/** A part of a secret after a token ID, however short: an error can quote the start of a key. Words such as `/deactivate` aren't one. */
const AFTER_TOKEN_ID = /(SU(?:-\d{3}){3,}\W{1,16})[0-9a-f]{4,}(?![g-z])/gi;
/** Credentials of other schemes, such as the gateway's for its upstream. */
const OTHER_CREDENTIAL = /\b((?:Bearer|Basic)\s+)[\w.~+/=-]{8,}/gi;
/** The value of an `Authorization` header of any scheme but `ApiKey`, whose token ID isn't secret. */
const OTHER_AUTHORIZATION = /(authorization["']?\s{0,9}[:=]\s{0,9}["']?(?!ApiKey\b|\w{1,32}[ \t]{1,9}\*)(?:\w{1,32}[ \t]{1,9})?)[^\s"']+/gi;
/** The password in a URL, such as a proxy's. */
const URL_PASSWORD = /(\/\/[^\s/:@]*:)[^\s/]+@/g;
/** Long enough for a part of a base64-encoded secret, including further lines if the encoder wraps them. */
export const BASE64 = new RegExp(String.raw`[\w+/-]{16,}(?:${LINE_BREAK}[\w+/-]+)*`, 'g');
/** Part of a secret, or of the token ID in front of it. */
const KEY_PART = /[0-9a-f]{20}|SU-\d{3}-\d/i;
/** How many times a value is base64-encoded at most: Docker's credentials in a Kubernetes secret are twice. */
const MAX_BASE64_LEVELS = 3;

/**
 * Replaces everything in `text` that can be part of an API key or another credential with asterisks: with or without its token ID and
 * scheme, in base64, and over several lines. It prefers hiding a harmless value, such as a hash, to showing a secret, so it's for
 * logs and diagnostics. Takes linear time.
 */
export function maskSecrets(text: string): string {
	return text
		.replace(INVISIBLE, '')
		.replace(BASE64, (run) => (encodes(run, KEY_PART) ? MASK : run))
		.replace(HEX, MASK)
		.replace(AFTER_TOKEN_ID, `$1${MASK}`)
		.replace(URL_PASSWORD, `$1${MASK}@`)
		.replace(OTHER_CREDENTIAL, `$1${MASK}`)
		.replace(OTHER_AUTHORIZATION, `$1${MASK}`);
}

/**
 * Whether a match of `BASE64` encodes what the pattern matches. Characters in front that aren't part of the value shift how it decodes, so each of
 * the four alignments is tried.
 */
export function encodes(run: string, pattern: RegExp, levels = MAX_BASE64_LEVELS): boolean {
	const encoded = run.replace(/\\+[rn]/g, '');
	return [0, 1, 2, 3].some((offset) => {
		const decoded = Buffer.from(encoded.slice(offset), 'base64').toString('latin1').replaceAll('\0', '');
		return pattern.test(decoded) || (levels > 1 && (decoded.match(BASE64) ?? []).some((inner) => encodes(inner, pattern, levels - 1)));
	});
}
