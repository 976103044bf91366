const ID = '<id>';
const URL = '<url>';
const HOST = '<host>';
const PATH = '<path>';

/** The rest of a path: ends at a quote, or where an error message continues after the path. */
const PATH_REST = /(?:(?!: |, | \()[^'"“”`)\r\n])*/.source;

const ROOT_FOLDERS = 'home|users|root|documents and settings|mnt|media|opt|srv|tmp|var|volumes|workspaces';

/** The order matters: what one rule removes can contain what a later one would remove only in part. */
const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
	// Names are quoted, and can contain quotes themselves.
	[/“[^]*”|“[^]*$/g, '“…”'],
	[/"[^]*"|"[^]*$/g, '"…"'],
	// Node quotes paths, which can contain quotes themselves.
	[/'(?:[a-z]:)?[\\/~][^]*'/gi, `'${PATH}'`],
	[/(?<![\p{L}\p{N}])'(?!<)[^'\s]+'/gu, "'…'"],
	[/\b[a-z][a-z0-9+.-]*:\/\/[^\s'"“”`<>]+/gi, URL],
	// Names in certificates, and mail addresses.
	[/\b(?:CN|OU|O)=[^,;)]+/g, '…'],
	[/[^\s"'“”`<>(),;]+@[^\s"'“”`<>(),;]+/g, HOST],
	// Home folders, others that aren't the platform's, known folders, and everything below them.
	[new RegExp(`(?:\\b[a-z]:[\\\\/]|\\\\\\\\|[\\\\/]{1,2}(?:${ROOT_FOLDERS})\\b|~[\\\\/]|…[\\\\/])${PATH_REST}`, 'gi'), PATH],
	[/[\da-f]{8}(?:-?[\da-f]{4}){3}-?[\da-f]{12}/gi, ID],
	// Tokens, accounts, and other objects of the platform, also in the names of environment variables.
	[/[a-z]{2,6}(?:[-_]\d{3,})+/gi, ID],
	// IP addresses.
	[/\[[\da-f:.%]*:[\da-f:.%]*\](?::\d+)?|[\da-f:]*::[\da-f:.]*|(?:[\da-f]{1,4}:){4,}[\da-f:.]*/gi, HOST],
	[/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, HOST],
	// Domain names, but not the extension's commands, settings, and files.
	[
		/(?<![\p{L}\p{N}_-])(?!connectTokens\.)(?:[\p{L}\p{N}_-]+\.)+(?!(?:jsonl?|js|lock|tmp|bak)(?![\p{L}\p{N}.-]))\p{L}[\p{L}\p{N}-]+(?::\d+)?/gu,
		HOST,
	],
	// Machines in a local network: next to a port, or in an error from Node.
	[/(?<=\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|Host:|DNS:) ?)[^\s,;)]+|[\p{L}\p{N}-]+:\d{2,5}\b/giu, HOST],
];

/**
 * Removes what identifies a user or a customer: quoted names, IDs, hosts, URLs, and paths below home folders. It prefers removing harmless
 * text to showing such a value.
 * @param knownValues names, hosts, and folders to remove wherever they occur as whole words, in any case
 */
export function redact(text: string, knownValues: readonly string[]): string {
	const known = [...new Set(knownValues)].filter((value) => value.trim() !== '').sort((a, b) => b.length - a.length);
	const withoutKnown = known.reduce((result, value) => result.replace(wholeWord(value), '…'), text);
	return RULES.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), withoutKnown);
}

function wholeWord(value: string): RegExp {
	const escaped = value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
	return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu');
}
