import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

const windows = process.platform === 'win32';

/** How long a process may take to end after it was asked to, in milliseconds, before it is killed. */
const GRACE = 10_000;

/** How often it is looked whether they have ended, in milliseconds. */
const LOOK = 50;

/** How often it is looked whether the parent process is still there, in milliseconds. */
const PARENT_LOOK = 500;

/** How much of a command's output an error quotes, in characters. */
const QUOTED = 4_000;

/**
 * Runs a command to its end.
 * Rejects with the end of its output when it cannot be started or exits with anything but 0.
 */
export async function run(
	command: string,
	args: readonly string[],
	options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
	// npm is a batch file on Windows, which only a shell can start.
	const child = spawnTree(command, args, { ...options, shell: windows, stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	for (const stream of [child.stdout!, child.stderr!]) {
		stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-QUOTED)));
	}
	const [code] = (await once(child, 'close')) as [number | null];
	if (code !== 0) {
		throw new Error(`"${command} ${args.join(' ')}" failed (${code === null ? 'killed' : `exit code ${code}`}):\n${output}`);
	}
}

const running = new Set<ChildProcess>();

/** Starts a process that can be ended together with all its descendants. */
export function spawnTree(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
	const child = spawn(command, args, { ...options, detached: !windows });
	running.add(child);
	return child.once('exit', () => running.delete(child));
}

/**
 * Calls `end` when this process is asked to end: by Ctrl+C or another signal, or because whoever started it is gone without passing
 * the signal on, as some shells are. It may be called several times.
 */
export function onEndAsked(end: (reason: string) => void): void {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => end(signal));
	}
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) {
			end('the end of the process that started it');
		}
	}, PARENT_LOOK).unref();
}

/** Ends all that `spawnTree` has started and that still runs. */
export async function endTrees(): Promise<void> {
	await Promise.all([...running].map(endTree));
}

/** Ends a process of `spawnTree` and its descendants, by force when asking does not help; resolves once they have ended. */
export async function endTree(child: ChildProcess): Promise<void> {
	signalTree(child, 'SIGTERM');
	const deadline = Date.now() + GRACE;
	while (signalTree(child, 0) && Date.now() < deadline) {
		await setTimeout(LOOK);
	}
	signalTree(child, 'SIGKILL');
}

/** Sends a signal to a process of `spawnTree` and its descendants; 0 sends none. Returns whether there was anyone left to receive it. */
function signalTree({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
	if (pid === undefined) {
		return false;
	}
	if (windows) {
		const running = exitCode === null && signalCode === null;
		if (running && signal !== 0) {
			spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
		}
		return running;
	}
	try {
		return process.kill(-pid, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
			return false;
		}
		throw error;
	}
}
