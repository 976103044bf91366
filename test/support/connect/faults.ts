import type { Answer } from './operations';
import type { RecordedRequest } from './platform';

/**
 * What a request comes to: an answer; a connection that is reset before or in the middle of one; or none, ever.
 */
export type Outcome = Answer | 'reset' | 'cut' | 'stall';

/** How requests fare that a test has chosen. */
export interface Fault {
	/** Milliseconds before anything else. */
	readonly delay?: number;
	/** Called and waited for before the request is carried out: what happens elsewhere meanwhile. */
	readonly before?: (request: RecordedRequest) => unknown;
	/** What the request comes to: alone, in place of being carried out; as a function, after it was, from the regular answer. */
	readonly outcome?: Outcome | ((regular: Answer) => Outcome | Promise<Outcome>);
	/** How many requests fare so; all of them when it is left out. */
	readonly times?: number;
}

/** The operation of the contract, such as `GET /auth/tokens`, or whether a request is meant. */
export type Chosen = string | ((request: RecordedRequest) => boolean);

/** An answer in the platform's shape for errors. The request is not carried out. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
	return {
		status: code,
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify({ error_code: `TEST_${code}`, errors: [`Answered with ${code}.`] }),
	};
}

/** A page for people, as proxies and load balancers answer. The request is not carried out. */
export function html(code: number): Answer {
	return {
		status: code,
		headers: { 'content-type': 'text/html' },
		body: `<!doctype html><title>${code}</title><p>Not what you asked for.`,
	};
}

/** To the same path and query at another origin. The request is not carried out. */
export function redirect(code: 301 | 302 | 303 | 307 | 308, location: string): Answer {
	return { status: code, headers: { location }, body: '' };
}

/** The regular answer without the second half of its body. */
export function truncated(regular: Answer): Answer {
	return { ...regular, body: regular.body.slice(0, regular.body.length / 2) };
}

/** The regular answer with another body. */
export function changed(change: (body: unknown) => unknown): (regular: Answer) => Answer {
	return (regular) => ({ ...regular, body: JSON.stringify(change(JSON.parse(regular.body))) });
}

/** The request is carried out, and whoever sent it never hears of it. */
export function lost(by: 'reset' | 'cut' | 'stall' = 'reset'): () => Outcome {
	return () => by;
}
