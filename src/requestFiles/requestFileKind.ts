import { findUnusualFences } from './markdownFences';
import {
	findRequestInFile,
	findRequestInMarkdown,
	parseFences,
	parseMarkdown,
	parseRequestFile,
	type ParsedRequest,
	type ParsedSection,
} from './requestFileParser';

/** A file whose requests a client can send: a `.http` or `.rest` file, or plain text like it; or Markdown with fenced requests. */
export type RequestFileKind = 'requestFile' | 'markdown';

/** Longer texts, in UTF-16 units, are searched for requests only up to here. */
const MAX_SEARCHED_LENGTH = 1_000_000;
/** A line that's nothing but a request: with a method and an absolute URL, a variable, or a path and an HTTP version; or a cURL command. */
const REQUEST_PATTERN = new RegExp(
	[
		'^[\\ufeff \\t]*(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)[ \\t]+',
		'(?:(?:https?:\\/\\/|\\{\\{[\\w$ .-]+\\}\\})\\S*(?:[ \\t]+HTTP\\/[\\d.]+)?|\\/\\S*[ \\t]+HTTP\\/[\\d.]+)[ \\t]*$',
		'|^[\\ufeff \\t]*curl(?:\\.exe)?[ \\t](?:[^\\n]*[ \\t])?["\'^]*https?:\\/\\/',
	].join(''),
	'm',
);

/** The start of a line that a client could take for a request: after any white space, and without slashes, which URLs of HTTP don't need. */
const POSSIBLE_REQUEST_PATTERN = /^[^\S\r\n\u2028\u2029]*(?:(?:[a-z-]+[^\S\r\n]+)?(?:https?:|wss?:|[a-z]*\{\{|\/)|curl)/im;

/**
 * Returns the kind of a document, or undefined if it doesn't contain requests. `.http` and `.rest` files count even if no installed
 * extension provides the language `http`. Plain text counts if it clearly contains requests.
 * @param path of the document's URI
 * @param readText called only for plain text
 */
export function getRequestFileKind(languageId: string, path: string, readText: () => string = () => ''): RequestFileKind | undefined {
	if (languageId === 'http' || /\.(http|rest)$/i.test(path)) {
		return 'requestFile';
	}
	switch (languageId) {
		case 'markdown':
			return 'markdown';
		case 'plaintext':
			return REQUEST_PATTERN.test(readText().slice(0, MAX_SEARCHED_LENGTH)) ? 'requestFile' : undefined;
		default:
			return undefined;
	}
}

/**
 * Like `getRequestFileKind`, for a text that clients aren't meant to read. They still send requests of it: httpYac of AsciiDoc, and REST Client's
 * command of any document.
 */
export function getPossibleRequestFileKind(languageId: string, path: string, text: string): RequestFileKind | undefined {
	return getRequestFileKind(languageId, path) ?? (POSSIBLE_REQUEST_PATTERN.test(text) ? 'requestFile' : undefined);
}

/** Names of files that httpYac reads as Markdown, no matter what their language is. It reads all others as request files. */
const HTTPYAC_MARKDOWN_NAME_PATTERN = /\.(?:md|markdown|mdown|mkdn|mdtxt|mdtext|text|rmd)$/;

/** Returns the other kind if a client could read a text as that; otherwise undefined. */
export function getOtherRequestFileKind(kind: RequestFileKind, path: string, text: string): RequestFileKind | undefined {
	if (kind === 'requestFile') {
		return text.includes('```') ? 'markdown' : undefined;
	}
	return HTTPYAC_MARKDOWN_NAME_PATTERN.test(path) ? undefined : 'requestFile';
}

/** Parses every part of a file of this kind in which any client finds requests, in order. Unusual ones can overlap. */
export function parseSections(text: string, kind: RequestFileKind): readonly ParsedSection[] {
	if (kind === 'requestFile') {
		return [parseRequestFile(text)];
	}
	return [...parseMarkdown(text), ...parseFences(text, findUnusualFences(text))].sort((a, b) => a.content.start - b.content.start);
}

/** Finds the request that a cursor at `offset` (in UTF-16 units) selects. */
export function findRequestAtOffset(text: string, kind: RequestFileKind, offset: number): ParsedRequest | undefined {
	return (kind === 'markdown' ? findRequestInMarkdown : findRequestInFile)(text, offset);
}
