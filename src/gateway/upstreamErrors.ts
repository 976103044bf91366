import { ProxyError } from './upstreamConnector';
import { createErrorResponse, type ErrorResponse } from './errorResponse';

/** The upstream didn't respond in time. */
export class UpstreamTimeoutError extends Error {
	readonly code = 'UND_ERR_HEADERS_TIMEOUT';
}

/** The connection was closed before the response was complete. */
export class ConnectionClosedError extends Error {
	readonly code = 'UND_ERR_SOCKET';
}

/** The upstream switched to another protocol than WebSocket. */
export class InvalidHandshakeError extends Error {
	readonly code = 'ERR_INVALID_HANDSHAKE';
}

const CERTIFICATE_ERROR_CODES = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;
const TLS_ERROR_CODES = /^(ERR_SSL|EPROTO)/;
const PROTOCOL_ERROR_CODES = /^(HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|ERR_INVALID_|ERR_HTTP_)/;

/**
 * Converts an error of a request to the upstream into the response for the client. Includes the error's code, but never its message,
 * which could contain part of the request.
 * @param origin the upstream's scheme, host, and port
 */
export function toUpstreamErrorResponse(error: Error, origin: string): ErrorResponse {
	const response = describeUpstreamError(error, origin);
	const code = error instanceof ProxyError ? error.reason : getErrorCode(error);
	return { ...response, reason: response.status === 400 ? { kind: 'invalidRequest' } : { kind: 'upstream', code } };
}

function getErrorCode(error: Error): string {
	return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function describeUpstreamError(error: Error, origin: string): ErrorResponse {
	if (error instanceof ProxyError) {
		return createErrorResponse(
			502,
			`The proxy couldn't connect to upstream ${origin} (${error.reason}). Check the VS Code proxy settings.`,
		);
	}
	const code = getErrorCode(error);
	switch (code) {
		case 'UND_ERR_INVALID_ARG':
		case 'UND_ERR_NOT_SUPPORTED':
			return createErrorResponse(400, "The request headers or path contain characters that can't be forwarded. Remove them.");
		case 'UND_ERR_CONNECT_TIMEOUT':
		case 'ETIMEDOUT':
			return createErrorResponse(504, `Connection to upstream ${origin} timed out. Make sure it's running and reachable.`);
		case 'UND_ERR_HEADERS_TIMEOUT':
			return createErrorResponse(504, `Upstream ${origin} timed out. Try again later.`);
		case 'ECONNREFUSED':
			return createErrorResponse(
				502,
				`Upstream ${origin} refused the connection. Start it, or correct the connectTokens.gateway.upstream setting.`,
			);
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return createErrorResponse(
				502,
				`Couldn't resolve the host name of upstream ${origin}. Correct the connectTokens.gateway.upstream setting, or check your network.`,
			);
		case 'UND_ERR_SOCKET':
		case 'ECONNRESET':
		case 'EPIPE':
			return createErrorResponse(502, `Upstream ${origin} closed the connection without a response. Try again later.`);
	}
	if (CERTIFICATE_ERROR_CODES.test(code)) {
		return createErrorResponse(
			502,
			`The certificate of upstream ${origin} isn't trusted (${code}). Add it to your system's trusted certificates, or check the VS Code certificate settings.`,
		);
	}
	if (TLS_ERROR_CODES.test(code)) {
		return createErrorResponse(
			502,
			`TLS connection to upstream ${origin} failed (${code}). Check whether its URL should start with http or https.`,
		);
	}
	return PROTOCOL_ERROR_CODES.test(code)
		? createErrorResponse(502, `Upstream ${origin} returned an invalid HTTP response (${code}).`)
		: createErrorResponse(502, `Upstream ${origin} is unreachable (${code}). Make sure it's running and reachable.`);
}
