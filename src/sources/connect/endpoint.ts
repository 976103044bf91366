import { isConfidential } from '../../domain/origins';
import type { TokenSource } from '../../domain/ports';
import { fieldProblem, sanitizeForMessage } from '../../domain/problems';

/** The URL of CloudBlue Connect's public API. */
export const DEFAULT_ENDPOINT = 'https://api.connect.cloudblue.com/public/v1';

/** Returns the origins of the platform's API and of the accounts' APIs. */
export function listPlatformOrigins(sources: readonly Pick<TokenSource, 'remote'>[]): readonly string[] {
	const endpoints = [DEFAULT_ENDPOINT, ...sources.flatMap(({ remote }) => (remote ? [remote.account.endpoint] : []))];
	return [...new Set(endpoints.map((endpoint) => new URL(endpoint).origin))];
}

/**
 * Returns the address of the page that lists an account's tokens in the browser. The platform's API is at `api.` and its portal at `portal.`
 * in the same domain (https://portal.connect.cloudblue.com/integrations/tokens/ is what its connector for Workato links to).
 * @returns undefined if the endpoint's host doesn't say where the portal is
 */
export function getTokensPageUrl(endpoint: string): string | undefined {
	const host = /^api\.(.+\..+)$/.exec(URL.parse(endpoint)?.host ?? '')?.[1];
	return host === undefined ? undefined : `https://portal.${host}/integrations/tokens/`;
}

/**
 * Parses an API URL that a user typed, and returns it without a trailing slash.
 * @throws ProblemError for the field `endpoint` if an API key must not be sent to this URL
 */
export function parseEndpoint(text: string): string {
	const url = URL.parse(text.trim());
	if (url === null || !/^https?:$/.test(url.protocol)) {
		throw fieldProblem('endpoint', "“{0}” isn't a valid API URL. Enter a URL like {1}.", sanitizeForMessage(text), DEFAULT_ENDPOINT);
	}
	if (!isConfidential(url.href)) {
		throw fieldProblem('endpoint', "An API key sent to {0} wouldn't be encrypted. Use a URL that starts with https.", url.host);
	}
	if (url.username !== '' || url.password !== '') {
		throw fieldProblem('endpoint', "The URL can't include a user name or password. You'll be asked for the API key separately.");
	}
	if (url.search !== '' || url.hash !== '') {
		throw fieldProblem('endpoint', "The URL can't include a query (?) or fragment (#).");
	}
	return url.origin + url.pathname.replace(/\/+$/, '');
}
