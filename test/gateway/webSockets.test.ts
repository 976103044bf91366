import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { RawConnection, GatewayServers } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';

const CREDENTIAL = 'ApiKey SU-000-000-000:upstream';

/** Formats a WebSocket upgrade request. */
function upgradeRequest(port: number, authorization: string): string {
	const headers = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
	return ['GET /devops HTTP/1.1', `Host: 127.0.0.1:${port}`, `Authorization: ${authorization}`, ...headers, '', ''].join('\r\n');
}

describe('WebSockets through the gateway', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.stopAll());

	/** Starts an upstream that echoes messages, unless `verifyClient` rejects the connection, and a gateway for it. */
	async function startEchoServer(verifyClient: () => boolean = () => true) {
		const server = createServer();
		const sockets = new WebSocketServer({ server, verifyClient });
		const upgradeRequests: IncomingMessage[] = [];
		sockets.on('connection', (socket, request) => {
			upgradeRequests.push(request);
			socket.send('welcome');
			socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
		});
		const upstream = await servers.listen(server, 'http');
		const gateway = await servers.gateway({ upstream: `${upstream}/public/v1`, credential: CREDENTIAL });
		const open = (path: string, authorization = gateway.owner.authorization, headers: Record<string, string> = {}) =>
			new WebSocket(`ws://127.0.0.1:${gateway.port}/public/v1${path}`, { headers: { authorization, ...headers } });
		return { gateway, open, upgradeRequests, sockets };
	}

	const statusOf = async (socket: WebSocket) => {
		const [, { statusCode }] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
		socket.on('error', () => undefined).terminate();
		return statusCode;
	};

	it('forward text and binary messages in both directions, use the credential, and are recorded as 101', async () => {
		const { gateway, open, upgradeRequests } = await startEchoServer();
		const socket = open('/devops/ws/LOG-1?a=b');
		const received: unknown[] = [];
		socket.on('message', (data: Buffer, isBinary) => received.push(isBinary ? data : data.toString()));
		await once(socket, 'open');
		const bytes = Buffer.alloc(300_000, 7);
		socket.send('hello');
		socket.send(bytes);
		while (received.length < 3) {
			await once(socket, 'message');
		}
		assert.deepEqual(received, ['welcome', 'hello', bytes]);
		assert.deepEqual(
			upgradeRequests.map(({ url, headers }) => [url, headers.authorization]),
			[['/public/v1/devops/ws/LOG-1?a=b', CREDENTIAL]],
		);
		assert.deepEqual(await gateway.counts(), { 101: 1 });
		socket.close(4001, 'done');
		const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
		assert.deepEqual([code, reason.toString()], [4001, 'done']);
	});

	it('are closed on both sides if either side disconnects', async () => {
		const { open, sockets } = await startEchoServer();
		for (const side of ['client', 'upstream'] as const) {
			const socket = open('/devops');
			const [[accepted]] = (await Promise.all([once(sockets, 'connection'), once(socket, 'open')])) as [[WebSocket], unknown];
			const [disconnecting, remaining] = side === 'client' ? [socket, accepted] : [accepted, socket];
			const closed = once(remaining, 'close');
			disconnecting.terminate();
			await closed;
		}
	});

	it('are denied like other requests, and the connection is closed', async () => {
		const limited = issueToken({ permissions: ['products'] });
		const { gateway, open, upgradeRequests } = await startEchoServer();
		gateway.tokens.replace(gateway.owner.token, limited.token);
		assert.equal(await statusOf(open('/devops', issueToken().authorization)), 401);
		assert.equal(await statusOf(open('/devops', limited.authorization)), 403);
		assert.equal(await statusOf(open('/devops', undefined, { origin: 'https://evil.example' })), 403);
		assert.equal(await statusOf(open('/devops', undefined, { host: 'evil.example' })), 403);
		assert.deepEqual(upgradeRequests, []);
		assert.deepEqual(await gateway.counts(limited.token.id), { 403: 1 });
		assert.deepEqual(await gateway.counts(), {});
	});

	it('require full access, because they can also write', async () => {
		const [reader, writer] = [issueToken({ permissions: ['MD-0024:read'] }), issueToken({ permissions: ['MD-0024'] })];
		const { gateway, open, upgradeRequests } = await startEchoServer();
		gateway.tokens.replace(reader.token, writer.token);
		assert.equal(await statusOf(open('/devops', reader.authorization)), 403);
		assert.deepEqual(upgradeRequests, []);
		const socket = open('/devops', writer.authorization);
		await once(socket, 'open');
		socket.terminate();
	});

	it('return the response of an upstream that rejects them, and ignore further data', async () => {
		const { gateway, upgradeRequests } = await startEchoServer(() => false);
		const connection = new RawConnection(gateway.port);
		const lines = [
			'GET /public/v1/devops HTTP/1.1',
			`Host: 127.0.0.1:${gateway.port}`,
			`Authorization: ${gateway.owner.authorization}`,
			'Connection: Upgrade',
			'Upgrade: websocket',
			'Sec-WebSocket-Version: 13',
			'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
			'',
			'',
		];
		connection.send([...lines].join('\r\n') + lines.join('\r\n'));
		const received = await connection.readToEnd();
		assert.deepEqual(received.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 401']);
		assert.match(received, /Unauthorized/);
		assert.deepEqual(upgradeRequests, []);
		assert.deepEqual(await gateway.counts(), { 401: 1 });
	});

	it('return a large response of an upstream that rejects them', async () => {
		const body = 'x'.repeat(5_000_000);
		const upstream = await servers.upstream((_, response) => response.writeHead(403).end(body));
		const gateway = await servers.gateway({ upstream });
		const received = await new RawConnection(gateway.port).send(upgradeRequest(gateway.port, gateway.owner.authorization)).readToEnd();
		assert.match(received, /^HTTP\/1\.1 403 /);
		assert.equal(received.split('x').length - 1, body.length);
	});

	it('are closed after a denial even if the client keeps its half of the connection open', async () => {
		const { gateway } = await startEchoServer();
		const connection = new RawConnection(gateway.port, { allowHalfOpen: true });
		connection.send(upgradeRequest(gateway.port, 'invalid'));
		await connection.until(/401/);
		// Data sent on a closed connection is answered with a reset.
		const sending = setInterval(() => connection.send('x'), 20);
		await connection.closed;
		clearInterval(sending);
	});

	it('are closed at an upstream that has not accepted them yet if the client disconnects', async () => {
		const server = createServer();
		const ended = new Promise((resolve) => server.once('upgrade', (_, socket: Duplex) => socket.resume().once('end', resolve)));
		const requested = once(server, 'upgrade');
		const gateway = await servers.gateway({ upstream: await servers.listen(server, 'http') });
		const { socket } = new RawConnection(gateway.port);
		socket.write(upgradeRequest(gateway.port, gateway.owner.authorization));
		await requested;
		socket.end();
		await ended;
		assert.deepEqual(await gateway.counts(), {});
	});

	it('require an upstream', async () => {
		const gateway = await servers.gateway();
		assert.equal(
			await statusOf(new WebSocket(`ws://127.0.0.1:${gateway.port}/devops`, { headers: { authorization: gateway.owner.authorization } })),
			501,
		);
	});

	it('fail with 502 if the upstream is unreachable', async () => {
		const gateway = await servers.gateway({ upstream: 'http://127.0.0.1:1' });
		assert.equal(
			await statusOf(new WebSocket(`ws://127.0.0.1:${gateway.port}/devops`, { headers: { authorization: gateway.owner.authorization } })),
			502,
		);
		assert.deepEqual(await gateway.counts(), { 502: 1 });
	});

	it('are closed when the gateway stops', async () => {
		const { gateway, open } = await startEchoServer();
		const socket = open('/devops');
		await once(socket, 'open');
		const closed = once(socket, 'close');
		await gateway.gateway.stop();
		await closed;
	});
});
