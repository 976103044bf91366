import { loadKeytar } from './keytar';

/**
 * Whether this Linux session certainly has no Secret Service, where VS Code stores the key that encrypts secrets. Without it, secrets are only
 * in memory. A lookup doesn't ask for a password, even if the keyring is locked.
 * @param nativeModulesFolder folder of the native modules
 */
export async function isSecretServiceMissing(nativeModulesFolder: string): Promise<boolean> {
	try {
		await loadKeytar(nativeModulesFolder).getPassword('connect-tokens', 'probe');
		return false;
	} catch (error) {
		// Any other error, such as a missing library, says nothing about the service.
		return error instanceof Error && /org\.freedesktop\.secrets|autolaunch|D-?Bus|could not connect/i.test(error.message);
	}
}
