import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Place, PlaceKind } from './foundKey';

export interface PlaceOptions {
	readonly homeFolder: string;
	readonly platform: NodeJS.Platform;
	/** As in `process.env`. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Paths of the folders that are open. */
	readonly workspaceFolders: readonly string[];
	/** The folder of VS Code's user settings. */
	readonly userDataFolder: string;
	/** Paths of REST Client's history files that exist. */
	readonly restClientHistories: readonly string[];
}

/** The environment of a project that was created with CloudBlue's command line. */
const DEVELOPMENT_ENVIRONMENT = /^\..+_dev\.env$/;

/** Lists the files that are known to contain keys. Reads only names of files, and says which of them exist. */
export async function listPlaces(options: PlaceOptions): Promise<readonly Place[]> {
	const candidates: readonly (readonly [PlaceKind, readonly string[]])[] = [
		['connectCli', [join(options.homeFolder, '.ccli', 'config.json')]],
		['claudeCode', listClaudeCodeFiles(options)],
		['claudeDesktop', [join(getConfigurationFolder(options), 'Claude', 'claude_desktop_config.json')]],
		['cursor', [options.homeFolder, ...options.workspaceFolders].map((folder) => join(folder, '.cursor', 'mcp.json'))],
		[
			'vscode',
			[join(options.userDataFolder, 'mcp.json'), ...options.workspaceFolders.map((folder) => join(folder, '.vscode', 'mcp.json'))],
		],
		['envFile', await listEnvFiles(options)],
		['shellHistory', listShellHistories(options)],
		['restClientHistory', options.restClientHistories],
	];
	const places = candidates.flatMap(([kind, paths]) => [...new Set(paths)].map((path) => ({ kind, path })));
	return Promise.all(places.map(async (place) => ({ ...place, exists: await isFile(place.path) })));
}

function listClaudeCodeFiles({ homeFolder, environment, workspaceFolders }: PlaceOptions): readonly string[] {
	return [
		join(environment.CLAUDE_CONFIG_DIR ?? homeFolder, '.claude.json'),
		...[homeFolder, ...workspaceFolders].map((folder) => join(folder, '.mcp.json')),
	];
}

/** Returns the folder in which desktop applications keep their settings. */
function getConfigurationFolder({ homeFolder, platform, environment }: PlaceOptions): string {
	switch (platform) {
		case 'win32':
			return environment.APPDATA ?? join(homeFolder, 'AppData', 'Roaming');
		case 'darwin':
			return join(homeFolder, 'Library', 'Application Support');
		default:
			return environment.XDG_CONFIG_HOME ?? join(homeFolder, '.config');
	}
}

/** The projects are next to, in, or above the folders that are open. */
async function listEnvFiles({ homeFolder, workspaceFolders }: PlaceOptions): Promise<readonly string[]> {
	const folders = [...new Set([homeFolder, ...workspaceFolders.flatMap((folder) => [folder, dirname(folder)])])];
	const files = await Promise.all(
		folders.map(async (folder) => {
			// A folder that can't be listed has no place to show.
			const names = await readdir(folder).catch(() => []);
			return names.filter((name) => DEVELOPMENT_ENVIRONMENT.test(name)).map((name) => join(folder, name));
		}),
	);
	return files.flat();
}

function listShellHistories(options: PlaceOptions): readonly string[] {
	const { homeFolder, platform, environment } = options;
	const dataFolder = environment.XDG_DATA_HOME ?? join(homeFolder, '.local', 'share');
	const powerShell =
		platform === 'win32'
			? join(getConfigurationFolder(options), 'Microsoft', 'Windows', 'PowerShell', 'PSReadLine')
			: join(dataFolder, 'powershell', 'PSReadLine');
	return [
		...(environment.HISTFILE === undefined || environment.HISTFILE === '' ? [] : [environment.HISTFILE]),
		join(homeFolder, '.bash_history'),
		join(homeFolder, '.zsh_history'),
		join(dataFolder, 'fish', 'fish_history'),
		join(powerShell, 'ConsoleHost_history.txt'),
	];
}

async function isFile(path: string): Promise<boolean> {
	try {
		return (await stat(path)).isFile();
	} catch {
		// It doesn't exist, or nobody may know that it does.
		return false;
	}
}
