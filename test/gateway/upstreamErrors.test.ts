import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { RawConnection, GatewayServers, type RunningGateway } from '../support/gateway/gatewayServers';

describe('an upstream that fails', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.end());

	/** What a client is told, in the platform's shape. */
	async function readErrorResponse(gateway: RunningGateway, status: number, init: RequestInit = {}): Promise<string> {
		const response = await gateway.fetch('/products', init);
		assert.equal(response.headers.get('content-type'), 'application/json');
		const { error_code: code, errors } = (await response.json()) as { error_code: string; errors: string[] };
		assert.deepEqual([response.status, code, errors.length], [status, `GW_${status}`, 1]);
		assert.deepEqual(await gateway.counts(), { [status]: 1 });
		return errors[0]!;
	}

	async function closedPort(): Promise<string> {
		const passing = new GatewayServers();
		const url = await passing.listen(createServer(), 'http');
		await passing.end();
		return url;
	}

	it('by not being there is a 502', async () => {
		const upstream = await closedPort();
		const gateway = await servers.gateway({ upstream });
		assert.equal(
			await readErrorResponse(gateway, 502),
			`Upstream ${upstream} refused the connection. Start it, or correct the connectTokens.gateway.upstream setting.`,
		);
	});

	it('by a name that leads nowhere is a 502', async () => {
		const gateway = await servers.gateway({ upstream: 'http://upstream.invalid' });
		assert.match(await readErrorResponse(gateway, 502), /Couldn't resolve the host name of upstream http:\/\/upstream\.invalid/);
	});

	it('by ending connections without an answer is a 502, for every method', async () => {
		for (const method of ['GET', 'POST', 'DELETE']) {
			const gateway = await servers.gateway({ upstream: await servers.rawUpstream((socket) => socket.destroy()) });
			assert.match(
				await readErrorResponse(gateway, 502, { method, ...(method === 'POST' ? { body: 'x' } : {}) }),
				/closed the connection without a response/,
			);
		}
	});

	it('by resetting connections is a 502', async () => {
		const gateway = await servers.gateway({ upstream: await servers.rawUpstream((socket) => socket.resetAndDestroy()) });
		assert.match(await readErrorResponse(gateway, 502), /closed the connection without a response/);
	});

	it('by never answering is a 504', async () => {
		const gateway = await servers.gateway(
			{ upstream: await servers.rawUpstream(() => undefined) },
			{ timeouts: { upstreamHeadersMs: 300 } },
		);
		assert.match(await readErrorResponse(gateway, 504), /timed out/);
	});

	it('by never answering a request with trailers is a 504', async () => {
		const gateway = await servers.gateway(
			{ upstream: await servers.rawUpstream(() => undefined) },
			{ timeouts: { upstreamHeadersMs: 300 } },
		);
		const connection = new RawConnection(gateway.port);
		connection.send(
			'POST /products HTTP/1.1',
			`Host: 127.0.0.1:${gateway.port}`,
			`Authorization: ${gateway.owner.authorization}`,
			'Transfer-Encoding: chunked',
			'Trailer: X-A',
			'',
			'0',
			'X-A: b',
			'',
			'',
		);
		assert.match(await connection.until(/\}$/), /^HTTP\/1\.1 504 /);
		connection.socket.destroy();
		assert.deepEqual(await gateway.counts(), { 504: 1 });
	});

	const garbage: Record<string, string> = {
		text: 'hello, this is no HTTP\r\n\r\n',
		bytes: '\0\x01\x02\x03\xff\xfe\r\n\r\n',
		'an impossible status': 'HTTP/1.1 99999 Strange\r\n\r\n',
		'no status': 'HTTP/1.1\r\n\r\n',
		'a header without a colon': 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n',
		'a header with a control character': 'HTTP/1.1 200 OK\r\nX-A: b\x7fc\r\nContent-Length: 0\r\n\r\n',
		'a header with a control character, and no body': 'HTTP/1.1 204 OK\r\nX-A: b\x01c\r\n\r\n',
		'a reason with a control character': 'HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n',
		'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
		'both lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
		'a change of protocol that nobody asked for': 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
		'a greeting of TLS': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
		'headers without end': `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(20_000)}`,
		'half a head': 'HTTP/1.1 200 OK\r\nContent-Le',
	};
	for (const [what, answer] of Object.entries(garbage)) {
		it(`by answering ${what} is a 502`, async () => {
			const gateway = await servers.gateway({ upstream: await servers.rawUpstream((socket) => socket.end(answer, 'latin1')) });
			assert.match(await readErrorResponse(gateway, 502, { method: 'POST' }), /invalid HTTP response|without a response/);
			const again = await gateway.fetch('/products', { method: 'POST' });
			assert.equal(again.status, 502, 'it goes on');
		});
	}

	for (const what of ['a reason with a control character', 'a change of protocol that nobody asked for']) {
		it(`by answering ${what} to a request with trailers is a 502`, async () => {
			const gateway = await servers.gateway({ upstream: await servers.rawUpstream((socket) => socket.end(garbage[what]!, 'latin1')) });
			const connection = new RawConnection(gateway.port);
			connection.send(
				'POST /products HTTP/1.1',
				`Host: 127.0.0.1:${gateway.port}`,
				`Authorization: ${gateway.owner.authorization}`,
				'Transfer-Encoding: chunked',
				'Trailer: X-A',
				'Connection: close',
				'',
				'0',
				'X-A: b',
				'',
				'',
			);
			assert.match(await connection.end(), /^HTTP\/1\.1 502 /);
			assert.deepEqual(await gateway.counts(), { 502: 1 });
		});
	}

	const truncated: Record<string, string> = {
		'of a known length': 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of ',
		'in chunks': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf of \r\n',
		'in chunks that break': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf of \r\nzz\r\n',
	};
	for (const [what, answer] of Object.entries(truncated)) {
		it(`in the middle of a body ${what} ends the client’s connection, so that it notices`, async () => {
			const upstream = await servers.rawUpstream((socket) => socket.write(answer, 'latin1', () => socket.end()));
			const gateway = await servers.gateway({ upstream });
			await assert.rejects(gateway.fetch('/products').then((response) => response.text()));
			assert.deepEqual(await gateway.counts(), { 200: 1 });
		});
	}

	it('in the middle of a body resets the connection where its end would be the end of the body', async () => {
		const gateway = await servers.gateway({
			upstream: await servers.rawUpstream((socket) =>
				socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf of \r\n', 'latin1'),
			),
		});
		const connection = new RawConnection(gateway.port);
		let error: NodeJS.ErrnoException | undefined;
		connection.socket.on('error', (one) => (error = one));
		connection.send('GET /products HTTP/1.0', `Host: 127.0.0.1:${gateway.port}`, `Authorization: ${gateway.owner.authorization}`, '', '');
		await connection.end();
		assert.equal(error?.code, 'ECONNRESET');
	});

	it('by closing a connection just as it is used again is asked once more', async () => {
		let connections = 0;
		const upstream = await servers.rawUpstream((socket, request) => {
			if (request.startsWith('GET /first')) {
				socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
			} else if (connections++ === 0) {
				socket.destroy();
			} else {
				socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nagain');
			}
		});
		const gateway = await servers.gateway({ upstream });
		assert.equal(await (await gateway.fetch('/first')).text(), 'ok');
		assert.equal(await (await gateway.fetch('/second')).text(), 'again');
		assert.deepEqual(await gateway.counts(), { 200: 2 });
	});

	it('never asks for the same change twice', async () => {
		let asked = 0;
		const upstream = await servers.rawUpstream((socket) => {
			asked++;
			socket.destroy();
		});
		const gateway = await servers.gateway({ upstream });
		assert.equal((await gateway.fetch('/products', { method: 'POST' })).status, 502);
		assert.equal(asked, 1);
	});
});
