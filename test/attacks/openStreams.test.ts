import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import type { TokenRecord } from '../../src/domain/token';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';
import { createKeyRecord, issueToken, type IssuedToken } from '../support/gateway/memoryTokens';

const HOUR_MS = 3_600_000;

/** A change after which a token can't make the request anymore that it has made before. */
type Revocation = (issued: IssuedToken, setTime: (time: Date) => void) => readonly TokenRecord[];

const revocations: Record<string, Revocation> = {
	'is disabled': ({ token }) => [{ ...token, enabled: false }],
	'is deleted': () => [],
	'is rotated': ({ token }) => [issueToken({ id: token.id, permissions: token.permissions }).token],
	'loses the module': ({ token }) => [{ ...token, permissions: ['usage'] }],
	expires: ({ token }, setTime) => {
		setTime(new Date(Date.parse(token.key.expirationDate ?? '') + 1));
		return [token];
	},
};

describe('A request in progress whose token can’t make it anymore', () => {
	const servers = new GatewayServers();
	let gateway: RunningGateway;
	let limited: IssuedToken;
	let now: Date;
	/** The upstream's requests, each resolved once its connection is closed. */
	let closedRequests: Promise<unknown>[];

	beforeEach(async () => {
		now = new Date();
		const created = issueToken({ permissions: ['MD-0024'] });
		const key = { ...created.token.key, expirationDate: new Date(now.getTime() + HOUR_MS).toISOString() };
		limited = { ...created, token: { ...created.token, key } };
		closedRequests = [];
		const server = createServer((request, response) => {
			closedRequests.push(once(response, 'close'));
			if (request.url === '/devops/stream') {
				response.writeHead(200, { 'content-type': 'text/event-stream' });
				response.write('data: first\n\n');
			}
		});
		new WebSocketServer({ server }).on('connection', (socket) => {
			closedRequests.push(once(socket, 'close'));
			socket.send('welcome');
		});
		const upstream = await servers.listen(server, 'http');
		gateway = await servers.gateway({ upstream }, { clock: () => now });
		gateway.tokens.replace(gateway.owner.token, limited.token);
	});
	afterEach(() => servers.stopAll());

	const headersOf = ({ authorization }: IssuedToken) => [`Host: 127.0.0.1:${gateway.port}`, `Authorization: ${authorization}`];

	async function openWebSocket({ authorization }: IssuedToken): Promise<WebSocket> {
		const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/devops/stream`, { headers: { authorization } });
		socket.on('error', () => undefined);
		await once(socket, 'message');
		return socket;
	}

	async function openStream(issued: IssuedToken, version = '1.1'): Promise<RawConnection> {
		const connection = new RawConnection(gateway.port).send(`GET /devops/stream HTTP/${version}`, ...headersOf(issued), '', '');
		assert.match(await connection.until(/first/), /^HTTP\/1\.1 200 /);
		return connection;
	}

	for (const [change, revoke] of Object.entries(revocations)) {
		it(`is closed at the client and at the upstream if the token ${change}`, async () => {
			const socket = await openWebSocket(limited);
			const streams = [await openStream(limited), await openStream(limited, '1.0')];
			const others = [await openWebSocket(gateway.owner), await openStream(gateway.owner)] as const;
			const closed = [once(socket, 'close'), ...streams.map((stream) => stream.closed)];
			gateway.tokens.replace(gateway.owner.token, ...revoke(limited, (time) => (now = time)));
			await Promise.all([...closed, ...closedRequests.slice(0, 3)]);
			assert.doesNotMatch(streams[0]!.received, /0\r\n\r\n$/, 'the client notices that the body is incomplete');
			assert.equal(others[0].readyState, WebSocket.OPEN);
			assert.equal(others[1].socket.closed, false);
			others[0].terminate();
		});
	}

	it('is closed if the change is not signaled', async () => {
		const stream = await openStream(limited);
		gateway.tokens.replaceSilently(gateway.owner.token, { ...limited.token, enabled: false });
		await stream.closed;
	});

	it('is closed if the tokens cannot be read, like all requests are denied then', async () => {
		const stream = await openStream(limited);
		gateway.tokens.failure = new Error('damaged');
		gateway.tokens.replace(limited.token);
		await stream.closed;
	});

	it('is closed if the previous key that it was made with expires', async () => {
		const renewed = issueToken({ id: limited.token.id, permissions: ['MD-0024'] });
		const previousKey = createKeyRecord(limited.secret, new Date(now.getTime() + HOUR_MS).toISOString());
		gateway.tokens.replace({ ...renewed.token, previousKey });
		const [previous, current] = [await openStream(limited), await openStream(renewed)];
		now = new Date(now.getTime() + HOUR_MS);
		await previous.closed;
		assert.equal(current.socket.closed, false);
	});

	it('is answered with the denial if there was no response yet, and recorded', async () => {
		const request = httpRequest(`${gateway.origin}/devops/waiting`, {
			method: 'POST',
			headers: { authorization: limited.authorization, 'transfer-encoding': 'chunked' },
		});
		request.write('first part');
		const responded = once(request, 'response');
		await new RawConnection(gateway.port).send('GET /devops/stream HTTP/1.1', ...headersOf(gateway.owner), '', '').until(/first/);
		gateway.tokens.replace(gateway.owner.token, { ...limited.token, enabled: false });
		const [response] = (await responded) as [IncomingMessage];
		assert.equal(response.statusCode, 401);
		request.destroy();
		assert.deepEqual(await gateway.counts(limited.token.id), { 401: 1 });
	});

	it('continues if the token changes otherwise', async () => {
		const stream = await openStream(limited);
		const revoked = await openStream(gateway.owner);
		gateway.tokens.replace({ ...limited.token, name: 'Another name', permissions: ['MD-0024', 'usage'] });
		await revoked.closed;
		assert.equal(stream.socket.closed, false);
	});
});
