import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProcess } from './processTree';

/** Whether this is a Debian-based system on which this process is allowed to install packages. */
export function canInstallPackages(): boolean {
	return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
}

/** Rejects with the end of apt-get's output if it fails. */
export async function installPackages(...names: readonly string[]): Promise<void> {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	await runProcess('apt-get', ['update'], { env });
	await runProcess('apt-get', ['install', '--yes', '--no-install-recommends', ...names], { env });
}

/** Whether a program is in a folder of the PATH. */
export function isOnPath(program: string): boolean {
	return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
