import { hashSecret } from '../../domain/apiKey';
import { logFailure, type Log } from '../../domain/log';
import { problem, type ProblemError } from '../../domain/problems';
import type { AccountKey } from './accountKey';
import { ConnectError } from './connectErrors';
import type { PlatformTokenWithKeys } from './platformSchemas';
import type { ReplaceKeyBody, TokenRequests } from './tokenRequests';

export type KeyReplacement = 'rotate' | 'renew';

export interface KeyReplacerOptions {
	readonly accountKey: AccountKey;
	readonly requests: TokenRequests;
	/** Sends requests without waiting for replacements of the account key. */
	readonly accountKeyRequests: TokenRequests;
	readonly log: Log;
}

/** Replaces the keys of an account's tokens. If a key of the account's own token is replaced, the account is signed in with the new one. */
export class KeyReplacer {
	constructor(private readonly options: KeyReplacerOptions) {}

	/**
	 * Replaces a token's key once, even if the response gets lost, and returns the token.
	 * @param onReplaced called after the platform has replaced the key, even if the new account key then can't be read or stored
	 */
	async replace(
		action: KeyReplacement,
		previous: PlatformTokenWithKeys,
		body: ReplaceKeyBody,
		onReplaced: (updated: PlatformTokenWithKeys) => void,
	): Promise<PlatformTokenWithKeys> {
		const { accountKey, requests, accountKeyRequests } = this.options;
		const { id } = previous.platformToken;
		if (!(await accountKey.belongsTo(id))) {
			const updated = await this.#replaceOnce(requests, action, previous, body);
			onReplaced(updated);
			return updated;
		}
		return accountKey.runReplacement(async () => {
			const updated = await this.#replaceOnce(accountKeyRequests, action, previous, body);
			try {
				await this.#adoptAccountKey(updated);
			} finally {
				onReplaced(updated);
			}
			return updated;
		});
	}

	#replaceOnce(
		requests: TokenRequests,
		action: KeyReplacement,
		previous: PlatformTokenWithKeys,
		body: ReplaceKeyBody,
	): Promise<PlatformTokenWithKeys> {
		const { id } = previous.platformToken;
		return requests.runOnce(
			() => requests.replaceKey(id, action, body),
			async () => {
				const found = await requests.read(id).catch((error: unknown) => {
					throw requests === this.options.accountKeyRequests && error instanceof ConnectError && error.status === 401
						? lostAccountKeyProblem(id)
						: error;
				});
				return fingerprintKeys(found) === fingerprintKeys(previous) ? undefined : found;
			},
		);
	}

	/** Signs the account in with the token's current key. */
	async #adoptAccountKey({ platformToken: { id }, keys: { current } }: PlatformTokenWithKeys): Promise<void> {
		const { accountKey, accountKeyRequests, log } = this.options;
		const key = current ?? (await accountKeyRequests.read(id).catch(logFailure(log, 'read the new account key')))?.keys.current;
		if (key === undefined) {
			throw lostAccountKeyProblem(id);
		}
		await accountKey.replace(key, id);
	}
}

/** Returns a text that changes when the token's keys change. Doesn't contain the keys. */
function fingerprintKeys({ platformToken, keys }: PlatformTokenWithKeys): string {
	const hashes = [keys.current, keys.previous].map((key) => (key === undefined ? '' : hashSecret(key)));
	const { expirationDate, renewedExpirationDate, platformStatus, updated } = platformToken;
	// If the platform doesn't return keys, any update of the token might have replaced them.
	return [...hashes, expirationDate, renewedExpirationDate, platformStatus, ...(keys.current === undefined ? [updated.at] : [])].join(' ');
}

/** The account key was replaced, and the new one is unknown. */
function lostAccountKeyProblem(id: string): ProblemError {
	return problem(
		"The account key ({0}) was rotated, but the new key wasn't received. Copy the new key from CloudBlue Connect, then run “Replace Account Key”.",
		id,
	);
}
