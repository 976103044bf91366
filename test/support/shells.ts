import { canInstallPackages, installPackages, isOnPath } from '../host/aptPackages';
import { withProgress } from '../host/progress';

/** Arguments with which a shell reads commands as a user types or pastes them, without the user's profile. */
export const INTERACTIVE_SHELLS: Readonly<Record<'bash' | 'zsh' | 'fish', readonly string[]>> = {
	bash: ['--norc', '--noprofile'],
	zsh: ['-f', '-i'],
	fish: ['--no-config'],
};
export type ShellName = keyof typeof INTERACTIVE_SHELLS;

/** Installs the shells that are missing, on Debian-based systems if possible. */
export async function installShells(): Promise<void> {
	const missing = Object.keys(INTERACTIVE_SHELLS).filter((shell) => !isOnPath(shell));
	if (missing.length > 0 && canInstallPackages()) {
		await withProgress('Installing shells through apt-get', installPackages(...missing)).catch(() => undefined);
	}
}
