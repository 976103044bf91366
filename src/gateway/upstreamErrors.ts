import { ProxyError } from './upstreamConnector';
import { createErrorResponse, type ErrorResponse } from './errorResponse';

/** Nobody answered in time. */
export class UpstreamTimeoutError extends Error {
	readonly code = 'UND_ERR_HEADERS_TIMEOUT';
}

/** The connection ended before the answer did. */
export class ConnectionClosedError extends Error {
	readonly code = 'UND_ERR_SOCKET';
}

const CERTIFICATE_ERROR_CODES = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;
const TLS_ERROR_CODES = /^(ERR_SSL|EPROTO)/;
const PROTOCOL_ERROR_CODES = /^(HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|ERR_INVALID_|ERR_HTTP_)/;

/**
 * What a client is told when the upstream did not answer.
 * Only the error's code is repeated: a message could hold a part of what was sent.
 * @param origin the upstream's scheme, host and port
 */
export function toUpstreamErrorResponse(error: Error, origin: string): ErrorResponse {
	if (error instanceof ProxyError) {
		return createErrorResponse(
			502,
			`The proxy opened no connection to the upstream ${origin} (${error.reason}). Check the editor’s proxy settings.`,
		);
	}
	const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
	switch (code) {
		case 'UND_ERR_INVALID_ARG':
		case 'UND_ERR_NOT_SUPPORTED':
			return createErrorResponse(400, 'The request’s headers or path hold characters that cannot be forwarded.');
		case 'UND_ERR_CONNECT_TIMEOUT':
		case 'ETIMEDOUT':
			return createErrorResponse(504, `The upstream ${origin} did not accept a connection in time. Check that it runs and can be reached.`);
		case 'UND_ERR_HEADERS_TIMEOUT':
			return createErrorResponse(504, `The upstream ${origin} did not answer in time.`);
		case 'ECONNREFUSED':
			return createErrorResponse(
				502,
				`Nothing listens at the upstream ${origin}. Start it, or correct the gateway’s upstream in the settings.`,
			);
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return createErrorResponse(
				502,
				`The name of the upstream ${origin} cannot be found. Correct the gateway’s upstream in the settings, or check the network.`,
			);
		case 'UND_ERR_SOCKET':
		case 'ECONNRESET':
		case 'EPIPE':
			return createErrorResponse(502, `The upstream ${origin} ended the connection without an answer.`);
	}
	if (CERTIFICATE_ERROR_CODES.test(code)) {
		return createErrorResponse(
			502,
			`The certificate of the upstream ${origin} is not trusted (${code}). Have the system trust it, or see the editor’s settings for certificates.`,
		);
	}
	if (TLS_ERROR_CODES.test(code)) {
		return createErrorResponse(
			502,
			`The upstream ${origin} speaks no TLS that this gateway understands (${code}). Check whether its URL begins with http or https.`,
		);
	}
	return PROTOCOL_ERROR_CODES.test(code)
		? createErrorResponse(502, `The upstream ${origin} answered something that is no HTTP response (${code}).`)
		: createErrorResponse(502, `The upstream ${origin} cannot be reached (${code}). Check that it runs and can be reached.`);
}
