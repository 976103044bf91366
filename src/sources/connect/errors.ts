import { problem, ProblemError, quotable } from '../../domain/problems';

/** What became of a call to the platform that failed. */
interface Circumstances {
	/** Status of the answer, where there was one that is the platform's own. */
	readonly status?: number;
	/** Whether the platform may have done what was asked without our hearing of it. */
	readonly isLost?: boolean;
	/** Whether the same may succeed in a moment. */
	readonly isPassing?: boolean;
	/** How long the platform asks to wait, in milliseconds. */
	readonly retryAfter?: number;
	readonly cause?: unknown;
}

/** A call to the platform that failed. */
export class ConnectError extends ProblemError {
	readonly status: number | undefined;
	readonly isLost: boolean;
	readonly isPassing: boolean;
	readonly retryAfter: number | undefined;

	constructor(template: string, args: readonly (string | number)[], circumstances: Circumstances = {}) {
		const { status, isLost = false, isPassing = false, retryAfter, cause } = circumstances;
		super([{ field: null, template, args }], { cause });
		this.status = status;
		this.isLost = isLost;
		this.isPassing = isPassing;
		this.retryAfter = retryAfter;
	}

	/** Whether the platform could not be asked, so that what is known of it may still hold. */
	get isUnavailable(): boolean {
		return this.status === undefined || this.status >= 500;
	}
}

/** An error as a problem to be shown, whatever it is. */
export function asProblemError(error: unknown): ProblemError {
	return error instanceof ProblemError
		? error
		: problem('Something failed that should not: {0}. Reload the account, and try again.', messageOf(error));
}

/** What an error says, as a message may repeat it. */
export function messageOf(error: unknown): string {
	return quotable(error instanceof Error ? error.message : error);
}

/** The account's key is not to be had here. */
export function missingKey(host: string): ConnectError {
	return new ConnectError('The key for {0} is not in the vault. Replace the key of the account.', [host]);
}

export function unreadableKey(host: string, cause: unknown): ConnectError {
	return new ConnectError(
		'The key for {0} cannot be read from the vault ({1}). Unlock it, and reload the account.',
		[host, messageOf(cause)],
		{ cause },
	);
}

export function stopped(host: string): ConnectError {
	return new ConnectError('The call to {0} was stopped. Try it again.', [host]);
}

/** @param limit how long was waited, in milliseconds */
export function timedOut(host: string, limit: number): ConnectError {
	const seconds = Math.ceil(limit / 1000);
	return new ConnectError('{0} did not answer within {1} seconds. Check the connection and try again.', [host, seconds], { isLost: true });
}

/** An answer that leads elsewhere. */
export function redirected(endpoint: string, location: string | null, status: number): ConnectError {
	const to = location === null ? null : URL.parse(location, endpoint);
	return new ConnectError(
		'{0} leads to {1}, where the key is not sent. If that is where the API is, add the account with that address.',
		[new URL(endpoint).host, to === null ? '?' : quotable(to.origin + to.pathname)],
		{ status },
	);
}

/** A page for people in the place of data. */
export function webPage(host: string, circumstances: Circumstances): ConnectError {
	return new ConnectError(
		'{0} answered with a web page. Check that the address is that of the API of Connect, and that no network asks you to sign in first.',
		[host],
		circumstances,
	);
}

/** An answer that is cut short, or of another shape than the platform's. */
export function notUnderstood(host: string, circumstances: Circumstances = {}): ConnectError {
	return new ConnectError(
		'The answer of {0} could not be understood. Check that the address is that of the API of Connect, and try again.',
		[host],
		circumstances,
	);
}

/** What `fetch` rejects with. */
export function unreachable(host: string, error: unknown): ConnectError {
	const reasons = [...reasonsOf(error)];
	const reason = reasons.find((one) => /^E[A-Z_]+$|^[A-Z]+_[A-Z_]+$|^net::/.test(one)) ?? 'network error';
	if (reasons.some((one) => /CERT|_SSL_|_TLS_|EPROTO|SIGNATURE/.test(one))) {
		return new ConnectError(
			'No safe connection to {0}: its certificate is not trusted, or it speaks no TLS ({1}). Check the address; a certificate authority of your own has to be trusted by the system.',
			[host, reason],
			{ cause: error },
		);
	}
	// These come before anything was sent.
	const wasSent = !reasons.some((one) =>
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|NAME_NOT_RESOLVED|INTERNET_DISCONNECTED/.test(one),
	);
	return new ConnectError(
		'{0} cannot be reached ({1}). Check the address, the connection and the proxy settings of the editor.',
		[host, reason],
		{ isLost: wasSent, isPassing: wasSent, cause: error },
	);
}

/** @param said the platform's own words, where it said any */
export function refused(host: string, status: number, said: string | undefined, retryAfter: number | undefined): ConnectError {
	const words = said ?? String(status);
	switch (status) {
		case 401:
			return new ConnectError('{0} does not accept the key: it is wrong, over or disabled. Replace the key of the account.', [host], {
				status,
			});
		case 403:
			return new ConnectError(
				'The key does not open the tokens of {0}: it lacks the module Integrations. Replace it by one that has it.',
				[host],
				{ status },
			);
		case 404:
			return new ConnectError(
				'{0} does not know what it was asked for. Check that the address is that of the API of Connect, and reload the account.',
				[host],
				{ status },
			);
		case 409:
			return new ConnectError('{0} refuses this in the state that the token is in: {1} Reload the account and look again.', [host, words], {
				status,
			});
		case 429:
			return new ConnectError(
				'{0} has had too many requests. Try again in {1} seconds.',
				[host, Math.ceil((retryAfter ?? 60_000) / 1000)],
				{ status, isPassing: true, ...(retryAfter !== undefined && { retryAfter }) },
			);
		default:
			return status >= 500
				? new ConnectError('{0} has failed ({1}). Try again later.', [host, status], {
						status,
						isLost: true,
						isPassing: status !== 501,
						...(retryAfter !== undefined && { retryAfter }),
					})
				: new ConnectError('{0} refuses this: {1} Change what it names and try again.', [host, words], { status });
	}
}

/** Codes and messages of an error and of what caused it. */
function* reasonsOf(error: unknown): Generator<string> {
	for (let one = error; one instanceof Error; one = one.cause) {
		yield (one as NodeJS.ErrnoException).code ?? '';
		yield one.message;
	}
}
