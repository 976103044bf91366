import { ProxyError } from './connector';
import { refusal, type Refusal } from './refusal';

/** Nobody answered in time. */
export class SilenceError extends Error {
	readonly code = 'UND_ERR_HEADERS_TIMEOUT';
}

/** The connection ended before the answer did. */
export class EndError extends Error {
	readonly code = 'UND_ERR_SOCKET';
}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;
const NO_TLS = /^(ERR_SSL|EPROTO)/;
const GARBAGE = /^(HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|ERR_INVALID_|ERR_HTTP_)/;

/**
 * What a client is told when the upstream did not answer.
 * Only the error's code is repeated: a message could hold a part of what was sent.
 * @param origin the upstream's scheme, host and port
 */
export function upstreamRefusal(error: Error, origin: string): Refusal {
	if (error instanceof ProxyError) {
		return refusal(502, `The proxy opened no connection to the upstream ${origin} (${error.reason}). Check the editor’s proxy settings.`);
	}
	const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
	switch (code) {
		case 'UND_ERR_INVALID_ARG':
		case 'UND_ERR_NOT_SUPPORTED':
			return refusal(400, 'The request’s headers or path hold characters that cannot be forwarded.');
		case 'UND_ERR_CONNECT_TIMEOUT':
		case 'ETIMEDOUT':
			return refusal(504, `The upstream ${origin} did not accept a connection in time. Check that it runs and can be reached.`);
		case 'UND_ERR_HEADERS_TIMEOUT':
			return refusal(504, `The upstream ${origin} did not answer in time.`);
		case 'ECONNREFUSED':
			return refusal(502, `Nothing listens at the upstream ${origin}. Start it, or correct the gateway’s upstream in the settings.`);
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return refusal(
				502,
				`The name of the upstream ${origin} cannot be found. Correct the gateway’s upstream in the settings, or check the network.`,
			);
		case 'UND_ERR_SOCKET':
		case 'ECONNRESET':
		case 'EPIPE':
			return refusal(502, `The upstream ${origin} ended the connection without an answer.`);
	}
	if (UNTRUSTED.test(code)) {
		return refusal(
			502,
			`The certificate of the upstream ${origin} is not trusted (${code}). Have the system trust it, or see the editor’s settings for certificates.`,
		);
	}
	if (NO_TLS.test(code)) {
		return refusal(
			502,
			`The upstream ${origin} speaks no TLS that this gateway understands (${code}). Check whether its URL begins with http or https.`,
		);
	}
	return GARBAGE.test(code)
		? refusal(502, `The upstream ${origin} answered something that is no HTTP response (${code}).`)
		: refusal(502, `The upstream ${origin} cannot be reached (${code}). Check that it runs and can be reached.`);
}
