import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';
import { findFilesContaining } from '../support/findFilesContaining';

/** Runs only where terminals and /proc are known. */
const isLinux = process.platform === 'linux';

describe('the command line in a terminal of the editor', function () {
	this.timeout(120_000);
	let folder: string;
	let terminal: vscode.Terminal;
	let api: ConnectTokensApi;
	let id: string;
	let authorization: string;

	before(async function () {
		if (!isLinux) {
			return this.skip();
		}
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-command-line-'));
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		({ id } = await api.workspace.create({ name: 'Command line' }));
		authorization = await api.workspace.authorization(id);
		terminal = await openTerminalWithCommand(folder);
	});

	after(async () => {
		terminal.dispose();
		await api.workspace.delete(id);
		await rm(folder, { recursive: true, force: true });
	});

	/** Runs a command in the terminal and returns its output and its exit code. */
	async function run(command: string): Promise<string> {
		const path = join(folder, `output${readdirSync(folder).length}`);
		terminal.sendText(`{ ${command}; echo "exit $?"; } > '${path}.tmp' 2>&1 && mv '${path}.tmp' '${path}'`);
		await eventually(() => assert.ok(existsSync(path)), 60_000);
		return readFileSync(path, 'utf8');
	}

	it('prints a key, and gives it to a program, whose output is masked', async () => {
		assert.ok((await run(`connect-tokens get ${id}`)) === `${authorization}\nexit 0\n`, 'get prints the key');
		const output = await run(`API_KEY=connect://${id} connect-tokens run -- sh -c 'printf "%s\\n" "$API_KEY"; exit 3'`);
		assert.equal(output, `ApiKey ${id}:**********\nexit 3\n`);
		assert.match(await run('connect-tokens list'), new RegExp(`^${id} +active +never +Command line$`, 'm'));
	});

	it('exposes no key in an argument list, the variables of terminals, or stored files', async () => {
		const secret = authorization.split(':')[1]!;
		const marker = join(folder, 'started');
		terminal.sendText(
			`connect-tokens run --token API_KEY=${id} -- sh -c 'touch "${marker}"; while [ -e "${marker}" ]; do sleep 0.1; done'`,
		);
		await eventually(() => assert.ok(existsSync(marker)), 60_000);
		const shell = (await terminal.processId)!;
		let holders = 0;
		for (const processId of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
			assert.ok(!readProcessFile(processId, 'cmdline').includes(secret), 'no argument list contains the key');
			if (readProcessFile(processId, 'environ').includes(secret)) {
				holders++;
				assert.ok(isDescendant(Number(processId), shell), 'only the program has the key');
			}
		}
		assert.ok(holders > 0, 'the program has the key');
		await rm(marker);
		// The terminal shows a key, and VS Code keeps what terminals show.
		terminal.sendText(`connect-tokens get ${id} && touch '${marker}'`);
		await eventually(() => assert.ok(existsSync(marker)), 60_000);
		for (const path of [findUserDataFolder(), join(homedir(), '.connect-tokens')]) {
			assert.deepEqual(await findFilesContaining(path, secret), []);
		}
	});

	it('is installed for programs outside of the editor, which find the window by its folder', async () => {
		const home = join(folder, 'home');
		await mkdir(home);
		await symlink(join(homedir(), '.connect-tokens'), join(home, '.connect-tokens'));
		const { HOME } = process.env;
		const ui = new ScriptedUi();
		ui.install();
		try {
			process.env.HOME = home;
			await vscode.commands.executeCommand('connectTokens.installCommandLine');
		} finally {
			process.env.HOME = HOME;
			ui.uninstall();
		}
		const programs = join(home, '.local/bin');
		assert.deepEqual(
			ui.shown.map(({ text }) => text),
			[
				`The command connect-tokens is installed in ${programs}, but that folder isn't on your PATH. Add the folder to PATH, or use the complete path ${programs}/connect-tokens.`,
			],
		);
		const options = {
			cwd: vscode.workspace.workspaceFolders![0]!.uri.fsPath,
			env: { HOME: home, PATH: `${programs}:/usr/bin:/bin` },
		};
		const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `connect-tokens get ${id}`], options);
		assert.ok(stdout === `${authorization}\n`, 'the command prints the key');
		await assert.rejects(
			promisify(execFile)('/bin/sh', ['-c', `connect-tokens get ${id}`], { ...options, cwd: folder }),
			/No open window contains/,
		);
		const client = new Client({ name: 'Test Agent', version: '1.0.0' });
		try {
			await client.connect(new StdioClientTransport({ command: 'connect-tokens', args: ['mcp'], ...options }));
			const result = JSON.stringify(await client.callTool({ name: 'connect_tokens_list' }));
			assert.ok(result.includes(id) && result.includes('Command line'), result);
			assert.ok(!result.includes(authorization.split(':')[1]!), 'the result contains no key');
			const unknown = await client.callTool({ name: 'connect_tokens_call', arguments: { token: id, method: 'GET', path: '/products' } });
			assert.match(JSON.stringify(unknown), /isn't a lease.+"isError":true/);
		} finally {
			await client.close();
		}
	});

	it('is answered while there is a terminal whose shell could not be started', async () => {
		const broken = vscode.window.createTerminal({ name: 'Broken', shellPath: join(folder, 'missing') });
		try {
			assert.equal(await run(`connect-tokens get ${id} > /dev/null`), 'exit 0\n');
		} finally {
			broken.dispose();
		}
	});

	it('uses a socket that only the user can open', async () => {
		const socket = (await run('printf %s "$CONNECT_TOKENS_SOCKET"')).replace(/exit 0\n$/, '');
		assert.equal(statSync(socket).mode & 0o777, 0o600);
		assert.equal(statSync(dirname(socket)).mode & 0o777, 0o700);
	});
});

/** Opens a terminal once the extension has added its command to new ones, which is after startup. */
function openTerminalWithCommand(folder: string): Promise<vscode.Terminal> {
	let attempt = 0;
	return eventually(async () => {
		const terminal = vscode.window.createTerminal({ name: 'Command line', shellPath: '/bin/bash', shellArgs: ['--norc'], cwd: folder });
		const marker = join(folder, `attempt${attempt++}`);
		try {
			terminal.sendText(`command -v connect-tokens > '${marker}.tmp'; mv '${marker}.tmp' '${marker}'`);
			await eventually(() => assert.ok(existsSync(marker)));
			assert.notEqual(readFileSync(marker, 'utf8'), '', 'the command is on the PATH');
			return terminal;
		} catch (error) {
			terminal.dispose();
			throw error;
		}
	}, 60_000);
}

function readProcessFile(processId: string, name: string): string {
	try {
		return readFileSync(`/proc/${processId}/${name}`, 'latin1');
	} catch {
		// The process has ended, or belongs to another user.
		return '';
	}
}

function isDescendant(processId: number, ancestor: number): boolean {
	const parent = Number(/\) \w (\d+)/.exec(readProcessFile(String(processId), 'stat'))?.[1] ?? 0);
	return parent === ancestor || (parent > 1 && isDescendant(parent, ancestor));
}

/** Returns the folder in which VS Code stores states and logs, from the arguments of the process that has started the extension host. */
function findUserDataFolder(processId = process.pid): string {
	const folder = /--(?:user|server)-data-dir[=\0]([^\0]+)/.exec(readProcessFile(String(processId), 'cmdline'))?.[1];
	return folder ?? findUserDataFolder(Number(/\) \w (\d+)/.exec(readProcessFile(String(processId), 'stat'))![1]));
}
