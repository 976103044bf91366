import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { AuditEntry } from '../../../src/broker/auditEntry';
import { AuditFile } from '../../../src/broker/auditFile';
import { requestFromWindow } from '../../../src/broker/commandLineClient';
import { PROTOCOL_VERSION, type GetKeyRequest } from '../../../src/broker/commandLineProtocol';
import { silentLog } from '../../../src/domain/log';
import { keyQuestionText } from '../../../src/models/keyQuestion';
import {
	buildCommandLine,
	COMMAND_LINE_SCRIPT,
	CommandLineHome,
	createTokenWithKey,
	FAKE_SECRET,
	waitForEnd,
	type TestWindow,
} from '../../support/commandLine';
import { eventually } from '../../support/eventually';
import { uninstrumentedEnvironment } from '../../support/uninstrumentedEnvironment';

const ID = 'SU-631-646-036';
const KEY = `ApiKey ${ID}:${FAKE_SECRET}`;
/** User and group that have no files. */
const NOBODY = 65_534;
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

	it('returns the policy and stores counts without a question, but only to a process with the handle', async () => {
		const stored: unknown[] = [];
		const window = await user.open({
			createPolicy: ({ totals }) => Promise.resolve({ created: { totals }, upstream: null }),
			addCounts: (counts) => {
				stored.push(counts);
				return Promise.resolve({ responses: 1, tokens: 1, unknownTokens: 0 });
			},
		});
		const address = { socket: window.server.path, handle: window.server.handle };
		assert.deepEqual(await requestFromWindow(address, { type: 'policy', totals: 'remaining' }), {
			created: { totals: 'remaining' },
			upstream: null,
		});
		// Counts of many tokens are longer than other requests.
		const counts = 'x'.repeat(1_000_000);
		assert.deepEqual(await requestFromWindow(address, { type: 'addCounts', counts }), { responses: 1, tokens: 1, unknownTokens: 0 });
		assert.deepEqual(stored, [counts]);
		for (const request of [
			{ type: 'policy', totals: 'denied' },
			{ type: 'addCounts', counts },
		] as const) {
			await assert.rejects(requestFromWindow({ ...address, handle: 'x' }, request), /doesn't belong to an open window/);
		}
		assert.deepEqual([stored.length, window.questions], [1, []]);
	});

	it('rejects other versions, requests that are invalid or too long, and clients that say nothing', async () => {
		const window = await user.open({ server: { requestTimeoutMs: 300 } });
		const { handle } = window.server;
		const attempts = [
			[{ version: PROTOCOL_VERSION - 1, handle, request: GET }, /older than the Connect Tokens extension/],
			[{ version: PROTOCOL_VERSION + 1, handle, request: { type: 'unknown' } }, /newer than the Connect Tokens extension/],
			[{ version: PROTOCOL_VERSION, handle, request: { type: 'other' } }, /couldn't read the request/],
			[{ version: PROTOCOL_VERSION, handle, request: { type: 'policy', totals: 'all' } }, /couldn't read the request/],
			[
				{ version: PROTOCOL_VERSION, handle, request: { type: 'policy', totals: 'denied', more: 'x'.repeat(20_000) } },
				/couldn't read the request/,
			],
			[{ version: PROTOCOL_VERSION, handle, request: { ...GET, folder: '/work\nAllow everything' } }, /couldn't read the request/],
			[{ version: PROTOCOL_VERSION, handle, request: { ...GET, reference: ID } }, /couldn't read the request/],
			[{ version: PROTOCOL_VERSION, handle, request: { ...GET, more: 'x'.repeat(20_000) } }, /couldn't read the request/],
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

	it('answers 1,000 requests and 5 commands in a row, closes everything it opens, and records each once', async () => {
		const folder = join(user.home, 'tokens');
		const audit = new AuditFile(folder, silentLog);
		const older = { at: '2030-01-01T00:00:00.000Z', sourceId: 'workspace', tokenId: ID, form: 'secret', isReleased: true, reason: 'once' };
		const olderLine = `${JSON.stringify({ ...older, requester: { kind: 'window' } })}\n`;
		const olderCount = Math.floor(900_000 / olderLine.length);
		await mkdir(folder);
		await writeFile(audit.path, olderLine.repeat(olderCount));
		const window = await user.open({ record: (entry) => audit.append(entry) });
		const address = { socket: window.server.path, handle: window.server.handle };
		const request = async () => assert.deepEqual(await requestFromWindow(address, GET), { key: KEY });
		await request();
		const before = await countOpenFiles();
		for (let count = 1; count < 1_000; count++) {
			await request();
		}
		for (let count = 0; count < 5; count++) {
			assert.deepEqual(await user.run(['get', ID], window), { code: 0, signal: null, stdout: `${KEY}\n`, stderr: '' });
		}
		await eventually(async () => assert.ok((await countOpenFiles()) <= before));
		assert.equal(window.questions.length, 1_005);
		const [newer, rotated] = await Promise.all(['audit.jsonl', 'audit.older.jsonl'].map((name) => readFile(join(folder, name), 'utf8')));
		assert.ok(newer!.length > 0 && newer!.length < 1_000_000 && rotated!.length < 1_100_000, 'the log is rotated once it is large');
		const lines = (rotated! + newer!).trimEnd().split('\n');
		const kinds = lines.map((line) => (JSON.parse(line) as AuditEntry).requester.kind);
		assert.deepEqual([kinds.indexOf('commandLine'), kinds.length], [olderCount, olderCount + 1_005]);
		assert.ok(!lines.some((line) => line.includes(FAKE_SECRET)), 'no line contains a key');
	});

	it('says which one is older if the command and the extension have different versions', async () => {
		const window = await user.open();
		for (const [version, expected] of [
			[
				PROTOCOL_VERSION - 1,
				/^connect-tokens: This connect-tokens command is older than the Connect Tokens extension\. Open a new terminal/,
			],
			[PROTOCOL_VERSION + 1, /^connect-tokens: This connect-tokens command is newer than .+ Update the extension, or reload the window,/],
		] as const) {
			const script = await buildCommandLine(user.home, version);
			for (const args of [['get', ID], ['list'], ['run', '--token', `KEY=${ID}`, '--', 'node', '-e', 'console.log(1)']]) {
				const { code, stdout, stderr } = await user.run(args, { ...window, script });
				assert.deepEqual([code, stdout], [1, '']);
				assert.match(stderr, expected);
			}
		}
		assert.deepEqual(window.questions, []);
	});

	it('says so if the window answers in a way that the command does not know', async () => {
		for (const answer of [
			{ version: PROTOCOL_VERSION + 1, result: { keys: [] } },
			{ version: PROTOCOL_VERSION, result: {} },
			'HTTP/1.1 400',
		]) {
			const path = join(user.home, `socket${Math.random()}`);
			const server = createServer((socket) => socket.end(`${JSON.stringify(answer)}\n`)).listen(path);
			await once(server, 'listening');
			const environment = { CONNECT_TOKENS_SOCKET: path, CONNECT_TOKENS_HANDLE: 'x' };
			const { code, stdout, stderr } = await user.run(['get', ID], { environment });
			assert.deepEqual([code, stdout], [1, '']);
			assert.match(stderr, /have different versions\. Open a new terminal, or reload the window, and try again\.\n$/);
			server.close();
		}
	});

	it('gives another user of the machine nothing, even one who knows the handle', async function () {
		const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
		if (!isRoot) {
			return this.skip();
		}
		const window = await user.open({ folders: [user.home] });
		// The other user can start programs in the home folder, such as the command.
		await chmod(user.home, 0o755);
		const script = join(user.home, 'cli.js');
		await copyFile(COMMAND_LINE_SCRIPT, script);
		const runAsOther = (args: readonly string[]) =>
			waitForEnd(
				spawn(process.execPath, args, {
					...{ uid: NOBODY, gid: NOBODY },
					...{ cwd: user.home, env: { ...uninstrumentedEnvironment(), HOME: user.home, ...window.environment } },
				}),
			).catch(() => undefined);
		const probe = await runAsOther(['-p', 'process.getuid()']);
		if (probe?.stdout !== `${NOBODY}\n`) {
			// Only root can start this Node.js.
			return this.skip();
		}
		const { code, stdout, stderr } = (await runAsOther(['--', script, 'get', ID]))!;
		assert.deepEqual([code, stdout], [1, '']);
		assert.match(stderr, /No window of the editor with the Connect Tokens extension is open/);
		const connect = "require('node:net').connect(process.env.CONNECT_TOKENS_SOCKET).on('error', ({ code }) => console.log(code))";
		assert.equal((await runAsOther(['-e', connect]))!.stdout, 'EACCES\n');
		for (const path of [join(user.userFolder, 'windows'), user.userFolder, dirname(window.server.path)]) {
			const list = `try { require('node:fs').readdirSync(${JSON.stringify(path)}) } catch ({ code }) { console.log(code) }`;
			assert.equal((await runAsOther(['-e', list]))!.stdout, 'EACCES\n', path);
		}
		assert.deepEqual(window.questions, []);
		assert.equal((await user.run(['get', ID], window)).code, 0);
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

/** Returns how many files and sockets this process has open; 0 where that isn't known. */
async function countOpenFiles(): Promise<number> {
	return (await readdir('/proc/self/fd').catch(() => [])).length;
}

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
