import { fieldProblem, sanitizeForMessage } from '../../domain/problems';

/** Where the platform's own API is. */
export const DEFAULT_ENDPOINT = 'https://api.connect.cloudblue.com/public/v1';

const LOOPBACK_HOST_PATTERN = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The base URL that `text` names, without a slash at the end.
 * @throws ProblemError about the field `endpoint` when a key must not be sent there
 */
export function parseEndpoint(text: string): string {
	const url = URL.parse(text.trim());
	if (url === null || !/^https?:$/.test(url.protocol)) {
		throw fieldProblem('endpoint', 'This is no address of an API: {0}. Enter it like {1}.', sanitizeForMessage(text), DEFAULT_ENDPOINT);
	}
	if (url.protocol === 'http:' && !LOOPBACK_HOST_PATTERN.test(url.hostname)) {
		throw fieldProblem('endpoint', 'A key would be readable on its way to {0}. Use an address that begins with https.', url.host);
	}
	if (url.username !== '' || url.password !== '') {
		throw fieldProblem('endpoint', 'Leave user name and password out of the address. The key is asked for by itself.');
	}
	if (url.search !== '' || url.hash !== '') {
		throw fieldProblem('endpoint', 'Leave out what stands behind the path of the address, from the question or number sign on.');
	}
	return url.origin + url.pathname.replace(/\/+$/, '');
}
