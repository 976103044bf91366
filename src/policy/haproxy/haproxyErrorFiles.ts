import { STATUS_CODES } from 'node:http';
import { formatErrorBody } from './configurationText';

/** What HAProxy responds by itself, by the status that it uses for it. Like the gateway, it's 502 if the upstream is unreachable. */
const ERRORS: Readonly<Record<number, { readonly status: number; readonly message: string }>> = {
	400: { status: 400, message: 'Invalid HTTP/1.1 request.' },
	408: { status: 408, message: 'Request timed out. Send the complete request without long pauses.' },
	422: { status: 400, message: 'Unsupported transfer encoding. Only "chunked" is supported.' },
	500: { status: 500, message: 'Internal error.' },
	502: { status: 502, message: "The upstream didn't send a valid response." },
	503: { status: 502, message: 'The upstream is unreachable.' },
	504: { status: 504, message: "The upstream didn't respond in time." },
};

/** Creates the files with HAProxy's own responses, in the platform's error format, by name. */
export function createErrorFiles(): ReadonlyMap<string, string> {
	return new Map(Object.entries(ERRORS).map(([status, error]) => [getErrorFileName(status), formatResponse(error)]));
}

/** Returns the directives that use these files. */
export function createErrorFileLines(): readonly string[] {
	return Object.keys(ERRORS).map((status) => `errorfile ${status} ${getErrorFileName(status)}`);
}

function getErrorFileName(status: string): string {
	return `error-${status}.http`;
}

function formatResponse({ status, message }: { readonly status: number; readonly message: string }): string {
	const body = formatErrorBody(`GW_${status}`, message);
	return [
		`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
		'content-type: application/json',
		`content-length: ${Buffer.byteLength(body)}`,
		'connection: close',
		'',
		body,
	].join('\r\n');
}
