import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { linger } from './clientBody';

/** A request answered by the gateway itself. */
export interface Refusal {
	readonly status: number;
	/** `AUTH_001` and the like. */
	readonly code: string;
	/** What is wrong and what to do about it, in English: never a key, a hash or a part of a body. */
	readonly message: string;
	/** Headers beside those that describe the body, names and values in turn. */
	readonly headers?: readonly string[];
}

/** A refusal for reasons of HTTP or of the gateway, whose code says no more than the status. */
export function refusal(status: number, message: string): Refusal {
	return { status, code: `GW_${status}`, message };
}

/** The body of a refusal in the platform's shape. */
export function refusalBody({ code, message }: Refusal): string {
	return JSON.stringify({ error_code: code, errors: [message] });
}

/** Answers the request with `refused`. */
export function refuse(request: IncomingMessage, response: ServerResponse, refused: Refusal): void {
	const body = Buffer.from(refusalBody(refused));
	response.writeHead(refused.status, STATUS_CODES[refused.status], [
		...['content-type', 'application/json', 'content-length', String(body.length)],
		...(refused.headers ?? []),
	]);
	response.end(body);
	linger(request);
}
