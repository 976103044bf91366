import assert from 'node:assert/strict';
import { GatewayServers, sendRaw, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';

describe('Request validation', () => {
	const servers = new GatewayServers();
	let gateway: RunningGateway;
	/** Targets of the requests that the upstream received. */
	let received: string[];

	beforeEach(async () => {
		received = [];
		const upstream = await servers.upstream((request, response) => {
			received.push(request.url ?? '');
			request.resume().on('end', () => response.end('ok\n'));
		});
		gateway = await servers.gateway({ upstream }, { timeouts: { requestHeadersMs: 300, bodyIdleMs: 300 } });
	});
	afterEach(() => servers.stopAll());

	const hostHeader = () => `Host: 127.0.0.1:${gateway.port}`;
	const keyHeader = () => `Authorization: ${gateway.owner.authorization}`;

	/** Returns the status of each response in the received text. */
	const parseStatuses = (text: string) => Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status));

	const smuggled = 'GET /smuggled HTTP/1.1';
	const attacks: Record<string, () => string[]> = {
		'Content-Length and Transfer-Encoding': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Content-Length: 6',
			'Transfer-Encoding: chunked',
			'',
			'0',
			'',
			smuggled,
		],
		'Transfer-Encoding and Content-Length': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Transfer-Encoding: chunked',
			'Content-Length: 50',
			'',
			'0',
			'',
			smuggled,
			hostHeader(),
			keyHeader(),
			'',
			'',
		],
		'two Content-Length headers that differ': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Content-Length: 0',
			'Content-Length: 40',
			'',
			smuggled,
			hostHeader(),
			keyHeader(),
			'',
			'',
		],
		'two Content-Length headers that agree': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Content-Length: 0',
			'Content-Length: 0',
			'',
			'',
		],
		'two values in one Content-Length header': () => ['POST /products HTTP/1.1', hostHeader(), keyHeader(), 'Content-Length: 0, 0', '', ''],
		'a Content-Length with a sign': () => ['POST /products HTTP/1.1', hostHeader(), keyHeader(), 'Content-Length: +1', '', 'x'],
		'a hexadecimal Content-Length': () => ['POST /products HTTP/1.1', hostHeader(), keyHeader(), 'Content-Length: 0x1', '', 'x'],
		'a Content-Length that is too large': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			`Content-Length: ${'9'.repeat(40)}`,
			'',
			'x',
		],
		'a folded header': () => ['GET /products HTTP/1.1', hostHeader(), keyHeader(), 'X-Folded: a', ' b: c', '', ''],
		'a folded Transfer-Encoding header': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Transfer-Encoding:',
			' chunked',
			'',
			'0',
			'',
			smuggled,
			'',
			'',
		],
		'a space before the colon': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Content-Length : 40',
			'',
			smuggled,
			hostHeader(),
			keyHeader(),
			'',
			'',
		],
		'bare line feeds': () => [`GET /products HTTP/1.1\n${hostHeader()}\n${keyHeader()}\n\n`],
		'a bare line feed in a header': () => [
			'GET /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'X-A: b\nTransfer-Encoding: chunked',
			'',
			'',
		],
		'a bare carriage return in a header': () => ['GET /products HTTP/1.1', hostHeader(), keyHeader(), 'X-A: b\rX-B: c', '', ''],
		'a null byte in a header': () => ['GET /products HTTP/1.1', hostHeader(), keyHeader(), 'X-A: b\0c', '', ''],
		'an unknown transfer encoding': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Transfer-Encoding: xchunked',
			'',
			'0',
			'',
			'',
		],
		'two Transfer-Encoding headers': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Transfer-Encoding: chunked',
			'Transfer-Encoding: identity',
			'',
			'0',
			'',
			'',
		],
		'two transfer encodings in one header': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Transfer-Encoding: gzip, chunked',
			'',
			'0',
			'',
			'',
		],
		'a chunk with an invalid size': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Transfer-Encoding: chunked',
			'',
			'zz',
			'x',
			'0',
			'',
			'',
		],
		'a chunk whose size is too small': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Transfer-Encoding: chunked',
			'',
			'1',
			'xyz',
			'0',
			'',
			'',
		],
		'two Host headers': () => ['GET /products HTTP/1.1', hostHeader(), hostHeader(), keyHeader(), '', ''],
		'two Authorization headers': () => ['GET /products HTTP/1.1', hostHeader(), keyHeader(), keyHeader(), '', ''],
		'a missing Host header': () => ['GET /products HTTP/1.1', keyHeader(), '', ''],
		'a missing Host header in HTTP/1.0': () => ['GET /products HTTP/1.0', keyHeader(), '', ''],
		'another host': () => ['GET /products HTTP/1.1', `Host: evil.example:${gateway.port}`, keyHeader(), '', ''],
		'a host without its port': () => ['GET /products HTTP/1.1', 'Host: 127.0.0.1', keyHeader(), '', ''],
		'a host with another port': () => ['GET /products HTTP/1.1', 'Host: localhost:1', keyHeader(), '', ''],
		'an absolute URL': () => [`GET http://127.0.0.1:${gateway.port}/products HTTP/1.1`, hostHeader(), keyHeader(), '', ''],
		'the URL of another server': () => ['GET http://evil.example/products HTTP/1.1', hostHeader(), keyHeader(), '', ''],
		CONNECT: () => ['CONNECT evil.example:443 HTTP/1.1', hostHeader(), keyHeader(), '', ''],
		TRACE: () => ['TRACE /products HTTP/1.1', hostHeader(), keyHeader(), '', ''],
		'OPTIONS *': () => ['OPTIONS * HTTP/1.1', hostHeader(), keyHeader(), '', ''],
		'a target without a slash': () => ['GET products HTTP/1.1', hostHeader(), keyHeader(), '', ''],
		'a target with a fragment': () => ['GET /products#x HTTP/1.1', hostHeader(), keyHeader(), '', ''],
		'a target with a space': () => ['GET /products x HTTP/1.1', hostHeader(), keyHeader(), '', ''],
		'a target that is not valid UTF-8': () => ['GET /products/\xff\xfe HTTP/1.1', hostHeader(), keyHeader(), '', ''],
		'an unknown method': () => ['FROB /products HTTP/1.1', hostHeader(), keyHeader(), '', ''],
		'another HTTP version': () => ['GET /products HTTP/2.0', hostHeader(), keyHeader(), '', ''],
		'an HTTP/2 preface': () => ['PRI * HTTP/2.0', '', 'SM', '', ''],
		'a TLS handshake': () => ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
		'another origin': () => ['GET /products HTTP/1.1', hostHeader(), keyHeader(), 'Origin: https://evil.example', '', ''],
		'a null origin': () => ['GET /products HTTP/1.1', hostHeader(), keyHeader(), 'Origin: null', '', ''],
		'an unknown Expect header': () => [
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Expect: unknown',
			'Content-Length: 1',
			'',
			'x',
		],
		'headers of more than 64 KB': () => ['GET /products HTTP/1.1', hostHeader(), keyHeader(), `X-Large: ${'x'.repeat(65_536)}`, '', ''],
		'an upgrade with a body': () => [
			'GET /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Connection: Upgrade',
			'Upgrade: websocket',
			'Content-Length: 30',
			'',
			smuggled,
		],
	};
	for (const [attack, lines] of Object.entries(attacks)) {
		it(`rejects ${attack}`, async () => {
			const connection = new RawConnection(gateway.port).send(...lines());
			await connection.until(/\r\n\r\n/);
			connection.socket.end();
			const statuses = parseStatuses(await connection.readToEnd());
			assert.ok(
				statuses.every((status) => status >= 400 && status < 500),
				`responded with ${statuses.join(', ')}`,
			);
			assert.ok(statuses.length <= 1 || !lines().join('').includes('smuggled'), 'the smuggled request got no response');
			assert.deepEqual(
				received.filter((url) => url !== '/products'),
				[],
			);
			// In these, the invalid part comes after the headers, when the request may have been forwarded.
			if (!['a chunk', 'two Content-Length headers that'].some((prefix) => attack.startsWith(prefix))) {
				assert.deepEqual(received, []);
			}
			assert.equal((await gateway.fetch('/products')).status, 200, 'the gateway still responds');
		});
	}

	it('responds to invalid requests in the platform’s error format', async () => {
		for (const [lines, status] of [
			[['nonsense', '', ''], 400],
			[['GET / HTTP/1.1', `X: ${'x'.repeat(70_000)}`, '', ''], 431],
		] as const) {
			const responseText = await sendRaw(gateway.port, ...lines);
			assert.match(
				responseText,
				new RegExp(
					`^HTTP/1\\.1 ${status} [^]*content-type: application/json\r\n[^]*\r\n\r\n\\{"error_code":"GW_${status}","errors":\\["[^"]+"\\]\\}$`,
				),
			);
		}
	});

	it('accepts 10,000 headers or 60 KB of headers, and checks all of them', async () => {
		const extraHeaders = Array.from({ length: 10_000 }, () => 'a:b');
		const many = await new RawConnection(gateway.port)
			.send('GET /products HTTP/1.1', hostHeader(), keyHeader(), ...extraHeaders, '', '')
			.until(/ok/);
		assert.deepEqual(parseStatuses(many), [200]);
		const secondHost = await new RawConnection(gateway.port)
			.send('GET /products HTTP/1.1', hostHeader(), keyHeader(), ...extraHeaders, 'Host: evil.example', 'Connection: close', '', '')
			.readToEnd();
		assert.deepEqual(parseStatuses(secondHost), [403]);
		const large = await new RawConnection(gateway.port)
			.send('GET /products HTTP/1.1', hostHeader(), keyHeader(), `X-Large: ${'x'.repeat(60_000)}`, '', '')
			.until(/ok/);
		assert.deepEqual(parseStatuses(large), [200]);
	});

	it('sends no response in the middle of another one', async () => {
		const endless = await servers.gateway({ upstream: await servers.upstream((_, response) => response.write('first part')) });
		const connection = new RawConnection(endless.port).send(
			'GET /products HTTP/1.1',
			`Host: 127.0.0.1:${endless.port}`,
			`Authorization: ${endless.owner.authorization}`,
			'',
			'',
		);
		await connection.until(/first part/);
		connection.send('nonsense', '', '');
		assert.deepEqual(parseStatuses(await connection.readToEnd()), [200]);
	});

	it('closes the connection on CONNECT or an upgrade while earlier requests are in progress', async () => {
		const silent = await servers.gateway({ upstream: await servers.upstream(() => undefined) });
		const headers = [`Host: 127.0.0.1:${silent.port}`, `Authorization: ${silent.owner.authorization}`];
		for (const firstHeaders of [headers, headers.slice(0, 1)]) {
			for (const next of ['CONNECT products:80 HTTP/1.1', 'GET /products HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket']) {
				const connection = new RawConnection(silent.port).send(
					'GET /products HTTP/1.1',
					...firstHeaders,
					'',
					[next, ...headers, '', ''].join('\r\n'),
				);
				await connection.readToEnd();
			}
		}
	});

	it('accepts its own hosts and origins', async () => {
		for (const name of ['127.0.0.1', 'localhost']) {
			const authority = `${name}:${gateway.port}`;
			const responseText = await sendRaw(
				gateway.port,
				'GET /products HTTP/1.1',
				`Host: ${authority}`,
				`Origin: http://${authority}`,
				keyHeader(),
				'Connection: close',
				'',
				'',
			);
			assert.deepEqual(parseStatuses(responseText), [200]);
		}
	});

	it('handles clients that reset the connection after CONNECT', async () => {
		for (let count = 0; count < 20; count++) {
			const { socket, closed } = new RawConnection(gateway.port);
			socket.write('CONNECT products:80 HTTP/1.1\r\nHost: products:80\r\n\r\n', () => socket.resetAndDestroy());
			await closed;
		}
		assert.equal((await gateway.fetch('/products')).status, 200);
	});

	it('closes an idle connection after a response that came before the whole body', async () => {
		const upstream = await servers.upstream((request, response) => {
			request.resume();
			response.end('early');
		});
		const eagerGateway = await servers.gateway({ upstream }, { timeouts: { keepAliveMs: 300 } });
		const connection = new RawConnection(eagerGateway.port);
		connection.send(
			'POST /products HTTP/1.1',
			`Host: 127.0.0.1:${eagerGateway.port}`,
			`Authorization: ${eagerGateway.owner.authorization}`,
			'Content-Length: 10',
			'',
			'12345',
		);
		await connection.until(/early/);
		connection.send('67890');
		assert.deepEqual(parseStatuses(await connection.readToEnd()), [200]);
	});

	it('closes connections that do not send headers or a body in time', async () => {
		assert.deepEqual(parseStatuses(await sendRaw(gateway.port, 'GET /products HTTP/1.1', hostHeader(), 'X-')), [408]);
		assert.deepEqual(parseStatuses(await sendRaw(gateway.port)), [408]);
		assert.deepEqual(
			parseStatuses(await sendRaw(gateway.port, 'POST /products HTTP/1.1', hostHeader(), keyHeader(), 'Content-Length: 10', '', 'x')),
			[408],
		);
		assert.deepEqual(await gateway.counts(), { 408: 1 });
	});

	it('closes connections that the client has half-closed', async () => {
		const connection = new RawConnection(gateway.port, { allowHalfOpen: true }).send(
			'POST /products HTTP/1.1',
			hostHeader(),
			keyHeader(),
			'Content-Length: 10',
			'',
			'x',
		);
		connection.socket.end();
		await connection.readToEnd();
		assert.deepEqual(await gateway.counts(), {});
	});

	it('responds with 2,000 idle connections open', async () => {
		// A busy machine takes longer to open all of them than a request's headers or a pause may usually take.
		const upstream = await servers.upstream((request, response) => void request.resume().on('end', () => response.end('ok\n')));
		const patientGateway = await servers.gateway({ upstream }, { timeouts: { keepAliveMs: 120_000, requestHeadersMs: 120_000 } });
		const headers = [`Host: 127.0.0.1:${patientGateway.port}`, `Authorization: ${patientGateway.owner.authorization}`];
		const idleConnections = await Promise.all(
			Array.from({ length: 2000 }, async () => {
				const connection = new RawConnection(patientGateway.port).send('GET /products HTTP/1.1', ...headers, '', '');
				await connection.until(/ok/);
				return connection;
			}),
		);
		assert.equal((await patientGateway.fetch('/products')).status, 200);
		assert.ok(
			idleConnections.every(({ socket }) => !socket.closed),
			'no connection was closed',
		);
		idleConnections.forEach(({ socket }) => socket.destroy());
	});

	it('responds to pipelined requests in order', async () => {
		const request = (path: string, ...headers: string[]) =>
			[`GET ${path} HTTP/1.1`, hostHeader(), keyHeader(), ...headers, '', ''].join('\r\n');
		const responseText = await new RawConnection(gateway.port)
			.send(request('/1') + request('/2%2e%2e/..') + request('/3', 'Connection: close'))
			.readToEnd();
		assert.deepEqual(parseStatuses(responseText), [200, 400, 200]);
		assert.deepEqual(received, ['/1', '/3']);
	});
});
