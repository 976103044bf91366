import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { getExtensionHostArguments } from '../support/coverage/coverageFolder';
import { linkUsedBuiltInExtensions } from './builtInExtensions';
import { installServer } from './installServer';
import { repositoryRoot } from './paths';
import { terminateTree, spawnTree } from './processTree';

const START_TIMEOUT_MS = 180_000;

export interface ServerOptions {
	/** Folder for the server's data and log. */
	readonly dataDir: string;
	/** Folder of the installed extensions, each in a subfolder `publisher.name-version`. */
	readonly extensionsDir: string;
	/** Folder of the user's profile: settings and the extensions' global storage. */
	readonly userDataDir: string;
	/** 0, the default, picks any free port. */
	readonly port?: number;
	/** File with the connection token that the URL must contain. Without one, any user of this machine can connect. */
	readonly tokenFile?: string;
	/** Added to the environment of the server, and therefore of the extension host. */
	readonly env?: Record<string, string | undefined>;
	/** Whether to load only those built-in extensions that tests use. */
	readonly hasFewBuiltInExtensions?: boolean;
	/**
	 * Whether tests can run an extension under development and aren't interrupted; true by default. VS Code then shows notifications only in
	 * its list, never as toasts.
	 */
	readonly isAutomated?: boolean;
	/** Whether workspace trust is enabled. By default, all folders are trusted. */
	readonly hasWorkspaceTrust?: boolean;
}

export interface VsCodeServer {
	readonly port: number;
	/** `127.0.0.1:<port>`: the authority of `vscode-remote:` URIs. */
	readonly authority: string;
	/** Rejects if the server exits before `stop` is called; never resolves. */
	readonly failed: Promise<never>;
	/** Terminates the server and all its child processes. */
	stop(): Promise<void>;
}

/**
 * Starts VS Code's server build on the loopback interface, and installs it first if necessary.
 * Rejects with the end of its output if it doesn't start listening in time.
 */
export async function startVsCodeServer(options: ServerOptions): Promise<VsCodeServer> {
	const { node, main } = await installServer();
	await mkdir(options.dataDir, { recursive: true });
	const builtInExtensions = options.hasFewBuiltInExtensions ? ['--builtin-extensions-dir', await linkUsedBuiltInExtensions(main)] : [];
	const child = spawnTree(
		node,
		[
			...getExtensionHostArguments(),
			join(repositoryRoot, 'out/test/host/vscodeServerProcess.js'),
			join(options.dataDir, 'secrets.key'),
			main,
			...['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--start-server'],
			...(options.tokenFile === undefined ? ['--without-connection-token'] : ['--connection-token-file', options.tokenFile]),
			...['--accept-server-license-terms', '--disable-telemetry'],
			// The browser runs on this machine, so compression costs processor time and saves nothing.
			'--disable-websocket-compression',
			...((options.isAutomated ?? true) ? ['--enable-smoke-test-driver'] : []),
			...builtInExtensions,
			...(options.hasWorkspaceTrust ? [] : ['--disable-workspace-trust']),
			...['--server-data-dir', options.dataDir, '--user-data-dir', options.userDataDir, '--extensions-dir', options.extensionsDir],
		],
		{ env: { ...environmentWithoutVsCode(), ...options.env }, stdio: 'pipe' },
	);
	const log = createWriteStream(join(options.dataDir, 'server.log'));
	let output = '';
	let isStopping = false;
	const listening = new Promise<number>((resolve) => {
		for (const stream of [child.stdout!, child.stderr!]) {
			stream.setEncoding('utf8').on('data', (text: string) => {
				log.write(text);
				output = (output + text).slice(-4_000);
				const [, port] = /agent listening on (\d+)/.exec(output) ?? [];
				if (port) {
					resolve(Number(port));
				}
			});
		}
	});
	const failed = once(child, 'exit').then(([code]) => {
		log.end();
		if (isStopping) {
			return new Promise<never>(() => undefined);
		}
		throw new Error(`The VS Code server exited unexpectedly (exit code ${String(code)}):\n${output}`);
	});
	// Callers may start awaiting it only later, or never.
	failed.catch(() => undefined);
	const stop = () => {
		isStopping = true;
		return terminateTree(child);
	};
	try {
		const port = await Promise.race([
			listening,
			failed,
			rejectAfter(START_TIMEOUT_MS, () => `The VS Code server didn't start listening in time:\n${output}`),
		]);
		return { port, authority: `127.0.0.1:${port}`, failed, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** This process's environment without the variables that VS Code sets in its integrated terminal. */
function environmentWithoutVsCode(): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE|ELECTRON)_/.test(name)));
}

function rejectAfter(timeoutMs: number, message: () => string): Promise<never> {
	return new Promise((_, reject) => {
		setTimeout(() => reject(new Error(message())), timeoutMs).unref();
	});
}
