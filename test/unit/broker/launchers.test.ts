import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentNames } from '../../../src/broker/commandLineProtocol';
import { getProgramFolder, installLauncher } from '../../../src/broker/installLauncher';
import { createLaunchers, createStableLauncher, getLauncherFolder, writeLaunchers } from '../../../src/broker/launchers';
import { uninstrumentedEnvironment } from '../../support/uninstrumentedEnvironment';

const execute = promisify(execFile);
const isWindows = process.platform === 'win32';

describe('A launcher of the command line', function () {
	this.timeout(60_000);
	let root: string;
	let userFolder: string;
	let program: { node: string; script: string };
	const launch = async (path: string, args: readonly string[], environment: Record<string, string> = {}) => {
		const env = { ...uninstrumentedEnvironment(), ...environment };
		return (await execute(path, args, { env, shell: isWindows })).stdout;
	};

	beforeEach(async () => {
		root = await mkdtemp(join(tmpdir(), "connect-tokens it's "));
		userFolder = join(root, 'user');
		program = { node: process.execPath, script: join(root, 'script.js') };
		await writeFile(program.script, 'console.log(JSON.stringify([process.env.ELECTRON_RUN_AS_NODE, ...process.argv.slice(2)]))');
		await writeLaunchers(getLauncherFolder(userFolder), createLaunchers(program));
	});
	afterEach(() => rm(root, { recursive: true, force: true }));

	it('passes all arguments to the script, which runs in Node.js', async () => {
		const args = isWindows ? ['get', 'x'] : ['run', '--env-file', 'missing file', '--', 'a "b"', "it's", '$HOME', ''];
		const path = join(getLauncherFolder(userFolder), isWindows ? 'connect-tokens.cmd' : 'connect-tokens');
		assert.deepEqual(JSON.parse(await launch(path, args)), ['1', ...args]);
	});

	it("prefers the programs of the terminal's window, unless they don't exist anymore", async () => {
		const path = join(getLauncherFolder(userFolder), isWindows ? 'connect-tokens.cmd' : 'connect-tokens');
		const other = join(root, 'other.js');
		await writeFile(other, 'console.log(`["other"]`)');
		const variables = (script: string, node = process.execPath) => ({ [environmentNames.node]: node, [environmentNames.script]: script });
		assert.deepEqual(JSON.parse(await launch(path, [], variables(other))), ['other']);
		assert.deepEqual(JSON.parse(await launch(path, [], variables(join(root, 'missing.js')))), ['1']);
		assert.deepEqual(JSON.parse(await launch(path, [], variables(other, join(root, 'missing')))), ['1']);
	});

	it('can be started and changed only by its owner, also if it was changed', async () => {
		if (isWindows) {
			return;
		}
		const path = join(getLauncherFolder(userFolder), 'connect-tokens');
		const content = await readFile(path, 'utf8');
		await writeFile(path, 'damaged');
		await chmod(path, 0o666);
		await writeLaunchers(getLauncherFolder(userFolder), createLaunchers(program));
		assert.equal(await readFile(path, 'utf8'), content);
		assert.equal((await stat(path)).mode & 0o777, 0o700);
	});

	it('is installed for other programs, follows an update, and says what to do if the extension is gone', async () => {
		const folder = getProgramFolder(root, { LOCALAPPDATA: root });
		const installed = await installLauncher(folder, userFolder, { PATH: '/usr/bin' });
		assert.deepEqual([installed.folder, installed.isOnPath], [folder, false]);
		assert.equal((await installLauncher(folder, userFolder, { PATH: `${folder}/` })).isOnPath, true);
		assert.deepEqual(JSON.parse(await launch(installed.path, ['get', 'x'])), ['1', 'get', 'x']);
		// An update removes the version that has written the launchers. The editor writes them again when it starts.
		await rm(program.script);
		await assert.rejects(
			launch(installed.path, ['get', 'x']),
			/^Error: [^]+\nconnect-tokens: The Connect Tokens extension was not found\. Open/,
		);
		const updated = { ...program, script: join(root, 'updated.js') };
		await writeFile(updated.script, 'console.log(`["updated"]`)');
		await writeLaunchers(getLauncherFolder(userFolder), createLaunchers(updated));
		assert.deepEqual(JSON.parse(await launch(installed.path, [])), ['updated']);
		await rm(userFolder, { recursive: true });
		await assert.rejects(launch(installed.path, []), /The Connect Tokens extension was not found\. Open the editor/);
	});

	it('never replaces a program of someone else', async () => {
		const folder = join(root, 'programs');
		await mkdir(folder);
		const { name } = createStableLauncher(folder);
		await writeFile(join(folder, name), '#!/bin/sh\n');
		await assert.rejects(installLauncher(folder, userFolder, {}), /already exists and wasn't created by Connect Tokens/);
		assert.equal(await readFile(join(folder, name), 'utf8'), '#!/bin/sh\n');
		await rm(join(folder, name));
		// Like a program that can only be executed, it can't be read.
		await symlink(name, join(folder, name));
		await assert.rejects(installLauncher(folder, userFolder, {}), /already exists and wasn't created by Connect Tokens/);
	});

	it('is a batch file on Windows, whose paths can contain percent signs', () => {
		const [, batch] = createLaunchers({ node: 'C:\\100%\\Code.exe', script: 'C:\\x\\cli.js' });
		assert.ok(batch!.content.startsWith('@echo off\r\n') && batch!.content.includes('set "CONNECT_TOKENS_NODE=C:\\100%%\\Code.exe"\r\n'));
		assert.match(createStableLauncher('C:\\u\\bin', 'win32').content, /call "C:\\u\\bin\\connect-tokens\.cmd" %\*\r\n/);
	});
});
