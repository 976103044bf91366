import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** A running nginx. It may take a moment until it listens. */
export class NginxProcess {
	private constructor(
		private readonly child: ChildProcess,
		private readonly folder: string,
	) {}

	/** @param sites what the `http` block contains: servers that listen on 127.0.0.1 */
	static async start(program: string, sites: string): Promise<NginxProcess> {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-nginx-'));
		const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`);
		const configuration = join(folder, 'nginx.conf');
		await writeFile(
			configuration,
			`daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log; events {} http { access_log off; ${temporary.join(' ')} ${sites} }`,
		);
		return new NginxProcess(
			spawn(program, ['-e', join(folder, 'error.log'), '-p', folder, '-c', configuration], { stdio: 'ignore' }),
			folder,
		);
	}

	async stop(): Promise<void> {
		if (this.child.exitCode === null) {
			const exited = once(this.child, 'exit');
			this.child.kill();
			await exited;
		}
		await rm(this.folder, { recursive: true, force: true });
	}
}
