import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { KeyMask } from '../broker/keyMask';
import { getSecret } from '../domain/apiKey';
import { resolveEnvironment, type ResolvedEnvironment } from './environment';
import { getErrorCode } from './errorCode';
import { toExitCode } from './processes';
import { readOptions } from './readOptions';
import { StartError } from './startError';
import { UsageError } from './usageError';
import { getKey, toReference } from './windows';
import { createWindowsCommand } from './windowsCommand';

/** Exit codes of shells. */
const NOT_FOUND_EXIT_CODE = 127;
const NOT_EXECUTABLE_EXIT_CODE = 126;

/** A terminal sends these to all of its programs. */
const TERMINAL_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
/** Signals that a program can handle, without those that Node.js reserves. */
const FORWARDED_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'];

const OPTIONS = {
	'env-file': { type: 'string', multiple: true },
	token: { type: 'string', multiple: true },
	'no-masking': { type: 'boolean' },
} as const;

/** Runs a program with keys in its environment. Resolves with the program's exit code. */
export async function run(args: readonly string[]): Promise<number> {
	const separator = args.indexOf('--');
	const { values, positionals } = readOptions('run', separator < 0 ? args : args.slice(0, separator), OPTIONS);
	const [command, ...commandArgs] = separator < 0 ? [] : args.slice(separator + 1);
	if (command === undefined || positionals.length > 0) {
		throw new UsageError('Write the command after --, like this: connect-tokens run -- node server.js', 'run');
	}
	const name = basename(command).slice(0, 100);
	const environment = await resolveEnvironment({
		base: process.env,
		envFiles: values['env-file'] ?? [],
		tokens: (values.token ?? []).map(parseTokenOption),
		getKey: (reference) => getKey(reference, `run ${name}`),
	});
	return runProgram(command, commandArgs, environment, values['no-masking'] !== true);
}

function parseTokenOption(option: string): [name: string, reference: string] {
	const [, name, reference] = /^([^=]+)=(.*)$/.exec(option) ?? [];
	if (name === undefined || reference === undefined) {
		throw new UsageError(`The option --token needs a variable and a token, like this: --token API_KEY=SU-000-000-000`, 'run');
	}
	return [name, toReference(reference, 'run')];
}

/** Starts the program, forwards signals to it, and masks the keys in its output where that isn't a terminal. */
async function runProgram(
	command: string,
	args: readonly string[],
	{ variables, keys }: ResolvedEnvironment,
	isMasked: boolean,
): Promise<number> {
	const streams = [process.stdout, process.stderr] as const;
	const masked = streams.map((stream) => isMasked && keys.length > 0 && !stream.isTTY);
	const stdio: StdioOptions = ['inherit', ...masked.map((pipe) => (pipe ? ('pipe' as const) : ('inherit' as const)))];
	const child = start(command, args, variables, stdio);
	const stopForwarding = forwardSignals(child);
	const secrets = keys.map(getSecret);
	const outputs = [child.stdout, child.stderr].flatMap((output, index) => (output ? [maskOutput(output, streams[index]!, secrets)] : []));
	try {
		const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
			child.once('error', (error) => reject(toStartError(command, error)));
			child.once('close', (...result) => resolve(result));
		});
		await Promise.all(outputs);
		if (signal === null) {
			return code ?? 1;
		}
		stopForwarding();
		// The parent process sees the same signal. If the signal is ignored, the exit code shows it.
		process.kill(process.pid, signal);
		return toExitCode(signal);
	} finally {
		stopForwarding();
	}
}

function start(command: string, args: readonly string[], env: Record<string, string>, stdio: StdioOptions): ChildProcess {
	if (process.platform !== 'win32') {
		return spawn(command, args, { env, stdio });
	}
	const { file, args: windowsArgs, isVerbatim } = createWindowsCommand(command, args, env);
	return spawn(file, windowsArgs, { env, stdio, windowsVerbatimArguments: isVerbatim, windowsHide: true });
}

/** Returns a function that stops it. While signals are forwarded, they don't end this program, which waits for the child. */
function forwardSignals(child: ChildProcess): () => void {
	const isInTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
	const handlers = [
		...FORWARDED_SIGNALS.map((signal) => [signal, () => child.kill(signal)] as const),
		// In a terminal, the child has received them, too, and many programs end at once at the second one.
		...TERMINAL_SIGNALS.map((signal) => [signal, () => (isInTerminal ? undefined : child.kill(signal))] as const),
	].filter(([signal]) => process.platform !== 'win32' || /^SIG(INT|TERM|HUP)$/.test(signal));
	handlers.forEach(([signal, handler]) => process.on(signal, handler));
	return () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
}

/** Resolves when everything is written. */
async function maskOutput(input: Readable, output: Writable, secrets: readonly string[]): Promise<void> {
	const mask = new KeyMask(secrets);
	// Without a reader, the program ends as it does without this one.
	output.once('error', () => input.destroy());
	try {
		for await (const chunk of input) {
			await write(output, mask.write(chunk as Uint8Array));
		}
		await write(output, mask.end());
	} catch {
		// The reader of the output is gone, so there's nobody to tell.
	}
}

function write(output: Writable, bytes: Uint8Array): Promise<void> {
	return bytes.length === 0
		? Promise.resolve()
		: new Promise((resolve, reject) => output.write(bytes, (error) => (error ? reject(error) : resolve())));
}

function toStartError(command: string, error: Error): StartError {
	const code = getErrorCode(error);
	return code === 'ENOENT'
		? new StartError(`The command ${command} wasn't found. Check its name and your PATH, and try again.`, NOT_FOUND_EXIT_CODE, {
				cause: error,
			})
		: new StartError(`Couldn't start ${command} (${code}). Check its permissions and try again.`, NOT_EXECUTABLE_EXIT_CODE, {
				cause: error,
			});
}
