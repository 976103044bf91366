import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { requestFromWindow } from '../../../src/broker/commandLineClient';
import { PROTOCOL_VERSION, type GetKeyRequest } from '../../../src/broker/commandLineProtocol';
import { keyQuestionText } from '../../../src/models/keyQuestion';
import { CommandLineHome, createTokenWithKey, FAKE_SECRET, waitForEnd, type TestWindow } from '../../support/commandLine';
import { eventually } from '../../support/eventually';

const ID = 'SU-631-646-036';
const KEY = `ApiKey ${ID}:${FAKE_SECRET}`;
const GET: GetKeyRequest = { type: 'get', reference: `connect://${ID}`, folder: '/projects/shop', command: 'get', processIds: [1] };

describe('The command line and its windows', function () {
	this.timeout(120_000);
	const user = new CommandLineHome();

	it('prints a key in each form, after the user was asked with the folder and the command', async () => {
		const window = await user.open();
		const forms = [
			[ID, KEY],
			[`connect://${ID}#credential`, KEY.slice('ApiKey '.length)],
			[`connect://${ID}#secret`, FAKE_SECRET],
		] as const;
		for (const [reference, expected] of forms) {
			assert.deepEqual(await user.run(['get', reference], window), { code: 0, signal: null, stdout: `${expected}\n`, stderr: '' });
		}
		const { message } = keyQuestionText(window.questions[0]!);
		assert.equal(message, `Allow “connect-tokens get” in “${user.home}” to use the API key of “Nightly import” (${ID})?`);
	});

	it('says what to do if the user denies it, the workspace is restricted, or the token is unknown, disabled, or expired', async () => {
		const attempts = [
			[{ ask: () => 'deny' as const }, /wasn't released because you didn't allow it/],
			[{ isTrusted: () => false }, /Trust the workspace and try again/],
			[{ tokens: [] }, /Run “connect-tokens list” to see its tokens/],
			[{ tokens: [createTokenWithKey({ status: 'inactive' })] }, /is disabled. Enable it/],
			[{ tokens: [createTokenWithKey({ status: 'expired' })] }, /status is “expired”. Rotate it/],
		] as const;
		for (const [options, expected] of attempts) {
			const { code, stdout, stderr } = await user.run(['get', ID], await user.open(options));
			assert.deepEqual([code, stdout], [1, '']);
			assert.match(stderr, expected);
		}
	});

	it('always asks about agents, and offers the terminal only if it is one of the window', async () => {
		const window = await user.open({
			ask: () => 'session',
			findTerminal: (processIds) => Promise.resolve(processIds.includes(process.pid) ? 'terminal:1' : undefined),
		});
		for (let count = 0; count < 2; count++) {
			await user.run(['get', ID], window);
		}
		assert.deepEqual(
			window.questions.map(({ choices }) => choices),
			[['once', 'session', 'always']],
		);
		const agents = ['COPILOT_AGENT', 'CLAUDECODE', 'CLAUDE_CODE', 'CURSOR_AGENT', 'CODEX_SANDBOX', 'GEMINI_CLI'];
		for (const agent of agents) {
			await user.run(['get', ID], { environment: { ...window.environment, [agent]: '1' } });
		}
		assert.deepEqual(
			window.questions.slice(1).map(({ choices }) => choices),
			agents.map(() => ['once']),
		);
	});

	it('gives a process without the handle nothing', async () => {
		const window = await user.open();
		const handles = ['', 'x', window.server.handle.slice(1), `${window.server.handle}x`];
		for (const handle of handles) {
			await assert.rejects(requestFromWindow({ socket: window.server.path, handle }, GET), /doesn't belong to an open window/);
		}
		assert.equal((await user.run(['get', ID], { environment: { CONNECT_TOKENS_SOCKET: window.server.path } })).code, 1);
		assert.deepEqual(window.questions, []);
	});

	it('rejects other versions, requests that are invalid or too long, and clients that say nothing', async () => {
		const window = await user.open({ server: { requestTimeoutMs: 300 } });
		const { handle } = window.server;
		const attempts = [
			[{ version: PROTOCOL_VERSION - 1, handle, request: GET }, /older than the Connect Tokens extension/],
			[{ version: PROTOCOL_VERSION + 1, handle, request: { type: 'unknown' } }, /newer than the Connect Tokens extension/],
			[{ version: PROTOCOL_VERSION, handle, request: { type: 'other' } }, /couldn't read the request/],
			[{ version: PROTOCOL_VERSION, handle, request: { ...GET, folder: '/work\nAllow everything' } }, /couldn't read the request/],
			[{ version: PROTOCOL_VERSION, handle, request: { ...GET, reference: ID } }, /couldn't read the request/],
			['{', /couldn't read the request/],
			['x'.repeat(100_000), /couldn't read the request/],
		] as const;
		for (const [request, expected] of attempts) {
			assert.match(await exchange(window, `${typeof request === 'string' ? request : JSON.stringify(request)}\n`), expected);
		}
		assert.equal(await exchange(window, ''), '');
		assert.equal(await exchange(window, '{"version":'), '');
		assert.deepEqual(window.questions, []);
	});

	it('answers 1,000 commands in a row', async () => {
		const window = await user.open();
		const address = { socket: window.server.path, handle: window.server.handle };
		for (let count = 0; count < 1_000; count++) {
			assert.deepEqual(await requestFromWindow(address, GET), { key: KEY });
		}
	});

	it('shows one question at a time, however many commands ask, and none after three denials', async () => {
		let open = 0;
		let most = 0;
		let reports = 0;
		const window = await user.open({
			tokens: Array.from({ length: 50 }, (_, index) => createTokenWithKey({ id: `SU-000-000-${String(index).padStart(3, '0')}` })),
			ask: async () => {
				most = Math.max(most, ++open);
				await new Promise((resolve) => setImmediate(resolve));
				open--;
				return 'deny' as const;
			},
			reportSilence: () => reports++,
			server: { maxConnections: 100 },
		});
		const address = { socket: window.server.path, handle: window.server.handle };
		const results = await Promise.allSettled(
			Array.from({ length: 300 }, (_, index) =>
				requestFromWindow(address, { ...GET, reference: `connect://SU-000-000-${String(index % 50).padStart(3, '0')}` }),
			),
		);
		assert.ok(results.every(({ status }) => status === 'rejected'));
		assert.deepEqual([most, window.questions.length, reports], [1, 3, 1]);
	});

	it('leaves a question open if its command is canceled, and answers the next one', async () => {
		let answer: (decision: 'once') => void = () => assert.fail('nothing was asked');
		const window = await user.open({ ask: () => new Promise((resolve) => (answer = resolve)) });
		const child = user.start(['get', ID], window);
		await eventually(() => assert.equal(window.questions.length, 1));
		child.kill();
		await waitForEnd(child);
		answer('once');
		const next = user.run(['get', `connect://${ID}#secret`], window);
		await eventually(() => assert.equal(window.questions.length, 2));
		answer('once');
		assert.equal((await next).stdout, `${FAKE_SECRET}\n`);
	});

	it('says so if the window is closed while a program waits for a key', async () => {
		const window = await user.open({ ask: () => new Promise(() => undefined) });
		const result = user.run(['run', '--token', `KEY=${ID}`, '--', 'node', '-e', '0'], window);
		await eventually(() => assert.equal(window.questions.length, 1));
		window.close();
		const { code, stderr } = await result;
		assert.deepEqual(
			[code, stderr],
			[1, 'connect-tokens: The window was closed or reloaded before it answered. Try again when it has opened.\n'],
		);
	});

	it('finds the window that has the folder open, the innermost one first, also if the terminal is older than the window', async () => {
		const project = join(user.home, 'project');
		const inner = join(project, 'inner');
		await mkdir(join(inner, 'src'), { recursive: true });
		const closed = await user.open({ folders: [project] });
		closed.close();
		const outerWindow = await user.open({ folders: [project] });
		const innerWindow = await user.open({ folders: [inner] });
		assert.equal((await user.run(['get', ID], { cwd: join(inner, 'src') })).code, 0);
		assert.equal((await user.run(['get', ID], { cwd: project, environment: closed.environment })).code, 0);
		assert.deepEqual([outerWindow.questions.length, innerWindow.questions.length], [1, 1]);
		const second = await user.open({ folders: [project] });
		assert.equal((await user.run(['get', ID], { cwd: project })).code, 0);
		assert.deepEqual([outerWindow.questions.length, second.questions.length], [1, 1], 'the last opened window is asked');
		const { code, stderr } = await user.run(['get', ID]);
		assert.equal(code, 1);
		assert.ok(stderr.includes(`No open window contains ${user.home}.`) && stderr.includes(`\n  ${project}\n`), stderr);
	});

	it('ignores and removes windows and sockets that were left behind', async () => {
		const window = await user.open({ folders: [user.home] });
		const [name] = await readdir(join(user.userFolder, 'windows'));
		const path = join(user.userFolder, 'windows', name!);
		assert.equal((await stat(path)).mode & 0o777, 0o600);
		const entry = JSON.parse(await readFile(path, 'utf8')) as { processId: number };
		window.server.dispose();
		assert.match((await user.run(['get', ID])).stderr, /No open window contains|No window of the editor/);
		assert.ok(existsSync(path), 'the process of the window is still running');
		// No process has such an ID.
		await writeFile(path, JSON.stringify({ ...entry, processId: 2 ** 30 }));
		await writeFile(join(user.userFolder, 'windows', 'damaged.json'), '{');
		assert.match((await user.run(['get', ID])).stderr, /No window of the editor/);
		assert.ok(!existsSync(path));
	});

	it('removes its socket when the window is closed', async () => {
		const window = await user.open();
		const folder = dirname(window.server.path);
		assert.deepEqual([(await stat(folder)).mode & 0o777, (await stat(window.server.path)).mode & 0o777], [0o700, 0o600]);
		window.close();
		assert.ok(!existsSync(folder));
	});
});

/** Sends a text, and returns all that the window answers until it closes the connection. */
function exchange({ server }: TestWindow, text: string): Promise<string> {
	return new Promise((resolve) => {
		let answer = '';
		const socket: Socket = createConnection(server.path, () => socket.write(text));
		socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
		// The window can close the connection while a text that's too long is sent.
		socket.on('error', () => undefined);
		socket.on('close', () => resolve(answer));
	});
}
