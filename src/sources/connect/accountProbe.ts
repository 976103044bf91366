import { formatApiKey, INVALID_API_KEY_MESSAGE, parseApiKey } from '../../domain/apiKey';
import type { AccountInfo } from '../../domain/ports';
import { fieldProblem, problem } from '../../domain/problems';
import { createAccountLog } from './accountLog';
import { ConnectClient, type ConnectClientOptions } from './connectClient';
import { parseEndpoint } from './endpoint';
import { ConnectError, invalidResponseError } from './connectErrors';
import { isPlatformId, parseNamed, parseTokens } from './platformSchemas';

export interface ProbeOptions extends Pick<ConnectClientOptions, 'log' | 'fetch' | 'timeoutMs' | 'retryDelayMs'> {
	/** API URL as typed by the user. */
	readonly endpoint: string;
	/** `ApiKey SU-…:<secret>`, with or without the scheme. */
	readonly authorization: string;
	readonly signal?: AbortSignal;
}

/**
 * Finds the account of an API key, and makes sure that the key can access the account's tokens.
 * @throws ProblemError for the field `endpoint` or `apiKey` if it's invalid, in which case nothing is sent. Otherwise one that says whether
 * the host is unreachable or untrusted, isn't a Connect API, or rejected the key, or whether the key can't access tokens.
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
	const log = createAccountLog(options.log, new URL(baseUrl).host);
	const client = new ConnectClient({ ...options, log, endpoint: baseUrl, authorization: () => Promise.resolve(formatApiKey(key)), signal });
	try {
		return { ...(await findAccount(client)), endpoint: baseUrl };
	} catch (error) {
		throw error instanceof ConnectError && error.status === 401
			? problem(
					'{0} rejected the API key. It might be incorrect, expired, or disabled. Enter the key again or use another one.',
					client.host,
				)
			: error;
	}
}

async function findAccount(client: ConnectClient): Promise<Omit<AccountInfo, 'endpoint'>> {
	const [account] = parseNamed((await client.get('/accounts?limit=1')).body)?.items ?? [];
	// Any valid key can read the account, but not necessarily its tokens.
	const tokens = account && parseTokens((await client.get('/auth/tokens?limit=1')).body);
	if (!account || !isPlatformId(account.id) || !tokens) {
		throw invalidResponseError(client.host);
	}
	return { id: account.id, name: account.name };
}
