import { STATUS_CODES } from 'node:http';
import { parseJson } from '../../storage/json';
import { timeoutError, unreachableError } from './connectErrors';
import { parseErrorMessage } from './platformSchemas';

export interface TestRequestOptions {
	/** Where the API key is sent, and nowhere else: redirects aren't followed. */
	readonly url: string;
	/** Value of the `Authorization` header. */
	readonly authorization: string;
	readonly fetch?: typeof globalThis.fetch;
	readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
/** An error message is far shorter, and nothing else of the response is used. */
const MAX_BODY_BYTES = 64 * 2 ** 10;

/**
 * Sends one GET request, without retries, and returns its status, the time until the end of the response, and the error message in it. The
 * platform and the gateway have the same format of errors.
 * @throws ConnectError if there's no response in time
 */
export async function sendTestRequest({ url, authorization, fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS }: TestRequestOptions) {
	const { host } = new URL(url);
	const signal = AbortSignal.timeout(timeoutMs);
	const start = performance.now();
	try {
		const response = await fetch(url, { headers: { authorization, accept: 'application/json' }, redirect: 'manual', signal });
		const text = await readStart(response);
		const message = text === undefined || response.ok ? undefined : parseErrorMessage(parseJson(text));
		const { status } = response;
		return { status, statusText: STATUS_CODES[status], durationMs: performance.now() - start, message };
	} catch (error) {
		throw signal.aborted ? timeoutError(host, timeoutMs) : unreachableError(host, error);
	}
}

/** Returns the body's text, or undefined after reading more than `MAX_BODY_BYTES`. */
async function readStart({ body }: Response): Promise<string | undefined> {
	const decoder = new TextDecoder();
	let text = '';
	let size = 0;
	for await (const chunk of (body as AsyncIterable<Uint8Array> | null) ?? []) {
		size += chunk.byteLength;
		if (size > MAX_BODY_BYTES) {
			// Leaving the loop cancels the response.
			return undefined;
		}
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}
