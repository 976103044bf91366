/** What replaces a secret, as in `maskApiKey`. */
const MASK = '*'.repeat(10);

/** A secret has 40 hexadecimal characters; a shorter run can be what's left of a truncated one. */
const HEX = /[0-9a-f]{32,}/gi;
/** A part of a secret after a token ID, however short: an error can quote the start of a key. Doesn't match words such as `/deactivate`. */
const AFTER_TOKEN_ID = /(SU(?:-\d{3}){3,}\W{1,16})[0-9a-f]{4,}(?![g-z])/gi;
/** Credentials of other schemes, such as the gateway's for its upstream. */
const OTHER_CREDENTIAL = /\b((?:Bearer|Basic)\s+)[\w.~+/=-]{8,}/gi;
/** Long enough for most of a base64-encoded secret, including further lines if the encoder wraps them. */
const BASE64 = /[\w+/-]{40,}(?:(?:\r?\n|\\n)[ \t]*[\w+/-]+)*/g;

/**
 * Replaces everything in `text` that can be part of an API key or another credential with asterisks: with or without its token ID and
 * scheme, and in base64. It prefers hiding a harmless value, such as a hash, to showing a secret, so it's for logs and diagnostics. Takes
 * linear time.
 */
export function maskSecrets(text: string): string {
	return text
		.replace(BASE64, (run) => (encodesSecret(run) ? MASK : run))
		.replace(HEX, MASK)
		.replace(AFTER_TOKEN_ID, `$1${MASK}`)
		.replace(OTHER_CREDENTIAL, `$1${MASK}`);
}

/** Characters in front that aren't part of the value shift how it decodes, so each of the four alignments is tried. */
function encodesSecret(run: string): boolean {
	return [0, 1, 2, 3].some((offset) => {
		const decoded = Buffer.from(run.slice(offset).replaceAll('\\n', ''), 'base64').toString('latin1').replaceAll('\0', '');
		return /[0-9a-f]{20}|SU-\d{3}-\d/i.test(decoded);
	});
}
