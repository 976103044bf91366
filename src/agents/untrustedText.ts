import { maskFullSecrets } from '../domain/maskFullSecrets';

/** What replaces text that contains a secret, as in `maskFullSecrets`. */
const MASK = '*'.repeat(10);

/**
 * Control characters, with the sequences of a terminal that they start, and characters that aren't visible: they could hide instructions from
 * the user, or split a key so that it's not recognized.
 */
const INVISIBLE = /(?![\t\r\n])\p{Cc}(?:\[[\d;?]*[@-~])?|(?![\t\r\n])[\p{Cf}\p{DI}\p{Zl}\p{Zp}]/gu;
/** An escape of a hexadecimal digit in JSON, or in JSON within JSON, and in URLs. */
const ESCAPED_DIGIT = /(?:\\{1,8}u00|%)([34][0-9]|6[1-6])/gi;
/** Long enough for the 40 digits of a secret in Base64. */
const BASE64 = /[\w+/-]{53,}/g;

/** Removes what isn't visible, except tabs and line breaks, and replaces the secrets of API keys with asterisks. Takes linear time. */
export function cleanText(text: string): string {
	return maskKeys(text.replace(INVISIBLE, ''));
}

/** Whether `cleanText` would remove something that isn't visible. */
export function hasInvisibleText(text: string): boolean {
	return text.search(INVISIBLE) >= 0;
}

/** Also recognizes secrets in Base64, and with digits written as escapes. */
function maskKeys(text: string): string {
	const masked = maskFullSecrets(text).replace(BASE64, (run) => (encodesSecret(run) ? MASK : run));
	// Only if it matters, because an escape can be meant as it is.
	const unescaped = masked.replace(ESCAPED_DIGIT, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
	const maskedUnescaped = unescaped === masked ? unescaped : maskFullSecrets(unescaped);
	return maskedUnescaped === unescaped ? masked : maskedUnescaped;
}

/** Characters in front that aren't part of the value shift how it decodes, so each alignment is tried. */
function encodesSecret(run: string): boolean {
	return [0, 1, 2, 3].some((offset) => /[0-9a-f]{40}/i.test(Buffer.from(run.slice(offset), 'base64').toString('latin1')));
}
