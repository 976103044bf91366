import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, lchown, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestFromWindow } from '../../src/broker/commandLineClient';
import { PROTOCOL_VERSION } from '../../src/broker/commandLineProtocol';
import { SOCKET_FOLDER_PREFIX } from '../../src/broker/socketFolder';
import { CommandLineHome, FAKE_SECRET } from '../support/commandLine';
import { eventually } from '../support/eventually';

const ID = 'SU-631-646-036';
const KEY = `ApiKey ${ID}:${FAKE_SECRET}`;
const ATTACKER_KEY = `ApiKey ${ID}:${'f'.repeat(40)}`;
/** `nobody` */
const OTHER_USER = 65_534;

describe('The socket of the command line', function () {
	this.timeout(120_000);
	const user = new CommandLineHome();
	const sockets: Socket[] = [];
	afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

	const connect = async (path: string, allowHalfOpen = false): Promise<Socket> => {
		const socket = createConnection({ path, allowHalfOpen });
		sockets.push(socket);
		socket.on('error', () => undefined);
		await once(socket, 'connect');
		return socket;
	};

	it('does not wait for a client that sends its request slowly, or never stops sending', async () => {
		const window = await user.open({ server: { requestTimeoutMs: 300, maxConnections: 2 } });
		const slow = await connect(window.server.path);
		const endless = await connect(window.server.path);
		endless.write('{}\n');
		const timer = setInterval(() => [slow, endless].forEach((socket) => socket.writable && socket.write('x')), 20);
		try {
			// Not with `once`, which rejects if a write was on its way.
			const closed = Promise.all([slow, endless].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
			[slow, endless].forEach((socket) => socket.resume());
			await closed;
		} finally {
			clearInterval(timer);
		}
		const { server } = window;
		assert.deepEqual(await requestFromWindow({ socket: server.path, handle: server.handle }, getRequest()), { key: KEY });
	});

	it('keeps no connection of a flood, and answers again afterwards', async () => {
		const window = await user.open({ server: { requestTimeoutMs: 2_000, maxConnections: 5 } });
		const flood = await Promise.all(Array.from({ length: 200 }, () => connect(window.server.path, true)));
		let closed = 0;
		flood.forEach((socket) => socket.on('close', () => closed++).resume());
		await eventually(() => assert.ok(flood.filter(({ readableEnded }) => readableEnded).length >= 190));
		// Half of each connection is still open, until the window closes it.
		await eventually(() => assert.ok(flood.every((socket) => !isAccepted(socket))));
		const { server } = window;
		assert.deepEqual(await requestFromWindow({ socket: server.path, handle: server.handle }, getRequest()), { key: KEY });
	});

	it('cannot be opened or found by another user, who knows its path and handle', async function () {
		if (process.getuid?.() !== 0) {
			this.skip();
		}
		const { server } = await user.open();
		const script = `
			const socket = require('node:net').createConnection(process.argv[1]);
			socket.on('connect', () => console.log('connected')).on('error', ({ code }) => console.log(code));
			try { console.log(require('node:fs').readdirSync(process.argv[2]).length); } catch ({ code }) { console.log(code); }
		`;
		const args = ['-e', script, server.path, join(user.userFolder, 'windows')];
		const output = execFileSync(process.execPath, args, { cwd: '/', uid: OTHER_USER, gid: OTHER_USER, encoding: 'utf8' });
		assert.equal(output, 'EACCES\nEACCES\n');
	});

	it('of a closed window cannot be replaced by another user', async function () {
		if (process.getuid?.() !== 0) {
			this.skip();
		}
		const answer = `${JSON.stringify({ version: PROTOCOL_VERSION, result: { key: ATTACKER_KEY } })}\n`;
		const received: string[] = [];
		const attacker = createServer((socket) =>
			socket.on('data', (chunk) => {
				received.push(chunk.toString());
				socket.end(answer);
			}),
		);
		const folder = await mkdtemp(join(tmpdir(), SOCKET_FOLDER_PREFIX));
		const link = `${folder}-link`;
		try {
			await new Promise<void>((resolve) => attacker.listen(join(folder, 's'), resolve));
			await chown(folder, OTHER_USER, OTHER_USER);
			await symlink(folder, link);
			await lchown(link, OTHER_USER, OTHER_USER);
			for (const socket of [join(folder, 's'), join(link, 's')]) {
				const environment = { CONNECT_TOKENS_SOCKET: socket, CONNECT_TOKENS_HANDLE: 'old' };
				const { code, stdout } = await user.run(['get', ID], { environment });
				assert.deepEqual([code, stdout], [1, '']);
			}
			assert.deepEqual(received, []);
		} finally {
			attacker.close();
			await rm(folder, { recursive: true, force: true });
			await rm(link, { force: true });
		}
	});
});

function getRequest() {
	return { type: 'get' as const, reference: `connect://${ID}`, folder: '/projects/shop', command: 'get', processIds: [] };
}

/** Whether the other side still has the connection: writing to one that it has closed fails. */
function isAccepted(socket: Socket): boolean {
	if (socket.writable) {
		socket.write('x');
	}
	return !socket.destroyed && socket.writable;
}
