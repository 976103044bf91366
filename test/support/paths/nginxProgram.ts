import { existsSync } from 'node:fs';
import { canInstallPackages, installPackages } from '../../host/aptPackages';
import { withProgress } from '../../host/progress';

const PROGRAMS = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx', '/usr/local/bin/nginx'];

/** Returns the path of nginx, or undefined if it isn't available. On Debian-based systems, it's installed first if possible. */
export async function findNginx(): Promise<string | undefined> {
	const find = () => PROGRAMS.find((program) => existsSync(program));
	if (find() === undefined && canInstallPackages()) {
		await withProgress('Installing nginx through apt-get', installPackages('nginx-light')).catch(() => undefined);
	}
	return find();
}
