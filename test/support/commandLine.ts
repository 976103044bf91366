import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { answerCommandLine, type CommandLineServices } from '../../src/broker/answerCommandLine';
import { environmentNames, PROTOCOL_VERSION } from '../../src/broker/commandLineProtocol';
import { CommandLineServer, type CommandLineServerOptions } from '../../src/broker/commandLineServer';
import { getProgramFolder, installLauncher } from '../../src/broker/installLauncher';
import { KeyBroker, type KeyBrokerOptions } from '../../src/broker/keyBroker';
import type { KeyDecision, KeyQuestion } from '../../src/broker/keyRequest';
import { createLaunchers, getLauncherFolder, writeLaunchers } from '../../src/broker/launchers';
import { registerWindow } from '../../src/broker/windowRegistry';
import { silentLog } from '../../src/domain/log';
import { checkHosts } from '../../src/domain/tokenHosts';
import type { SourceToken } from '../../src/domain/tokenSources';
import { authorizationOrThrow } from '../../src/models/keyTexts';
import { repositoryRoot } from '../host/paths';
import { createSourceToken } from './sourceTokens';
import { uninstrumentedEnvironment } from './uninstrumentedEnvironment';

/** Obviously fake secret. */
export const FAKE_SECRET = '0123456789abcdef'.repeat(3).slice(0, 40);

/** Creates a token whose key is fake. */
export function createTokenWithKey(changes: Partial<SourceToken['token']> = {}): SourceToken {
	return createSourceToken(changes, { readKey: (id) => Promise.resolve({ authorization: `ApiKey ${id}:${FAKE_SECRET}` }) });
}

export interface WindowOptions extends Partial<Pick<KeyBrokerOptions, 'reportSilence' | 'isTrusted' | 'record'>> {
	readonly tokens?: readonly SourceToken[];
	readonly folders?: readonly string[];
	readonly ask?: (question: KeyQuestion) => KeyDecision | Promise<KeyDecision>;
	readonly allowedOrigins?: readonly string[];
	readonly findTerminal?: (processIds: readonly number[]) => Promise<string | undefined>;
	readonly runTool?: CommandLineServices['runTool'];
	readonly createPolicy?: CommandLineServices['createPolicy'];
	readonly addCounts?: CommandLineServices['addCounts'];
	readonly server?: Partial<CommandLineServerOptions>;
}

/** A window without an editor: a real broker behind a real socket. */
export interface TestWindow {
	readonly server: CommandLineServer;
	readonly questions: readonly KeyQuestion[];
	/** The variables that the window's terminals have. */
	readonly environment: Record<string, string>;
	close(): void;
}

export interface CommandResult {
	/** Undefined if a signal has ended it. */
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface CommandOptions {
	readonly environment?: Record<string, string>;
	readonly cwd?: string;
	readonly input?: string;
	/** The script of another build. */
	readonly script?: string;
}

/** The command line that the build has created. */
export const COMMAND_LINE_SCRIPT = join(repositoryRoot, 'out/cli.js');

/** Opens a window that allows everything once, unless `ask` says otherwise. */
export async function openWindow(userFolder: string, options: WindowOptions = {}): Promise<TestWindow> {
	const { tokens = [createTokenWithKey()], folders = [], ask = () => 'once', findTerminal = () => Promise.resolve(undefined) } = options;
	const runTool = options.runTool ?? (({ name }) => Promise.reject(new Error(`Unknown tool: ${name}`)));
	const {
		createPolicy = () => Promise.reject(new Error('There is no policy.')),
		addCounts = () => Promise.reject(new Error('There are no counts.')),
	} = options;
	const questions: KeyQuestion[] = [];
	const broker = new KeyBroker({
		grants: { read: () => Promise.resolve([]), add: () => Promise.resolve(), remove: () => Promise.resolve() },
		ask: async (question) => {
			questions.push(question);
			return ask(question);
		},
		reportSilence: options.reportSilence ?? (() => undefined),
		record: options.record ?? (() => Promise.resolve()),
		toAuthorization: authorizationOrThrow,
		isTrusted: options.isTrusted ?? (() => true),
		isTest: false,
		clock: () => new Date(),
		log: silentLog,
	});
	const sources = {
		list: () => Promise.resolve(tokens),
		find: ({ tokenId }: { tokenId: string }) => Promise.resolve(tokens.find(({ token }) => token.id === tokenId)),
	};
	const checkOrigin = (found: SourceToken, origin: string) => {
		const gateway = { origin: undefined, ports: [] };
		return Promise.resolve(checkHosts([origin], found, { gateway, allowedOrigins: options.allowedOrigins ?? [], isFileAllowed: false }));
	};
	const server = await CommandLineServer.open({
		answer: (request, signal) =>
			answerCommandLine(request, { sources, broker, checkOrigin, findTerminal, runTool, createPolicy, addCounts }, signal),
		log: silentLog,
		...options.server,
	});
	const { path: socket, handle } = server;
	const entry = await registerWindow(userFolder, { socket, handle, folders: [...folders] }, new Date());
	return {
		server,
		questions,
		environment: { [environmentNames.socket]: socket, [environmentNames.handle]: handle },
		close: () => {
			entry.dispose();
			server.dispose();
		},
	};
}

/** A user's home folder, with windows and commands of that user, which are removed and closed after each test. */
export class CommandLineHome {
	home = '';
	readonly #windows: TestWindow[] = [];

	constructor() {
		beforeEach(async () => {
			this.home = await realpath(await mkdtemp(join(tmpdir(), 'connect-tokens-home-')));
		});
		afterEach(async () => {
			this.#windows.splice(0).forEach((window) => window.close());
			await rm(this.home, { recursive: true, force: true });
		});
	}

	get userFolder(): string {
		return join(this.home, '.connect-tokens');
	}

	/** Opens a window that allows everything once, unless `ask` says otherwise. */
	async open(options: WindowOptions = {}): Promise<TestWindow> {
		const window = await openWindow(this.userFolder, options);
		this.#windows.push(window);
		return window;
	}

	/**
	 * Installs the command for programs outside of the editor.
	 * @returns the environment of a terminal outside of the editor: only the home folder, and a PATH on which the command and Node.js are
	 */
	async install(): Promise<{ readonly HOME: string; readonly PATH: string }> {
		const program = { node: process.execPath, script: COMMAND_LINE_SCRIPT };
		await writeLaunchers(getLauncherFolder(this.userFolder), createLaunchers(program));
		const { folder } = await installLauncher(getProgramFolder(this.home, {}), this.userFolder, {});
		return { HOME: this.home, PATH: [folder, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter) };
	}

	/** Starts the built command line as this user. */
	start(
		args: readonly string[],
		{ environment = {}, cwd = this.home, script = COMMAND_LINE_SCRIPT }: CommandOptions = {},
	): ChildProcessWithoutNullStreams {
		const env = { ...uninstrumentedEnvironment(), HOME: this.home, LOCALAPPDATA: this.home, ...environment };
		return spawn(process.execPath, ['--', script, ...args], { cwd, env });
	}

	/** Runs the built command line as this user, and resolves when it has ended. */
	async run(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
		const child = this.start(args, options);
		child.stdin.end(options.input ?? '');
		return waitForEnd(child);
	}
}

/** Collects the output of a command until it has ended. */
export function waitForEnd(child: ChildProcessWithoutNullStreams): Promise<CommandResult> {
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
	});
}

/** Builds the command line with another version of the protocol, and returns the path of its script. */
export async function buildCommandLine(folder: string, version: number): Promise<string> {
	const outfile = join(folder, `cli${version}.js`);
	await build({
		...{ entryPoints: [join(repositoryRoot, 'src/cli/main.ts')], outfile },
		...{ bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' },
		plugins: [
			{
				name: 'other-version',
				setup: (plugin) =>
					plugin.onLoad({ filter: /commandLineProtocol\.ts$/ }, async ({ path }) => {
						const [declaration, source] = [`PROTOCOL_VERSION = ${PROTOCOL_VERSION};`, await readFile(path, 'utf8')];
						assert.ok(source.includes(declaration));
						return { contents: source.replace(declaration, `PROTOCOL_VERSION = ${version};`), loader: 'ts' };
					}),
			},
		],
	});
	return outfile;
}
