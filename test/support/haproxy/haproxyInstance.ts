import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How an instance differs from what its files say. */
export interface InstanceOptions {
	/** Its name in the deployment. */
	readonly name: string;
	/** Port on 127.0.0.1. */
	readonly port: number;
	/** The `Authorization` header for the upstream; none by default. */
	readonly upstreamAuthorization?: string;
}

/** A running HAProxy. */
export interface HaproxyInstance {
	readonly pid: number;
	readonly port: number;
	/** Path of the runtime API's socket. */
	readonly socketPath: string;
	/** What it wrote to standard error. */
	getOutput(): string;
	/** Ends it, and resolves when it has exited. */
	stop(signal?: NodeJS.Signals): Promise<void>;
}

/** HAProxy's own client, which no policy uses, would read all certificates of the system at each start: a third of its processor time. */
const CLIENT_FILE = 'client-for-tests.cfg';
const CLIENT_CONFIGURATION = 'global\n\thttpclient.ssl.verify none\n';

/** Writes files to a new folder. Resolves with the folder and a function that deletes it. */
export async function writeToNewFolder(files: ReadonlyMap<string, string>): Promise<{ folder: string; remove: () => Promise<void> }> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-haproxy-'));
	await writeFiles(folder, files);
	return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Writes files to a folder. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
	await mkdir(folder, { recursive: true });
	await Promise.all(Array.from(files, ([name, text]) => writeFile(join(folder, name), text)));
}

/** Checks the configuration in a folder. Resolves with what HAProxy has to say about it; empty if it's valid without warnings. */
export async function checkConfiguration(program: string, folder: string): Promise<string> {
	const { process, getOutput } = await startProgram(program, folder, ['-c'], { CONNECT_UPSTREAM_AUTHORIZATION: '' });
	const [code] = (await once(process, 'close')) as [number | null];
	const problems = getOutput()
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('[NOTICE]'));
	return code === 0 ? problems.join('\n') : `Exit code ${code}: ${problems.join('\n')}`;
}

/**
 * Starts an instance with the files in a folder. Resolves when it accepts connections.
 * @throws Error with HAProxy's output if it exits
 */
export async function startHaproxy(program: string, folder: string, options: InstanceOptions): Promise<HaproxyInstance> {
	const { name, port, upstreamAuthorization = '' } = options;
	const { process: child, getOutput } = await startProgram(program, folder, ['-db'], {
		CONNECT_INSTANCE: name,
		CONNECT_BIND: `127.0.0.1:${port}`,
		CONNECT_UPSTREAM_AUTHORIZATION: upstreamAuthorization,
	});
	const exited = once(child, 'close');
	while (!(await canConnect(port))) {
		if (child.exitCode !== null) {
			throw new Error(`HAProxy exited: ${getOutput()}`);
		}
		await delay(20);
	}
	return {
		pid: child.pid!,
		port,
		socketPath: join(folder, `haproxy-${name}.sock`),
		getOutput,
		stop: async (signal = 'SIGKILL') => {
			child.kill(signal);
			await exited;
		},
	};
}

async function startProgram(
	program: string,
	cwd: string,
	parameters: readonly string[],
	environment: Readonly<Record<string, string>>,
): Promise<{ process: ChildProcess; getOutput: () => string }> {
	await writeFile(join(cwd, CLIENT_FILE), CLIENT_CONFIGURATION);
	const child = spawn(program, [...parameters, '-f', 'haproxy.cfg', '-f', CLIENT_FILE], {
		cwd,
		env: { ...process.env, ...environment },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text.replace(/^Configuration file is valid\n/, '')));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
	return { process: child, getOutput: () => output };
}

async function canConnect(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		// It isn't listening yet.
		return false;
	} finally {
		socket.destroy();
	}
}
