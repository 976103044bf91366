import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { RawConnection, Servers } from '../support/gateway/gateway';
import { issue } from '../support/gateway/tokens';

const CREDENTIAL = 'ApiKey SU-000-000-000:upstream';

function upgradeRequest(port: number, authorization: string): string {
	const headers = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
	return ['GET /devops HTTP/1.1', `Host: 127.0.0.1:${port}`, `Authorization: ${authorization}`, ...headers, '', ''].join('\r\n');
}

describe('WebSockets through the gateway', () => {
	const servers = new Servers();
	afterEach(() => servers.end());

	/** An upstream that sends back what it is sent, or refuses; and a gateway before it. */
	async function echoing(verifyClient: () => boolean = () => true) {
		const server = createServer();
		const sockets = new WebSocketServer({ server, verifyClient });
		const arrived: IncomingMessage[] = [];
		sockets.on('connection', (socket, request) => {
			arrived.push(request);
			socket.send('welcome');
			socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
		});
		const upstream = await servers.listen(server, 'http');
		const gateway = await servers.gateway({ upstream: `${upstream}/public/v1`, credential: CREDENTIAL });
		const open = (path: string, authorization = gateway.owner.authorization, headers: Record<string, string> = {}) =>
			new WebSocket(`ws://127.0.0.1:${gateway.port}/public/v1${path}`, { headers: { authorization, ...headers } });
		return { gateway, open, arrived, sockets };
	}

	const statusOf = async (socket: WebSocket) => {
		const [, { statusCode }] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
		socket.on('error', () => undefined).terminate();
		return statusCode;
	};

	it('carry texts and bytes both ways, with the upstream’s credential, and count as 101', async () => {
		const { gateway, open, arrived } = await echoing();
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
			arrived.map(({ url, headers }) => [url, headers.authorization]),
			[['/public/v1/devops/ws/LOG-1?a=b', CREDENTIAL]],
		);
		assert.deepEqual(await gateway.counts(), { 101: 1 });
		socket.close(4001, 'done');
		const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
		assert.deepEqual([code, reason.toString()], [4001, 'done']);
	});

	it('end on both sides, whichever goes away', async () => {
		const { open, sockets } = await echoing();
		for (const end of ['client', 'upstream'] as const) {
			const socket = open('/devops');
			const [[accepted]] = (await Promise.all([once(sockets, 'connection'), once(socket, 'open')])) as [[WebSocket], unknown];
			const [leaving, staying] = end === 'client' ? [socket, accepted] : [accepted, socket];
			const closed = once(staying, 'close');
			leaving.terminate();
			await closed;
		}
	});

	it('are refused like any request, and the connection ends', async () => {
		const limited = issue({ permissions: ['products'] });
		const { gateway, open, arrived } = await echoing();
		gateway.tokens.replace(gateway.owner.token, limited.token);
		assert.equal(await statusOf(open('/devops', issue().authorization)), 401);
		assert.equal(await statusOf(open('/devops', limited.authorization)), 403);
		assert.equal(await statusOf(open('/devops', undefined, { origin: 'https://evil.example' })), 403);
		assert.equal(await statusOf(open('/devops', undefined, { host: 'evil.example' })), 403);
		assert.deepEqual(arrived, []);
		assert.deepEqual(await gateway.counts(limited.token.id), { 403: 1 });
		assert.deepEqual(await gateway.counts(), {});
	});

	it('that the upstream refuses are refused in its words, and nothing can follow on the connection', async () => {
		const { gateway, arrived } = await echoing(() => false);
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
		const answer = await connection.end();
		assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 401']);
		assert.match(answer, /Unauthorized/);
		assert.deepEqual(arrived, []);
		assert.deepEqual(await gateway.counts(), { 401: 1 });
	});

	it('that are refused end, though the client keeps its half of the connection open', async () => {
		const { gateway } = await echoing();
		const connection = new RawConnection(gateway.port, { allowHalfOpen: true });
		connection.send(upgradeRequest(gateway.port, 'nobody'));
		await connection.until(/401/);
		// What is sent to a connection that is no more is answered with a reset.
		const poking = setInterval(() => connection.send('x'), 20);
		await connection.closed;
		clearInterval(poking);
	});

	it('that the upstream has not taken yet end there when the client goes away', async () => {
		const server = createServer();
		const ended = new Promise((resolve) => server.once('upgrade', (_, socket: Duplex) => socket.resume().once('end', resolve)));
		const asked = once(server, 'upgrade');
		const gateway = await servers.gateway({ upstream: await servers.listen(server, 'http') });
		const { socket } = new RawConnection(gateway.port);
		socket.write(upgradeRequest(gateway.port, gateway.owner.authorization));
		await asked;
		socket.end();
		await ended;
		assert.deepEqual(await gateway.counts(), {});
	});

	it('need an upstream', async () => {
		const gateway = await servers.gateway();
		assert.equal(
			await statusOf(new WebSocket(`ws://127.0.0.1:${gateway.port}/devops`, { headers: { authorization: gateway.owner.authorization } })),
			501,
		);
	});

	it('to an upstream that is not there are a 502', async () => {
		const gateway = await servers.gateway({ upstream: 'http://127.0.0.1:1' });
		assert.equal(
			await statusOf(new WebSocket(`ws://127.0.0.1:${gateway.port}/devops`, { headers: { authorization: gateway.owner.authorization } })),
			502,
		);
		assert.deepEqual(await gateway.counts(), { 502: 1 });
	});

	it('end when the gateway stops', async () => {
		const { gateway, open } = await echoing();
		const socket = open('/devops');
		await once(socket, 'open');
		const closed = once(socket, 'close');
		await gateway.gateway.stop();
		await closed;
	});
});
