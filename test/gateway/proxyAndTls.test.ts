import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocket, WebSocketServer } from 'ws';
import { selectProxy } from '../../src/gateway/upstreamConnector';
import { createSelfSignedCertificate, type Certificate } from '../support/certificate';
import { DIRECT_CONNECTION, GatewayServers } from '../support/gateway/gatewayServers';

describe('The connection to the upstream', () => {
	const servers = new GatewayServers();
	let certificate: Certificate | undefined;

	before(async () => {
		certificate = await createSelfSignedCertificate('upstream.test');
	});
	afterEach(() => servers.stopAll());

	/** Starts an API with TLS and a self-signed certificate. Resolves with its port. */
	async function startTlsUpstream(context: Mocha.Context): Promise<string> {
		if (!certificate) {
			return context.skip();
		}
		const server = createHttpsServer(certificate, (request, response) => {
			void text(request).then((body) => response.end(`secure ${request.url ?? ''} ${body} ${request.rawTrailers.join('=')}`));
		});
		new WebSocketServer({ server }).on('connection', (socket) => socket.send('secure'));
		return new URL(await servers.listen(server, 'https')).port;
	}

	/**
	 * Starts a proxy that connects to 127.0.0.1 for any host name, and records the requests.
	 * @param connectStatus its response to CONNECT
	 */
	async function startProxy(connectStatus = 200): Promise<{ url: string; received: string[] }> {
		const received: string[] = [];
		const server = createHttpServer((request, response) => {
			received.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
			const { port, pathname } = new URL(request.url ?? '');
			request.pipe(
				httpRequest({ host: '127.0.0.1', port, path: pathname, method: request.method }, (upstreamResponse) =>
					upstreamResponse.pipe(response),
				),
			);
		});
		server.on('connect', (request, socket) => {
			received.push(`CONNECT ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
			if (connectStatus !== 200) {
				socket.end(`HTTP/1.1 ${connectStatus} No\r\n\r\n`);
				return;
			}
			const upstreamSocket = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
				socket.write('HTTP/1.1 200 OK\r\n\r\n');
				upstreamSocket.pipe(socket).pipe(upstreamSocket);
			});
			upstreamSocket.on('error', () => socket.destroy());
			socket.on('error', () => upstreamSocket.destroy());
		});
		return { url: await servers.listen(server, 'http'), received };
	}

	it('fails with 502 if the certificate is not trusted', async function () {
		const gateway = await servers.gateway({ upstream: `https://127.0.0.1:${await startTlsUpstream(this)}` });
		const response = await gateway.fetch('/products');
		assert.equal(response.status, 502);
		assert.match(
			await response.text(),
			/The certificate of upstream https:\/\/127\.0\.0\.1:\d+ isn't trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
		);
		assert.deepEqual(await gateway.counts(), { 502: 1 });
	});

	it('accepts an untrusted certificate if http.proxyStrictSSL is off', async function () {
		const gateway = await servers.gateway({
			upstream: `https://127.0.0.1:${await startTlsUpstream(this)}`,
			proxy: { ...DIRECT_CONNECTION, strictSSL: false, systemCertificates: true },
		});
		assert.equal(await (await gateway.fetch('/products')).text(), 'secure /products  ');
		const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/devops`, { headers: { authorization: gateway.owner.authorization } });
		const [message] = (await once(socket, 'message')) as [Buffer];
		assert.equal(message.toString(), 'secure');
		socket.terminate();
	});

	it('fails with 502 if only one side uses TLS', async function () {
		const port = await startTlsUpstream(this);
		const plain = await servers.upstream((_, response) => response.end());
		for (const upstream of [`http://127.0.0.1:${port}`, plain.replace('http:', 'https:')]) {
			const gateway = await servers.gateway({ upstream });
			const response = await gateway.fetch('/products');
			assert.equal(response.status, 502, await response.text());
		}
	});

	it('uses a tunnel of the proxy if the upstream uses TLS', async function () {
		const { url, received } = await startProxy();
		const port = await startTlsUpstream(this);
		const gateway = await servers.gateway({
			upstream: `https://upstream.test:${port}/public/v1`,
			proxy: { ...DIRECT_CONNECTION, url, authorization: 'Basic proxy', strictSSL: false },
		});
		assert.equal(await (await gateway.fetch('/public/v1/products')).text(), 'secure /public/v1/products  ');
		const request = httpRequest(`${gateway.origin}/public/v1/products`, {
			method: 'POST',
			headers: { authorization: gateway.owner.authorization, trailer: 'X-A', 'transfer-encoding': 'chunked' },
		});
		request.addTrailers({ 'X-A': 'b' });
		request.end('sent');
		const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
		assert.equal(await text(response), 'secure /public/v1/products sent X-A=b');
		assert.deepEqual(new Set(received), new Set([`CONNECT upstream.test:${port} Basic proxy`]));
	});

	it('puts an IPv6 address into brackets when it asks the proxy for a tunnel', async () => {
		const { url, received } = await startProxy(503);
		for (const [upstream, authority] of [
			['https://[2001:db8::2]', '[2001:db8::2]:443'],
			['https://[2001:db8:0:0::2]:8443', '[2001:db8::2]:8443'],
		] as const) {
			const gateway = await servers.gateway({ upstream, proxy: { ...DIRECT_CONNECTION, url } });
			assert.equal((await gateway.fetch('/products')).status, 502);
			assert.equal(received.at(-1), `CONNECT ${authority} `);
		}
	});

	it('sends requests to the proxy itself if the upstream does not use TLS', async () => {
		const { url, received } = await startProxy();
		const { port } = new URL(await servers.upstream((request, response) => response.end(`plain ${request.url ?? ''}`)));
		for (const [proxy, authorization] of [
			[{ url, authorization: 'Basic proxy' }, 'Basic proxy'],
			[{ url: url.replace('//', '//user:p%40ss@') }, `Basic ${Buffer.from('user:p@ss').toString('base64')}`],
			[{ url }, ''],
		] as const) {
			const gateway = await servers.gateway({
				upstream: `http://upstream.test:${port}/public/v1`,
				proxy: { ...DIRECT_CONNECTION, ...proxy },
			});
			assert.equal(await (await gateway.fetch('/public/v1/products')).text(), 'plain /public/v1/products');
			assert.equal(received.at(-1), `GET http://upstream.test:${port}/public/v1/products ${authorization}`);
		}
	});

	it('fails with 502 if the proxy does not open a tunnel', async () => {
		for (const [url, reason] of [
			[(await startProxy(407)).url, '407'],
			['http://127.0.0.1:1', 'ECONNREFUSED'],
		] as const) {
			const gateway = await servers.gateway({ upstream: 'https://upstream.test', proxy: { ...DIRECT_CONNECTION, url } });
			const response = await gateway.fetch('/products');
			assert.equal(response.status, 502);
			assert.match(await response.text(), new RegExp(`The proxy couldn't connect to upstream https://upstream\\.test \\(${reason}\\)`));
		}
	});

	it('fails with 502 if the proxy is not an HTTP proxy', async () => {
		for (const upstream of ['https://upstream.test', 'http://upstream.test']) {
			const gateway = await servers.gateway({ upstream, proxy: { ...DIRECT_CONNECTION, url: 'socks5://127.0.0.1:1080' } });
			const response = await gateway.fetch('/products');
			assert.equal(response.status, 502);
			assert.match(await response.text(), /socks5: isn't supported/);
		}
	});

	it('ignores a proxy setting that is not a URL, like VS Code', async () => {
		const upstream = await servers.upstream((_, response) => response.end('direct'));
		for (const url of ['127.0.0.1:3128', 'proxy.example:3128', 'http://', 'nonsense']) {
			assert.equal(selectProxy(new URL('https://api.example'), { ...DIRECT_CONNECTION, url }), null);
			const gateway = await servers.gateway({ upstream, proxy: { ...DIRECT_CONNECTION, url } });
			assert.equal(await (await gateway.fetch('/products')).text(), 'direct');
		}
	});

	it('uses a proxy password with invalid percent-encoding as it is', () => {
		const proxy = selectProxy(new URL('https://api.example'), { ...DIRECT_CONNECTION, url: 'http://user:5%off@proxy.example:3128' });
		assert.equal(proxy?.authorization, `Basic ${Buffer.from('user:5%off').toString('base64')}`);
	});

	const cases: [upstream: string, rules: string[], isProxied: boolean][] = [
		['https://api.example', [], true],
		['http://localhost:8080', [], false],
		['http://127.0.0.1:8080', [], false],
		['http://[::1]:8080', [], false],
		['https://api.example', ['*'], false],
		['https://api.example', ['api.example'], false],
		['https://api.example', ['.example'], false],
		['https://api.example', ['*.example'], false],
		['https://api.example', ['example'], false],
		['https://apiexample', ['example'], true],
		['https://api.example:8443', ['api.example:8443'], false],
		['https://api.example:8443', ['api.example:443'], true],
		['https://api.example', ['api.example:443'], false],
		['https://api.example', ['', ' other.example '], true],
		['https://[fd00::1]', ['fd00::1'], false],
		['https://[fd00::1]', ['[fd00::1]'], false],
		['https://[fd00::1]', ['FD00:0:0::0001', 'other.example'], false],
		['https://[fd00::1]:8443', ['fd00::1'], false],
		['https://[fd00::1]:8443', ['[fd00::1]:8443'], false],
		['https://[fd00::1]:8443', ['[fd00::1]:443'], true],
		['https://[fd00::2]', ['fd00::1', '[fd00::1]', '::2', 'fd00'], true],
		['https://[fd00::443]', ['fd00:'], true],
	];
	for (const [upstream, rules, isProxied] of cases) {
		it(`${isProxied ? 'uses the proxy' : 'is direct'} for ${upstream} with ${rules.length === 0 ? 'no exceptions' : `the exceptions "${rules.join(', ')}"`}`, () => {
			const proxy = selectProxy(new URL(upstream), { ...DIRECT_CONNECTION, url: 'http://proxy.example:3128', noProxy: rules });
			assert.equal(proxy !== null, isProxied);
		});
	}
});
