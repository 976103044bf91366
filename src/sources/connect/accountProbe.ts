import { formatApiKey, INVALID_API_KEY_MESSAGE, parseApiKey } from '../../domain/apiKey';
import type { AccountInfo } from '../../domain/ports';
import { fieldProblem, problem } from '../../domain/problems';
import { ConnectClient, type ConnectClientOptions } from './connectClient';
import { parseEndpoint } from './endpoint';
import { ConnectError, invalidResponseError } from './connectErrors';
import { isPlatformId, parseNamed, parseTokens } from './platformSchemas';

export interface ProbeOptions extends Pick<ConnectClientOptions, 'fetch' | 'timeoutMs' | 'retryDelayMs'> {
	/** As a user has typed it. */
	readonly endpoint: string;
	/** `ApiKey SU-…:<secret>`, or without its scheme. */
	readonly authorization: string;
	readonly signal?: AbortSignal;
}

/**
 * The account that the key opens.
 * @throws ProblemError about the field `endpoint` or `apiKey` when nothing was asked for, and otherwise one that tells whether the host
 * cannot be reached or not be trusted, is no Connect, does not accept the key, or does not let it at the tokens
 */
export async function probeAccount({
	endpoint,
	authorization,
	signal = new AbortController().signal,
	...options
}: ProbeOptions): Promise<AccountInfo> {
	const baseUrl = parseEndpoint(endpoint);
	const key = parseApiKey(authorization);
	if (!key) {
		throw fieldProblem('apiKey', INVALID_API_KEY_MESSAGE);
	}
	const client = new ConnectClient({ ...options, endpoint: baseUrl, authorization: () => Promise.resolve(formatApiKey(key)), signal });
	try {
		const [account] = parseNamed((await client.get('/accounts?limit=1')).body)?.items ?? [];
		// That the key is one of an account does not mean that it opens its tokens.
		const tokens = account && parseTokens((await client.get('/auth/tokens?limit=1')).body);
		if (!account || !isPlatformId(account.id) || !tokens) {
			throw invalidResponseError(client.host);
		}
		return { id: account.id, name: account.name, endpoint: baseUrl };
	} catch (error) {
		throw error instanceof ConnectError && error.status === 401
			? problem(
					'{0} rejected the API key. It might be incorrect, expired, or disabled. Enter the key again or use another one.',
					client.host,
				)
			: error;
	}
}
