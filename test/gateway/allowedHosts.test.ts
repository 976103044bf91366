import assert from 'node:assert/strict';
import type { GatewayConfiguration } from '../../src/gateway/workerMessages';
import { GatewayServers, sendRaw, type RunningGateway } from '../support/gateway/gatewayServers';

describe('Hosts and origins that the user allowed', () => {
	const servers = new GatewayServers();
	let received: string[];
	afterEach(() => servers.stopAll());

	async function start(changes: Partial<GatewayConfiguration> = {}): Promise<RunningGateway> {
		received = [];
		const upstream = await servers.upstream((request, response) => {
			received.push(`${request.method ?? ''} ${request.url ?? ''}`);
			response.writeHead(200, {
				'access-control-allow-origin': '*',
				'access-control-allow-credentials': 'true',
				vary: 'Accept',
				'content-range': 'items 0-9/42',
			});
			response.end('ok');
		});
		return servers.gateway({ upstream, ...changes });
	}

	/** Sends a request and returns the head of its response. */
	async function send(
		gateway: RunningGateway,
		host: string,
		headers: readonly string[] = [],
		requestLine = 'GET /products',
	): Promise<string> {
		const lines = [`${requestLine} HTTP/1.1`, `Host: ${host}`, ...headers, 'Connection: close', '', ''];
		return (await sendRaw(gateway.port, ...lines)).split('\r\n\r\n', 1)[0]!;
	}

	const keyOf = (gateway: RunningGateway) => `Authorization: ${gateway.owner.authorization}`;
	const valuesOf = (head: string, name: string) =>
		Array.from(head.matchAll(new RegExp(`^${name}: (.*)\r?$`, 'gim')), ([, value]) => value!.trim());

	it('don’t depend on the case of the host', async () => {
		const gateway = await start();
		for (const host of ['LOCALHOST', 'LocalHost', 'localhost', '127.0.0.1']) {
			assert.match(await send(gateway, `${host}:${gateway.port}`, [keyOf(gateway)]), / 200 /, host);
		}
	});

	it('are accepted in addition to the gateway’s own', async () => {
		const gateway = await start({ allowedHosts: ['localhost:7358', 'Host.docker.internal', '[::1]:7358'] });
		for (const [host, status] of [
			['localhost:7358', 200],
			['LOCALHOST:7358', 200],
			['host.docker.internal', 200],
			['host.docker.internal:7357', 200],
			['HOST.docker.internal:1', 200],
			['[::1]:7358', 200],
			[`localhost:${gateway.port}`, 200],
			['localhost:7359', 403],
			['localhost', 403],
			['[::1]', 403],
			['evil.host.docker.internal', 403],
			['host.docker.internal.evil', 403],
			['host.docker.internal:x', 403],
			['', 403],
		] as const) {
			assert.match(await send(gateway, host, [keyOf(gateway)]), new RegExp(`^HTTP/1.1 ${status} `), host);
		}
	});

	it('get a response to their preflights without credentials, and can read responses', async () => {
		const gateway = await start({ allowedOrigins: ['http://localhost:3000'] });
		const host = `localhost:${gateway.port}`;
		const preflight = await send(
			gateway,
			host,
			['Origin: http://localhost:3000', 'Access-Control-Request-Method: PUT', 'Access-Control-Request-Headers: authorization,content-type'],
			'OPTIONS /products',
		);
		assert.match(preflight, /^HTTP\/1\.1 204 /);
		assert.deepEqual(valuesOf(preflight, 'access-control-allow-origin'), ['http://localhost:3000']);
		assert.deepEqual(valuesOf(preflight, 'access-control-allow-methods'), ['PUT']);
		assert.deepEqual(valuesOf(preflight, 'access-control-allow-headers'), ['authorization,content-type']);
		assert.deepEqual(valuesOf(preflight, 'vary'), ['Origin']);
		assert.deepEqual(received, []);
		for (const [headers, status] of [
			[[keyOf(gateway)], 200],
			[['Authorization: unknown'], 401],
		] as const) {
			const head = await send(gateway, host, [...headers, 'Origin: http://localhost:3000']);
			assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
			assert.deepEqual(valuesOf(head, 'access-control-allow-origin'), ['http://localhost:3000']);
			assert.deepEqual(valuesOf(head, 'access-control-expose-headers'), ['Content-Range, RateLimit, RateLimit-Policy, Retry-After']);
			assert.deepEqual(valuesOf(head, 'access-control-allow-credentials'), []);
			assert.ok(valuesOf(head, 'vary').includes('Origin'));
		}
		assert.deepEqual(await gateway.counts(), { 200: 1 });
	});

	it('can read the echo', async () => {
		const gateway = await servers.gateway({ allowedOrigins: ['http://localhost:3000'] });
		const head = await send(gateway, `localhost:${gateway.port}`, [keyOf(gateway), 'Origin: http://localhost:3000']);
		assert.deepEqual(valuesOf(head, 'access-control-allow-origin'), ['http://localhost:3000']);
	});

	it('are the only ones', async () => {
		for (const allowedOrigins of [[], ['http://localhost:3000'], ['*'], ['null']]) {
			const gateway = await start({ allowedOrigins });
			const host = `localhost:${gateway.port}`;
			for (const origin of [
				'http://localhost:3001',
				'https://localhost:3000',
				'http://localhost:3000.evil.example',
				'https://evil.example',
				'*',
			]) {
				if (allowedOrigins.includes(origin)) {
					continue;
				}
				for (const requestLine of ['GET /products', 'OPTIONS /products']) {
					const head = await send(gateway, host, [keyOf(gateway), `Origin: ${origin}`, 'Access-Control-Request-Method: PUT'], requestLine);
					assert.match(head, /^HTTP\/1\.1 403 /, origin);
					assert.doesNotMatch(head, /access-control/i);
				}
			}
			const ordinary = await send(gateway, host, [keyOf(gateway)]);
			assert.doesNotMatch(ordinary, /access-control/i, 'the upstream’s own rules aren’t about the gateway');
			assert.match(await send(gateway, host, ['Access-Control-Request-Method: PUT'], 'OPTIONS /products'), /^HTTP\/1\.1 401 /);
			received = [];
		}
	});
});
