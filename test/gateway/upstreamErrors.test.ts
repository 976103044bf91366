import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { RawConnection, GatewayServers, type RunningGateway } from '../support/gateway/gatewayServers';

describe('Failures of the upstream', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.stopAll());

	/** Returns the error message of a response in the platform's format. */
	async function readErrorResponse(gateway: RunningGateway, status: number, init: RequestInit = {}): Promise<string> {
		const response = await gateway.fetch('/products', init);
		assert.equal(response.headers.get('content-type'), 'application/json');
		const { error_code: code, errors } = (await response.json()) as { error_code: string; errors: string[] };
		assert.deepEqual([response.status, code, errors.length], [status, `GW_${status}`, 1]);
		assert.deepEqual(await gateway.counts(), { [status]: 1 });
		return errors[0]!;
	}

	/** Returns the URL of a port that nothing listens on. */
	async function findClosedPort(): Promise<string> {
		const temporaryServers = new GatewayServers();
		const url = await temporaryServers.listen(createServer(), 'http');
		await temporaryServers.stopAll();
		return url;
	}

	it('responds with 502 if the connection is refused', async () => {
		const upstream = await findClosedPort();
		const gateway = await servers.gateway({ upstream });
		assert.equal(
			await readErrorResponse(gateway, 502),
			`Upstream ${upstream} refused the connection. Start it, or correct the connectTokens.gateway.upstream setting.`,
		);
	});

	it('responds with 502 if the host name cannot be resolved', async () => {
		const gateway = await servers.gateway({ upstream: 'http://upstream.invalid' });
		assert.match(await readErrorResponse(gateway, 502), /Couldn't resolve the host name of upstream http:\/\/upstream\.invalid/);
	});

	it('responds with 502 if the connection is closed without a response, for every method', async () => {
		for (const method of ['GET', 'POST', 'DELETE']) {
			const gateway = await servers.gateway({ upstream: await servers.rawUpstream((socket) => socket.destroy()) });
			assert.match(
				await readErrorResponse(gateway, 502, { method, ...(method === 'POST' ? { body: 'x' } : {}) }),
				/closed the connection without a response/,
			);
		}
	});

	it('responds with 502 if the connection is reset', async () => {
		const gateway = await servers.gateway({ upstream: await servers.rawUpstream((socket) => socket.resetAndDestroy()) });
		assert.match(await readErrorResponse(gateway, 502), /closed the connection without a response/);
	});

	it('responds with 504 if the upstream does not respond', async () => {
		const gateway = await servers.gateway(
			{ upstream: await servers.rawUpstream(() => undefined) },
			{ timeouts: { upstreamHeadersMs: 300 } },
		);
		assert.match(await readErrorResponse(gateway, 504), /timed out/);
	});

	it('responds with 504 if the upstream does not respond to a request with trailers', async () => {
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

	const invalidResponses: Record<string, string> = {
		text: 'hello, this is not HTTP\r\n\r\n',
		bytes: '\0\x01\x02\x03\xff\xfe\r\n\r\n',
		'an impossible status': 'HTTP/1.1 99999 Strange\r\n\r\n',
		'no status': 'HTTP/1.1\r\n\r\n',
		'a header without a colon': 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n',
		'a header with a control character': 'HTTP/1.1 200 OK\r\nX-A: b\x7fc\r\nContent-Length: 0\r\n\r\n',
		'a header with a control character, and no body': 'HTTP/1.1 204 OK\r\nX-A: b\x01c\r\n\r\n',
		'a reason phrase with a control character': 'HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n',
		'two Content-Length headers': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
		'Content-Length and Transfer-Encoding': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
		'an upgrade that was not requested': 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
		'a TLS handshake': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
		'endless headers': `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(20_000)}`,
		'incomplete headers': 'HTTP/1.1 200 OK\r\nContent-Le',
	};
	for (const [name, bytes] of Object.entries(invalidResponses)) {
		it(`responds with 502 to ${name}`, async () => {
			const gateway = await servers.gateway({ upstream: await servers.rawUpstream((socket) => socket.end(bytes, 'latin1')) });
			assert.match(await readErrorResponse(gateway, 502, { method: 'POST' }), /invalid HTTP response|without a response/);
			const next = await gateway.fetch('/products', { method: 'POST' });
			assert.equal(next.status, 502, 'the gateway still responds');
		});
	}

	for (const name of ['a reason phrase with a control character', 'an upgrade that was not requested']) {
		it(`responds with 502 to ${name} after a request with trailers`, async () => {
			const gateway = await servers.gateway({
				upstream: await servers.rawUpstream((socket) => socket.end(invalidResponses[name]!, 'latin1')),
			});
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
			assert.match(await connection.readToEnd(), /^HTTP\/1\.1 502 /);
			assert.deepEqual(await gateway.counts(), { 502: 1 });
		});
	}

	const truncatedResponses: Record<string, string> = {
		'with a Content-Length': 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of ',
		'in chunks': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf of \r\n',
		'with an invalid chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf of \r\nzz\r\n',
	};
	for (const [name, bytes] of Object.entries(truncatedResponses)) {
		it(`closes the client’s connection if a body ${name} is truncated`, async () => {
			const upstream = await servers.rawUpstream((socket) => socket.write(bytes, 'latin1', () => socket.end()));
			const gateway = await servers.gateway({ upstream });
			await assert.rejects(gateway.fetch('/products').then((response) => response.text()));
			assert.deepEqual(await gateway.counts(), { 200: 1 });
		});
	}

	it('resets an HTTP/1.0 connection if the body is truncated', async () => {
		const gateway = await servers.gateway({
			upstream: await servers.rawUpstream((socket) =>
				socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf of \r\n', 'latin1'),
			),
		});
		const connection = new RawConnection(gateway.port);
		let error: NodeJS.ErrnoException | undefined;
		connection.socket.on('error', (socketError) => (error = socketError));
		connection.send('GET /products HTTP/1.0', `Host: 127.0.0.1:${gateway.port}`, `Authorization: ${gateway.owner.authorization}`, '', '');
		await connection.readToEnd();
		assert.equal(error?.code, 'ECONNRESET');
	});

	it('sends a request again if the upstream closes a reused connection', async () => {
		let connections = 0;
		const upstream = await servers.rawUpstream((socket, request) => {
			if (request.startsWith('GET /first')) {
				socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
			} else if (connections++ === 0) {
				socket.destroy();
			} else {
				socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nretry');
			}
		});
		const gateway = await servers.gateway({ upstream });
		assert.equal(await (await gateway.fetch('/first')).text(), 'ok');
		assert.equal(await (await gateway.fetch('/second')).text(), 'retry');
		assert.deepEqual(await gateway.counts(), { 200: 2 });
	});

	it('never sends a POST request again', async () => {
		let requestCount = 0;
		const upstream = await servers.rawUpstream((socket) => {
			requestCount++;
			socket.destroy();
		});
		const gateway = await servers.gateway({ upstream });
		assert.equal((await gateway.fetch('/products', { method: 'POST' })).status, 502);
		assert.equal(requestCount, 1);
	});
});
