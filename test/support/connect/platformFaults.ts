import type { HttpResponse } from './platformOperations';
import type { RecordedRequest } from './simulatedPlatform';

/** A response, a connection that's reset before (`reset`) or during (`cut`) the response, or no response at all (`stall`). */
export type FaultOutcome = HttpResponse | 'reset' | 'cut' | 'stall';

/** Changes how the platform handles the requests that a test selects. */
export interface Fault {
	/** Wait before anything else. */
	readonly delayMs?: number;
	/** Called and awaited before the request is processed, to make changes in the meantime. */
	readonly before?: (request: RecordedRequest) => unknown;
	/** Outcome instead of processing the request. A function is called after it was processed, with the regular response. */
	readonly outcome?: FaultOutcome | ((regular: HttpResponse) => FaultOutcome | Promise<FaultOutcome>);
	/** Maximum number of affected requests; unlimited by default. */
	readonly times?: number;
}

/** An operation of the contract, such as `GET /auth/tokens`, or a predicate. */
export type RequestFilter = string | ((request: RecordedRequest) => boolean);

/** An error response in the platform's format. The request isn't processed. */
export function errorResponse(code: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
	return {
		status: code,
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify({ error_code: `TEST_${code}`, errors: [`Answered with ${code}.`] }),
	};
}

/** A web page, as returned by proxies and load balancers. The request isn't processed. */
export function htmlResponse(code: number): HttpResponse {
	return {
		status: code,
		headers: { 'content-type': 'text/html' },
		body: `<!doctype html><title>${code}</title><p>Not what you asked for.`,
	};
}

/** A redirect. The request isn't processed. */
export function redirectResponse(code: 301 | 302 | 303 | 307 | 308, location: string): HttpResponse {
	return { status: code, headers: { location }, body: '' };
}

/** Drops the second half of the regular response's body. */
export function truncateBody(regular: HttpResponse): HttpResponse {
	return { ...regular, body: regular.body.slice(0, regular.body.length / 2) };
}

/** Changes the JSON body of the regular response. */
export function changeBody(change: (body: unknown) => unknown): (regular: HttpResponse) => HttpResponse {
	return (regular) => ({ ...regular, body: JSON.stringify(change(JSON.parse(regular.body))) });
}

/** The request is processed, but the client never receives the response. */
export function loseResponse(by: 'reset' | 'cut' | 'stall' = 'reset'): () => FaultOutcome {
	return () => by;
}
