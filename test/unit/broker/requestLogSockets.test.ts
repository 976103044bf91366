import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RequestLogClient } from '../../../src/broker/requestLogClient';
import { RequestLogServer } from '../../../src/broker/requestLogServer';
import { registerWindow } from '../../../src/broker/windowRegistry';
import { silentLog } from '../../../src/domain/log';
import { MAX_LOGGED_REQUESTS, type LoggedRequest } from '../../../src/domain/loggedRequest';
import type { Disposable } from '../../../src/domain/ports';
import { HandledRequests } from '../../../src/gateway/handledRequests';
import { eventually } from '../../support/eventually';

const request = (path: string): LoggedRequest => ({
	time: 1,
	tokenId: 'SU-000-000-001',
	method: 'GET',
	path,
	status: 403,
	durationMs: 1,
	reason: { kind: 'missingModule', modules: ['products'] },
});

describe('Requests of another window', () => {
	let folder: string;
	const opened: Disposable[] = [];

	beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'connect-tokens-windows-'))));

	afterEach(async () => {
		opened.splice(0).forEach((item) => item.dispose());
		await rm(folder, { recursive: true });
	});

	const own = <T extends Disposable>(item: T): T => {
		opened.push(item);
		return item;
	};

	/** A window that runs a gateway. */
	const openServer = async () => {
		const posted: object[] = [];
		const requests = new HandledRequests();
		requests.attach((message) => posted.push(message));
		const server = own(await RequestLogServer.open({ requests, log: silentLog }));
		own(await registerWindow(folder, { socket: server.path, handle: server.handle, folders: [] }, new Date()));
		return { server, requests, posted };
	};

	/** A window that shows requests. */
	const openClient = async (isOwn = (_path: string) => false) => {
		const client = own(new RequestLogClient({ folder, isOwn, onDidChange: () => undefined, log: silentLog }));
		await client.connect();
		return client;
	};
	const paths = (client: RequestLogClient) => client.all.flatMap(({ requests }) => requests.map(({ path }) => path));

	it('are shown while somebody watches, those from before first', async () => {
		const { requests, posted } = await openServer();
		requests.add([request('/before')]);
		assert.deepEqual(posted, [], 'the worker sends nothing while nobody watches');
		const client = await openClient();
		await eventually(() => assert.deepEqual(paths(client), ['/before']));
		assert.deepEqual(posted, [{ kind: 'watchRequests', isWatched: true }]);
		requests.add([request('/later')]);
		await eventually(() => assert.deepEqual(paths(client), ['/before', '/later']));
		client.dispose();
		await eventually(() => assert.deepEqual(posted.at(-1), { kind: 'watchRequests', isWatched: false }));
	});

	it('come from all windows but this one, and are missing when a window is closed', async () => {
		const [first, second, third] = [await openServer(), await openServer(), await openServer()];
		[first, second, third].forEach(({ requests }, index) => requests.add([request(`/${index}`)]));
		const client = await openClient((path) => path === third.server.path);
		await eventually(() => assert.deepEqual(paths(client).sort(), ['/0', '/1']));
		first.server.dispose();
		await eventually(() => assert.deepEqual(paths(client), ['/1']));
	});

	it('are the last 1,000', async () => {
		const { requests } = await openServer();
		const client = await openClient();
		for (let round = 0; round < 3; round++) {
			requests.add(Array.from({ length: 800 }, (_, index) => request(`/${round}-${index}`)));
		}
		await eventually(() => assert.equal(paths(client).at(-1), '/2-799'));
		assert.equal(paths(client).length, MAX_LOGGED_REQUESTS);
		assert.equal(new Set(paths(client)).size, MAX_LOGGED_REQUESTS);
	});

	it('are removed in both windows', async () => {
		const { requests, posted } = await openServer();
		requests.add([request('/old')]);
		const client = await openClient();
		await eventually(() => assert.deepEqual(paths(client), ['/old']));
		client.clear();
		await eventually(() => assert.deepEqual(paths(client), []));
		assert.deepEqual(requests.all, []);
		assert.ok(posted.some((message) => 'kind' in message && message.kind === 'clearRequests'));
		requests.add([request('/new')]);
		await eventually(() => assert.deepEqual(paths(client), ['/new']));
	});

	it('are only for a window that knows the handle, on a socket that only the user can open', async () => {
		const { server, requests } = await openServer();
		requests.add([request('/private')]);
		if (process.platform !== 'win32') {
			assert.equal(statSync(server.path).mode & 0o077, 0);
			assert.equal(statSync(dirname(server.path)).mode & 0o077, 0);
		}
		for (const line of [
			JSON.stringify({ version: 1, handle: 'guessed' }),
			JSON.stringify({ version: 2, handle: server.handle }),
			'{}',
			'x'.repeat(100_000),
		]) {
			assert.equal(await readAll(connect(server.path), `${line}\n`), '');
		}
		server.dispose();
		assert.ok(process.platform === 'win32' || !existsSync(server.path));
	});
});

/** Sends a line, and resolves with everything that's received until the connection is closed. */
function readAll(socket: Socket, line: string): Promise<string> {
	return new Promise((resolve) => {
		let received = '';
		socket.setEncoding('utf8').on('data', (text: string) => (received += text));
		socket.on('error', () => undefined).on('close', () => resolve(received));
		socket.write(line);
	});
}
