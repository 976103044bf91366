import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { DenialReason } from '../domain/loggedRequest';
import { getCrossOriginHeaders } from './crossOrigin';
import { drainRequestBody } from './requestBody';

/** A response from the gateway itself, in the platform's error format. */
export interface ErrorResponse {
	readonly status: number;
	/** Such as `AUTH_001`. */
	readonly code: string;
	/** What happened and what to do, in English. Never contains a key, a hash, or part of a body. */
	readonly message: string;
	/** Replaces the body in the platform's format, if the client waits for another one. JSON, too. */
	readonly body?: string;
	/** Extra headers as alternating names and values. */
	readonly headers?: readonly string[];
	/** For the request log; undefined if the request isn't valid. */
	readonly reason?: DenialReason;
}

/** Creates an error response whose code repeats the status, for errors that the platform has no code for. */
export function createErrorResponse(status: number, message: string, reason?: DenialReason): ErrorResponse {
	return { status, code: `GW_${status}`, message, ...(reason && { reason }) };
}

/** Formats the response body the way the platform does. */
export function formatErrorBody({ code, message }: ErrorResponse): string {
	return JSON.stringify({ error_code: code, errors: [message] });
}

/** Sends the error response. Reads the rest of the request's body so that the client gets the response. */
export function sendErrorResponse(request: IncomingMessage, response: ServerResponse, errorResponse: ErrorResponse): void {
	const body = Buffer.from(errorResponse.body ?? formatErrorBody(errorResponse));
	response.writeHead(errorResponse.status, STATUS_CODES[errorResponse.status], [
		...['content-type', 'application/json', 'content-length', String(body.length)],
		...(errorResponse.headers ?? []),
		...getCrossOriginHeaders(request),
	]);
	response.end(body);
	drainRequestBody(request);
}
