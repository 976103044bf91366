import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { drainRequestBody } from './requestBody';

/** A request answered by the gateway itself. */
export interface ErrorResponse {
	readonly status: number;
	/** `AUTH_001` and the like. */
	readonly code: string;
	/** What is wrong and what to do about it, in English: never a key, a hash or a part of a body. */
	readonly message: string;
	/** Headers beside those that describe the body, names and values in turn. */
	readonly headers?: readonly string[];
}

/** A refusal for reasons of HTTP or of the gateway, whose code says no more than the status. */
export function createErrorResponse(status: number, message: string): ErrorResponse {
	return { status, code: `GW_${status}`, message };
}

/** The body of a refusal in the platform's shape. */
export function formatErrorBody({ code, message }: ErrorResponse): string {
	return JSON.stringify({ error_code: code, errors: [message] });
}

/** Answers the request with `refused`. */
export function sendErrorResponse(request: IncomingMessage, response: ServerResponse, errorResponse: ErrorResponse): void {
	const body = Buffer.from(formatErrorBody(errorResponse));
	response.writeHead(errorResponse.status, STATUS_CODES[errorResponse.status], [
		...['content-type', 'application/json', 'content-length', String(body.length)],
		...(errorResponse.headers ?? []),
	]);
	response.end(body);
	drainRequestBody(request);
}
