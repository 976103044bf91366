import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';

const CREDENTIAL = 'ApiKey SU-000-000-000:upstream';

/** Headers with which an upstream hands out, or asks for, credentials of its own. */
const CREDENTIAL_HEADERS = ['Set-Cookie', 'set-cookie2', 'Authentication-Info', 'WWW-AUTHENTICATE', 'Authorization'];

/** Headers of a handshake, as in RFC 6455. */
const WEB_SOCKET_KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const WEB_SOCKET_ACCEPT = 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

describe('An upstream’s session for the gateway’s credential', () => {
	const servers = new GatewayServers();
	let received: IncomingMessage[];
	afterEach(() => servers.stopAll());

	/** Starts a gateway for an upstream that sends credentials in every head and trailer. */
	async function start(credential: string | null): Promise<RunningGateway> {
		received = [];
		const server = createServer((request, response) => {
			received.push(request);
			void text(request).then(() => {
				response.writeHead(request.url === '/denied' ? 401 : 200, [
					...CREDENTIAL_HEADERS.flatMap((name) => [name, 'session']),
					...['X-Other', 'kept', 'Trailer', 'x-sum'],
				]);
				response.write('body');
				response.addTrailers([...CREDENTIAL_HEADERS.map((name): [string, string] => [name, 'session']), ['X-Sum', 'kept']]);
				response.end();
			});
		});
		server.on('upgrade', (request: IncomingMessage, socket) => {
			received.push(request);
			const heads = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket', WEB_SOCKET_ACCEPT, 'X-Other: kept'];
			socket.write([...heads, ...CREDENTIAL_HEADERS.map((name) => `${name}: session`), '', ''].join('\r\n'));
		});
		return servers.gateway({ upstream: await servers.listen(server, 'http'), credential });
	}

	const headersOf = (gateway: RunningGateway) => [
		`Host: 127.0.0.1:${gateway.port}`,
		`Authorization: ${gateway.owner.authorization}`,
		'Cookie: session=1',
		'cookie2: $Version=1',
	];

	for (const path of ['/products', '/denied']) {
		it(`isn’t passed to the caller in head or trailers of ${path}`, async () => {
			const gateway = await start(CREDENTIAL);
			const responseText = await new RawConnection(gateway.port)
				.send(`GET ${path} HTTP/1.1`, ...headersOf(gateway), 'Connection: close', '', '')
				.readToEnd();
			assert.doesNotMatch(responseText, /session/);
			assert.match(responseText, /X-Other: kept[^]*X-Sum: kept/i);
		});
	}

	it('isn’t passed to the caller in the head of a WebSocket', async () => {
		const gateway = await start(CREDENTIAL);
		const connection = new RawConnection(gateway.port).send(
			'GET /devops HTTP/1.1',
			...headersOf(gateway),
			'Connection: Upgrade',
			'Upgrade: websocket',
			WEB_SOCKET_KEY,
			'',
			'',
		);
		const head = await connection.until(/\r\n\r\n/);
		connection.socket.destroy();
		assert.match(head, /^HTTP\/1\.1 101 [^]*X-Other: kept/);
		assert.doesNotMatch(head, /session/);
		assert.deepEqual([received[0]?.headers.cookie, received[0]?.headers.cookie2], [undefined, undefined]);
	});

	it('isn’t continued with cookies of the caller in head or trailers', async () => {
		const gateway = await start(CREDENTIAL);
		const request = httpRequest(`${gateway.origin}/products`, {
			method: 'POST',
			headers: { authorization: gateway.owner.authorization, cookie: 'session=1', trailer: 'Cookie', 'transfer-encoding': 'chunked' },
		});
		request.addTrailers({ Cookie: 'session=1', 'X-Sum': 'kept' });
		request.end('body');
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		await text(response);
		assert.equal(received[0]?.headers.cookie, undefined);
		assert.deepEqual(received[0]?.rawTrailers, ['X-Sum', 'kept']);
	});

	it('is the caller’s own if the gateway has no credential', async () => {
		const gateway = await start(null);
		const connection = new RawConnection(gateway.port).send('GET /products HTTP/1.1', ...headersOf(gateway), 'Connection: close', '', '');
		const responseText = await connection.readToEnd();
		for (const name of CREDENTIAL_HEADERS) {
			assert.match(responseText, new RegExp(`${name}: session`, 'i'));
		}
		assert.equal(received[0]?.headers.cookie, 'session=1');
	});
});
