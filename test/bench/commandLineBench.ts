import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestFromWindow } from '../../src/broker/commandLineClient';
import { createLaunchers, writeLaunchers } from '../../src/broker/launchers';
import { installServer } from '../host/installServer';
import { repositoryRoot } from '../host/paths';
import { createTokenWithKey, openWindow, waitForEnd, type TestWindow } from '../support/commandLine';
import { uninstrumentedEnvironment } from '../support/uninstrumentedEnvironment';
import { median, medianTime, milliseconds, type Row } from './resultTable';

const ROUND_TRIP_COUNT = 200;
/** How long a line may be held back before it counts as missing, in milliseconds. */
const LINE_TIMEOUT_MS = 10_000;

/** Writes a line with the variable KEY for each line that it reads, so that a line that's held back ends the measurement. */
const ECHO = `process.stdin.on('data', () => process.stdout.write('line with ' + process.env.KEY + '\\n'));`;

/**
 * Measures the command line with the editor's Node.js and a real socket.
 * @param runs how often each command is started. The order alternates, so that a change of the machine's load affects all of them.
 * @param lines how many lines a program writes
 */
export async function measureCommandLine(runs: number, lines: number): Promise<readonly Row[]> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	const { node } = await installServer();
	const script = join(repositoryRoot, 'out/cli.js');
	const launchers = createLaunchers({ node, script });
	await writeLaunchers(folder, launchers);
	const window = await openWindow(folder, { tokens: [createTokenWithKey()] });
	const { id } = createTokenWithKey().token;
	const start = (command: string, args: readonly string[], environment: Record<string, string> = {}) =>
		spawn(command, args, {
			env: { ...uninstrumentedEnvironment(), ...window.environment, HOME: folder, ...environment },
			cwd: folder,
			shell: process.platform === 'win32',
		});
	const launcher = join(folder, launchers[process.platform === 'win32' ? 1 : 0]!.name);
	try {
		const [bare, get] = await measureStarts(runs, [() => start(node, ['-e', '0']), () => start(launcher, ['get', id])]);
		const roundTrip = await measureRoundTrip(window, id);
		const direct = await measureLines(lines, start(node, ['-e', ECHO], { KEY: 'none' }));
		const masked = await measureLines(lines, start(launcher, ['run', '--token', `KEY=${id}`, '--', node, '-e', ECHO]));
		return [
			{ label: 'node -e 0', figure: milliseconds(bare!) },
			{ label: 'one round trip on the socket', figure: milliseconds(roundTrip) },
			{ label: 'connect-tokens get', figure: milliseconds(get!), target: `under ${milliseconds(1.5 * bare! + roundTrip)}` },
			{ label: 'connect-tokens get without the round trip', figure: `${((get! - roundTrip) / bare!).toFixed(2)} ×`, target: 'under 1.5 ×' },
			{ label: 'write a line and read it, without connect-tokens run', figure: milliseconds(direct.time) },
			{ label: 'write a line with a key and read it masked', figure: milliseconds(masked.time) },
			{ label: 'lines that arrived only after the next one', figure: `${masked.missing} of ${lines}`, target: '0' },
		];
	} finally {
		window.close();
		await rm(folder, { recursive: true, force: true });
	}
}

/** Returns the median time from starting each program until it has ended, in milliseconds. */
async function measureStarts(runs: number, programs: readonly (() => ChildProcessWithoutNullStreams)[]): Promise<readonly number[]> {
	const times: number[][] = programs.map(() => []);
	// The first run isn't counted: it reads the files into the system's cache.
	for (let run = 0; run <= runs; run++) {
		for (const [index, startProgram] of programs.entries()) {
			const start = performance.now();
			const { code, stderr } = await waitForEnd(startProgram());
			if (code !== 0) {
				throw new Error(`The program failed: ${stderr}`);
			}
			if (run > 0) {
				times[index]!.push(performance.now() - start);
			}
		}
	}
	return times.map(median);
}

/** Returns the time to connect, ask for a key, and read it, between two ends that are warm, in milliseconds. */
function measureRoundTrip({ server: { path: socket, handle } }: TestWindow, id: string): Promise<number> {
	return medianTime(ROUND_TRIP_COUNT, () =>
		requestFromWindow(
			{ socket, handle },
			{ type: 'get', reference: `connect://${id}`, folder: repositoryRoot, command: 'get', processIds: [process.ppid] },
		),
	);
}

/** Lets a program write lines one after another, each after the previous one was read. */
async function measureLines(count: number, child: ChildProcessWithoutNullStreams): Promise<{ time: number; missing: number }> {
	const times: number[] = [];
	let missing = 0;
	child.stdout.setEncoding('utf8');
	for (let line = 0; line <= count; line++) {
		const arrival = once(child.stdout, 'data', { signal: AbortSignal.timeout(LINE_TIMEOUT_MS) });
		const start = performance.now();
		child.stdin.write('\n');
		const isInTime = await arrival.then(
			([text]) => String(text).endsWith('\n'),
			() => false,
		);
		missing += isInTime ? 0 : 1;
		// The program has to start before its first line.
		if (line > 0) {
			times.push(performance.now() - start);
		}
	}
	child.stdin.end();
	await once(child, 'close');
	return { time: median(times), missing };
}
