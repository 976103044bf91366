import type { Vault } from '../../domain/ports';
import { problem } from '../../domain/problems';

/** A vault whose every call settles within `timeout` milliseconds, and whose errors never quote a secret. */
export class BoundedVault implements Vault {
	constructor(
		private readonly vault: Vault,
		private readonly timeout: number,
	) {}

	get(keyId: string): Promise<string | undefined> {
		return this.#within(() => this.vault.get(keyId));
	}

	/** @throws ProblemError; then the secret is not kept, even if the vault takes it in later */
	async set(keyId: string, secret: string): Promise<void> {
		let setting: Promise<void> | undefined;
		try {
			await this.#within(() => (setting = this.vault.set(keyId, secret)));
		} catch (error) {
			void Promise.resolve(setting)
				.catch(() => undefined)
				.then(() => this.vault.delete(keyId))
				.catch(() => undefined);
			throw problem(
				'The secret storage did not take the key: {0} Nothing was stored. Unlock your keyring if it is locked and try again.',
				sentence(error).replaceAll(secret, '*'.repeat(10)),
			);
		}
	}

	delete(keyId: string): Promise<void> {
		return this.#within(() => this.vault.delete(keyId));
	}

	keyIds(): Promise<readonly string[]> {
		return this.#within(() => this.vault.keyIds());
	}

	async #within<T>(call: () => Promise<T>): Promise<T> {
		let timer: NodeJS.Timeout | undefined;
		const silence = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new Error(`It did not answer within ${this.timeout / 1000} s.`)), this.timeout);
		});
		try {
			return await Promise.race([call(), silence]);
		} finally {
			clearTimeout(timer);
		}
	}
}

function sentence(error: unknown): string {
	const text = (error instanceof Error ? error.message : String(error)).trim();
	return /[.!?]$/.test(text) ? text : `${text}.`;
}
