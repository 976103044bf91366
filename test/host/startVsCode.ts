// Opens a VS Code with the extension in development mode and the sample workspace, until Ctrl+C: npm start
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findDesktopVsCode, hasDisplay } from './desktopVsCode';
import { installServer } from './installServer';
import { cacheFolder, repositoryRoot } from './paths';
import { terminateAll, onTerminationRequest, spawnTree } from './processTree';
import { withProgress } from './progress';
import { startVsCodeServer } from './vscodeServer';
import { writeUserSettings } from './editorSettings';
import { workbenchUrl } from './workbenchUrl';

/** Always the same where it is free: a browser keeps secrets by port. */
const PREFERRED_PORT = 7350;

const START_FOLDER = join(cacheFolder, 'start');
const folder = join(START_FOLDER, 'workspace');
const userDataDir = join(START_FOLDER, 'data');
const extensionsDir = join(START_FOLDER, 'extensions');

const STORAGE_NOTE = `What you create is kept in ${START_FOLDER}.`;

/** What opens an address in the user's browser. */
const BROWSER_COMMANDS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
	darwin: ['open'],
	win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

async function main(): Promise<void> {
	await mkdir(extensionsDir, { recursive: true });
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
	const args = [`--extensionDevelopmentPath=${repositoryRoot}`, `--user-data-dir=${userDataDir}`, `--extensions-dir=${extensionsDir}`];
	const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
	const child = spawnTree(executable, [folder, ...args, ...sandbox, '--new-window', '--disable-workspace-trust', '--skip-welcome'], {
		stdio: 'ignore',
	});
	console.log(`VS Code opens with the extension and a sample workspace. ${STORAGE_NOTE} Close it or press Ctrl+C to end.`);
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
		}),
	);
	const token = await readFile(tokenFile, 'utf8');
	const url = workbenchUrl(server.authority, { folder, extensionDevelopmentPath: repositoryRoot }, token);
	console.log(`\nVS Code runs with the extension and a sample workspace. Open it in a browser:\n\n  ${url}\n`);
	if (hasDisplay()) {
		openInBrowser(url);
	}
	if (!hasDisplay() || process.env.SSH_CONNECTION) {
		console.log(`From another machine, forward the port first: ssh -L ${port}:127.0.0.1:${port} <this machine>`);
	}
	console.log(`${STORAGE_NOTE} Keys are kept by that browser. Ctrl+C ends it.`);
	return server.failed;
}

/** Our port, or the next one that is free. */
async function findFreePort(): Promise<number> {
	for (let port = PREFERRED_PORT; ; port++) {
		if (await isFree(port)) {
			if (port !== PREFERRED_PORT) {
				console.log(`Port ${PREFERRED_PORT} is taken, so this is port ${port}. Keys created at another port are not found here.`);
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

/** Makes the file with the token that keeps everybody else on this machine out, once. */
async function ensureTokenFile(file: string): Promise<string> {
	if (!existsSync(file)) {
		await writeFile(file, randomBytes(16).toString('hex'), { mode: 0o600 });
	}
	return file;
}

function openInBrowser(url: string): void {
	const [command, ...args] = BROWSER_COMMANDS[process.platform] ?? ['xdg-open'];
	spawnTree(command, [...args, url], { stdio: 'ignore' }).on('error', () => console.log('No browser could be opened.'));
}

let isEnding = false;
onTerminationRequest(() => {
	isEnding = true;
	void terminateAll().then(() => process.exit(0));
});

main().catch((error: unknown) => {
	if (!isEnding) {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	}
});
