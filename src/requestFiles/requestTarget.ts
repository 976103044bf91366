import type { FileVariables } from './fileVariables';
import { sliceRange } from './lines';
import type { ParsedRequest } from './requestFileParser';

/** Where a request is sent. */
export interface RequestTarget {
	readonly method: string;
	/** Absolute, with file variables replaced. Other variables stay as `{{…}}`, because only the client knows their value. */
	readonly url: string;
}

/** A method, a URL whose variables can contain spaces, and an HTTP version. */
const REQUEST_LINE_PATTERN = /^(?:([A-Za-z][A-Za-z-]*)\s+)?((?:\{\{[^{}]*\}\}|(?!\{\{[^{}]*\}\})\S)*?)(?:\s+HTTP\/\S+)?$/;

/**
 * Resolves a request's target; undefined unless it's an absolute HTTP URL after file variables are replaced. The URL can continue in the
 * lines below, with the HTTP version in the last one.
 */
export function resolveRequestTarget(text: string, request: ParsedRequest, variables: FileVariables): RequestTarget | undefined {
	if (request.kind !== 'http') {
		return undefined;
	}
	const lines = [request.requestLine, ...request.continuations].map(({ content, end }) => sliceRange(text, { start: content, end }).trim());
	const [, method = 'GET', start = ''] = REQUEST_LINE_PATTERN.exec(lines.join('')) ?? [];
	const url = variables.expand(start);
	return url !== undefined && /^https?:\/\/[^/{}]/i.test(url) ? { method: method.toUpperCase(), url } : undefined;
}
