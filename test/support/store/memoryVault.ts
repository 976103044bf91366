import type { Vault } from '../../../src/domain/ports';

/** A vault in memory that tests can inspect and override. */
export class MemoryVault implements Vault {
	readonly secrets = new Map<string, string>();

	get(keyId: string): Promise<string | undefined> {
		return Promise.resolve(this.secrets.get(keyId));
	}

	set(keyId: string, secret: string): Promise<void> {
		this.secrets.set(keyId, secret);
		return Promise.resolve();
	}

	delete(keyId: string): Promise<void> {
		this.secrets.delete(keyId);
		return Promise.resolve();
	}

	keyIds(): Promise<readonly string[]> {
		return Promise.resolve([...this.secrets.keys()]);
	}
}
