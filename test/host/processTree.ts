import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

const isWindows = process.platform === 'win32';

/** How long to wait for processes to exit after SIGTERM before killing them, in milliseconds. */
const TERMINATION_TIMEOUT_MS = 10_000;

const EXIT_POLL_INTERVAL_MS = 50;

const PARENT_POLL_INTERVAL_MS = 500;

/** How much of a command's output an error message includes. */
const MAX_QUOTED_CHARACTERS = 4_000;

/**
 * Runs a command and waits for it to exit.
 * Rejects with the end of its output if it can't be started or doesn't exit with code 0.
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

/** Starts a process that can be terminated together with all its descendants. */
export function spawnTree(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
	const child = spawn(command, args, { ...options, detached: !isWindows });
	childProcesses.add(child);
	return child.once('exit', () => childProcesses.delete(child));
}

/**
 * Calls `terminate` with the reason when this process is asked to terminate: by Ctrl+C or another signal, or because its parent process
 * has exited, since some shells exit without forwarding the signal. It can be called more than once.
 */
export function onTerminationRequest(terminate: (reason: string) => void): void {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => terminate(signal));
	}
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) {
			terminate('the parent process exited');
		}
	}, PARENT_POLL_INTERVAL_MS).unref();
}

/** Terminates all running processes that `spawnTree` started. */
export async function terminateAll(): Promise<void> {
	await Promise.all([...childProcesses].map(terminateTree));
}

/** Terminates a process of `spawnTree` and its descendants, and kills them if they don't exit. Resolves after they have exited. */
export async function terminateTree(child: ChildProcess): Promise<void> {
	signalTree(child, 'SIGTERM');
	const deadline = Date.now() + TERMINATION_TIMEOUT_MS;
	while (signalTree(child, 0) && Date.now() < deadline) {
		await setTimeout(EXIT_POLL_INTERVAL_MS);
	}
	signalTree(child, 'SIGKILL');
}

/** Sends a signal (0: none) to a process of `spawnTree` and its descendants. Returns whether any of them is still running. */
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
