import { lstat, mkdir, readFile } from 'node:fs/promises';
import { delimiter, join, normalize } from 'node:path';
import { problem } from '../domain/problems';
import { getErrorCode, toWriteProblem } from '../storage/fileErrors';
import { createStableLauncher, getLauncherFolder, writeLauncher } from './launchers';

/** What launchers of this extension contain. */
const OWN_TEXT = 'Connect Tokens extension';

/** Where the command was installed. */
export interface InstalledLauncher {
	readonly path: string;
	readonly folder: string;
	/** Whether programs find the command by its name. */
	readonly isOnPath: boolean;
}

/** Returns the folder for the user's own programs. */
export function getProgramFolder(home: string, environment: NodeJS.ProcessEnv): string {
	return process.platform === 'win32'
		? join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Programs', 'connect-tokens')
		: join(home, '.local', 'bin');
}

/**
 * Installs the command for programs outside of the editor.
 * @param userFolder from `getUserFolder`
 * @throws ProblemError if the file can't be written, or there's one of another program
 */
export async function installLauncher(folder: string, userFolder: string, environment: NodeJS.ProcessEnv): Promise<InstalledLauncher> {
	const launcher = createStableLauncher(getLauncherFolder(userFolder));
	const path = join(folder, launcher.name);
	const isMissing = await lstat(path).then(
		() => false,
		(error: unknown) => getErrorCode(error) === 'ENOENT',
	);
	// What can't be read isn't ours, either.
	const existing = await readFile(path, 'utf8').catch(() => '');
	if (!isMissing && !existing.includes(OWN_TEXT)) {
		throw problem("{0} already exists and wasn't created by Connect Tokens. Move it to another location and try again.", path);
	}
	try {
		await mkdir(folder, { recursive: true });
		await writeLauncher(folder, launcher);
	} catch (error) {
		throw toWriteProblem(error, path);
	}
	const folders = (environment.PATH ?? environment.Path ?? '').split(delimiter).map((other) => normalize(other).replace(/[\\/]$/, ''));
	return { path, folder, isOnPath: folders.includes(normalize(folder)) };
}
