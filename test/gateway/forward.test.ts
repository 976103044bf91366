import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';

/** A request that the upstream received. */
interface ReceivedRequest {
	readonly line: string;
	readonly headers: readonly string[];
	readonly body: string;
	readonly trailers: readonly string[];
}

describe('Forwarding', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.stopAll());

	/** Starts a gateway for an upstream that responds with the request that it received. */
	async function startMirror(credential: string | null = null, basePath = ''): Promise<RunningGateway> {
		const upstream = await servers.upstream((request, response) => {
			void text(request).then((body) => {
				const received: ReceivedRequest = {
					line: `${request.method ?? ''} ${request.url ?? ''}`,
					headers: request.rawHeaders,
					body,
					trailers: request.rawTrailers,
				};
				response.setHeader('content-type', 'application/json').end(JSON.stringify(received));
			});
		});
		return servers.gateway({ upstream: upstream + basePath, credential });
	}

	/** Starts a gateway for an upstream with this listener. */
	async function startGateway(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<RunningGateway> {
		return servers.gateway({ upstream: await servers.upstream(listener) });
	}

	/** Creates a request with Node's client, which allows more than `fetch`. */
	function createRequest(gateway: RunningGateway, options: RequestOptions) {
		return httpRequest(gateway.origin, {
			...options,
			headers: { authorization: gateway.owner.authorization, ...(options.headers as Record<string, string>) },
		});
	}

	it('forwards path and query byte for byte', async () => {
		const gateway = await startMirror(null, '/public/v1');
		const target = '/public/v1/products//%7e%7E/a;b/%C3%a9?in(status,(a,b))&ordering(-created)&x=%zz&y=\'"<>\\^`{|}&z=../..';
		const responseText = await new RawConnection(gateway.port)
			.send(
				`GET ${target} HTTP/1.1`,
				`Host: localhost:${gateway.port}`,
				`Authorization: ${gateway.owner.authorization}`,
				'Connection: close',
				'',
				'',
			)
			.readToEnd();
		assert.equal(
			(JSON.parse(responseText.slice(responseText.indexOf('{'), responseText.lastIndexOf('}') + 1)) as ReceivedRequest).line,
			`GET ${target}`,
		);
	});

	it('forwards a path that starts with the upstream’s path as it is, and puts that path in front of any other', async () => {
		const gateway = await startMirror(null, '/public/v1/');
		for (const [target, received] of [
			['/public/v1', '/public/v1'],
			['/public/v1/', '/public/v1/'],
			['/public/v1?limit=1', '/public/v1?limit=1'],
			['/public/v1/products?x=/public/v1', '/public/v1/products?x=/public/v1'],
			['/', '/public/v1/'],
			['/?limit=1', '/public/v1/?limit=1'],
			['/products', '/public/v1/products'],
			['/public', '/public/v1/public'],
			['/public/v10/products', '/public/v1/public/v10/products'],
			['/public/v1/public/v1/products', '/public/v1/public/v1/products'],
			['/%70ublic/v1/products', '/public/v1/%70ublic/v1/products'],
			['//public/v1/products', '/public/v1//public/v1/products'],
		] as const) {
			assert.equal(((await (await gateway.fetch(target)).json()) as ReceivedRequest).line, `GET ${received}`, target);
		}
		assert.deepEqual(await gateway.counts(), { 200: 12 });
	});

	it('understands the same address and enforces modules with any upstream, and without one', async () => {
		const limited = issueToken({ permissions: ['products'] });
		const statusOf = async (gateway: RunningGateway, path: string) => {
			gateway.tokens.replace(gateway.owner.token, limited.token);
			return (await gateway.fetch(path, { headers: { authorization: limited.authorization } })).status;
		};
		const forwarding = ['', '/', '/public/v1', '/api/'].map((basePath) => startMirror(null, basePath));
		for (const gateway of await Promise.all([servers.gateway(), ...forwarding])) {
			assert.deepEqual([await statusOf(gateway, '/products'), await statusOf(gateway, '/devops')], [200, 403]);
		}
		for (const gateway of [await servers.gateway(), await startMirror(null, '/public/v1')]) {
			assert.deepEqual([await statusOf(gateway, '/public/v1/products'), await statusOf(gateway, '/public/v1/devops')], [200, 403]);
		}
	});

	it('replaces the caller’s key with the upstream’s credential', async () => {
		const gateway = await startMirror('ApiKey SU-000-000-000:upstream');
		const received = (await (await gateway.fetch('/products')).json()) as ReceivedRequest;
		const getValues = received.headers.filter((_, index) => index % 2 === 1 && /^authorization$/i.test(received.headers[index - 1]!));
		assert.deepEqual(getValues, ['ApiKey SU-000-000-000:upstream']);
		assert.ok(!JSON.stringify(received).includes(gateway.owner.secret));
	});

	it('forwards the caller’s key if there is no credential', async () => {
		const gateway = await startMirror();
		const { headers } = (await (await gateway.fetch('/products')).json()) as ReceivedRequest;
		assert.ok(headers.includes(gateway.owner.authorization));
	});

	it('forwards request headers in order and spelling, except hop-by-hop headers', async () => {
		const gateway = await startMirror();
		const ownHeaders = ['X-B', 'two', 'x-a', 'one', 'X-B', 'three', 'Cookie', 'a=b', 'X-Latin', 'caf\xe9'];
		const hopByHopHeaders = [
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
		const lines = [...ownHeaders, ...hopByHopHeaders].flatMap((name, index, all) =>
			index % 2 === 0 ? [`${name}: ${all[index + 1]!}`] : [],
		);
		const responseText = await new RawConnection(gateway.port)
			.send(
				'GET /products HTTP/1.1',
				`Host: 127.0.0.1:${gateway.port}`,
				`Authorization: ${gateway.owner.authorization}`,
				...lines,
				'Connection: close',
				'',
				'',
			)
			.readToEnd();
		const { headers } = JSON.parse(
			Buffer.from(responseText.slice(responseText.indexOf('{'), responseText.lastIndexOf('}') + 1), 'latin1').toString(),
		) as ReceivedRequest;
		const from = headers.indexOf('X-B');
		assert.deepEqual(headers.slice(from, from + ownHeaders.length), ownHeaders);
		assert.deepEqual(
			headers.filter((text) => /x-hop|^te$|proxy|upgrade|h2c|^keep-alive: timeout/i.test(text)),
			[],
		);
	});

	it('forwards response headers the same way', async () => {
		const gateway = await startGateway((_, response) => {
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
		const request = createRequest(gateway, { path: '/products' }).end();
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
		it(`forwards ${status} responses to HEAD and GET, with the headers for a body that is not sent`, async () => {
			const gateway = await startGateway((_, response) =>
				response
					.writeHead(status, { etag: '"1"', ...(status === 204 ? {} : { 'content-length': '5' }) })
					.end(status === 204 ? undefined : 'hello'),
			);
			const head = await gateway.fetch('/products', { method: 'HEAD' });
			assert.deepEqual([head.status, await head.text(), head.headers.get('etag')], [status, '', '"1"']);
			assert.equal(head.headers.get('content-length'), status === 204 ? null : '5');
			const get = await gateway.fetch('/products');
			assert.deepEqual([get.status, await get.text()], [status, [204, 304].includes(status) ? '' : 'hello']);
			assert.equal((await gateway.fetch('/products', { method: 'HEAD' })).status, status, 'the connection can be reused');
		});
	}

	it('forwards bodies of known and unknown length in both directions', async () => {
		const gateway = await startMirror();
		const body = 'x'.repeat(300_000);
		for (const sentBody of [body, '', 'short', new Blob([body]).stream()]) {
			const response = await gateway.fetch('/products', { method: 'POST', body: sentBody, duplex: 'half' } as RequestInit);
			const received = (await response.json()) as ReceivedRequest;
			assert.equal(received.body, typeof sentBody === 'string' ? sentBody : body);
		}
		const response = await gateway.fetch('/products', { method: 'DELETE', body: 'with a body' });
		assert.equal(((await response.json()) as ReceivedRequest).body, 'with a body');
	});

	it('does not change compressed bodies', async () => {
		const compressed = gzipSync('hello '.repeat(1000));
		const gateway = await startGateway((_, response) =>
			response.writeHead(200, { 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' }).end(compressed),
		);
		const request = createRequest(gateway, { path: '/products' }).end();
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.equal(response.headers['content-encoding'], 'gzip');
		const parts: Buffer[] = [];
		for await (const part of response as AsyncIterable<Buffer>) {
			parts.push(part);
		}
		assert.deepEqual(Buffer.concat(parts), compressed);
		assert.equal(gunzipSync(Buffer.concat(parts)).length, 6000);
	});

	it('forwards trailers in both directions', async () => {
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
		const request = createRequest(gateway, {
			path: '/products',
			method: 'POST',
			headers: { trailer: 'X-Check', 'transfer-encoding': 'chunked' },
		});
		request.write('a body of ');
		request.addTrailers({ 'X-Check': 'sent' });
		request.end('two parts');
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.equal(await text(response), 'a body of two parts X-Check=sent');
		assert.equal(response.headers.trailer, 'x-sum');
		assert.deepEqual(response.trailers, { 'x-sum': 'answered' });
		assert.deepEqual(await gateway.counts(), { 200: 1 });
	});

	it('never sends both Content-Length and Transfer-Encoding, even if trailers are announced', async () => {
		const gateway = await startMirror();
		const { body, headers } = (await (
			await gateway.fetch('/products', { method: 'POST', headers: { trailer: 'X-Check' }, body: 'short' })
		).json()) as ReceivedRequest;
		assert.equal(body, 'short');
		assert.deepEqual(
			headers.filter((name) => /^(content-length|transfer-encoding)$/i.test(name)),
			['content-length'],
		);
	});

	it('does not forward trailers that affect authentication, routing, or framing', async () => {
		const gateway = await startMirror('Bearer upstream');
		const request = createRequest(gateway, {
			path: '/products',
			method: 'POST',
			headers: { trailer: 'X-Check', 'transfer-encoding': 'chunked' },
		});
		request.addTrailers({ Authorization: 'Bearer other', Host: 'evil.example', 'X-Check': 'sent' });
		request.end('body');
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.deepEqual((JSON.parse(await text(response)) as ReceivedRequest).trailers, ['X-Check', 'sent']);
	});

	it('forwards a response whose reason phrase is not ASCII', async () => {
		const upstream = await servers.rawUpstream((socket) =>
			socket.end('HTTP/1.1 404 Introuvable \xe9\r\nContent-Length: 4\r\n\r\nnone', 'latin1'),
		);
		const gateway = await servers.gateway({ upstream });
		const response = await gateway.fetch('/products');
		assert.deepEqual([response.status, await response.text()], [404, 'none']);
	});

	it('never forwards requests to itself', async () => {
		const stopped = await servers.gateway();
		await stopped.gateway.stop();
		const gateway = await servers.gateway({ upstream: `http://localhost:${stopped.port}/v1` }, { port: stopped.port });
		assert.notEqual(gateway.port, stopped.port);
		assert.equal((await gateway.fetch('/v1/products')).status, 502);
	});

	it('sends 100 Continue only to permitted requests', async () => {
		const gateway = await startMirror();
		const unknown = issueToken();
		for (const [authorization, path, status] of [
			[unknown.authorization, '/products', 401],
			[gateway.owner.authorization, '/a/../b', 400],
			[gateway.owner.authorization, '/products', 200],
		] as const) {
			const request = createRequest(gateway, {
				path,
				method: 'PUT',
				headers: { authorization, expect: '100-continue', 'content-length': '5' },
			});
			let continueCount = 0;
			request.on('continue', () => {
				continueCount++;
				request.end('hello');
			});
			request.flushHeaders();
			const [response] = (await once(request, 'response')) as [IncomingMessage];
			assert.deepEqual([response.statusCode, continueCount], [status, status === 200 ? 1 : 0]);
			const body = await text(response);
			if (status === 200) {
				const received = JSON.parse(body) as ReceivedRequest;
				assert.equal(received.body, 'hello');
				assert.ok(!received.headers.some((name) => /^expect$/i.test(name)));
			}
			request.destroy();
		}
	});

	it('forwards 102 and 103 responses', async () => {
		const gateway = await startGateway((_, response) => {
			response.writeProcessing();
			response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end('done'));
		});
		const request = createRequest(gateway, { path: '/products' }).end();
		const informational: [number, string | string[] | undefined][] = [];
		request.on('information', ({ statusCode, headers }) => informational.push([statusCode, headers.link]));
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.equal(await text(response), 'done');
		assert.deepEqual(informational, [
			[102, undefined],
			[103, '</style.css>; rel=preload'],
		]);
		assert.deepEqual(await gateway.counts(), { 200: 1 });
	});

	it('forwards a response after early hints that Node rejects', async () => {
		const upstream = await servers.rawUpstream((socket) =>
			socket.write('HTTP/1.1 103 Early Hints\r\nLink: <a>, <b>;x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone'),
		);
		const gateway = await servers.gateway({ upstream });
		assert.equal(await (await gateway.fetch('/products')).text(), 'done');
	});

	it('forwards headers and server-sent events immediately', async () => {
		let send: (event: string) => void = () => undefined;
		const gateway = await startGateway((_, response) => {
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

	it('rewrites only redirects within the upstream', async () => {
		let location = '';
		const upstream = await servers.upstream((_, response) => response.writeHead(302, { location }).end());
		const gateway = await servers.gateway({ upstream: `${upstream}/public/v1` });
		for (const [upstreamLocation, clientLocation] of [
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
			location = upstreamLocation;
			const response = await gateway.fetch('/public/v1/products');
			assert.deepEqual([response.status, response.headers.get('location')], [302, clientLocation]);
		}
	});

	it('aborts the upstream’s request if the client disconnects, and records nothing', async () => {
		const upstreamEvents = new EventEmitter();
		const requestReceived = once(upstreamEvents, 'request') as Promise<[IncomingMessage]>;
		const gateway = await startGateway((request) => upstreamEvents.emit('request', request));
		const abortController = new AbortController();
		const response = gateway.fetch('/products', { signal: abortController.signal, method: 'POST', body: 'x' });
		const [request] = await requestReceived;
		const closed = once(request.socket, 'close');
		abortController.abort();
		await assert.rejects(response);
		await closed;
		assert.deepEqual(await gateway.counts(), {});
	});

	it('aborts all pipelined requests of a client that disconnects', async () => {
		const pending = new Set<IncomingMessage>();
		const upstreamEvents = new EventEmitter();
		const gateway = await startGateway((request) => {
			pending.add(request);
			request.socket.once('close', () => pending.delete(request) && upstreamEvents.emit('change'));
			upstreamEvents.emit('change');
		});
		const waitForPending = async (count: number) => {
			while (pending.size !== count) {
				await once(upstreamEvents, 'change');
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
		await waitForPending(20);
		connection.socket.destroy();
		await waitForPending(0);
	});

	it('aborts the upstream’s response if the client disconnects during the body', async () => {
		let closed: Promise<unknown> | undefined;
		const gateway = await startGateway((_, response) => {
			closed = once(response, 'close');
			const fillBuffer = () => {
				while (!response.destroyed && response.write('x'.repeat(10_000)));
			};
			response.on('drain', fillBuffer);
			fillBuffer();
		});
		const response = await gateway.fetch('/products');
		await response.body!.cancel();
		await closed;
		assert.deepEqual(await gateway.counts(), { 200: 1 });
	});

	it('forwards a response that comes before the whole request body', async () => {
		const gateway = await startGateway((request, response) => {
			response.writeHead(413).end('too large');
			request.resume();
		});
		const request = createRequest(gateway, { path: '/products', method: 'POST' });
		request.on('error', () => undefined);
		request.write('x'.repeat(1_000_000));
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.deepEqual([response.statusCode, await text(response)], [413, 'too large']);
		request.destroy();
	});

	it('responds to HTTP/1.0 clients', async () => {
		const gateway = await startGateway((_, response) => {
			response.write('one ');
			response.end('two');
		});
		const responseText = await new RawConnection(gateway.port)
			.send('GET /products HTTP/1.0', `Host: 127.0.0.1:${gateway.port}`, `Authorization: ${gateway.owner.authorization}`, '', '')
			.readToEnd();
		assert.match(responseText, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\none two$/);
		assert.doesNotMatch(responseText, /chunked/i);
	});

	it('ignores upgrades to protocols other than WebSocket', async () => {
		const gateway = await startMirror();
		const responseText = await new RawConnection(gateway.port)
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
			.readToEnd();
		assert.match(responseText, /^HTTP\/1\.1 200 OK\r\n/);
		assert.doesNotMatch(responseText, /h2c/);
	});

	it('echoes method, the platform’s path, and token if there is no upstream', async () => {
		const gateway = await servers.gateway();
		const response = await gateway.fetch('/products/PRD-1?limit=1', { method: 'POST', body: 'x'.repeat(100_000) });
		const { token } = gateway.owner;
		assert.deepEqual(await response.json(), {
			method: 'POST',
			path: '/public/v1/products/PRD-1?limit=1',
			token: { id: token.id, name: token.name },
		});
		const head = await gateway.fetch('/products', { method: 'HEAD' });
		assert.deepEqual([head.status, await head.text()], [200, '']);
		assert.deepEqual(await gateway.counts(), { 200: 2 });
	});
});
