import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

const isWindows = process.platform === 'win32';

/** How long a process may take to end after it was asked to, in milliseconds, before it is killed. */
const TERMINATION_TIMEOUT_MS = 10_000;

/** How often it is looked whether they have ended, in milliseconds. */
const EXIT_POLL_INTERVAL_MS = 50;

/** How often it is looked whether the parent process is still there, in milliseconds. */
const PARENT_POLL_INTERVAL_MS = 500;

/** How much of a command's output an error quotes, in characters. */
const MAX_QUOTED_CHARACTERS = 4_000;

/**
 * Runs a command to its end.
 * Rejects with the end of its output when it cannot be started or exits with anything but 0.
 */
export async function runProcess(
	command: string,
	args: readonly string[],
	options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
	// npm is a batch file on Windows, which only a shell can start.
	const child = spawnTree(command, args, { ...options, shell: isWindows, stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	for (const stream of [child.stdout!, child.stderr!]) {
		stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-MAX_QUOTED_CHARACTERS)));
	}
	const [code] = (await once(child, 'close')) as [number | null];
	if (code !== 0) {
		throw new Error(`"${command} ${args.join(' ')}" failed (${code === null ? 'killed' : `exit code ${code}`}):\n${output}`);
	}
}

const childProcesses = new Set<ChildProcess>();

/** Starts a process that can be ended together with all its descendants. */
export function spawnTree(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
	const child = spawn(command, args, { ...options, detached: !isWindows });
	childProcesses.add(child);
	return child.once('exit', () => childProcesses.delete(child));
}

/**
 * Calls `end` when this process is asked to end: by Ctrl+C or another signal, or because whoever started it is gone without passing
 * the signal on, as some shells are. It may be called several times.
 */
export function onTerminationRequest(terminate: (reason: string) => void): void {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => terminate(signal));
	}
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) {
			terminate('the end of the process that started it');
		}
	}, PARENT_POLL_INTERVAL_MS).unref();
}

/** Ends all that `spawnTree` has started and that still runs. */
export async function terminateAll(): Promise<void> {
	await Promise.all([...childProcesses].map(terminateTree));
}

/** Ends a process of `spawnTree` and its descendants, by force when asking does not help; resolves once they have ended. */
export async function terminateTree(child: ChildProcess): Promise<void> {
	signalTree(child, 'SIGTERM');
	const deadline = Date.now() + TERMINATION_TIMEOUT_MS;
	while (signalTree(child, 0) && Date.now() < deadline) {
		await setTimeout(EXIT_POLL_INTERVAL_MS);
	}
	signalTree(child, 'SIGKILL');
}

/** Sends a signal to a process of `spawnTree` and its descendants; 0 sends none. Returns whether there was anyone left to receive it. */
function signalTree({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
	if (pid === undefined) {
		return false;
	}
	if (isWindows) {
		const isRunning = exitCode === null && signalCode === null;
		if (isRunning && signal !== 0) {
			spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
		}
		return isRunning;
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
