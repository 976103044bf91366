import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Vault } from '../../../src/domain/ports';
import { SwitchableVault } from '../../../src/vaults/switchableVault';
import { createVaultLock } from '../../../src/storage/vaultLock';
import { FileVault } from '../fileVault';
import { silentLog } from '../../../src/domain/log';

/** The two vaults in a folder, as files. */
export function openVaults(folder: string): { editor: FileVault; keychain: FileVault } {
	return { editor: new FileVault(join(folder, 'editor')), keychain: new FileVault(join(folder, 'keychain')) };
}

/** What one window makes of the vaults in a folder. */
export function createWindowVault(
	folder: string,
	{ editor, keychain }: Record<'editor' | 'keychain', Vault> = openVaults(folder),
): SwitchableVault {
	return new SwitchableVault({ editor, keychain }, createVaultLock(folder, silentLog), silentLog);
}

/** A vault that takes a different time for every call, as real ones do, so that calls of several windows meet in every order. */
export class SlowVault implements Vault {
	constructor(private readonly vault: Vault) {}

	async get(keyId: string): Promise<string | undefined> {
		await waitRandomly();
		return this.vault.get(keyId);
	}

	async set(keyId: string, secret: string): Promise<void> {
		await waitRandomly();
		await this.vault.set(keyId, secret);
	}

	async delete(keyId: string): Promise<void> {
		await waitRandomly();
		await this.vault.delete(keyId);
	}

	async keyIds(): Promise<readonly string[]> {
		await waitRandomly();
		return this.vault.keyIds();
	}
}

function waitRandomly(): Promise<void> {
	return setTimeout(Math.random() * 4);
}
