import { existsSync } from 'node:fs';
import { canInstallPackages, installPackages } from '../../host/aptPackages';
import { withProgress } from '../../host/progress';

const PROGRAMS = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy', '/opt/homebrew/bin/haproxy', '/usr/local/bin/haproxy'];

/** Returns the path of HAProxy, or undefined if it isn't available. On Debian-based systems, it's installed first if possible. */
export async function findHaproxy(): Promise<string | undefined> {
	const find = () => PROGRAMS.find((program) => existsSync(program));
	if (find() === undefined && canInstallPackages()) {
		await withProgress('Installing HAProxy through apt-get', installPackages('haproxy')).catch(() => undefined);
	}
	return find();
}

/** Returns the path of HAProxy for a suite or test, which is skipped if it isn't available. */
export async function findHaproxyOrSkip(context: Mocha.Context): Promise<string> {
	context.timeout(300_000);
	return (await findHaproxy()) ?? context.skip();
}
