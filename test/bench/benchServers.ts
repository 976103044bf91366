// Servers that benchmarks compare, each on one core, and the load generator and the upstream on another one.
import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Load } from './loadGenerator';
import { median } from './resultTable';

/** The core that servers run on. */
export const SERVER_CORE = '0';
/** The core that the load generator and the upstream run on. */
export const CLIENT_CORE = '1';

export const canPin = availableParallelism() > 1 && succeeds('taskset', ['-p', String(process.pid)]);

/** Resources that a server has used. */
export interface ResourceUsage {
	/** In bytes, without the memory of an idle Node process. */
	readonly memory: number;
	/** In microseconds. */
	readonly processor: NodeJS.CpuUsage;
}

/** A running server. */
export interface RunningServer<Kind extends string> {
	readonly kind: Kind;
	readonly port: number;
	/** Undefined if it can't be measured. */
	usage(): Promise<ResourceUsage | undefined>;
	stop(): Promise<void>;
}

/** Runs this process on the clients' core if possible, and returns a function that undoes this. */
export function pinToClientCore(): () => void {
	if (!canPin) {
		return () => undefined;
	}
	const id = String(process.pid);
	const mask = execFileSync('taskset', ['-p', id], { encoding: 'utf8' }).trim().split(' ').at(-1)!;
	execFileSync('taskset', ['-cp', CLIENT_CORE, id]);
	return () => void execFileSync('taskset', ['-p', mask, id]);
}

/** Returns what a process and its children have used; undefined if the system doesn't tell. */
export async function readUsage(pid: number): Promise<ResourceUsage | undefined> {
	try {
		const folder = `/proc/${pid}`;
		const [nanoseconds = ''] = (await readFile(`${folder}/schedstat`, 'utf8')).split(' ');
		const [, kilobytes = ''] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`${folder}/status`, 'utf8')) ?? [];
		const own: ResourceUsage = { memory: Number(kilobytes) * 1024, processor: { user: Number(nanoseconds) / 1000, system: 0 } };
		const children = (await readFile(`${folder}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
		const all = [own, ...(await Promise.all(children.map((child) => readUsage(Number(child)))))];
		return {
			memory: all.reduce((sum, usage) => sum + (usage?.memory ?? 0), 0),
			processor: { user: all.reduce((sum, usage) => sum + (usage?.processor.user ?? 0), 0), system: 0 },
		};
	} catch {
		// Only Linux has these files.
		return undefined;
	}
}

/** Starts a server of `gatewayServer.ts` on a core. */
export async function startNode<Kind extends string>(
	program: string,
	kind: Kind,
	core: string,
	args: readonly string[],
): Promise<RunningServer<Kind>> {
	const script = join(__dirname, 'gatewayServer.js');
	const child = canPin
		? spawn('taskset', ['-c', core, process.execPath, script, program, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
		: fork(script, [program, ...args]);
	const [{ port }] = (await once(child, 'message')) as [{ port: number }];
	return {
		kind,
		port,
		usage: async () => {
			child.send({});
			const [usage] = (await once(child, 'message')) as [ResourceUsage];
			return usage;
		},
		stop: () => stopProcess(child),
	};
}

/** Starts nginx, which only forwards, on the servers' core. */
export async function startNginx(upstream: string, folder: string): Promise<RunningServer<'nginx'>> {
	const port = await new Promise<number>((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const address = server.address() as AddressInfo;
			server.close(() => resolve(address.port));
		});
	});
	const configuration = join(folder, 'nginx.conf');
	await writeFile(
		configuration,
		`daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; events { worker_connections 1024; }
http {
	access_log off;
	${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
	upstream api { server ${new URL(upstream).host}; keepalive 64; }
	server {
		listen 127.0.0.1:${port}; keepalive_requests 1000000000;
		location / { proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection ""; }
	}
}`,
	);
	const args = ['-p', folder, '-c', configuration];
	const child = canPin ? spawn('taskset', ['-c', SERVER_CORE, 'nginx', ...args]) : spawn('nginx', args);
	while (!(await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)));
	return { kind: 'nginx', port, usage: () => readUsage(child.pid!), stop: () => stopProcess(child) };
}

export async function stopProcess(child: ChildProcess): Promise<void> {
	const exit = once(child, 'exit');
	child.kill();
	await exit;
}

/** Returns the median ratio of the throughputs of two servers. */
export function medianRatio(loads: readonly Load[], otherLoads: readonly Load[]): number {
	return median(loads.map(({ throughput }, index) => throughput / (otherLoads[index]?.throughput ?? NaN)));
}

/** Formats a request for products. */
export function formatProductRequest(port: number, authorization: string): Buffer {
	const headers = [
		`Host: 127.0.0.1:${port}`,
		`Authorization: ${authorization}`,
		'Accept: application/json',
		'Accept-Encoding: gzip, deflate, br',
		'User-Agent: bench/1.0',
	];
	return Buffer.from(
		`GET /products/PRD-000-000-000/items?limit=10&in(status,(draft,published)) HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`,
	);
}

/** Whether a program exists and succeeds. */
export function succeeds(command: string, args: readonly string[]): boolean {
	try {
		execFileSync(command, args, { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}
