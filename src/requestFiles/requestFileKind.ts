import {
	findRequestInFile,
	findRequestInMarkdown,
	parseMarkdown,
	parseRequestFile,
	type ParsedRequest,
	type ParsedSection,
} from './requestFileParser';

/** A file whose requests a client can send: a `.http` or `.rest` file, or Markdown with fenced requests. */
export type RequestFileKind = 'requestFile' | 'markdown';

/**
 * Returns the kind of a document, or undefined if no client sends requests from it. `.http` and `.rest` files count even if no installed
 * extension provides the language `http`.
 * @param path of the document's URI
 */
export function getRequestFileKind(languageId: string, path: string): RequestFileKind | undefined {
	if (languageId === 'http' || /\.(http|rest)$/i.test(path)) {
		return 'requestFile';
	}
	return languageId === 'markdown' ? 'markdown' : undefined;
}

/** Parses every part of a file of this kind that contains requests, in order. */
export function parseSections(text: string, kind: RequestFileKind): readonly ParsedSection[] {
	return kind === 'requestFile' ? [parseRequestFile(text)] : parseMarkdown(text);
}

/** Finds the request that a cursor at `offset` (in UTF-16 units) selects. */
export function findRequestAtOffset(text: string, kind: RequestFileKind, offset: number): ParsedRequest | undefined {
	return (kind === 'requestFile' ? findRequestInFile : findRequestInMarkdown)(text, offset);
}
