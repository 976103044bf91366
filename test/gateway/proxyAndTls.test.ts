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

describe('the way to the upstream', () => {
	const servers = new GatewayServers();
	let certificate: Certificate | undefined;

	before(async () => {
		certificate = await createSelfSignedCertificate('upstream.test');
	});
	afterEach(() => servers.end());

	/** An API over TLS whose certificate nobody trusts; resolves with its port. */
	async function secureUpstream(context: Mocha.Context): Promise<string> {
		if (!certificate) {
			return context.skip();
		}
		const server = createHttpsServer(certificate, (request, response) => {
			void text(request).then((body) => response.end(`secure ${request.url ?? ''} ${body} ${request.rawTrailers.join('=')}`));
		});
		new WebSocketServer({ server }).on('connection', (socket) => socket.send('secure'));
		return new URL(await servers.listen(server, 'https')).port;
	}

	/** A proxy that leads every name to 127.0.0.1 and keeps what it was asked. */
	async function proxy(status = 200): Promise<{ url: string; asked: string[] }> {
		const asked: string[] = [];
		const server = createHttpServer((request, response) => {
			asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
			const { port, pathname } = new URL(request.url ?? '');
			request.pipe(httpRequest({ host: '127.0.0.1', port, path: pathname, method: request.method }, (answer) => answer.pipe(response)));
		});
		server.on('connect', (request, socket) => {
			asked.push(`CONNECT ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
			if (status !== 200) {
				socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
				return;
			}
			const onward = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
				socket.write('HTTP/1.1 200 OK\r\n\r\n');
				onward.pipe(socket).pipe(onward);
			});
			onward.on('error', () => socket.destroy());
			socket.on('error', () => onward.destroy());
		});
		return { url: await servers.listen(server, 'http'), asked };
	}

	it('ends at a certificate that is not trusted, and says so', async function () {
		const gateway = await servers.gateway({ upstream: `https://127.0.0.1:${await secureUpstream(this)}` });
		const response = await gateway.fetch('/products');
		assert.equal(response.status, 502);
		assert.match(
			await response.text(),
			/The certificate of upstream https:\/\/127\.0\.0\.1:\d+ isn't trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
		);
		assert.deepEqual(await gateway.counts(), { 502: 1 });
	});

	it('goes on past such a certificate where the editor’s settings say so', async function () {
		const gateway = await servers.gateway({
			upstream: `https://127.0.0.1:${await secureUpstream(this)}`,
			proxy: { ...DIRECT_CONNECTION, strictSSL: false, systemCertificates: true },
		});
		assert.equal(await (await gateway.fetch('/products')).text(), 'secure /products  ');
		const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/devops`, { headers: { authorization: gateway.owner.authorization } });
		const [message] = (await once(socket, 'message')) as [Buffer];
		assert.equal(message.toString(), 'secure');
		socket.terminate();
	});

	it('is a 502 where plain HTTP meets TLS, either way round', async function () {
		const port = await secureUpstream(this);
		const plain = await servers.upstream((_, response) => response.end());
		for (const upstream of [`http://127.0.0.1:${port}`, plain.replace('http:', 'https:')]) {
			const gateway = await servers.gateway({ upstream });
			const response = await gateway.fetch('/products');
			assert.equal(response.status, 502, await response.text());
		}
	});

	it('leads through the proxy’s tunnel to an upstream with TLS', async function () {
		const { url, asked } = await proxy();
		const port = await secureUpstream(this);
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
		assert.deepEqual(new Set(asked), new Set([`CONNECT upstream.test:${port} Basic proxy`]));
	});

	it('leads through the proxy itself to an upstream without TLS', async () => {
		const { url, asked } = await proxy();
		const { port } = new URL(await servers.upstream((request, response) => response.end(`plain ${request.url ?? ''}`)));
		for (const [proxied, authorization] of [
			[{ url, authorization: 'Basic proxy' }, 'Basic proxy'],
			[{ url: url.replace('//', '//user:p%40ss@') }, `Basic ${Buffer.from('user:p@ss').toString('base64')}`],
			[{ url }, ''],
		] as const) {
			const gateway = await servers.gateway({
				upstream: `http://upstream.test:${port}/public/v1`,
				proxy: { ...DIRECT_CONNECTION, ...proxied },
			});
			assert.equal(await (await gateway.fetch('/public/v1/products')).text(), 'plain /public/v1/products');
			assert.equal(asked.at(-1), `GET http://upstream.test:${port}/public/v1/products ${authorization}`);
		}
	});

	it('is a 502 when the proxy opens no tunnel', async () => {
		for (const [url, reason] of [
			[(await proxy(407)).url, '407'],
			['http://127.0.0.1:1', 'ECONNREFUSED'],
		] as const) {
			const gateway = await servers.gateway({ upstream: 'https://upstream.test', proxy: { ...DIRECT_CONNECTION, url } });
			const response = await gateway.fetch('/products');
			assert.equal(response.status, 502);
			assert.match(await response.text(), new RegExp(`The proxy couldn't connect to upstream https://upstream\\.test \\(${reason}\\)`));
		}
	});

	it('is a 502 where the proxy is of another kind', async () => {
		for (const upstream of ['https://upstream.test', 'http://upstream.test']) {
			const gateway = await servers.gateway({ upstream, proxy: { ...DIRECT_CONNECTION, url: 'socks5://127.0.0.1:1080' } });
			const response = await gateway.fetch('/products');
			assert.equal(response.status, 502);
			assert.match(await response.text(), /socks5: isn't supported/);
		}
	});

	it('goes without a proxy that is no URL, as the editor does', async () => {
		const upstream = await servers.upstream((_, response) => response.end('direct'));
		for (const url of ['127.0.0.1:3128', 'proxy.example:3128', 'http://', 'nonsense']) {
			assert.equal(selectProxy(new URL('https://api.example'), { ...DIRECT_CONNECTION, url }), null);
			const gateway = await servers.gateway({ upstream, proxy: { ...DIRECT_CONNECTION, url } });
			assert.equal(await (await gateway.fetch('/products')).text(), 'direct');
		}
	});

	it('takes a password as it is where its percent signs are no escapes', () => {
		const found = selectProxy(new URL('https://api.example'), { ...DIRECT_CONNECTION, url: 'http://user:5%off@proxy.example:3128' });
		assert.equal(found?.authorization, `Basic ${Buffer.from('user:5%off').toString('base64')}`);
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
	];
	for (const [upstream, rules, isProxied] of cases) {
		it(`to ${upstream}, with ${rules.length === 0 ? 'no exceptions' : `the exceptions "${rules.join(', ')}"`}, leads ${isProxied ? 'through the proxy' : 'there at once'}`, () => {
			const found = selectProxy(new URL(upstream), { ...DIRECT_CONNECTION, url: 'http://proxy.example:3128', noProxy: rules });
			assert.equal(found !== null, isProxied);
		});
	}
});
