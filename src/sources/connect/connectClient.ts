import pLimit from 'p-limit';
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
	/** Base URL without a slash at the end; the key goes nowhere else. */
	readonly endpoint: string;
	/** The value of the header `Authorization`, undefined when there is none; called again when one was refused, with that. */
	readonly authorization: (rejected?: string) => Promise<string | undefined>;
	/** Aborts every call. */
	readonly signal: AbortSignal;
	readonly fetch?: typeof globalThis.fetch;
	/** How long a call may take, in milliseconds. */
	readonly timeoutMs?: number;
	/** How long to wait before the first repetition, in milliseconds; twice as long before each more. */
	readonly retryDelayMs?: number;
}

/** What the platform answered. */
export interface PlatformResponse {
	/** Parsed JSON; undefined where there was no body. */
	readonly body: unknown;
	/** How many items the whole list has, where the answer is a part of one. */
	readonly total: number | undefined;
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A call never takes longer, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;
const RETRY_DELAY_MS = 500;
const MAX_RETRIES = 2;
/** Requests under way at once. */
const MAX_CONCURRENT_REQUESTS = 4;
/** No answer of the platform comes near it, in bytes once unpacked: what is longer must not fill the memory. */
const MAX_RESPONSE_BYTES = 16 * 2 ** 20;

/** Speaks HTTP with one account. Calls reject with a `ConnectError`. */
export class ConnectClient {
	/** Where messages say that the account is. */
	readonly host: string;
	readonly #limit = pLimit(MAX_CONCURRENT_REQUESTS);

	constructor(private readonly options: ConnectClientOptions) {
		this.host = new URL(options.endpoint).host;
	}

	/** @param path below the endpoint, with its query as it is sent */
	async get(path: string): Promise<PlatformResponse> {
		for (let attempt = 0; ; attempt++) {
			try {
				return await this.send('GET', path);
			} catch (error) {
				if (!(error instanceof ConnectError) || !error.isTransient || attempt === MAX_RETRIES) {
					throw error;
				}
				await waitBeforeRetry(error, (this.options.retryDelayMs ?? RETRY_DELAY_MS) * 2 ** attempt, this.options.signal);
			}
		}
	}

	/** Sends once: whoever calls finds out whether a call without an answer has had its effect. */
	async send(method: HttpMethod, path: string, body?: unknown): Promise<PlatformResponse> {
		return this.#limit(async () => {
			const authorization = await this.#readAuthorization();
			try {
				return await this.#sendOnce(method, path, body, authorization);
			} catch (error) {
				// Refused for its key it had no effect; with a key replaced meanwhile, here or in another window, it may pass.
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
		const { endpoint, signal, fetch = globalThis.fetch, timeoutMs: timeout = REQUEST_TIMEOUT_MS } = this.options;
		const timeoutSignal = AbortSignal.timeout(timeout);
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
			if (error instanceof ResponseTooLargeError) {
				throw invalidResponseError(this.host, { outcomeUnknown: true });
			}
			throw signal.aborted
				? abortedError(this.host)
				: timeoutSignal.aborted
					? timeoutError(this.host, timeout)
					: unreachableError(this.host, error);
		}
		return this.#parseResponse(response, text);
	}

	#parseResponse({ ok, status, type, headers }: Response, text: string): PlatformResponse {
		if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
			throw redirectError(this.options.endpoint, headers.get('location'), status);
		}
		const body = parseJson(text);
		if (!ok) {
			// A page that somebody on the way has put there says nothing of the key.
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
		return { body, total: total === undefined ? undefined : Number(total) };
	}
}

/** What an answer has that nobody can want to read whole. */
class ResponseTooLargeError extends Error {}

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
