// npm start: opens VS Code with the built extension installed on the sample workspace, and runs until Ctrl+C.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findDesktopVsCode, hasDisplay } from './desktopVsCode';
import { installExtensions, installThisExtension } from './installExtensions';
import { installServer } from './installServer';
import { cacheFolder, repositoryRoot } from './paths';
import { terminateAll, onTerminationRequest, spawnTree } from './processTree';
import { withProgress } from './progress';
import { startVsCodeServer } from './vscodeServer';
import { writeUserSettings } from './editorSettings';
import { workbenchUrl } from './workbenchUrl';

/** Used whenever it's free, because browsers store secrets per port. */
const PREFERRED_PORT = 7350;

const START_FOLDER = join(cacheFolder, 'start');
const folder = join(START_FOLDER, 'workspace');
const userDataDir = join(START_FOLDER, 'data');
const extensionsDir = join(START_FOLDER, 'extensions');

/** Opens the walkthrough in the first window. */
const WALKTHROUGH_OPENER = join(repositoryRoot, 'test/host/walkthroughOpener');

const STORAGE_NOTE = `Your changes are stored in ${START_FOLDER}.`;

/** Commands that open a URL in the user's browser; elsewhere it's xdg-open. */
const BROWSER_COMMANDS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
	darwin: ['open'],
	win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

async function main(): Promise<void> {
	await mkdir(extensionsDir, { recursive: true });
	await withProgress('Installing the extension', installThisExtension(extensionsDir));
	await installExtensions([WALKTHROUGH_OPENER], extensionsDir);
	if (!existsSync(folder)) {
		await cp(join(repositoryRoot, 'test/sample'), folder, { recursive: true });
	}
	if (!existsSync(join(userDataDir, 'User/settings.json'))) {
		await writeUserSettings(userDataDir);
	}
	const desktop = await withProgress('Looking for desktop VS Code', findDesktopVsCode());
	await (desktop === undefined ? runServer() : runDesktop(desktop));
}

async function runDesktop(executable: string): Promise<void> {
	const args = [`--user-data-dir=${userDataDir}`, `--extensions-dir=${extensionsDir}`];
	const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
	const child = spawnTree(executable, [folder, ...args, ...sandbox, '--new-window', '--disable-workspace-trust', '--skip-welcome'], {
		stdio: 'ignore',
	});
	console.log(`Opening VS Code with the extension and a sample workspace. ${STORAGE_NOTE} To stop, close it or press Ctrl+C.`);
	await once(child, 'exit');
}

async function runServer(): Promise<never> {
	await installServer();
	const port = await findFreePort();
	const tokenFile = join(START_FOLDER, 'connection-token');
	const server = await withProgress(
		'Starting the VS Code server',
		startVsCodeServer({
			dataDir: join(START_FOLDER, 'server'),
			userDataDir,
			extensionsDir,
			port,
			tokenFile: await ensureTokenFile(tokenFile),
			isAutomated: false,
		}),
	);
	const token = await readFile(tokenFile, 'utf8');
	const url = workbenchUrl(server.authority, { folder }, token);
	console.log(`\nVS Code is running with the extension and a sample workspace. Open it in a browser:\n\n  ${url}\n`);
	if (hasDisplay()) {
		openInBrowser(url);
	}
	if (!hasDisplay() || process.env.SSH_CONNECTION) {
		console.log(`From another machine, forward the port first: ssh -L ${port}:127.0.0.1:${port} <this machine>`);
	}
	console.log(`${STORAGE_NOTE} API keys are stored in the browser. To stop, press Ctrl+C.`);
	return server.failed;
}

/** Returns the preferred port or the next free one. */
async function findFreePort(): Promise<number> {
	for (let port = PREFERRED_PORT; ; port++) {
		if (await isFree(port)) {
			if (port !== PREFERRED_PORT) {
				console.log(`Port ${PREFERRED_PORT} is in use, so this uses port ${port}. API keys created on another port aren't available.`);
			}
			return port;
		}
	}
}

function isFree(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = createServer()
			.once('error', () => resolve(false))
			.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
	});
}

/** Creates the file with the connection token, which keeps other users of this machine out, if it doesn't exist. */
async function ensureTokenFile(file: string): Promise<string> {
	if (!existsSync(file)) {
		await writeFile(file, randomBytes(16).toString('hex'), { mode: 0o600 });
	}
	return file;
}

function openInBrowser(url: string): void {
	const [command, ...args] = BROWSER_COMMANDS[process.platform] ?? ['xdg-open'];
	spawnTree(command, [...args, url], { stdio: 'ignore' }).on('error', () => console.log("Couldn't open a browser."));
}

let isTerminating = false;
onTerminationRequest(() => {
	isTerminating = true;
	void terminateAll().then(() => process.exit(0));
});

main().catch((error: unknown) => {
	if (!isTerminating) {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	}
});
