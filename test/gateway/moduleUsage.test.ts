import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import type { ModuleCounts } from '../../src/domain/tokenUsage';
import { GatewayServers, type RunningGateway } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';

describe('Usage by module', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.stopAll());

	const respond: RequestListener = (request, response) => {
		request.resume();
		response.writeHead(request.url?.includes('missing') ? 404 : 200).end();
	};

	async function start(permissions: readonly string[], listener = respond): Promise<RunningGateway> {
		return servers.gateway({ upstream: await servers.upstream(listener) }, { owner: issueToken({ permissions }) });
	}

	async function send(gateway: RunningGateway, requests: readonly (readonly [method: string, path: string])[]): Promise<void> {
		for (const [method, path] of requests) {
			await (await gateway.fetch(path, { method })).arrayBuffer();
		}
	}

	const expectModules = async (gateway: RunningGateway, expected: ModuleCounts) => assert.deepEqual(await gateway.moduleCounts(), expected);

	it('counts reading and writing, whatever the response is', async () => {
		const gateway = await start(['products', 'usage:read']);
		await send(gateway, [
			['GET', '/products'],
			['HEAD', '/products/PRD-1'],
			['OPTIONS', '/products'],
			['GET', '/products/missing?limit=1'],
			['POST', '/products'],
			['DELETE', '/products/PRD-1/items'],
			['GET', '/products/PRD-1/usage'],
		]);
		await expectModules(gateway, { products: { read: 4, write: 2 }, usage: { read: 1, write: 0 } });
	});

	it('doesn’t count what is denied, or what needs no module', async () => {
		const gateway = await start(['products', 'usage:read']);
		await send(gateway, [
			['GET', '/billing'],
			['POST', '/usage/files'],
			['GET', '/nothing'],
			['GET', '/products%2fx'],
			['GET', '/accounts'],
			['GET', '/modules'],
			['POST', '/modules/MD-1'],
		]);
		const { status } = await gateway.fetch('/products', { headers: { authorization: 'ApiKey SU-000-000-000:0' } });
		assert.equal(status, 401);
		assert.deepEqual(await gateway.counts(), { 200: 3, 403: 4 });
		await expectModules(gateway, {});
	});

	it('counts the modules that a token with all modules uses', async () => {
		const gateway = await start(['MD-0000']);
		await send(gateway, [
			['GET', '/products'],
			['PATCH', '/billing/1'],
			['GET', '/accounts'],
			['GET', '/accounts/PA-1'],
			['GET', '/nothing'],
			['PUT', '/Products'],
		]);
		await expectModules(gateway, {
			'MD-0000': { read: 1, write: 1 },
			'MD-0001': { read: 1, write: 0 },
			billing: { read: 0, write: 1 },
			products: { read: 1, write: 0 },
		});
	});

	it('doesn’t count a path that several modules share', async () => {
		const modules = { One: ['/orders', '/one'], Two: ['/orders'] };
		const upstream = await servers.upstream(respond);
		const gateway = await servers.gateway({ upstream, modules }, { owner: issueToken({ permissions: ['One'] }) });
		await send(gateway, [
			['GET', '/orders/1'],
			['GET', '/one'],
		]);
		await expectModules(gateway, { One: { read: 1, write: 0 } });
	});

	it('counts a method that the query overrides as writing', async () => {
		const gateway = await start(['products']);
		await send(gateway, [
			['GET', '/products?_method=DELETE'],
			['GET', '/products?_method=GET'],
		]);
		await expectModules(gateway, { products: { read: 1, write: 1 } });
	});

	it('counts a WebSocket as writing, and none that is denied', async () => {
		const server = createServer();
		new WebSocketServer({ server }).on('connection', (socket) => socket.close());
		const upstream = await servers.listen(server, 'http');
		const gateway = await servers.gateway({ upstream }, { owner: issueToken({ permissions: ['conversations', 'usage:read'] }) });
		const options = { headers: { authorization: gateway.owner.authorization } };
		await once(new WebSocket(`${gateway.origin.replace('http', 'ws')}/conversations`, options), 'close');
		const denied = new WebSocket(`${gateway.origin.replace('http', 'ws')}/usage`, options);
		await once(denied, 'error');
		await expectModules(gateway, { conversations: { read: 0, write: 1 } });
	});

	it('counts exactly as many requests as there were, on many connections at once', async () => {
		const gateway = await start(['MD-0000']);
		const paths = ['/products/PRD-', '/billing/', '/tier/accounts/TA-', '/modules/MD-'];
		await Promise.all(
			Array.from({ length: 400 }, (_, index) =>
				gateway
					.fetch(`${paths[index % 4]!}${index}`, { method: index % 8 < 4 ? 'GET' : 'POST' })
					.then((response) => response.arrayBuffer()),
			),
		);
		const half = { read: 50, write: 50 };
		await expectModules(gateway, { billing: half, customers: half, products: half });
		assert.deepEqual(await gateway.counts(), { 200: 400 });
	});

	it('counts a request whose client doesn’t wait for the response', async () => {
		let markReceived: () => void;
		const received = new Promise<void>((resolve) => (markReceived = resolve));
		const gateway = await start(['products'], () => markReceived());
		const client = httpRequest(`${gateway.origin}/products`, { headers: { authorization: gateway.owner.authorization } });
		client.on('error', () => undefined).end();
		await received;
		client.destroy();
		await expectModules(gateway, { products: { read: 1, write: 0 } });
	});
});
