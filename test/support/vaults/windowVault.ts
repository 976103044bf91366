import { join } from 'node:path';
import { SwitchableVault } from '../../../src/secrets/switchableVault';
import { oneWindowAtATime } from '../../../src/ui/vaultLock';
import { FileVault } from '../fileVault';

/** The two vaults in a folder, as files. */
export function vaultsIn(folder: string): { editor: FileVault; keychain: FileVault } {
	return { editor: new FileVault(join(folder, 'editor')), keychain: new FileVault(join(folder, 'keychain')) };
}

/** What one window makes of the vaults in a folder. */
export function windowVault(folder: string): SwitchableVault {
	return new SwitchableVault(vaultsIn(folder), oneWindowAtATime(folder));
}
