import { logFailure, type Log } from '../../domain/log';
import type { Vault } from '../../domain/ports';
import { problem } from '../../domain/problems';

/** Wraps a vault so that each call settles within `timeoutMs` milliseconds, and errors never contain a secret. */
export class TimeLimitedVault implements Vault {
	constructor(
		private readonly vault: Vault,
		private readonly timeoutMs: number,
		private readonly log: Log,
	) {}

	get(keyId: string): Promise<string | undefined> {
		return this.#withTimeout(() => this.vault.get(keyId));
	}

	/** @throws ProblemError when the secret can't be stored. If the vault stores it later anyway, it's removed again. */
	async set(keyId: string, secret: string): Promise<void> {
		let pendingWrite: Promise<void> | undefined;
		try {
			await this.#withTimeout(() => (pendingWrite = this.vault.set(keyId, secret)));
		} catch (error) {
			void this.#deleteWhenSettled(pendingWrite, keyId);
			throw problem(
				"Couldn't store the API key: {0} Nothing was saved. If your keyring is locked, unlock it and try again.",
				toSentence(error).replaceAll(secret, '*'.repeat(10)),
			);
		}
	}

	delete(keyId: string): Promise<void> {
		return this.#withTimeout(() => this.vault.delete(keyId));
	}

	keyIds(): Promise<readonly string[]> {
		return this.#withTimeout(() => this.vault.keyIds());
	}

	async #deleteWhenSettled(write: Promise<void> | undefined, keyId: string): Promise<void> {
		await Promise.allSettled([write]);
		await this.vault.delete(keyId).catch(logFailure(this.log, 'remove an API key'));
	}

	async #withTimeout<T>(call: () => Promise<T>): Promise<T> {
		let timer: NodeJS.Timeout | undefined;
		const timedOut = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new Error(`No response within ${this.timeoutMs / 1000} seconds.`)), this.timeoutMs);
		});
		try {
			return await Promise.race([call(), timedOut]);
		} finally {
			clearTimeout(timer);
		}
	}
}

function toSentence(error: unknown): string {
	const text = (error instanceof Error ? error.message : String(error)).trim();
	return /[.!?]$/.test(text) ? text : `${text}.`;
}
