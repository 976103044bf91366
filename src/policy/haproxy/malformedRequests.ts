import { deny, quote } from './configurationText';

/** All headers of a request, without control characters other than tabs and the ends of lines. HAProxy itself would forward them, even null characters. */
const PLAIN_HEADERS = '^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]*$';

/**
 * Returns the rules that deny what HAProxy forwards, although servers could read it in different ways. They come before all others. Headers that
 * can't be looked at are denied, too.
 */
export function denyMalformedRequests(): readonly string[] {
	return [
		`${deny({ status: 400, message: 'Invalid HTTP/1.1 request.' })} if !{ req.hdrs -m reg ${quote(PLAIN_HEADERS)} }`,
		// Servers that don't expect an encoding there would take the body for the next request on the connection.
		`${deny({ status: 400, message: "HTTP/1.0 requests can't have a transfer encoding. Use HTTP/1.1." })} if { req.ver -m str 1.0 } { req.fhdr_cnt(transfer-encoding) gt 0 }`,
	];
}

/** Returns directives that discard request trailers, which no rule sees, in versions of HAProxy that can. Part of the section `defaults`. */
export function dropTrailers(): readonly string[] {
	return ['.if version_atleast(3.2)', 'option http-drop-request-trailers', '.endif'];
}
