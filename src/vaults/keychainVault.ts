import type { Vault } from '../domain/ports';
import { KeyIndex } from './keyIndex';
import { toKeychainProblem, loadKeytar, type Keytar } from './keytar';

const KEYCHAIN_SERVICE = 'connect-tokens';

export interface KeychainVaultOptions {
	/** Folder of the native modules, which are loaded with the first call that needs them. */
	readonly nativeModulesFolder: string;
	/** What sets this workspace's keys apart; the same in every window of the workspace. */
	readonly workspaceKey: string;
	/**
	 * Folder for the ids of the keys put into the keychain from here. It may not exist. The user's other editors have ids of their
	 * own for the same workspace, and what one of them does not know is none of its business.
	 */
	readonly indexFolder: string;
}

/**
 * The operating system's keychain as the vault of one workspace: Keychain on macOS, Credential Manager on Windows, and on Linux
 * the keyring behind the Secret Service. Every call rejects with a `ProblemError` when the keychain is not to be had.
 */
export class KeychainVault implements Vault {
	readonly #index: KeyIndex;
	#keytar: Keytar | undefined;
	#queue: Promise<unknown> = Promise.resolve();

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
		// Another window that deleted the key meanwhile may have taken it off.
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

	/** Ids of the keys that were put in from here; the keychain itself is not asked. */
	async keyIds(): Promise<readonly string[]> {
		return this.#index.list();
	}

	/** A locked keyring says of a key that it is not there. Only to a new one does it say why. */
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

	/**
	 * One call at a time: while the keychain asks its user for a password, a call keeps one of the few threads that Node reads files
	 * with, and several would bring the whole extension host to a halt.
	 */
	#callKeytar<T>(call: (keytar: Keytar) => Promise<T>): Promise<T> {
		const turn = this.#queue.then(async () => {
			try {
				return await call(this.#getKeytar());
			} catch (error) {
				throw toKeychainProblem(error);
			}
		});
		this.#queue = turn.catch(() => undefined);
		return turn;
	}

	#getKeytar(): Keytar {
		return (this.#keytar ??= loadKeytar(this.options.nativeModulesFolder));
	}
}
