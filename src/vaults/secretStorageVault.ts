import type { SecretStorage } from 'vscode';
import type { Vault } from '../domain/ports';

/** VS Code's secret storage, which all workspaces share, as the vault of a workspace. */
export class SecretStorageVault implements Vault {
	readonly #prefix: string;

	/**
	 * @param workspaceKey distinguishes the keys of this workspace from those of others; the same in each window of the workspace
	 * @param content what is stored: keys, or copies of records
	 */
	constructor(
		private readonly secrets: SecretStorage,
		workspaceKey: string,
		content: 'workspace' | 'records' = 'workspace',
	) {
		this.#prefix = `connectTokens.${content}/${encodeURIComponent(workspaceKey)}/`;
	}

	async get(keyId: string): Promise<string | undefined> {
		return this.secrets.get(this.#prefix + keyId);
	}

	async set(keyId: string, secret: string): Promise<void> {
		await this.secrets.store(this.#prefix + keyId, secret);
	}

	async delete(keyId: string): Promise<void> {
		await this.secrets.delete(this.#prefix + keyId);
	}

	async keyIds(): Promise<readonly string[]> {
		const keys = await this.secrets.keys();
		return keys.filter((key) => key.startsWith(this.#prefix)).map((key) => key.slice(this.#prefix.length));
	}
}
