import assert from 'node:assert/strict';
import { namesAt } from '../../src/gateway/guard';
import { Servers, exchange, RawConnection, type RunningGateway } from '../support/gateway/gateway';

describe('the gateway’s guard', () => {
	const servers = new Servers();
	let gateway: RunningGateway;
	let arrived: string[];

	beforeEach(async () => {
		arrived = [];
		const upstream = await servers.upstream((request, response) => {
			arrived.push(request.url ?? '');
			request.resume().on('end', () => response.end('ok\n'));
		});
		gateway = await servers.gateway({ upstream }, { timeouts: { head: 300, body: 300 } });
	});
	afterEach(() => servers.end());

	const host = () => `Host: 127.0.0.1:${gateway.port}`;
	const key = () => `Authorization: ${gateway.owner.authorization}`;

	/** Statuses of all responses in what came back. */
	const statuses = (text: string) => Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status));

	const smuggled = 'GET /smuggled HTTP/1.1';
	const attacks: Record<string, () => string[]> = {
		'both lengths': () => [
			'POST /products HTTP/1.1',
			host(),
			key(),
			'Content-Length: 6',
			'Transfer-Encoding: chunked',
			'',
			'0',
			'',
			smuggled,
		],
		'both lengths, the other way round': () => [
			'POST /products HTTP/1.1',
			host(),
			key(),
			'Transfer-Encoding: chunked',
			'Content-Length: 50',
			'',
			'0',
			'',
			smuggled,
			host(),
			key(),
			'',
			'',
		],
		'two lengths that differ': () => [
			'POST /products HTTP/1.1',
			host(),
			key(),
			'Content-Length: 0',
			'Content-Length: 40',
			'',
			smuggled,
			host(),
			key(),
			'',
			'',
		],
		'two lengths that agree': () => ['POST /products HTTP/1.1', host(), key(), 'Content-Length: 0', 'Content-Length: 0', '', ''],
		'two lengths in one header': () => ['POST /products HTTP/1.1', host(), key(), 'Content-Length: 0, 0', '', ''],
		'a length with a sign': () => ['POST /products HTTP/1.1', host(), key(), 'Content-Length: +1', '', 'x'],
		'a length in hexadecimal': () => ['POST /products HTTP/1.1', host(), key(), 'Content-Length: 0x1', '', 'x'],
		'a length beyond all numbers': () => ['POST /products HTTP/1.1', host(), key(), `Content-Length: ${'9'.repeat(40)}`, '', 'x'],
		'a folded header': () => ['GET /products HTTP/1.1', host(), key(), 'X-Folded: a', ' b: c', '', ''],
		'a folded transfer encoding': () => [
			'POST /products HTTP/1.1',
			host(),
			key(),
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
			host(),
			key(),
			'Content-Length : 40',
			'',
			smuggled,
			host(),
			key(),
			'',
			'',
		],
		'bare line feeds': () => [`GET /products HTTP/1.1\n${host()}\n${key()}\n\n`],
		'a bare line feed in a header': () => ['GET /products HTTP/1.1', host(), key(), 'X-A: b\nTransfer-Encoding: chunked', '', ''],
		'a bare carriage return in a header': () => ['GET /products HTTP/1.1', host(), key(), 'X-A: b\rX-B: c', '', ''],
		'a zero byte in a header': () => ['GET /products HTTP/1.1', host(), key(), 'X-A: b\0c', '', ''],
		'an unknown transfer encoding': () => ['POST /products HTTP/1.1', host(), key(), 'Transfer-Encoding: xchunked', '', '0', '', ''],
		'two transfer encodings': () => [
			'POST /products HTTP/1.1',
			host(),
			key(),
			'Transfer-Encoding: chunked',
			'Transfer-Encoding: identity',
			'',
			'0',
			'',
			'',
		],
		'a transfer encoding behind another': () => [
			'POST /products HTTP/1.1',
			host(),
			key(),
			'Transfer-Encoding: gzip, chunked',
			'',
			'0',
			'',
			'',
		],
		'a chunk with a broken size': () => [
			'POST /products HTTP/1.1',
			host(),
			key(),
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
			host(),
			key(),
			'Transfer-Encoding: chunked',
			'',
			'1',
			'xyz',
			'0',
			'',
			'',
		],
		'two hosts': () => ['GET /products HTTP/1.1', host(), host(), key(), '', ''],
		'two keys': () => ['GET /products HTTP/1.1', host(), key(), key(), '', ''],
		'no host': () => ['GET /products HTTP/1.1', key(), '', ''],
		'no host in HTTP/1.0': () => ['GET /products HTTP/1.0', key(), '', ''],
		'a foreign host': () => ['GET /products HTTP/1.1', `Host: evil.example:${gateway.port}`, key(), '', ''],
		'a host without its port': () => ['GET /products HTTP/1.1', 'Host: 127.0.0.1', key(), '', ''],
		'a host with another port': () => ['GET /products HTTP/1.1', 'Host: localhost:1', key(), '', ''],
		'a whole URL': () => [`GET http://127.0.0.1:${gateway.port}/products HTTP/1.1`, host(), key(), '', ''],
		'the URL of another server': () => ['GET http://evil.example/products HTTP/1.1', host(), key(), '', ''],
		CONNECT: () => ['CONNECT evil.example:443 HTTP/1.1', host(), key(), '', ''],
		'TRACE, which would show the credential': () => ['TRACE /products HTTP/1.1', host(), key(), '', ''],
		'OPTIONS *': () => ['OPTIONS * HTTP/1.1', host(), key(), '', ''],
		'a target without a slash': () => ['GET products HTTP/1.1', host(), key(), '', ''],
		'a target with a fragment': () => ['GET /products#x HTTP/1.1', host(), key(), '', ''],
		'a target with a space': () => ['GET /products x HTTP/1.1', host(), key(), '', ''],
		'a target of no UTF-8': () => ['GET /products/\xff\xfe HTTP/1.1', host(), key(), '', ''],
		'an unknown method': () => ['FROB /products HTTP/1.1', host(), key(), '', ''],
		'another protocol': () => ['GET /products HTTP/2.0', host(), key(), '', ''],
		'the preface of HTTP/2': () => ['PRI * HTTP/2.0', '', 'SM', '', ''],
		'a greeting of TLS': () => ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
		'a foreign origin': () => ['GET /products HTTP/1.1', host(), key(), 'Origin: https://evil.example', '', ''],
		'an origin of no name': () => ['GET /products HTTP/1.1', host(), key(), 'Origin: null', '', ''],
		'an expectation that nobody knows': () => ['POST /products HTTP/1.1', host(), key(), 'Expect: wonders', 'Content-Length: 1', '', 'x'],
		'headers of more than 64 KB': () => ['GET /products HTTP/1.1', host(), key(), `X-Large: ${'x'.repeat(65_536)}`, '', ''],
		'an upgrade with a body': () => [
			'GET /products HTTP/1.1',
			host(),
			key(),
			'Connection: Upgrade',
			'Upgrade: websocket',
			'Content-Length: 30',
			'',
			smuggled,
		],
	};
	for (const [attack, lines] of Object.entries(attacks)) {
		it(`refuses ${attack}, and forwards nothing of it`, async () => {
			const connection = new RawConnection(gateway.port).send(...lines());
			await connection.until(/\r\n\r\n/);
			connection.socket.end();
			const answers = statuses(await connection.end());
			assert.ok(
				answers.every((status) => status >= 400 && status < 500),
				`answered with ${answers.join(', ')}`,
			);
			assert.ok(answers.length <= 1 || !lines().join('').includes('smuggled'), 'what was smuggled was not answered');
			assert.deepEqual(
				arrived.filter((url) => url !== '/products'),
				[],
			);
			if (!['a chunk', 'two lengths that'].some((late) => attack.startsWith(late))) {
				assert.deepEqual(arrived, []);
			}
			assert.equal((await gateway.fetch('/products')).status, 200, 'it goes on');
		});
	}

	it('answers in the platform’s shape to what it cannot read', async () => {
		for (const [lines, status] of [
			[['nonsense', '', ''], 400],
			[['GET / HTTP/1.1', `X: ${'x'.repeat(70_000)}`, '', ''], 431],
		] as const) {
			const answer = await exchange(gateway.port, ...lines);
			assert.match(
				answer,
				new RegExp(
					`^HTTP/1\\.1 ${status} [^]*content-type: application/json\r\n[^]*\r\n\r\n\\{"error_code":"GW_${status}","errors":\\["[^"]+"\\]\\}$`,
				),
			);
		}
	});

	it('takes 10 000 headers and 60 KB of them, and misses none', async () => {
		const many = Array.from({ length: 10_000 }, () => 'a:b');
		const answer = await new RawConnection(gateway.port).send('GET /products HTTP/1.1', host(), key(), ...many, '', '').until(/ok/);
		assert.deepEqual(statuses(answer), [200]);
		const late = await new RawConnection(gateway.port)
			.send('GET /products HTTP/1.1', host(), key(), ...many, 'Host: evil.example', 'Connection: close', '', '')
			.end();
		assert.deepEqual(statuses(late), [403]);
		const large = await new RawConnection(gateway.port)
			.send('GET /products HTTP/1.1', host(), key(), `X-Large: ${'x'.repeat(60_000)}`, '', '')
			.until(/ok/);
		assert.deepEqual(statuses(large), [200]);
	});

	it('puts no answer into the middle of another', async () => {
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
		assert.deepEqual(statuses(await connection.end()), [200]);
	});

	it('ends the connection of those who ask for another protocol before they have their answers', async () => {
		const silent = await servers.gateway({ upstream: await servers.upstream(() => undefined) });
		const lines = [`Host: 127.0.0.1:${silent.port}`, `Authorization: ${silent.owner.authorization}`];
		for (const owner of [lines, lines.slice(0, 1)]) {
			for (const next of ['CONNECT products:80 HTTP/1.1', 'GET /products HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket']) {
				const connection = new RawConnection(silent.port).send(
					'GET /products HTTP/1.1',
					...owner,
					'',
					[next, ...lines, '', ''].join('\r\n'),
				);
				await connection.end();
			}
		}
	});

	it('takes its own hosts and origins', async () => {
		for (const name of ['127.0.0.1', 'localhost']) {
			const own = `${name}:${gateway.port}`;
			const answer = await exchange(
				gateway.port,
				'GET /products HTTP/1.1',
				`Host: ${own}`,
				`Origin: http://${own}`,
				key(),
				'Connection: close',
				'',
				'',
			);
			assert.deepEqual(statuses(answer), [200]);
		}
	});

	it('is called without a port where that is the usual one', () => {
		assert.deepEqual([...namesAt(80).hosts], ['127.0.0.1:80', 'localhost:80', '127.0.0.1', 'localhost']);
		assert.ok(namesAt(80).origins.has('http://localhost'));
		assert.ok(!namesAt(8080).hosts.has('localhost'));
	});

	it('survives those who ask for a tunnel and are gone before they are refused', async () => {
		for (let count = 0; count < 20; count++) {
			const { socket, closed } = new RawConnection(gateway.port);
			socket.write('CONNECT products:80 HTTP/1.1\r\nHost: products:80\r\n\r\n', () => socket.resetAndDestroy());
			await closed;
		}
		assert.equal((await gateway.fetch('/products')).status, 200);
	});

	it('ends connections on which an answer has come before the whole body, once nothing follows', async () => {
		const upstream = await servers.upstream((request, response) => {
			request.resume();
			response.end('early');
		});
		const hasty = await servers.gateway({ upstream }, { timeouts: { keepAlive: 300 } });
		const connection = new RawConnection(hasty.port);
		connection.send(
			'POST /products HTTP/1.1',
			`Host: 127.0.0.1:${hasty.port}`,
			`Authorization: ${hasty.owner.authorization}`,
			'Content-Length: 10',
			'',
			'12345',
		);
		await connection.until(/early/);
		connection.send('67890');
		assert.deepEqual(statuses(await connection.end()), [200]);
	});

	it('ends connections whose headers or bodies do not come', async () => {
		assert.deepEqual(statuses(await exchange(gateway.port, 'GET /products HTTP/1.1', host(), 'X-')), [408]);
		assert.deepEqual(statuses(await exchange(gateway.port)), [408]);
		assert.deepEqual(
			statuses(await exchange(gateway.port, 'POST /products HTTP/1.1', host(), key(), 'Content-Length: 10', '', 'x')),
			[408],
		);
		assert.deepEqual(await gateway.counts(), { 408: 1 });
	});

	it('ends connections of which the client has closed its half', async () => {
		const connection = new RawConnection(gateway.port, { allowHalfOpen: true }).send(
			'POST /products HTTP/1.1',
			host(),
			key(),
			'Content-Length: 10',
			'',
			'x',
		);
		connection.socket.end();
		await connection.end();
		assert.deepEqual(await gateway.counts(), {});
	});

	it('serves among 2000 idle connections', async () => {
		const idle = await Promise.all(
			Array.from({ length: 2000 }, async () => {
				const connection = new RawConnection(gateway.port).send('GET /products HTTP/1.1', host(), key(), '', '');
				await connection.until(/ok/);
				return connection;
			}),
		);
		assert.equal((await gateway.fetch('/products')).status, 200);
		assert.ok(
			idle.every(({ socket }) => !socket.closed),
			'nobody was sent away',
		);
		idle.forEach(({ socket }) => socket.destroy());
	});

	it('answers requests that follow each other without waiting, in their order', async () => {
		const ask = (path: string, ...more: string[]) => [`GET ${path} HTTP/1.1`, host(), key(), ...more, '', ''].join('\r\n');
		const answer = await new RawConnection(gateway.port).send(ask('/1') + ask('/2%2e%2e/..') + ask('/3', 'Connection: close')).end();
		assert.deepEqual(statuses(answer), [200, 400, 200]);
		assert.deepEqual(arrived, ['/1', '/3']);
	});
});
