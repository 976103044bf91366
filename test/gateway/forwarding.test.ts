import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Servers, RawConnection, type RunningGateway } from '../support/gateway/gateway';
import { issue } from '../support/gateway/tokens';

/** What an upstream was sent. */
interface Arrived {
	readonly line: string;
	readonly headers: readonly string[];
	readonly body: string;
	readonly trailers: readonly string[];
}

describe('forwarding', () => {
	const servers = new Servers();
	afterEach(() => servers.end());

	/** A gateway before an upstream that answers with what it was sent. */
	async function mirrored(credential: string | null = null, base = ''): Promise<RunningGateway> {
		const upstream = await servers.upstream((request, response) => {
			void text(request).then((body) => {
				const arrived: Arrived = {
					line: `${request.method ?? ''} ${request.url ?? ''}`,
					headers: request.rawHeaders,
					body,
					trailers: request.rawTrailers,
				};
				response.setHeader('content-type', 'application/json').end(JSON.stringify(arrived));
			});
		});
		return servers.gateway({ upstream: upstream + base, credential });
	}

	async function answered(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<RunningGateway> {
		return servers.gateway({ upstream: await servers.upstream(listener) });
	}

	/** A request by Node's own client, which leaves more to say than `fetch`. */
	function ask(gateway: RunningGateway, options: RequestOptions) {
		return httpRequest(gateway.origin, {
			...options,
			headers: { authorization: gateway.owner.authorization, ...(options.headers as Record<string, string>) },
		});
	}

	it('passes path and query on byte for byte', async () => {
		const gateway = await mirrored(null, '/public/v1');
		const target = '/public/v1/products//%7e%7E/a;b/%C3%a9?in(status,(a,b))&ordering(-created)&x=%zz&y=\'"<>\\^`{|}&z=../..';
		const answer = await new RawConnection(gateway.port)
			.send(
				`GET ${target} HTTP/1.1`,
				`Host: localhost:${gateway.port}`,
				`Authorization: ${gateway.owner.authorization}`,
				'Connection: close',
				'',
				'',
			)
			.end();
		assert.equal((JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as Arrived).line, `GET ${target}`);
	});

	it('serves the upstream’s own path and nothing beside it', async () => {
		const gateway = await mirrored(null, '/public/v1/');
		for (const [path, status] of [
			['/public/v1', 200],
			['/public/v1/', 200],
			['/public/v1?limit=1', 200],
			['/public/v1/products', 200],
			['/', 404],
			['/public/v10/products', 404],
			['/%70ublic/v1/products', 404],
			['/products', 404],
		] as const) {
			assert.equal((await gateway.fetch(path)).status, status, path);
		}
		assert.deepEqual(await gateway.counts(), { 200: 4, 404: 4 });
	});

	it('puts the upstream’s credential in the place of the caller’s key, which goes no further', async () => {
		const gateway = await mirrored('ApiKey SU-000-000-000:upstream');
		const arrived = (await (await gateway.fetch('/products')).json()) as Arrived;
		const values = arrived.headers.filter((_, index) => index % 2 === 1 && /^authorization$/i.test(arrived.headers[index - 1]!));
		assert.deepEqual(values, ['ApiKey SU-000-000-000:upstream']);
		assert.ok(!JSON.stringify(arrived).includes(gateway.owner.secret));
	});

	it('passes the caller’s key on where there is no credential', async () => {
		const gateway = await mirrored();
		const { headers } = (await (await gateway.fetch('/products')).json()) as Arrived;
		assert.ok(headers.includes(gateway.owner.authorization));
	});

	it('keeps headers in order and spelling, but for those of one connection alone', async () => {
		const gateway = await mirrored();
		const own = ['X-B', 'two', 'x-a', 'one', 'X-B', 'three', 'Cookie', 'a=b', 'X-Latin', 'caf\xe9'];
		const hop = [
			'Connection',
			'x-hop, Keep-Alive',
			'X-Hop',
			'gone',
			'Keep-Alive',
			'timeout=5',
			'TE',
			'gzip',
			'Proxy-Authorization',
			'Basic x',
			'Upgrade',
			'h2c',
		];
		const lines = [...own, ...hop].flatMap((name, index, all) => (index % 2 === 0 ? [`${name}: ${all[index + 1]!}`] : []));
		const answer = await new RawConnection(gateway.port)
			.send(
				'GET /products HTTP/1.1',
				`Host: 127.0.0.1:${gateway.port}`,
				`Authorization: ${gateway.owner.authorization}`,
				...lines,
				'Connection: close',
				'',
				'',
			)
			.end();
		const { headers } = JSON.parse(
			Buffer.from(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1), 'latin1').toString(),
		) as Arrived;
		const from = headers.indexOf('X-B');
		assert.deepEqual(headers.slice(from, from + own.length), own);
		assert.deepEqual(
			headers.filter((text) => /x-hop|^te$|proxy|upgrade|h2c|^keep-alive: timeout/i.test(text)),
			[],
		);
	});

	it('passes headers of the answer on the same way', async () => {
		const gateway = await answered((_, response) => {
			const headers = [
				'X-B',
				'two',
				'set-cookie',
				'a=1',
				'Set-Cookie',
				'b=2',
				'Content-Range',
				'items 0-9/42',
				'Connection',
				'close, x-hop',
				'X-Hop',
				'gone',
				'X-Latin',
				'caf\xe9',
				'Content-Length',
				'0',
			];
			response.writeHead(299, 'Quite Fine', headers).end();
		});
		const request = ask(gateway, { path: '/products' }).end();
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.equal(response.statusMessage, 'Quite Fine');
		assert.deepEqual(response.rawHeaders.slice(0, 10), [
			'X-B',
			'two',
			'set-cookie',
			'a=1',
			'Set-Cookie',
			'b=2',
			'Content-Range',
			'items 0-9/42',
			'X-Latin',
			'caf\xe9',
		]);
		assert.equal(response.headers['x-hop'], undefined);
		assert.deepEqual(await gateway.counts(), { 299: 1 });
		response.resume();
	});

	for (const status of [200, 204, 304, 404]) {
		it(`passes a HEAD with ${status} and a GET with ${status} on, with the headers about a body that is not there`, async () => {
			const gateway = await answered((_, response) =>
				response
					.writeHead(status, { etag: '"1"', ...(status === 204 ? {} : { 'content-length': '5' }) })
					.end(status === 204 ? undefined : 'hello'),
			);
			const head = await gateway.fetch('/products', { method: 'HEAD' });
			assert.deepEqual([head.status, await head.text(), head.headers.get('etag')], [status, '', '"1"']);
			assert.equal(head.headers.get('content-length'), status === 204 ? null : '5');
			const get = await gateway.fetch('/products');
			assert.deepEqual([get.status, await get.text()], [status, [204, 304].includes(status) ? '' : 'hello']);
			assert.equal((await gateway.fetch('/products', { method: 'HEAD' })).status, status, 'the connection is good for more');
		});
	}

	it('passes bodies on both ways, of known and of unknown length', async () => {
		const gateway = await mirrored();
		const body = 'x'.repeat(300_000);
		for (const sent of [body, '', 'short', new Blob([body]).stream()]) {
			const response = await gateway.fetch('/products', { method: 'POST', body: sent, duplex: 'half' } as RequestInit);
			const arrived = (await response.json()) as Arrived;
			assert.equal(arrived.body, typeof sent === 'string' ? sent : body);
		}
		const response = await gateway.fetch('/products', { method: 'DELETE', body: 'with a body' });
		assert.equal(((await response.json()) as Arrived).body, 'with a body');
	});

	it('leaves compressed bodies as they are', async () => {
		const compressed = gzipSync('hello '.repeat(1000));
		const gateway = await answered((_, response) =>
			response.writeHead(200, { 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' }).end(compressed),
		);
		const request = ask(gateway, { path: '/products' }).end();
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.equal(response.headers['content-encoding'], 'gzip');
		const parts: Buffer[] = [];
		for await (const part of response as AsyncIterable<Buffer>) {
			parts.push(part);
		}
		assert.deepEqual(Buffer.concat(parts), compressed);
		assert.equal(gunzipSync(Buffer.concat(parts)).length, 6000);
	});

	it('passes trailers on both ways', async () => {
		const gateway = await servers.gateway({
			upstream: await servers.upstream((request, response) => {
				void text(request).then((body) => {
					response.writeHead(200, { trailer: 'x-sum' });
					response.write(`${body} ${request.rawTrailers.join('=')}`);
					response.addTrailers({ 'x-sum': 'answered' });
					response.end();
				});
			}),
		});
		const request = ask(gateway, { path: '/products', method: 'POST', headers: { trailer: 'X-Check', 'transfer-encoding': 'chunked' } });
		request.write('a body of ');
		request.addTrailers({ 'X-Check': 'sent' });
		request.end('two parts');
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.equal(await text(response), 'a body of two parts X-Check=sent');
		assert.equal(response.headers.trailer, 'x-sum');
		assert.deepEqual(response.trailers, { 'x-sum': 'answered' });
		assert.deepEqual(await gateway.counts(), { 200: 1 });
	});

	it('sends a body by its length or in chunks, never both, whatever trailers are announced', async () => {
		const gateway = await mirrored();
		const { body, headers } = (await (
			await gateway.fetch('/products', { method: 'POST', headers: { trailer: 'X-Check' }, body: 'short' })
		).json()) as Arrived;
		assert.equal(body, 'short');
		assert.deepEqual(
			headers.filter((name) => /^(content-length|transfer-encoding)$/i.test(name)),
			['content-length'],
		);
	});

	it('passes on no trailer that says who sends, where to, or how long the body is', async () => {
		const gateway = await mirrored('Bearer upstream');
		const request = ask(gateway, { path: '/products', method: 'POST', headers: { trailer: 'X-Check', 'transfer-encoding': 'chunked' } });
		request.addTrailers({ Authorization: 'Bearer other', Host: 'evil.example', 'X-Check': 'sent' });
		request.end('body');
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.deepEqual((JSON.parse(await text(response)) as Arrived).trailers, ['X-Check', 'sent']);
	});

	it('passes on an answer whose reason is in letters of another code', async () => {
		const upstream = await servers.rawUpstream((socket) =>
			socket.end('HTTP/1.1 404 Introuvable \xe9\r\nContent-Length: 4\r\n\r\nnone', 'latin1'),
		);
		const gateway = await servers.gateway({ upstream });
		const response = await gateway.fetch('/products');
		assert.deepEqual([response.status, await response.text()], [404, 'none']);
	});

	it('never asks itself', async () => {
		const before = await servers.gateway();
		await before.gateway.stop();
		const gateway = await servers.gateway({ upstream: `http://localhost:${before.port}/v1` }, { port: before.port });
		assert.notEqual(gateway.port, before.port);
		assert.equal((await gateway.fetch('/v1/products')).status, 502);
	});

	it('lets those who wait for it go on only once they may', async () => {
		const gateway = await mirrored();
		const stranger = issue();
		for (const [authorization, path, status] of [
			[stranger.authorization, '/products', 401],
			[gateway.owner.authorization, '/a/../b', 400],
			[gateway.owner.authorization, '/products', 200],
		] as const) {
			const request = ask(gateway, { path, method: 'PUT', headers: { authorization, expect: '100-continue', 'content-length': '5' } });
			const continued: true[] = [];
			request.on('continue', () => {
				continued.push(true);
				request.end('hello');
			});
			request.flushHeaders();
			const [response] = (await once(request, 'response')) as [IncomingMessage];
			assert.deepEqual([response.statusCode, continued.length], [status, status === 200 ? 1 : 0]);
			const body = await text(response);
			if (status === 200) {
				const arrived = JSON.parse(body) as Arrived;
				assert.equal(arrived.body, 'hello');
				assert.ok(!arrived.headers.some((name) => /^expect$/i.test(name)));
			}
			request.destroy();
		}
	});

	it('passes on that an answer is on its way', async () => {
		const gateway = await answered((_, response) => {
			response.writeProcessing();
			response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end('done'));
		});
		const request = ask(gateway, { path: '/products' }).end();
		const seen: [number, string | string[] | undefined][] = [];
		request.on('information', ({ statusCode, headers }) => seen.push([statusCode, headers.link]));
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.equal(await text(response), 'done');
		assert.deepEqual(seen, [
			[102, undefined],
			[103, '</style.css>; rel=preload'],
		]);
		assert.deepEqual(await gateway.counts(), { 200: 1 });
	});

	it('passes an answer on whose hints Node would not send', async () => {
		const upstream = await servers.rawUpstream((socket) =>
			socket.write('HTTP/1.1 103 Early Hints\r\nLink: <a>, <b>;x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone'),
		);
		const gateway = await servers.gateway({ upstream });
		assert.equal(await (await gateway.fetch('/products')).text(), 'done');
	});

	it('passes server-sent events on one by one, and a head that comes alone', async () => {
		let send: (event: string) => void = () => undefined;
		const gateway = await answered((_, response) => {
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			response.flushHeaders();
			send = (event) => response.write(`data: ${event}\n\n`);
		});
		const response = await gateway.fetch('/products');
		const reader = response.body!.getReader();
		for (const event of ['one', 'two']) {
			send(event);
			const { value } = await reader.read();
			assert.equal(Buffer.from(value!).toString(), `data: ${event}\n\n`);
		}
		await reader.cancel();
	});

	it('hands redirections through, turning round only those within the upstream', async () => {
		let location = '';
		const upstream = await servers.upstream((_, response) => response.writeHead(302, { location }).end());
		const gateway = await servers.gateway({ upstream: `${upstream}/public/v1` });
		for (const [sent, seen] of [
			[`${upstream}/public/v1/products?a=b#c`, `${gateway.origin}/public/v1/products?a=b#c`],
			[`${upstream}/public/v1`, `${gateway.origin}/public/v1`],
			[`${upstream.replace('http', 'HTTP')}/public/v1/x`, `${gateway.origin}/public/v1/x`],
			[`${upstream}/public/v10`, `${upstream}/public/v10`],
			[`${upstream}/elsewhere`, `${upstream}/elsewhere`],
			['https://storage.example/document?signature=x', 'https://storage.example/document?signature=x'],
			[`${upstream}@evil.example/public/v1`, `${upstream}@evil.example/public/v1`],
			['/public/v1/products', '/public/v1/products'],
			['products', 'products'],
			['//evil.example/public/v1', '//evil.example/public/v1'],
			[`${upstream.slice('http:'.length)}/public/v1/x`, `${gateway.origin}/public/v1/x`],
		] as const) {
			location = sent;
			const response = await gateway.fetch('/public/v1/products');
			assert.deepEqual([response.status, response.headers.get('location')], [302, seen]);
		}
	});

	it('ends the upstream’s work when the client goes away, and counts no response that nobody got', async () => {
		const work = new EventEmitter();
		const begun = once(work, 'begin') as Promise<[IncomingMessage]>;
		const gateway = await answered((request) => work.emit('begin', request));
		const abort = new AbortController();
		const response = gateway.fetch('/products', { signal: abort.signal, method: 'POST', body: 'x' });
		const [request] = await begun;
		const ended = once(request.socket, 'close');
		abort.abort();
		await assert.rejects(response);
		await ended;
		assert.deepEqual(await gateway.counts(), {});
	});

	it('ends the upstream’s work on all requests of a client that goes away', async () => {
		const under = new Set<IncomingMessage>();
		const work = new EventEmitter();
		const gateway = await answered((request) => {
			under.add(request);
			request.socket.once('close', () => under.delete(request) && work.emit('change'));
			work.emit('change');
		});
		const until = async (count: number) => {
			while (under.size !== count) {
				await once(work, 'change');
			}
		};
		const connection = new RawConnection(gateway.port);
		const request = [
			'GET /products HTTP/1.1',
			`Host: 127.0.0.1:${gateway.port}`,
			`Authorization: ${gateway.owner.authorization}`,
			'',
			'',
		].join('\r\n');
		connection.send(request.repeat(20));
		await until(20);
		connection.socket.destroy();
		await until(0);
	});

	it('ends the upstream’s work when the client goes away in the middle of a body', async () => {
		let closed: Promise<unknown> | undefined;
		const gateway = await answered((_, response) => {
			closed = once(response, 'close');
			const feed = () => {
				while (!response.destroyed && response.write('x'.repeat(10_000)));
			};
			response.on('drain', feed);
			feed();
		});
		const response = await gateway.fetch('/products');
		await response.body!.cancel();
		await closed;
		assert.deepEqual(await gateway.counts(), { 200: 1 });
	});

	it('lets an answer that comes before the whole body reach the client', async () => {
		const gateway = await answered((request, response) => {
			response.writeHead(413).end('too large');
			request.resume();
		});
		const request = ask(gateway, { path: '/products', method: 'POST' });
		request.on('error', () => undefined);
		request.write('x'.repeat(1_000_000));
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.deepEqual([response.statusCode, await text(response)], [413, 'too large']);
		request.destroy();
	});

	it('answers the clients of HTTP/1.0', async () => {
		const gateway = await answered((_, response) => {
			response.write('one ');
			response.end('two');
		});
		const answer = await new RawConnection(gateway.port)
			.send('GET /products HTTP/1.0', `Host: 127.0.0.1:${gateway.port}`, `Authorization: ${gateway.owner.authorization}`, '', '')
			.end();
		assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\none two$/);
		assert.doesNotMatch(answer, /chunked/i);
	});

	it('passes over the wish for another protocol than WebSocket', async () => {
		const gateway = await mirrored();
		const answer = await new RawConnection(gateway.port)
			.send(
				'GET /products HTTP/1.1',
				`Host: 127.0.0.1:${gateway.port}`,
				`Authorization: ${gateway.owner.authorization}`,
				'Connection: Upgrade, HTTP2-Settings',
				'Upgrade: h2c',
				'HTTP2-Settings: AAMAAABkAAQAAP__',
				'',
				'',
			)
			.end();
		assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
		assert.doesNotMatch(answer, /h2c/);
	});

	it('answers itself, with method, path and caller, where there is no upstream', async () => {
		const gateway = await servers.gateway();
		const response = await gateway.fetch('/products/PRD-1?limit=1', { method: 'POST', body: 'x'.repeat(100_000) });
		const { token } = gateway.owner;
		assert.deepEqual(await response.json(), { method: 'POST', path: '/products/PRD-1?limit=1', token: { id: token.id, name: token.name } });
		const head = await gateway.fetch('/products', { method: 'HEAD' });
		assert.deepEqual([head.status, await head.text()], [200, '']);
		assert.deepEqual(await gateway.counts(), { 200: 2 });
	});
});
