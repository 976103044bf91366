/** The ways in which servers may divide a path into segments. Each must lead to the same module. */
export interface PathReadings {
	/** Decoded once, with each encoded slash as part of its segment. */
	readonly segments: readonly string[];
	/** How other servers read the path, if that differs: with encoded slashes as separators, or only up to a space. */
	readonly alternatives: readonly (readonly string[])[];
	/** Not decoded, for a server that compares the path as it is; undefined if it has no escapes. */
	readonly raw: readonly string[] | undefined;
}

/** After more decodings than any chain of servers does, escapes that are left can only be an attack. */
const MAX_DECODINGS = 8;

/** What some servers ignore around a segment or in it. */
const IGNORED_CHARACTERS = /[\s\p{Cc}\p{Default_Ignorable_Code_Point}]+/gu;

/** ASCII characters encoded in more bytes than needed. Strict servers reject them, lenient ones use the lowest bits of the last two bytes. */
const OVERLONG_CHARACTER = /(?:[\xc0\xc1]|(?:\xe0|\xf0\x80|\xf8\x80\x80|\xfc\x80\x80\x80)[\x80\x81])[\x20-\xbf]/g;

const UTF8_CHARACTER = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;

/**
 * Whether a server could find a dot segment or a line break in the path, no matter how often and how leniently it decodes it. A proxy that inserts
 * a decoded path into its request ends the request with a line break, and starts another one, for any path.
 */
export function canLeaveBasePath(path: string): boolean {
	if (!/[.%\x80-\uffff]/.test(path)) {
		return false;
	}
	const decoded = decodeFully(path);
	return decoded === undefined || /[\r\n]/.test(decoded) || decoded.split(/[/\\]/).some(isDotSegment);
}

/**
 * Whether the segment consists of dots that mean the same or the parent folder, also after trimming or cutting it. A name with two dots at its end
 * becomes one in nginx if a location ends with the name, and what it's replaced with ends with a slash.
 */
function isDotSegment(segment: string): boolean {
	const [start = ''] = segment.split(/[;?#\0]/, 1);
	const [beforeSpace = ''] = start.trimStart().split(/\s/, 1);
	return [start, beforeSpace].some((text) => {
		const dots = text.replace(IGNORED_CHARACTERS, '');
		// Windows ignores dots after a space.
		return /(?:^|[^.])\.\.$/.test(dots) || (/^\.+$/.test(dots) && (dots.length <= 2 || dots !== text));
	});
}

/** Decodes until nothing is left to decode; undefined if that takes too many steps. */
function decodeFully(path: string): string | undefined {
	let decoded = path;
	for (let count = 0; count < MAX_DECODINGS; count++) {
		const next = decodeLeniently(decoded);
		if (next === decoded) {
			return decoded;
		}
		decoded = next;
	}
	return undefined;
}

/** Decodes escapes, also those with `%u`, overlong UTF-8, and compatibility characters such as a wide dot. */
function decodeLeniently(text: string): string {
	const bytes = text.replace(/%(?:u([0-9a-f]{4})|([0-9a-f]{2}))/gi, (_, unicode: string | undefined, byte: string | undefined) =>
		String.fromCharCode(parseInt(unicode ?? byte ?? '', 16)),
	);
	return isAscii(bytes)
		? bytes
		: bytes
				.replace(OVERLONG_CHARACTER, (overlong) =>
					String.fromCharCode(((overlong.charCodeAt(overlong.length - 2) & 1) << 6) | (overlong.charCodeAt(overlong.length - 1) & 0x3f)),
				)
				.replace(UTF8_CHARACTER, (character) => decodeUtf8(character) ?? character)
				.normalize('NFKC');
}

/**
 * Reads a path in every way in which servers may divide it into segments. One trailing slash is ignored.
 * @returns undefined if its segments themselves may be read differently
 */
export function readPath(path: string): PathReadings | undefined {
	const raw = path.replace(/^\/|\/$/g, '').split('/');
	if (raw[0] === '') {
		return path.length > 1 ? undefined : { segments: [], alternatives: [], raw: undefined };
	}
	// Most paths don't need decoding and aren't ambiguous.
	if (/^[\w/-]+$/.test(path)) {
		return raw.includes('') ? undefined : { segments: raw, alternatives: [], raw: undefined };
	}
	const segments: string[] = [];
	const parts: string[] = [];
	for (const segment of raw) {
		const text = decodeUtf8(segment);
		const textParts = text?.split('/') ?? [''];
		if (text === undefined || textParts.some((part) => isAmbiguousSegment(isAscii(part) ? part : part.normalize('NFKC')))) {
			return undefined;
		}
		segments.push(text);
		parts.push(...textParts);
	}
	const divided = parts.length > segments.length ? [parts] : [];
	return {
		segments,
		alternatives: [...divided, ...[segments, ...divided].flatMap(cutAtSpace)],
		raw: path.includes('%') ? raw : undefined,
	};
}

/** A proxy that inserts a decoded path into its request ends the path with the first space. */
function cutAtSpace(segments: readonly string[]): (readonly string[])[] {
	const index = segments.findIndex((segment) => /\s/.test(segment));
	return index < 0 ? [] : [[...segments.slice(0, index), segments[index]!.replace(/\s.*$/s, '')]];
}

/** Decodes escapes once; undefined if one is invalid or the bytes aren't UTF-8. */
function decodeUtf8(text: string): string | undefined {
	try {
		// Node decodes each non-ASCII byte of a request as one character.
		return decodeURIComponent(text.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
	} catch {
		return undefined;
	}
}

/**
 * Whether a segment is empty, or has dots or spaces that some servers trim, characters that end a segment or the path, invisible characters, or
 * remaining escapes.
 */
function isAmbiguousSegment(text: string): boolean {
	return /^$|^\s|[\s.]$|[/\\;?#\p{Cc}\p{Default_Ignorable_Code_Point}]|%(?:[0-9a-f]{2}|u[0-9a-f]{4})/iu.test(text);
}

/** Returns the same string for texts that a server that ignores case or Unicode normalization can't distinguish. */
export function caseFold(text: string): string {
	return isAscii(text) ? text.toLowerCase() : text.normalize('NFKC').toUpperCase().toLowerCase();
}

function isAscii(text: string): boolean {
	return !/[^\0-\x7f]/.test(text);
}
