import { canInstallPackages, installPackages, isOnPath } from '../../host/aptPackages';
import { withProgress } from '../../host/progress';

const PROGRAMS = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon'];
const PACKAGES = ['dbus', 'dbus-bin', 'gnome-keyring', 'libsecret-1-0'];

/** Returns why gnome-keyring isn't available, or undefined if it is. On Debian-based systems, it's installed first if possible. */
export async function keyringMissing(): Promise<string | undefined> {
	if (process.platform !== 'linux') {
		return 'gnome-keyring is a program for Linux.';
	}
	if (!areInstalled() && canInstallPackages()) {
		await withProgress('Installing gnome-keyring through apt-get', installPackages(...PACKAGES)).catch(() => undefined);
	}
	return areInstalled() ? undefined : `Not installed: ${PROGRAMS.join(', ')}. Debian has them in ${PACKAGES.join(', ')}.`;
}

function areInstalled(): boolean {
	return PROGRAMS.every(isOnPath);
}
