import pLimit from 'p-limit';
import type { Log } from '../domain/log';
import type { Vault } from '../domain/ports';
import { KeyIndex } from './keyIndex';
import { loadKeytar, toKeychainProblem, type Keytar } from './keytar';

const KEYCHAIN_SERVICE = 'connect-tokens';

export interface KeychainVaultOptions {
	/** Folder of the native modules, which are loaded on first use. */
	readonly nativeModulesFolder: string;
	/** Distinguishes the keys of this workspace from those of others; the same in each window of the workspace. */
	readonly workspaceKey: string;
	/**
	 * Folder for the IDs of the keys that this editor has stored in the keychain. It may not exist. The user's other editors have their own
	 * IDs for the same workspace, and each editor handles only its own keys.
	 */
	readonly indexFolder: string;
	readonly log: Log;
}

/**
 * The operating system's keychain as the vault of a workspace: Keychain on macOS, Credential Manager on Windows, and the Secret Service on
 * Linux. Each call rejects with a `ProblemError` when the keychain isn't available.
 */
export class KeychainVault implements Vault {
	readonly #index: KeyIndex;
	/**
	 * One call at a time: while the keychain asks its user for a password, a call blocks one of the few threads that Node uses to read
	 * files, and several calls would block the whole extension host.
	 */
	readonly #limit = pLimit(1);
	#keytar: Keytar | undefined;

	constructor(private readonly options: KeychainVaultOptions) {
		this.#index = new KeyIndex(options.indexFolder);
	}

	async get(keyId: string): Promise<string | undefined> {
		const secret = await this.#getPassword(keyId);
		if (secret === undefined && (await this.#index.list()).includes(keyId)) {
			await this.#assertUnlocked();
		}
		return secret;
	}

	async set(keyId: string, secret: string): Promise<void> {
		const isNew = !(await this.#index.list()).includes(keyId);
		this.#getKeytar();
		await this.#index.add(keyId);
		try {
			await this.#callKeytar((keytar) => keytar.setPassword(KEYCHAIN_SERVICE, this.#getAccountName(keyId), secret));
		} catch (error) {
			if (isNew) {
				await this.#index.remove(keyId);
			}
			throw error;
		}
		// Another window that deleted the key in the meantime may have removed it from the index.
		await this.#index.add(keyId);
	}

	async delete(keyId: string): Promise<void> {
		if (!(await this.#callKeytar((keytar) => keytar.deletePassword(KEYCHAIN_SERVICE, this.#getAccountName(keyId))))) {
			await this.#assertUnlocked();
		}
		await this.#index.remove(keyId);
		if ((await this.#getPassword(keyId)) !== undefined) {
			await this.#index.add(keyId);
		}
	}

	/** Returns the IDs of the keys that this editor has stored, without accessing the keychain. */
	async keyIds(): Promise<readonly string[]> {
		return this.#index.list();
	}

	/** Throws if the keyring is locked: it then reports existing keys as missing, and returns an error only when a key is stored. */
	async #assertUnlocked(): Promise<void> {
		const account = this.#getAccountName('trial');
		await this.#callKeytar((keytar) => keytar.setPassword(KEYCHAIN_SERVICE, account, 'trial'));
		await this.#callKeytar((keytar) => keytar.deletePassword(KEYCHAIN_SERVICE, account));
	}

	async #getPassword(keyId: string): Promise<string | undefined> {
		return (await this.#callKeytar((keytar) => keytar.getPassword(KEYCHAIN_SERVICE, this.#getAccountName(keyId)))) ?? undefined;
	}

	#getAccountName(keyId: string): string {
		return `${this.options.workspaceKey}/${keyId}`;
	}

	#callKeytar<T>(call: (keytar: Keytar) => Promise<T>): Promise<T> {
		return this.#limit(async () => {
			try {
				return await call(this.#getKeytar());
			} catch (error) {
				this.options.log.warn('Keychain call failed', error);
				throw toKeychainProblem(error);
			}
		});
	}

	#getKeytar(): Keytar {
		return (this.#keytar ??= loadKeytar(this.options.nativeModulesFolder));
	}
}
