import { formatApiKey, matchesSecret } from '../../domain/apiKey';
import { logFailure, type Log } from '../../domain/log';
import type { KeyInfo, KeyReadResult, Vault } from '../../domain/ports';
import { problem } from '../../domain/problems';
import { getValidKeys, type KeyVersion, type TokenRecord } from '../../domain/token';

/** Lists a token's valid keys, newest first. If all have expired, it lists the last one. */
export function listRecordKeys(record: TokenRecord, now: Date): readonly KeyInfo[] {
	return getValidKeys(record, now).map(({ which, key: { issuedAt, expirationDate } }) => ({ which, issuedAt, expirationDate }));
}

/**
 * Reads an API key of a token from the vault.
 * @throws ProblemError when the token doesn't have that key
 */
export async function readRecordKey(record: TokenRecord, which: KeyVersion, now: Date, vault: Vault, log: Log): Promise<KeyReadResult> {
	const { id } = record;
	const key = getValidKeys(record, now).find((candidate) => candidate.which === which)?.key;
	if (!key) {
		throw problem('The previous key of {0} has expired.', id);
	}
	try {
		const secret = await vault.get(key.id);
		return secret !== undefined && matchesSecret(secret, key.sha256)
			? { authorization: formatApiKey({ tokenId: id, secret }) }
			: { unavailable: 'notFound' };
	} catch (error) {
		logFailure(log, `read the API key of ${id}`)(error);
		return { unavailable: 'vaultFailed' };
	}
}
