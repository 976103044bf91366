import pLimit from 'p-limit';
import {
	ConnectError,
	missingKey,
	notUnderstood,
	redirected,
	refused,
	stopped,
	timedOut,
	unreachable,
	unreadableKey,
	webPage,
} from './errors';
import { retryAfterOf, waitForNextTry } from './retry';
import { saidIn } from './wire';

export interface ClientOptions {
	/** Base URL without a slash at the end; the key goes nowhere else. */
	readonly endpoint: string;
	/** The value of the header `Authorization`, undefined when there is none; called again when one was refused, with that. */
	readonly authorization: (refused?: string) => Promise<string | undefined>;
	/** Aborts every call. */
	readonly signal: AbortSignal;
	readonly fetch?: typeof globalThis.fetch;
	/** How long a call may take, in milliseconds. */
	readonly timeout?: number;
	/** How long to wait before the first repetition, in milliseconds; twice as long before each more. */
	readonly retryDelay?: number;
}

/** What the platform answered. */
export interface Answer {
	/** Parsed JSON; undefined where there was no body. */
	readonly body: unknown;
	/** How many items the whole list has, where the answer is a part of one. */
	readonly total: number | undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A call never takes longer, in milliseconds. */
const TIMEOUT = 15_000;
const RETRY_DELAY = 500;
const RETRIES = 2;
/** Requests under way at once. */
const AT_ONCE = 4;
/** No answer of the platform comes near it, in bytes once unpacked: what is longer must not fill the memory. */
const LONGEST_ANSWER = 16 * 2 ** 20;

/** Speaks HTTP with one account. Calls reject with a `ConnectError`. */
export class Client {
	/** Where messages say that the account is. */
	readonly host: string;
	readonly #limit = pLimit(AT_ONCE);

	constructor(private readonly options: ClientOptions) {
		this.host = new URL(options.endpoint).host;
	}

	/** @param path below the endpoint, with its query as it is sent */
	async get(path: string): Promise<Answer> {
		for (let tries = 0; ; tries++) {
			try {
				return await this.send('GET', path);
			} catch (error) {
				if (!(error instanceof ConnectError) || !error.isPassing || tries === RETRIES) {
					throw error;
				}
				await waitForNextTry(error, (this.options.retryDelay ?? RETRY_DELAY) * 2 ** tries, this.options.signal);
			}
		}
	}

	/** Sends once: whoever calls finds out whether a call without an answer has had its effect. */
	async send(method: Method, path: string, body?: unknown): Promise<Answer> {
		return this.#limit(async () => {
			const key = await this.#key();
			try {
				return await this.#attempt(method, path, body, key);
			} catch (error) {
				// Refused for its key it had no effect; with a key replaced meanwhile, here or in another window, it may pass.
				const replaced = error instanceof ConnectError && error.status === 401 ? await this.#key(key) : key;
				if (replaced === key) {
					throw error;
				}
				return await this.#attempt(method, path, body, replaced);
			}
		});
	}

	async #key(refused?: string): Promise<string> {
		const key = await this.options.authorization(refused).catch((cause: unknown) => {
			throw unreadableKey(this.host, cause);
		});
		if (key === undefined) {
			throw missingKey(this.host);
		}
		return key;
	}

	async #attempt(method: Method, path: string, body: unknown, authorization: string): Promise<Answer> {
		const { endpoint, signal, fetch = globalThis.fetch, timeout = TIMEOUT } = this.options;
		const timer = AbortSignal.timeout(timeout);
		let response: Response;
		let text: string;
		try {
			response = await fetch(endpoint + path, {
				method,
				headers: { authorization, accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
				...(body !== undefined && { body: JSON.stringify(body) }),
				redirect: 'manual',
				signal: AbortSignal.any([signal, timer]),
			});
			text = await textOf(response);
		} catch (error) {
			if (error instanceof TooLong) {
				throw notUnderstood(this.host, { isLost: true });
			}
			throw signal.aborted ? stopped(this.host) : timer.aborted ? timedOut(this.host, timeout) : unreachable(this.host, error);
		}
		return this.#read(response, text);
	}

	#read({ ok, status, type, headers }: Response, text: string): Answer {
		if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
			throw redirected(this.options.endpoint, headers.get('location'), status);
		}
		const body = parse(text);
		if (!ok) {
			// A page that somebody on the way has put there says nothing of the key.
			throw body === undefined && status < 500 && status !== 429 && isPage(headers, text)
				? webPage(this.host, {})
				: refused(this.host, status, saidIn(body), retryAfterOf(headers, Date.now()));
		}
		if (body === undefined && text !== '') {
			throw isPage(headers, text) ? webPage(this.host, { isLost: true }) : notUnderstood(this.host, { isLost: true, isPassing: true });
		}
		const [, total] = /\/(\d{1,7})$/.exec(headers.get('content-range') ?? '') ?? [];
		return { body, total: total === undefined ? undefined : Number(total) };
	}
}

/** What an answer has that nobody can want to read whole. */
class TooLong extends Error {}

async function textOf(response: Response): Promise<string> {
	const body: AsyncIterable<Uint8Array> | null = response.body;
	const decoder = new TextDecoder();
	let text = '';
	let size = 0;
	for await (const chunk of body ?? []) {
		size += chunk.byteLength;
		if (size > LONGEST_ANSWER) {
			throw new TooLong();
		}
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

function isPage(headers: Headers, text: string): boolean {
	return /\bhtml\b/.test(headers.get('content-type') ?? '') || text.trimStart().startsWith('<');
}
