import { maskFullSecrets, SECRET_MASK } from '../domain/maskFullSecrets';
import { BASE64, encodes } from '../domain/maskSecrets';

/**
 * Control characters, with the sequences of a terminal that they start, and characters that aren't visible: they could hide instructions from
 * the user, or split a key so that it's not recognized.
 */
const INVISIBLE = /(?![\t\r\n])\p{Cc}(?:\[[\d;?]*[@-~])?|(?![\t\r\n])[\p{Cf}\p{DI}\p{Zl}\p{Zp}]/gu;
/** An escape of a hexadecimal digit in JSON, or in JSON within JSON, and in URLs. */
const ESCAPED_DIGIT = /(?:\\{1,8}u00|%)([34][0-9]|6[1-6])/gi;
/** What `maskFullSecrets` replaces. */
const SECRET = /[0-9a-f]{40}/i;

/** Removes what isn't visible, except tabs and line breaks, and replaces the secrets of API keys with asterisks. Takes linear time. */
export function cleanText(text: string): string {
	return maskKeys(text.replace(INVISIBLE, ''));
}

/** Whether `cleanText` would remove something that isn't visible. */
export function hasInvisibleText(text: string): boolean {
	return text.search(INVISIBLE) >= 0;
}

/** Also recognizes secrets in Base64, on several lines and encoded repeatedly, and with digits written as escapes. */
function maskKeys(text: string): string {
	const masked = maskFullSecrets(text).replace(BASE64, (run) => (encodes(run, SECRET) ? SECRET_MASK : run));
	// Only if it matters, because an escape can be meant as it is.
	const unescaped = masked.replace(ESCAPED_DIGIT, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
	const maskedUnescaped = unescaped === masked ? unescaped : maskFullSecrets(unescaped);
	return maskedUnescaped === unescaped ? masked : maskedUnescaped;
}
