import type { TextRange } from './lines';
import { KEY_PATTERN, NAME_BELOW_PATTERN, SECRET_LENGTH, isCookieContext } from './plainTextKeyPatterns';

/** A plain-text API key found in a document. */
export interface PlainTextKey extends TextRange {
	/** Undefined if the text contains the secret without its token's ID. */
	readonly tokenId: string | undefined;
	/** The 40 hexadecimal characters to hide, or the text that encodes them. */
	readonly secret: TextRange;
	/** The key with the scheme before it, if there is one. */
	readonly value: TextRange;
	/** False if a reference can't replace the key, because its token's ID is in another value or it's encoded. The ranges are then the same. */
	readonly isReplaceable?: false;
}

/** How many times a key is base64-encoded at most: Docker's credentials in a Kubernetes secret are twice. */
const MAX_BASE64_LEVELS = 2;
/** From the length of an encoded key to that of a configuration file that contains one. Longer text is an image or other data. */
const BASE64_PATTERN = /(?<![A-Za-z\d+/=])[A-Za-z\d+/]{74,8192}={0,2}/g;

/**
 * Base64 that's wrapped: lines of text, which may be indented, quoted, or joined with escaped line breaks. The lookaheads keep the pattern
 * from trying shorter lines.
 */
const WRAPPED_BASE64_PATTERN =
	/(?<![A-Za-z\d+/=])(?=([A-Za-z\d+/]{16,}))\1(?:(?:\\r)?(?:\\n|["']?[ \t+\\]{0,9}\r?\n)[ \t"']{0,99}(?=([A-Za-z\d+/]{1,500}))\2(?![\w:.-])){1,200}={0,2}/g;
const WRAPPED_LINE_PATTERN = /[A-Za-z\d+/]+=*/g;

/** Decodes base64 to one character for each byte. Available in Node.js and in browsers. */
declare function atob(base64: string): string;

/**
 * Finds plain-text API keys in any kind of file: `ApiKey SU-…:<secret>`, with or without the scheme, escaped, in base64, or as two values;
 * and secrets in the header `X-Connect-Installation-Api-Key` and the cookie `api_key`. Ignores placeholders such as 40 equal characters, and
 * another vendor's `api_key`. Takes linear time.
 */
export function findPlainTextKeys(text: string): PlainTextKey[] {
	return findKeys(text, MAX_BASE64_LEVELS);
}

/** Replaces each plain-text secret with ten asterisks. */
export function maskPlainTextKeys(text: string): string {
	return findPlainTextKeys(text).reduceRight(
		(masked, { secret }) => masked.slice(0, secret.start) + '*'.repeat(10) + masked.slice(secret.end),
		text,
	);
}

function findKeys(text: string, base64Levels: number): PlainTextKey[] {
	return [...findReadableKeys(text), ...(base64Levels > 0 ? findEncodedKeys(text, base64Levels) : [])].sort((a, b) => a.start - b.start);
}

function findReadableKeys(text: string): PlainTextKey[] {
	// Most files contain no keys, and searching for two fixed words is far cheaper than matching the pattern.
	if (!/SU-\d|api[-_]key/i.test(text)) {
		return [];
	}
	const candidates = Array.from(text.matchAll(KEY_PATTERN), (match) => ({ match, key: toPlainTextKey(match) }));
	// A key with an ID has no other one below it.
	const keyEnds = new Set(candidates.flatMap(({ key }) => (key.tokenId !== undefined && key.isReplaceable !== false ? [key.end] : [])));
	const above = Array.from(text.matchAll(NAME_BELOW_PATTERN), toKeyAbove).filter(({ key }) => !keyEnds.has(key.end));
	// A name belongs to the value above it rather than to one below it.
	const names = new Set(above.map(({ nameStart }) => nameStart));
	const valueEnds = new Set(above.map(({ key }) => key.end));
	const below = candidates
		.filter(({ match: { index, groups }, key }) => {
			const isCookie = groups!.cookie !== undefined;
			return !names.has(index) && !valueEnds.has(key.end) && (!isCookie || isCookieContext(text, index));
		})
		.map(({ key }) => key);
	return [...above.map(({ key }) => key), ...below].filter(({ secret }) => !isPlaceholder(text.slice(secret.start, secret.end)));
}

/** Creates the key of a secret whose name or ID is below it. */
function toKeyAbove({ index, 0: secret, indices, groups }: RegExpMatchArray & { index: number }): { key: PlainTextKey; nameStart: number } {
	const range = { start: index, end: index + secret.length };
	const tokenId = groups!.id?.toUpperCase();
	const key = tokenId === undefined ? { ...range, tokenId, secret: range, value: range } : createIndirectKey(tokenId, range);
	return { key, nameStart: indices!.groups!.name![0] };
}

function findEncodedKeys(text: string, levels: number): PlainTextKey[] {
	const whole = Array.from(text.matchAll(BASE64_PATTERN), ({ index, 0: encoded }) => ({
		start: index,
		end: index + encoded.length,
		encoded,
	}));
	const wrapped = Array.from(text.matchAll(WRAPPED_BASE64_PATTERN)).flatMap(({ index, 0: lines }) => joinWrappedLines(lines, index));
	const found = [...whole, ...wrapped].flatMap(({ start, end, encoded }) => {
		const digits = encoded.replace(/=+$/, '');
		// Other text can look like base64, but have padding in it or the only length that nothing is encoded to. `atob` throws then.
		const [key] = digits.length % 4 === 1 || digits.includes('=') ? [] : findKeys(atob(digits), levels - 1);
		return key ? [createIndirectKey(key.tokenId, { start, end })] : [];
	});
	return found.filter((key, index) => !found.some((other, at) => at < index && other.start < key.end && key.start < other.end));
}

/** Joins lines of the same length, and the last one, which may be shorter. Other lines are other texts. */
function joinWrappedLines(text: string, offset: number): readonly (TextRange & { readonly encoded: string })[] {
	const joined: { start: number; end: number; encoded: string; length: number; isComplete: boolean }[] = [];
	// Neither the letter of an escaped line break nor the operator that joins strings is part of a line.
	for (const { index, 0: line } of text.replace(/\\[nr]|[ \t]\+/g, '  ').matchAll(WRAPPED_LINE_PATTERN)) {
		const last = joined.at(-1);
		if (last && !last.isComplete && line.length <= last.length) {
			last.encoded += line;
			last.end = offset + index + line.length;
			last.isComplete = line.length < last.length;
		} else {
			joined.push({ start: offset + index, end: offset + index + line.length, encoded: line, length: line.length, isComplete: false });
		}
	}
	return joined.filter(({ encoded, length }) => encoded.length > length && encoded.length >= 74);
}

function createIndirectKey(tokenId: string | undefined, range: TextRange): PlainTextKey {
	return { ...range, tokenId, secret: range, value: range, isReplaceable: false };
}

function toPlainTextKey({ index, 0: whole, groups }: RegExpMatchArray & { index: number }): PlainTextKey {
	const { id, scheme = '', gap, carrier = '' } = groups as Record<string, string | undefined>;
	const tokenId = id?.toUpperCase();
	const end = index + whole.length;
	const secret = { start: end - SECRET_LENGTH, end };
	return gap === undefined
		? { start: index + scheme.length + carrier.length, end, tokenId, secret, value: { start: index + carrier.length, end } }
		: createIndirectKey(tokenId, secret);
}

/** Detects placeholders such as `0000…` and repeated `0123456789`. */
function isPlaceholder(secret: string): boolean {
	const digits = secret.toLowerCase();
	return new Set(digits).size <= 2 || ['0123456789', '0123456789abcdef'].some((sequence) => sequence.repeat(4).startsWith(digits));
}
