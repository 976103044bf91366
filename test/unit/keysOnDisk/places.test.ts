import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { listPlaces, type PlaceOptions } from '../../../src/keysOnDisk/places';

describe('listPlaces', () => {
	let homeFolder: string;

	beforeEach(async () => {
		homeFolder = await mkdtemp(join(tmpdir(), 'connect-tokens-home-'));
	});

	afterEach(() => rm(homeFolder, { recursive: true }));

	async function create(...paths: readonly string[]): Promise<void> {
		for (const path of paths) {
			await mkdir(dirname(join(homeFolder, path)), { recursive: true });
			await writeFile(join(homeFolder, path), '');
		}
	}

	async function list(options: Partial<PlaceOptions> = {}) {
		const places = await listPlaces({
			homeFolder,
			platform: 'linux',
			environment: {},
			workspaceFolders: [],
			userDataFolder: join(homeFolder, 'User'),
			restClientHistories: [],
			...options,
		});
		return places.map(({ kind, path, exists }) => ({ kind, path: relative(homeFolder, path), exists }));
	}

	it('says which of the known places exist', async () => {
		const paths = [
			['connectCli', '.ccli/config.json'],
			['claudeCode', '.claude.json'],
			['claudeCode', '.mcp.json'],
			['claudeDesktop', '.config/Claude/claude_desktop_config.json'],
			['cursor', '.cursor/mcp.json'],
			['vscode', 'User/mcp.json'],
			['envFile', '.shop_dev.env'],
			['shellHistory', '.bash_history'],
			['shellHistory', '.zsh_history'],
			['shellHistory', '.local/share/fish/fish_history'],
			['shellHistory', '.local/share/powershell/PSReadLine/ConsoleHost_history.txt'],
		] as const;
		assert.ok((await list()).every(({ exists }) => !exists));
		await create(...paths.map(([, path]) => path), 'dev.env', 'shop_dev.env', '.bash_history_2');
		assert.deepEqual(
			await list(),
			paths.map(([kind, path]) => ({ kind, path, exists: true })),
		);
	});

	it('follows the platform and the environment', async () => {
		const pathsOf = async (options: Partial<PlaceOptions>) => (await list(options)).map(({ path }) => path);
		assert.ok((await pathsOf({ platform: 'darwin' })).includes('Library/Application Support/Claude/claude_desktop_config.json'));
		const windows = await pathsOf({ platform: 'win32', environment: { APPDATA: join(homeFolder, 'Roaming') } });
		assert.ok(windows.includes('Roaming/Claude/claude_desktop_config.json'));
		assert.ok(windows.includes('Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt'));
		const environment = { CLAUDE_CONFIG_DIR: join(homeFolder, 'c'), HISTFILE: join(homeFolder, 'h'), XDG_DATA_HOME: join(homeFolder, 'd') };
		const paths = await pathsOf({ environment });
		for (const path of ['c/.claude.json', 'h', 'd/fish/fish_history']) {
			assert.ok(paths.includes(path), path);
		}
	});

	it('includes the workspace: its MCP servers, and environments in it and next to it', async () => {
		await create('work/project/.mcp.json', 'work/project/.vscode/mcp.json', 'work/project/.a_dev.env', 'work/.b_dev.env');
		const places = await list({ workspaceFolders: [join(homeFolder, 'work', 'project')] });
		assert.deepEqual(
			places.filter(({ exists }) => exists).map(({ path }) => path),
			['work/project/.mcp.json', 'work/project/.vscode/mcp.json', 'work/project/.a_dev.env', 'work/.b_dev.env'],
		);
	});
});
