import { problem, ProblemError, sanitizeForMessage } from '../../domain/problems';

/** Details of a failed platform request. */
interface ConnectErrorDetails {
	/** HTTP status, if the response came from the platform itself. */
	readonly status?: number;
	/** Whether the platform might have made the change although the request failed. */
	readonly outcomeUnknown?: boolean;
	/** Whether retrying the request might help. */
	readonly isTransient?: boolean;
	/** How long the platform asks to wait before a retry. */
	readonly retryAfterMs?: number;
	readonly cause?: unknown;
}

/** A platform request failed. */
export class ConnectError extends ProblemError {
	readonly status: number | undefined;
	readonly outcomeUnknown: boolean;
	readonly isTransient: boolean;
	readonly retryAfterMs: number | undefined;

	constructor(template: string, args: readonly (string | number)[], details: ConnectErrorDetails = {}) {
		const { status, outcomeUnknown = false, isTransient = false, retryAfterMs, cause } = details;
		super([{ field: null, template, args }], { cause });
		this.status = status;
		this.outcomeUnknown = outcomeUnknown;
		this.isTransient = isTransient;
		this.retryAfterMs = retryAfterMs;
	}

	/** Whether the platform couldn't be reached or failed to respond, so cached data might still be valid. */
	get isUnavailable(): boolean {
		return this.status === undefined || this.status >= 500;
	}
}

/** Converts any error to one that can be shown to the user. */
export function toProblemError(error: unknown): ProblemError {
	return error instanceof ProblemError
		? error
		: problem('Unexpected error: {0}. Reload the account and try again.', getErrorMessage(error));
}

/** Returns the error's message, shortened and without keys, for use in another message. */
export function getErrorMessage(error: unknown): string {
	return sanitizeForMessage(error instanceof Error ? error.message : error);
}

/** The account's key isn't stored on this machine. */
export function missingKeyError(host: string): ConnectError {
	return new ConnectError("The account key for {0} isn't stored here. Run “Replace Account Key” to add it again.", [host]);
}

export function unreadableKeyError(host: string, cause: unknown): ConnectError {
	return new ConnectError(
		"Couldn't read the account key for {0} from secret storage ({1}). Unlock your keychain if it's locked, and reload the account.",
		[host, getErrorMessage(cause)],
		{ cause },
	);
}

export function abortedError(host: string): ConnectError {
	return new ConnectError('The request to {0} was canceled. Try again.', [host]);
}

export function timeoutError(host: string, timeoutMs: number): ConnectError {
	const seconds = Math.ceil(timeoutMs / 1000);
	return new ConnectError("{0} didn't respond within the {1}-second limit. Check your connection and try again.", [host, seconds], {
		outcomeUnknown: true,
	});
}

/** The response redirects to another URL. */
export function redirectError(endpoint: string, location: string | null, status: number): ConnectError {
	const target = location === null ? null : URL.parse(location, endpoint);
	return new ConnectError(
		"{0} redirects to {1}. For your security, the API key isn't sent to another address. If that's the right API, add the account with that URL.",
		[new URL(endpoint).host, target === null ? '?' : sanitizeForMessage(target.origin + target.pathname)],
		{ status },
	);
}

/** The response is a web page instead of JSON. */
export function htmlResponseError(host: string, details: ConnectErrorDetails): ConnectError {
	return new ConnectError(
		"{0} returned a web page. Make sure the URL points to the Connect API and that your network doesn't require you to sign in first.",
		[host],
		details,
	);
}

/** The response is truncated or doesn't have the expected format. */
export function invalidResponseError(host: string, details: ConnectErrorDetails = {}): ConnectError {
	return new ConnectError(
		"Couldn't understand the response from {0}. Make sure the URL points to the Connect API and try again.",
		[host],
		details,
	);
}

/** Converts an error that `fetch` rejected with. */
export function unreachableError(host: string, error: unknown): ConnectError {
	const reasons = [...collectReasons(error)];
	const reason = reasons.find((text) => /^E[A-Z_]+$|^[A-Z]+_[A-Z_]+$|^net::/.test(text)) ?? 'network error';
	if (reasons.some((text) => /CERT|_SSL_|_TLS_|EPROTO|SIGNATURE/.test(text))) {
		return new ConnectError(
			"Couldn't connect securely to {0} because its certificate isn't trusted or it doesn't support TLS ({1}). Check the URL. If you use your own certificate authority, make sure your system trusts it.",
			[host, reason],
			{ cause: error },
		);
	}
	// These errors occur before anything is sent.
	const mayHaveBeenSent = !reasons.some((text) =>
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|NAME_NOT_RESOLVED|INTERNET_DISCONNECTED/.test(text),
	);
	return new ConnectError("Couldn't reach {0} ({1}). Check the URL, your connection, and the VS Code proxy settings.", [host, reason], {
		outcomeUnknown: mayHaveBeenSent,
		isTransient: mayHaveBeenSent,
		cause: error,
	});
}

/**
 * Converts a response with an error status.
 * @param platformMessage the platform's error message, if there's one
 */
export function httpStatusError(
	host: string,
	status: number,
	platformMessage: string | undefined,
	retryAfterMs: number | undefined,
): ConnectError {
	const message = platformMessage ?? `HTTP ${status}.`;
	switch (status) {
		case 401:
			return new ConnectError('{0} rejected the API key. It might be incorrect, expired, or disabled. Replace the account key.', [host], {
				status,
			});
		case 403:
			return new ConnectError(
				"The API key can't access tokens on {0} because it doesn't have the Integrations module. Use a key that does.",
				[host],
				{ status },
			);
		case 404:
			return new ConnectError(
				"{0} couldn't find the requested item. Make sure the URL points to the Connect API, and reload the account.",
				[host],
				{ status },
			);
		case 409:
			return new ConnectError(
				"{0} doesn't allow this in the token's current state: {1} Reload the account and check the token.",
				[host, message],
				{
					status,
				},
			);
		case 429: {
			const seconds = Math.ceil((retryAfterMs ?? 60_000) / 1000);
			return new ConnectError(
				seconds === 1
					? '{0} received too many requests. Try again in 1 second.'
					: '{0} received too many requests. Try again in {1} seconds.',
				[host, seconds],
				{ status, isTransient: true, ...(retryAfterMs !== undefined && { retryAfterMs }) },
			);
		}
		default:
			return status >= 500
				? new ConnectError('{0} failed to process the request ({1}). Try again later.', [host, status], {
						status,
						outcomeUnknown: true,
						isTransient: status !== 501,
						...(retryAfterMs !== undefined && { retryAfterMs }),
					})
				: new ConnectError('{0} rejected the request: {1} Correct the error and try again.', [host, message], { status });
	}
}

/** Yields the codes and messages of an error and its causes. */
function* collectReasons(error: unknown): Generator<string> {
	for (let current = error; current instanceof Error; current = current.cause) {
		yield (current as NodeJS.ErrnoException).code ?? '';
		yield current.message;
	}
}
