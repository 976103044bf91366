import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installServer } from './installServer';
import { repositoryRoot } from './paths';
import { terminateTree, spawnTree } from './processTree';

/** How long the server may take to listen, in milliseconds. */
const START_TIMEOUT_MS = 180_000;

export interface ServerOptions {
	/** Where the server keeps its data and its log. */
	readonly dataDir: string;
	/** Where it looks for extensions, each in a folder `publisher.name-version`. */
	readonly extensionsDir: string;
	/** Where it keeps what the user's profile holds: settings, the extensions' global storage. */
	readonly userDataDir: string;
	/** 0 takes any free port. */
	readonly port?: number;
	/** A file whose content must be given with the first visit; without one everybody on this machine may come in. */
	readonly tokenFile?: string;
	/** Added to the environment of the server, and so of the extension host. */
	readonly env?: Record<string, string | undefined>;
	/** Whether the editor asks whom to trust, and opens folders in Restricted Mode until it is told. Otherwise it trusts every folder. */
	readonly hasWorkspaceTrust?: boolean;
}

export interface VsCodeServer {
	readonly port: number;
	/** `127.0.0.1:<port>`: the authority of `vscode-remote:` URIs. */
	readonly authority: string;
	/** Rejects when the server ends without having been asked to; never resolves. */
	readonly failed: Promise<never>;
	/** Ends the server and all it has started. */
	stop(): Promise<void>;
}

/**
 * Starts VS Code's server build, installing it first where it is missing, on the loopback interface.
 * Rejects with the end of its output when it does not start to listen.
 */
export async function startVsCodeServer(options: ServerOptions): Promise<VsCodeServer> {
	const { node, main } = await installServer();
	await mkdir(options.dataDir, { recursive: true });
	const child = spawnTree(
		node,
		[
			join(repositoryRoot, 'out/test/host/vscodeServerProcess.js'),
			join(options.dataDir, 'secrets.key'),
			main,
			...['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--start-server'],
			...(options.tokenFile === undefined ? ['--without-connection-token'] : ['--connection-token-file', options.tokenFile]),
			...['--accept-server-license-terms', '--disable-telemetry', '--enable-smoke-test-driver'],
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
		throw new Error(`The VS Code server ended unexpectedly (exit code ${String(code)}):\n${output}`);
	});
	failed.catch(() => undefined);
	const stop = () => {
		isStopping = true;
		return terminateTree(child);
	};
	try {
		const port = await Promise.race([
			listening,
			failed,
			rejectAfter(START_TIMEOUT_MS, () => `The VS Code server does not listen:\n${output}`),
		]);
		return { port, authority: `127.0.0.1:${port}`, failed, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Our environment without what a VS Code around us, in whose terminal we may run, has put there for its own children. */
function environmentWithoutVsCode(): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE|ELECTRON)_/.test(name)));
}

/** Rejects after `limit` milliseconds. */
function rejectAfter(timeoutMs: number, message: () => string): Promise<never> {
	return new Promise((_, reject) => {
		setTimeout(() => reject(new Error(message())), timeoutMs).unref();
	});
}
