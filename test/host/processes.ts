import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

const windows = process.platform === 'win32';

/** How long a process may take to end after it was asked to, in milliseconds, before it is killed. */
const GRACE = 10_000;

/** How much of a command's output an error quotes, in characters. */
const QUOTED = 4_000;

/**
 * Runs a command to its end.
 * Rejects with the end of its output when it cannot be started or exits with anything but 0.
 */
export async function run(command: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<void> {
	// npm is a batch file on Windows, which only a shell can start.
	const child = spawn(command, args, { ...options, shell: windows, stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-QUOTED)));
	}
	const [code] = (await once(child, 'close')) as [number | null];
	if (code !== 0) {
		throw new Error(`"${command} ${args.join(' ')}" failed (${code === null ? 'killed' : `exit code ${code}`}):\n${output}`);
	}
}

/** Starts a process that can be ended together with all its descendants. */
export function spawnTree(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
	return spawn(command, args, { ...options, detached: !windows });
}

/** Ends a process of `spawnTree` and its descendants, by force when asking does not help; resolves once it has ended. */
export async function endTree(child: ChildProcess): Promise<void> {
	const running = child.exitCode === null && child.signalCode === null && child.pid !== undefined;
	if (running) {
		const exit = once(child, 'exit');
		signalTree(child, 'SIGTERM');
		const timer = setTimeout(() => signalTree(child, 'SIGKILL'), GRACE);
		await exit;
		clearTimeout(timer);
	}
	// Descendants may outlive the process that leads them.
	signalTree(child, 'SIGKILL');
}

/** Sends a signal to a process of `spawnTree` and its descendants; nothing happens when there is none left. */
export function signalTree({ pid }: ChildProcess, signal: NodeJS.Signals): void {
	if (pid === undefined) {
		return;
	}
	if (windows) {
		spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
		return;
	}
	try {
		process.kill(-pid, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
			throw error;
		}
	}
}
