import { formatApiKey, parseApiKey } from '../../domain/apiKey';
import type { AccountInfo } from '../../domain/ports';
import { fieldProblem, problem } from '../../domain/problems';
import { Client, type ClientOptions } from './client';
import { parseEndpoint } from './endpoint';
import { ConnectError, notUnderstood } from './errors';
import { isPlatformId, readNamed, readTokens } from './wire';

export interface ProbeOptions extends Pick<ClientOptions, 'fetch' | 'timeout' | 'retryDelay'> {
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
	const base = parseEndpoint(endpoint);
	const key = parseApiKey(authorization);
	if (!key) {
		throw fieldProblem(
			'apiKey',
			'This is no API key. Paste the whole value, like ApiKey SU-000-000-000:… with 40 characters after the colon.',
		);
	}
	const client = new Client({ ...options, endpoint: base, authorization: () => Promise.resolve(formatApiKey(key)), signal });
	try {
		const [account] = readNamed((await client.get('/accounts?limit=1')).body)?.items ?? [];
		// That the key is one of an account does not mean that it opens its tokens.
		const tokens = account && readTokens((await client.get('/auth/tokens?limit=1')).body);
		if (!account || !isPlatformId(account.id) || !tokens) {
			throw notUnderstood(client.host);
		}
		return { id: account.id, name: account.name, endpoint: base };
	} catch (error) {
		throw error instanceof ConnectError && error.status === 401
			? problem('{0} does not accept the key: it is wrong, over or disabled. Copy the key again, or another one.', client.host)
			: error;
	}
}
