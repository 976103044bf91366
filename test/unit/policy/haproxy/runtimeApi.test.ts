import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../../../src/domain/problems';
import { RuntimeApi } from '../../../../src/policy/haproxy/runtimeApi';

const MAP_LIST =
	"# id (file) description\n3 (/etc/x/some.map) pattern loaded from file '/etc/x/some.map' used by map at file 'a (b).cfg' line 2. curr_ver=0\n\n";

describe("HAProxy's runtime API", () => {
	let folder: string;
	let socketPath: string;
	let server: Server | undefined;
	/** What was sent on each connection. */
	let received: string[];

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-runtime-'));
		socketPath = join(folder, 'haproxy-a.sock');
		received = [];
	});

	afterEach(async () => {
		if (server) {
			server.close();
			await once(server, 'close');
			server = undefined;
		}
		await rm(folder, { recursive: true });
	});

	/** Listens on the socket, and responds to each command. */
	async function listen(respond: (command: string, socket: Socket) => void): Promise<void> {
		server = createServer((socket) => {
			socket
				.on('error', () => undefined)
				.once('data', (data) => {
					received.push(data.toString());
					respond(data.toString(), socket);
				});
		}).listen(socketPath);
		await once(server, 'listening');
	}

	/** Like `listen`, and lists a map `some.map` with the ID 3. */
	function listenWithMap(respond: (command: string, socket: Socket) => void): Promise<void> {
		return listen((command, socket) => (command === 'show map\n' ? socket.end(MAP_LIST) : respond(command, socket)));
	}

	async function assertProblem(action: Promise<unknown>, message: RegExp): Promise<void> {
		await assert.rejects(action, (error) => error instanceof ProblemError && message.test(error.message));
	}

	it('reads rows whose values contain spaces', async () => {
		await listenWithMap((_, socket) => socket.end('0x5f a/b one  two\n0x60 c \\n;"\n\n'));
		assert.deepEqual(
			[...(await new RuntimeApi(socketPath).readMap('some.map'))],
			[
				['a/b', 'one  two'],
				['c', '\\n;"'],
			],
		);
		assert.deepEqual(received, ['show map\n', 'show map #3\n']);
	});

	it('notices that a key has several values', async () => {
		await listenWithMap((_, socket) => socket.end('0x5f a 1\n0x60 a 2\n0x61 b 3\n0x62 b 3\n\n'));
		assert.deepEqual(
			[...(await new RuntimeApi(socketPath).readMap('some.map'))],
			[
				['a', ''],
				['b', '3'],
			],
		);
	});

	it('reads the counters of each entry of a table, whatever else there is', async () => {
		await listen((_, socket) =>
			socket.end(
				'# table: counts, type: string, size:10, used:2\n0x5f: key=a|b use=0 exp=1 gpc0=3\n0x60: key=c use=1 exp=2 shard=0 gpc0=4 gpc1=2 gpt0=5\n\n',
			),
		);
		assert.deepEqual(
			[...(await new RuntimeApi(socketPath).readTable('counts'))],
			[
				['a|b', [3]],
				['c', [4, 2]],
			],
		);
	});

	it('escapes what would end an argument or a command, or start a payload', async () => {
		await listenWithMap((_, socket) => socket.end('\n'));
		const api = new RuntimeApi(socketPath);
		await api.setRows('some.map', [['a;b', 'x; del\\map <<']]);
		await api.deleteRows('some.map', ['a\\']);
		assert.deepEqual(received.slice(1), ['set map #3 a\\;b x\\;\\ del\\\\map\\ \\<\\<\n', 'del map #3 a\\\\\n']);
	});

	it('rejects rows that would be another command, before it sends any', async () => {
		await listenWithMap((_, socket) => socket.end('\n'));
		const api = new RuntimeApi(socketPath);
		await assert.rejects(
			api.addRows('some.map', [
				['a', '1'],
				['b', '1\n\ndel map #3 a'],
			]),
			/Invalid row/,
		);
		await assert.rejects(api.setRows('some.map', [['a', '1\ndel map #3 a']]), /Invalid row/);
		await assert.rejects(api.deleteRows('some.map', ['#0x5f']), /Invalid row/);
		assert.deepEqual(received, ['show map\n']);
	});

	it('sends as many rows at once as HAProxy can read', async () => {
		await listenWithMap((_, socket) => socket.end('\n'));
		const rows = Array.from({ length: 1000 }, (_, index) => [`key${index}`, '\u20ac'.repeat(100)] as const);
		await new RuntimeApi(socketPath).addRows('some.map', rows);
		const sent = received.slice(1);
		assert.ok(sent.length > 10 && sent.every((text) => Buffer.byteLength(text) < 16_000), String(sent.length));
		assert.ok(sent.every((text) => text.startsWith('add map #3 <<\n') && text.endsWith('\n\n')));
		assert.deepEqual(
			sent.flatMap((text) => text.trimEnd().split('\n').slice(1)),
			rows.map(([key, value]) => `${key} ${value}`),
		);
	});

	it('says that HAProxy has to be restarted if a row is too long to be sent', async () => {
		await listenWithMap((_, socket) => socket.end('\n'));
		await assertProblem(new RuntimeApi(socketPath).addRows('some.map', [['a', 'x'.repeat(20_000)]]), /20003 bytes .* Restart it/);
	});

	it('says that HAProxy has to be started if there is no socket', async () => {
		await assertProblem(new RuntimeApi(socketPath).readTable('counts'), /haproxy-a\.sock doesn't exist\. Start HAProxy/);
	});

	it('says that HAProxy has to be started if nothing listens on the socket', async () => {
		// The socket of a process that was killed stays.
		await listen(() => undefined);
		await rename(socketPath, `${socketPath}.kept`);
		server?.close();
		await once(server!, 'close');
		server = undefined;
		await rename(`${socketPath}.kept`, socketPath);
		await assertProblem(new RuntimeApi(socketPath).readTable('counts'), /nothing listens on .*haproxy-a\.sock\. Start HAProxy/);
	});

	it('repeats what HAProxy says about an error', async () => {
		await listenWithMap((_, socket) => socket.end('Permission denied\n\n'));
		await assertProblem(new RuntimeApi(socketPath).deleteRows('some.map', ['a']), /responded with “Permission denied”\. Check/);
		await assertProblem(new RuntimeApi(socketPath).readMap('some.map'), /responded with “Permission denied”\. Check/);
		await assertProblem(new RuntimeApi(socketPath).readTable('some'), /responded with “Permission denied”\. Check/);
	});

	it('says that HAProxy has to be restarted if it lacks a map', async () => {
		await listenWithMap((_, socket) => socket.end('\n'));
		await assertProblem(new RuntimeApi(socketPath).readMap('other.map'), /has no map other\.map, .* Restart it with the exported one/);
	});

	it('notices that a response is incomplete', async () => {
		await listenWithMap((_, socket) => socket.end('0x5f a b\n'));
		await assertProblem(new RuntimeApi(socketPath).readMap('some.map'), /closed the connection before its response was complete/);
	});

	it('stops to wait for a response', async () => {
		await listen(() => undefined);
		await assertProblem(new RuntimeApi(socketPath, 50).readTable('counts'), /didn't respond within 0\.05 seconds/);
	});

	it('stops to read from another program that responds without end, or now and then', async () => {
		await listen((command, socket) => {
			const send = () =>
				socket.destroyed || socket.write(command === 'show table endless\n' ? 'x'.repeat(100_000) : 'x', () => setTimeout(send, 5));
			send();
		});
		await assertProblem(new RuntimeApi(socketPath, 10_000, 1_000_000).readTable('endless'), /responded with “x{200}”/);
		await assertProblem(new RuntimeApi(socketPath, 10_000, 1_000_000, 100).readTable('slow'), /didn't respond within 0\.1 seconds/);
	});

	it('rejects a path that the operating system would cut off', async () => {
		await assertProblem(new RuntimeApi(join(folder, 'x'.repeat(110))).readTable('counts'), /longer than 103 bytes/);
	});
});
