import { request as createRequest, type IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import { KeyMask } from '../broker/keyMask';
import { getSecret } from '../domain/apiKey';
import type { ApiRequest, ApiResponse, BodyEnd } from './agentServices';
import { ToolError } from './toolError';

export interface GatewayRequestOptions {
	/** Origin of the gateway, `http://127.0.0.1:` and its port. */
	readonly origin: string;
	/** Value of the `Authorization` header. Its secret is removed from the response. */
	readonly authorization: string;
	readonly maxBodyBytes: number;
	readonly signal: AbortSignal;
	/** Overrides how long to wait, for tests. */
	readonly timeouts?: Partial<GatewayRequestTimeouts>;
}

/** In milliseconds. */
export interface GatewayRequestTimeouts {
	/** Until the response starts. The gateway waits for the user's approval and for the API, each for a shorter time. */
	readonly headersMs: number;
	/** From then until the body has ended. */
	readonly bodyMs: number;
	/** The same for a stream of events, which may never end. */
	readonly eventsMs: number;
}

const DEFAULT_TIMEOUTS: GatewayRequestTimeouts = { headersMs: 200_000, bodyMs: 60_000, eventsMs: 10_000 };

/** Types of content that are text. */
const TEXT_TYPE = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|yaml|x-yaml|x-ndjson|javascript|x-www-form-urlencoded|problem)\b)/i;

/**
 * Sends a request to the gateway, without following redirects, and reads its response until it ends, is too long, or takes too long.
 * @throws ToolError if there's no response
 */
export async function sendToGateway(apiRequest: ApiRequest, options: GatewayRequestOptions): Promise<ApiResponse> {
	const { maxBodyBytes, signal, timeouts } = options;
	const secret = getSecret(options.authorization);
	const { bodyMs, eventsMs } = { ...DEFAULT_TIMEOUTS, ...timeouts };
	const response = await getResponse(apiRequest, options);
	const contentType = response.headers['content-type'] ?? '';
	const isBinary = !isText(contentType, response.headers['content-encoding']);
	const isStream = /^text\/event-stream\b/i.test(contentType);
	const { bytes, end } = await readBody(response, isBinary ? 0 : maxBodyBytes, isStream ? eventsMs : bodyMs);
	signal.throwIfAborted();
	const mask = new KeyMask([secret]);
	// What may be the start of the secret is left out if the rest of it wasn't read.
	const masked = Buffer.concat([mask.write(bytes), ...(end === 'complete' ? [mask.end()] : [])]);
	return {
		status: response.statusCode ?? 0,
		headers: readHeaders(response, secret),
		body: isBinary ? '' : decode(masked, contentType),
		bodyEnd: end,
		isBinary: isBinary && (bytes.length > 0 || end === 'size'),
	};
}

/** Resolves when the response starts. */
function getResponse({ method, path, headers, body }: ApiRequest, options: GatewayRequestOptions): Promise<IncomingMessage> {
	const { origin, authorization, signal, timeouts } = options;
	const { hostname, port } = new URL(origin);
	// The key is for the gateway of this machine, and for nothing else.
	if (!isIPv4(hostname) || !hostname.startsWith('127.')) {
		throw new ToolError('The gateway has an unexpected address. Tell the user to restart it.');
	}
	const payload = body === undefined ? undefined : Buffer.from(body);
	return new Promise((resolve, reject) => {
		const request = createRequest({
			hostname,
			port,
			method,
			path,
			headers: { ...headers, authorization, ...(payload && { 'content-length': payload.length }) },
			agent: false,
			signal,
		});
		const timer = setTimeout(() => request.destroy(), { ...DEFAULT_TIMEOUTS, ...timeouts }.headersMs);
		request.on('close', () => clearTimeout(timer));
		request.on('response', (response) => {
			clearTimeout(timer);
			resolve(response);
		});
		// After the response has started, the promise is settled and the response ends instead.
		request.on('error', () => reject(new ToolError("The gateway didn't respond. Try again once. If it fails again, tell the user.")));
		request.end(payload);
	});
}

/** Reads at most `maxBytes`, for at most `maxMs`. */
async function readBody(response: IncomingMessage, maxBytes: number, maxMs: number): Promise<{ bytes: Buffer; end: BodyEnd }> {
	const chunks: Buffer[] = [];
	let size = 0;
	const end = await new Promise<BodyEnd>((resolve) => {
		const timer = setTimeout(() => resolve('time'), maxMs);
		const finish = (result: BodyEnd) => {
			clearTimeout(timer);
			resolve(result);
		};
		response.on('data', (chunk: Buffer) => {
			chunks.push(chunk.subarray(0, Math.max(0, maxBytes - size)));
			size += chunk.length;
			if (size > maxBytes) {
				finish('size');
			}
		});
		response.on('end', () => finish('complete'));
		response.on('error', () => finish('connection'));
		response.on('close', () => finish(response.complete ? 'complete' : 'connection'));
	});
	// Ends the connection, and with it the request to the API.
	response.destroy();
	return { bytes: Buffer.concat(chunks), end };
}

/** An encoding wasn't asked for, so a body that has one isn't decoded. A body without a type is likely text. */
function isText(contentType: string, contentEncoding = 'identity'): boolean {
	return contentEncoding.toLowerCase() === 'identity' && (contentType === '' || TEXT_TYPE.test(contentType));
}

function readHeaders({ headers }: IncomingMessage, secret: string): Readonly<Record<string, string>> {
	const mask = (text: string) => {
		const keyMask = new KeyMask([secret]);
		return Buffer.concat([keyMask.write(Buffer.from(text)), keyMask.end()]).toString();
	};
	return Object.fromEntries(
		Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, mask([value].flat().join(', '))]])),
	);
}

function decode(bytes: Uint8Array, contentType: string): string {
	const [, charset = 'utf-8'] = /;\s*charset="?([\w-]{1,40})/i.exec(contentType) ?? [];
	try {
		return new TextDecoder(charset).decode(bytes);
	} catch {
		// Unknown charset: most of its characters are readable as UTF-8.
		return new TextDecoder().decode(bytes);
	}
}
