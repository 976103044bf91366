import pLimit from 'p-limit';
import type { Log } from '../../domain/log';
import {
	ConnectError,
	missingKeyError,
	invalidResponseError,
	redirectError,
	httpStatusError,
	abortedError,
	timeoutError,
	unreachableError,
	unreadableKeyError,
	htmlResponseError,
} from './connectErrors';
import { parseJson } from '../../storage/json';
import { parseRetryAfter, waitBeforeRetry } from './retry';
import { parseErrorMessage } from './platformSchemas';

export interface ConnectClientOptions {
	/** Base URL without a trailing slash. The API key is sent only to this URL. */
	readonly endpoint: string;
	/** Returns the Authorization header value, or undefined if none is stored. After a 401 it's called again with the rejected value. */
	readonly authorization: (rejected?: string) => Promise<string | undefined>;
	/** Cancels all requests. */
	readonly signal: AbortSignal;
	readonly log: Log;
	readonly fetch?: typeof globalThis.fetch;
	/** Time limit for each request. */
	readonly timeoutMs?: number;
	/** Wait before the first retry. It doubles for each further one. */
	readonly retryDelayMs?: number;
}

/** A successful response. */
export interface PlatformResponse {
	/** Parsed JSON; undefined if there's no body. */
	readonly body: unknown;
	/** Number of items in the whole list, if the response is a page of one. */
	readonly total: number | undefined;
	/** Length of the body's text in UTF-16 units. */
	readonly length: number;
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

const REQUEST_TIMEOUT_MS = 15_000;
const RETRY_DELAY_MS = 500;
const MAX_RETRIES = 2;
const MAX_CONCURRENT_REQUESTS = 4;
/** Size after decompression. Far larger than any response of the platform; protects the memory, of which parsed JSON needs up to 30 times as much. */
const MAX_RESPONSE_BYTES = 8 * 2 ** 20;
/** Commonly used names, because the platform doesn't document its own. */
const REQUEST_ID_HEADERS = ['x-request-id', 'x-correlation-id', 'x-amzn-requestid', 'x-amzn-trace-id'];

/** Sends HTTP requests for one account. They reject with a `ConnectError`. */
export class ConnectClient {
	/** Host name and port, for messages. */
	readonly host: string;
	readonly #limit = pLimit(MAX_CONCURRENT_REQUESTS);

	constructor(private readonly options: ConnectClientOptions) {
		this.host = new URL(options.endpoint).host;
	}

	/**
	 * Sends a GET request, and retries it after transient errors.
	 * @param path path below the endpoint, with an encoded query
	 */
	async get(path: string): Promise<PlatformResponse> {
		const { signal, retryDelayMs = RETRY_DELAY_MS } = this.options;
		for (let attempt = 0; ; attempt++) {
			try {
				return await this.send('GET', path);
			} catch (error) {
				if (!(error instanceof ConnectError) || !error.isTransient || attempt === MAX_RETRIES) {
					throw error;
				}
				await waitBeforeRetry(error, retryDelayMs * 2 ** attempt, signal);
			}
		}
	}

	/** Sends a request without retries. If the response gets lost, the caller has to check whether the change was made. */
	async send(method: HttpMethod, path: string, body?: unknown): Promise<PlatformResponse> {
		return this.#limit(async () => {
			const authorization = await this.#readAuthorization();
			try {
				return await this.#sendOnce(method, path, body, authorization);
			} catch (error) {
				// A request with a rejected key has no effect, so it can be repeated if the key was replaced in the meantime.
				const newAuthorization =
					error instanceof ConnectError && error.status === 401 ? await this.#readAuthorization(authorization) : authorization;
				if (newAuthorization === authorization) {
					throw error;
				}
				return await this.#sendOnce(method, path, body, newAuthorization);
			}
		});
	}

	async #readAuthorization(rejected?: string): Promise<string> {
		const authorization = await this.options.authorization(rejected).catch((cause: unknown) => {
			throw unreadableKeyError(this.host, cause);
		});
		if (authorization === undefined) {
			throw missingKeyError(this.host);
		}
		return authorization;
	}

	async #sendOnce(method: HttpMethod, path: string, body: unknown, authorization: string): Promise<PlatformResponse> {
		const { endpoint, signal, log, fetch = globalThis.fetch, timeoutMs = REQUEST_TIMEOUT_MS } = this.options;
		const timeoutSignal = AbortSignal.timeout(timeoutMs);
		const start = performance.now();
		// The query of a request can contain names.
		const describeOutcome = (outcome: string) =>
			`${method} ${path.split('?')[0]} ${outcome} in ${Math.round(performance.now() - start)} ms`;
		let response: Response;
		let text: string;
		try {
			response = await fetch(endpoint + path, {
				method,
				headers: { authorization, accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
				...(body !== undefined && { body: JSON.stringify(body) }),
				redirect: 'manual',
				signal: AbortSignal.any([signal, timeoutSignal]),
			});
			text = await readText(response);
		} catch (error) {
			const failure = this.#toConnectError(error, timeoutSignal);
			log[signal.aborted ? 'debug' : 'warn'](describeOutcome('failed'), failure);
			throw failure;
		}
		log[response.ok ? 'debug' : 'warn'](describeOutcome(describeResponse(response)));
		return this.#parseResponse(response, text);
	}

	#toConnectError(error: unknown, timeoutSignal: AbortSignal): ConnectError {
		const { signal, timeoutMs = REQUEST_TIMEOUT_MS } = this.options;
		if (error instanceof ResponseTooLargeError) {
			return invalidResponseError(this.host, { outcomeUnknown: true });
		}
		if (signal.aborted) {
			return abortedError(this.host);
		}
		return timeoutSignal.aborted ? timeoutError(this.host, timeoutMs) : unreachableError(this.host, error);
	}

	#parseResponse(response: Response, text: string): PlatformResponse {
		const { ok, status, headers } = response;
		if (isRedirect(response)) {
			throw redirectError(this.options.endpoint, headers.get('location'), status);
		}
		const body = parseJson(text);
		if (!ok) {
			// A web page comes from a proxy or another server, so its status says nothing about the key.
			throw body === undefined && status < 500 && status !== 429 && isHtml(headers, text)
				? htmlResponseError(this.host, {})
				: httpStatusError(this.host, status, parseErrorMessage(body), parseRetryAfter(headers, Date.now()));
		}
		if (body === undefined && text !== '') {
			throw isHtml(headers, text)
				? htmlResponseError(this.host, { outcomeUnknown: true })
				: invalidResponseError(this.host, { outcomeUnknown: true, isTransient: true });
		}
		const [, total] = /\/(\d{1,7})$/.exec(headers.get('content-range') ?? '') ?? [];
		return { body, total: total === undefined ? undefined : Number(total), length: text.length };
	}
}

/** Thrown when a response exceeds MAX_RESPONSE_BYTES. */
class ResponseTooLargeError extends Error {}

/** Describes the response for the log. Other characters in a request ID could forge lines in it. */
function describeResponse({ status, headers }: Response): string {
	const requestId = REQUEST_ID_HEADERS.map((name) => headers.get(name)).find((value) => value && /^[\w.:=/+;-]{1,100}$/.test(value));
	return `returned ${status}${requestId ? ` (request ID ${requestId})` : ''}`;
}

function isRedirect({ status, type }: Response): boolean {
	return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

async function readText(response: Response): Promise<string> {
	const body: AsyncIterable<Uint8Array> | null = response.body;
	const decoder = new TextDecoder();
	let text = '';
	let size = 0;
	for await (const chunk of body ?? []) {
		size += chunk.byteLength;
		if (size > MAX_RESPONSE_BYTES) {
			throw new ResponseTooLargeError();
		}
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}

function isHtml(headers: Headers, text: string): boolean {
	return /\bhtml\b/.test(headers.get('content-type') ?? '') || text.trimStart().startsWith('<');
}
