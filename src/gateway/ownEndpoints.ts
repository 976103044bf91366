import type { ServerResponse } from 'node:http';
import type { ClientRequest } from './clientRequest';
import { createErrorResponse, formatErrorBody, sendErrorResponse, type ErrorResponse } from './errorResponse';
import type { Exchange } from './exchange';
import type { SendDenial } from './jsonRpcDenial';
import { isOverrideHeader } from '../domain/overrideHeaders';
import { drainRequestBody } from './requestBody';

/** Responds as long as the gateway runs, without a key. No API path: it's never forwarded, wherever the base path is. */
export const HEALTH_PATH = '/.connect-tokens/health';

/** Decides about the request that a server such as nginx describes in headers. */
export const AUTHORIZE_PATH = '/.connect-tokens/authorize';

/** Headers that describe the original request. The server in front must set both, so that a caller's own values are replaced. */
const METHOD_HEADER = 'x-original-method';
const TARGET_HEADER = 'x-original-uri';

/** The response body of a denial as a header, because nginx passes only headers on. */
export const ERROR_HEADER = 'connect-tokens-error';

/** Statuses that a denial can have. nginx would respond with 500 to most others. */
const DENIAL_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 429]);

/** Paths of the gateway itself, for gateways without a window. */
export interface OwnEndpoints {
	/**
	 * Responds to a request for a path of the gateway, and returns true. Otherwise returns why the request is denied; undefined if it's handled like
	 * all others. Its method and target may have been replaced then.
	 */
	handle(request: ClientRequest, response: ServerResponse): true | ErrorResponse | undefined;
	/** Sends the response to a denied request, if that's another one than usual. */
	readonly sendDenial?: SendDenial;
	/** Responds to an allowed request instead of forwarding it. */
	readonly approve?: (exchange: Exchange) => void;
}

/** Only the health path. All other requests are forwarded. */
export function createHealthEndpoint(): OwnEndpoints {
	return { handle: handleHealth };
}

/**
 * The health path, and the one that decides about requests of nginx's `auth_request`. Nothing is forwarded.
 * @param basePath what original targets must start with, because nginx forwards them as they are
 */
export function createAuthorizationEndpoint(basePath: string): OwnEndpoints {
	return {
		handle: (request, response) => {
			if (request.url === AUTHORIZE_PATH) {
				return replaceByOriginal(request, basePath);
			}
			return handleHealth(request, response) ?? createErrorResponse(404, `This gateway only decides about requests, at ${AUTHORIZE_PATH}.`);
		},
		sendDenial: (request, response, denial) => {
			const status = DENIAL_STATUSES.has(denial.status) ? denial.status : 403;
			const headers = [...(denial.headers ?? []), ERROR_HEADER, toAscii(formatErrorBody(denial))];
			sendErrorResponse(request, response, { ...denial, status, headers });
		},
		approve: ({ request, response, responseHeaders = [], recordResponse }) => {
			recordResponse(204);
			response.writeHead(204, [...responseHeaders]).end();
			drainRequestBody(request);
		},
	};
}

function handleHealth(request: ClientRequest, response: ServerResponse): true | ErrorResponse | undefined {
	if (request.url !== HEALTH_PATH) {
		return undefined;
	}
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		return { ...createErrorResponse(405, 'Only GET and HEAD requests are allowed for this path.'), headers: ['allow', 'GET, HEAD'] };
	}
	response.writeHead(200, ['content-type', 'text/plain', 'content-length', '3', 'cache-control', 'no-store']).end('ok\n');
	drainRequestBody(request);
	return true;
}

/** Gives the request the method and target of the one that it describes. Returns why that isn't possible. */
function replaceByOriginal(request: ClientRequest, basePath: string): ErrorResponse | undefined {
	const method = readSingleHeader(request, METHOD_HEADER);
	const target = readSingleHeader(request, TARGET_HEADER);
	if (method === undefined || target === undefined) {
		return forbidden(
			'The headers X-Original-Method and X-Original-URI are required once each. Set them in the configuration of the server.',
		);
	}
	if (!/^[A-Z-]{1,40}$/.test(method)) {
		return forbidden('Invalid method. Use uppercase letters.');
	}
	if (!/^\/[\x21-\x7e]*$/.test(target)) {
		return forbidden('Invalid request target. Use a path that starts with a slash, and escape special characters.');
	}
	if (!target.startsWith(basePath) || !/^(?:$|[/?])/.test(target.slice(basePath.length))) {
		return forbidden(`This path isn't below ${basePath}, the path of the upstream. Use a path that starts with it.`);
	}
	// The gateway would remove it, but the server in front forwards it.
	const override = request.rawHeaders.find((name, index) => index % 2 === 0 && isForwardedOverride(name.toLowerCase()));
	if (override !== undefined) {
		return forbidden(`The header ${override} could contradict what the gateway checks. Remove it from the request, or in the server.`);
	}
	[request.method, request.url] = [method, target];
	return undefined;
}

function isForwardedOverride(name: string): boolean {
	return name !== METHOD_HEADER && name !== TARGET_HEADER && isOverrideHeader(name);
}

/** Returns the value of a header; undefined if it's missing or repeated. */
function readSingleHeader({ rawHeaders }: ClientRequest, name: string): string | undefined {
	const values = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === name);
	return values.length === 1 ? values[0] : undefined;
}

function forbidden(message: string): ErrorResponse {
	return createErrorResponse(403, message);
}

/** Escapes the characters in JSON that a header can't have. */
function toAscii(json: string): string {
	return json.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
