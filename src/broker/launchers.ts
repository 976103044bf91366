import { chmod, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../storage/atomicFile';
import { createPrivateFolder } from '../storage/privateFolder';
import { environmentNames } from './commandLineProtocol';

/** The programs that a launcher starts. */
export interface LaunchedProgram {
	/** Path of the editor's Node.js, which may be Electron. */
	readonly node: string;
	/** Path of the command line's script. */
	readonly script: string;
}

/** A file that starts the command line. */
export interface Launcher {
	readonly name: string;
	readonly content: string;
}

/** Only the owner can change a launcher. */
const EXECUTABLE_MODE = 0o700;
const COMMAND = 'connect-tokens';
/** Batch files can contain only ASCII. */
const MISSING_TEXT = 'connect-tokens: The Connect Tokens extension was not found. Open the editor in which it is installed, and try again.';

/**
 * Returns the launchers that are on the PATH of the editor's terminals. They prefer the programs of the window that opened the terminal, and
 * use the last opened window's if those were removed by an update. Without `--`, Node.js would read our option `--env-file`.
 */
export function createLaunchers({ node, script }: LaunchedProgram): readonly Launcher[] {
	const [nodeName, scriptName] = [environmentNames.node, environmentNames.script];
	return [
		{
			name: COMMAND,
			content: `#!/bin/sh
# Written by the Connect Tokens extension each time that it starts.
if [ ! -f "$${scriptName}" ] || [ ! -x "$${nodeName}" ]; then
	${nodeName}=${quoteForShell(node)}
	${scriptName}=${quoteForShell(script)}
	if [ ! -f "$${scriptName}" ] || [ ! -x "$${nodeName}" ]; then
		echo '${MISSING_TEXT}' >&2
		exit 1
	fi
fi
ELECTRON_RUN_AS_NODE=1 exec "$${nodeName}" -- "$${scriptName}" "$@"
`,
		},
		{
			name: `${COMMAND}.cmd`,
			content: toBatchFile([
				'rem Written by the Connect Tokens extension each time that it starts.',
				'setlocal',
				`if not exist "%${scriptName}%" goto fallback`,
				`if exist "%${nodeName}%" goto start`,
				':fallback',
				`set "${nodeName}=${escapeForBatch(node)}"`,
				`set "${scriptName}=${escapeForBatch(script)}"`,
				`if not exist "%${scriptName}%" goto missing`,
				`if not exist "%${nodeName}%" goto missing`,
				':start',
				'set ELECTRON_RUN_AS_NODE=1',
				`"%${nodeName}%" -- "%${scriptName}%" %*`,
				'exit /b %ERRORLEVEL%',
				':missing',
				`echo ${MISSING_TEXT} 1>&2`,
				'exit /b 1',
			]),
		},
	];
}

/** Returns the launcher for programs outside of the editor: it starts the launcher in `folder`, which the extension keeps up to date. */
export function createStableLauncher(folder: string, platform: NodeJS.Platform = process.platform): Launcher {
	return platform === 'win32'
		? {
				name: `${COMMAND}.cmd`,
				content: toBatchFile([
					`if not exist "${escapeForBatch(folder)}\\${COMMAND}.cmd" (`,
					`  echo ${MISSING_TEXT} 1>&2`,
					'  exit /b 1',
					')',
					`call "${escapeForBatch(folder)}\\${COMMAND}.cmd" %*`,
					'exit /b %ERRORLEVEL%',
				]),
			}
		: {
				name: COMMAND,
				content: `#!/bin/sh
launcher=${quoteForShell(`${folder}/${COMMAND}`)}
if [ ! -x "$launcher" ]; then
	echo '${MISSING_TEXT}' >&2
	exit 1
fi
exec "$launcher" "$@"
`,
			};
}

/** Returns the folder with the launchers of the editor's terminals. */
export function getLauncherFolder(userFolder: string): string {
	return join(userFolder, 'bin');
}

/**
 * Writes launchers into a folder, which is created if it doesn't exist. Files that haven't changed aren't written, and a launcher that's
 * running isn't disturbed.
 */
export async function writeLaunchers(folder: string, launchers: readonly Launcher[]): Promise<void> {
	await createPrivateFolder(folder);
	await Promise.all(launchers.map((launcher) => writeLauncher(folder, launcher)));
}

/** Writes a launcher into a folder that exists. */
export async function writeLauncher(folder: string, { name, content }: Launcher): Promise<void> {
	const path = join(folder, name);
	if ((await readFile(path, 'utf8').catch(() => undefined)) !== content) {
		await replaceFile(path, content);
	}
	await chmod(path, EXECUTABLE_MODE);
}

/** Quotes a text for POSIX shells. */
export function quoteForShell(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * A percent sign begins a variable in a batch file, also between quotation marks, which paths can't contain. The home folder can have
 * characters that batch files can't, so it's a variable.
 */
function escapeForBatch(path: string): string {
	const home = homedir();
	const isInHome = path.startsWith(`${home}\\`);
	return `${isInHome ? '%USERPROFILE%' : ''}${path.slice(isInHome ? home.length : 0).replaceAll('%', '%%')}`;
}

function toBatchFile(lines: readonly string[]): string {
	return ['@echo off', ...lines, ''].join('\r\n');
}
