import type { Vault } from '../../domain/ports';
import { problem } from '../../domain/problems';

/** A vault whose every call settles within `timeout` milliseconds, and whose errors never quote a secret. */
export class TimeLimitedVault implements Vault {
	constructor(
		private readonly vault: Vault,
		private readonly timeoutMs: number,
	) {}

	get(keyId: string): Promise<string | undefined> {
		return this.#withTimeout(() => this.vault.get(keyId));
	}

	/** @throws ProblemError; then the secret is not kept, even if the vault takes it in later */
	async set(keyId: string, secret: string): Promise<void> {
		let pendingWrite: Promise<void> | undefined;
		try {
			await this.#withTimeout(() => (pendingWrite = this.vault.set(keyId, secret)));
		} catch (error) {
			void Promise.resolve(pendingWrite)
				.catch(() => undefined)
				.then(() => this.vault.delete(keyId))
				.catch(() => undefined);
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
