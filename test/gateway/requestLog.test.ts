import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MAX_LOGGED_REQUESTS, type LoggedRequest } from '../../src/domain/loggedRequest';
import { ClientRequest } from '../../src/gateway/clientRequest';
import { RequestLog } from '../../src/gateway/requestLog';
import { eventually } from '../support/eventually';
import { GatewayServers, type RunningGateway } from '../support/gateway/gatewayServers';
import { createKeyRecord, issueToken } from '../support/gateway/memoryTokens';

/** The requests that a gateway has logged, without their times. */
function flush(gateway: RunningGateway): readonly Omit<LoggedRequest, 'time' | 'durationMs'>[] {
	gateway.requestLog.flush();
	return gateway.loggedRequests.splice(0).map(({ time, durationMs, ...rest }) => {
		assert.ok(time > 0 && durationMs >= 0);
		return rest;
	});
}

/** Sends bytes, and resolves with what the gateway sends until it closes the connection or has sent `until`. */
function sendBytes(port: number, bytes: string, until = '\r\n\r\n'): Promise<string> {
	return new Promise((resolve, reject) => {
		let received = '';
		const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
		socket.setEncoding('latin1').on('data', (text: string) => {
			received += text;
			if (received.includes(until)) {
				socket.destroy();
				resolve(received);
			}
		});
		socket.on('close', () => resolve(received)).on('error', reject);
	});
}

describe('The request log of the gateway', () => {
	const servers = new GatewayServers();

	afterEach(() => servers.stopAll());

	it('has allowed requests, without their queries', async () => {
		const gateway = await servers.gateway();
		await gateway.fetch('/public/v1/products?secret=1', { method: 'POST' });
		await gateway.fetch('/usage/files');
		const tokenId = gateway.owner.token.id;
		assert.deepEqual(flush(gateway), [
			{ tokenId, method: 'POST', path: '/products', status: 200 },
			{ tokenId, method: 'GET', path: '/usage/files', status: 200 },
		]);
		assert.deepEqual(flush(gateway), [], 'requests are sent once');
	});

	it('measures the time until the response', async () => {
		const upstream = await servers.upstream((_, response) => setTimeout(() => response.end(), 60));
		const gateway = await servers.gateway({ upstream });
		const before = Date.now();
		await gateway.fetch('/slow');
		gateway.requestLog.flush();
		const [request] = gateway.loggedRequests;
		assert.ok(request!.durationMs >= 55, String(request!.durationMs));
		assert.ok(request!.time >= before - 5 && request!.time <= Date.now() - 50);
	});

	it('says why a request was denied', async () => {
		const owner = issueToken({ permissions: ['listings:read'] });
		const gateway = await servers.gateway({ allowedOrigins: ['http://localhost:3000'] }, { owner });
		const tokenId = owner.token.id;
		const statuses = [
			await gateway.fetch('/products'),
			await gateway.fetch('/listings', { method: 'POST' }),
			await gateway.fetch('/unknown'),
			await gateway.fetch('/LISTINGS'),
			await gateway.fetch('/a/..%2fb'),
			await gateway.fetch('/listings', { headers: { authorization: 'Bearer x' } }),
			await gateway.fetch('/listings', { headers: { authorization: `${owner.authorization.slice(0, -1)}x` } }),
			await gateway.fetch('/listings', { headers: { origin: 'https://evil.test' } }),
		].map(({ status }) => status);
		await sendBytes(gateway.port, 'GET / HTTP/1.1\r\nhost: evil.test\r\n\r\n');
		await sendBytes(gateway.port, `GET / HTTP/1.1\r\nhost: localhost:${gateway.port}\r\nexpect: tea\r\n\r\n`);
		assert.deepEqual(statuses, [403, 403, 403, 403, 400, 401, 401, 403]);
		assert.deepEqual(
			flush(gateway).map(({ path, status, reason, tokenId: id }) => ({ path, status, id, reason })),
			[
				{ path: '/products', status: 403, id: tokenId, reason: { kind: 'missingModule', modules: ['products'] } },
				{ path: '/listings', status: 403, id: tokenId, reason: { kind: 'readOnly', modules: ['listings'] } },
				{ path: '/unknown', status: 403, id: tokenId, reason: { kind: 'noModule' } },
				{ path: '/LISTINGS', status: 403, id: tokenId, reason: { kind: 'ambiguousPath' } },
				{ path: '/a/..%2fb', status: 400, id: tokenId, reason: { kind: 'pathTraversal' } },
				{ path: '/listings', status: 401, id: null, reason: { kind: 'invalidKey' } },
				{ path: '/listings', status: 401, id: tokenId, reason: { kind: 'invalidKey' } },
				{ path: '/listings', status: 403, id: tokenId, reason: { kind: 'originNotAllowed', origin: 'https://evil.test' } },
				{ path: '/', status: 403, id: null, reason: { kind: 'hostNotAllowed', host: 'evil.test' } },
				{ path: '/', status: 417, id: null, reason: { kind: 'invalidRequest' } },
			],
		);
	});

	it('has disabled and expired tokens, and a store that cannot be read', async () => {
		const disabled = issueToken({ enabled: false });
		const expired = issueToken({ key: createKeyRecord('0'.repeat(40), '2020-01-01T00:00:00.000Z') });
		const gateway = await servers.gateway();
		gateway.tokens.replace(gateway.owner.token, disabled.token, expired.token);
		for (const { authorization } of [disabled, expired]) {
			await gateway.fetch('/products', { headers: { authorization } });
		}
		gateway.tokens.failure = new Error('The disk is gone.');
		gateway.tokens.replace();
		await gateway.fetch('/products');
		assert.deepEqual(
			flush(gateway).map(({ status, tokenId, reason }) => [status, tokenId, reason]),
			[
				[401, disabled.token.id, { kind: 'disabled' }],
				[401, expired.token.id, { kind: 'expired', isPreviousKey: false }],
				[503, gateway.owner.token.id, { kind: 'storeUnavailable' }],
			],
		);
	});

	it('tells errors of the upstream from those of the gateway', async () => {
		const upstream = await servers.rawUpstream((socket, request) => {
			if (request.includes('/denied')) {
				socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
			} else {
				socket.destroy();
			}
		});
		const gateway = await servers.gateway({ upstream });
		await gateway.fetch('/denied');
		await gateway.fetch('/closed', { method: 'POST' });
		assert.deepEqual(
			flush(gateway).map(({ status, reason }) => [status, reason]),
			[
				[403, undefined],
				[502, { kind: 'upstream', code: 'UND_ERR_SOCKET' }],
			],
		);
	});

	it('has a WebSocket once, when it is opened, and one without an upstream as a denial', async () => {
		const gateway = await servers.gateway();
		const upgrade = (authorization: string) =>
			[
				...['GET /socket HTTP/1.1', `host: localhost:${gateway.port}`, `authorization: ${authorization}`],
				...['connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=='],
				...['', ''],
			].join('\r\n');
		await sendBytes(gateway.port, upgrade(gateway.owner.authorization));
		assert.deepEqual(flush(gateway), [
			{ tokenId: gateway.owner.token.id, method: 'GET', path: '/socket', status: 501, reason: { kind: 'noUpstream' } },
		]);
	});

	it('never has a key, also not one that is sent in a query or is not valid', async () => {
		const gateway = await servers.gateway();
		const { authorization } = gateway.owner;
		await gateway.fetch(`/products?key=${encodeURIComponent(authorization)}`);
		await gateway.fetch('/products', { headers: { authorization: `${authorization}0` } });
		const requests = flush(gateway);
		assert.equal(requests.length, 2);
		assert.ok(!JSON.stringify(requests).includes(authorization.slice(-40)));
	});

	it('counts each of 20,000 requests exactly, and keeps the last 1,000', async function () {
		this.timeout(120_000);
		const gateway = await servers.gateway();
		const { authorization } = gateway.owner;
		const head = (connection: string) =>
			`GET /products HTTP/1.1\r\nhost: localhost:${gateway.port}\r\nauthorization: ${authorization}\r\nconnection: ${connection}\r\n\r\n`;
		const batch = head('keep-alive').repeat(999) + head('close');
		for (let round = 0; round < 20; round++) {
			await sendBytes(gateway.port, batch, 'never');
		}
		assert.equal(flush(gateway).length, MAX_LOGGED_REQUESTS);
		assert.deepEqual(await gateway.counts(), { 200: 20_000 });
	});
});

describe('The ring of requests', () => {
	const sent: (readonly LoggedRequest[])[] = [];
	const createLog = () => new RequestLog({ basePath: '/public/v1', send: (requests) => sent.push(requests) });
	const request = (url: string, authorization?: string) =>
		Object.assign(new ClientRequest(new Socket()), { method: 'GET', url, headers: { authorization } }) as IncomingMessage;

	beforeEach(() => sent.splice(0));

	it('sends nothing while nobody watches, and then the last requests in order', () => {
		const log = createLog();
		for (let index = 0; index < 2500; index++) {
			log.record(request(`/${index}`), 'SU-000-000-001', 200, undefined, index);
		}
		assert.equal(sent.length, 0);
		log.setWatched(true);
		assert.deepEqual(
			sent.flat().map(({ path }) => path),
			Array.from({ length: MAX_LOGGED_REQUESTS }, (_, index) => `/${1500 + index}`),
		);
		log.setWatched(false);
	});

	it('sends requests in batches while somebody watches', async () => {
		const log = createLog();
		log.setWatched(true);
		for (let index = 0; index < 500; index++) {
			log.record(request('/'), null, 200, undefined, 0);
		}
		assert.equal(sent.length, 0, 'a message for each request would slow down the gateway');
		await eventually(() => assert.equal(sent.flat().length, 500));
		assert.equal(sent.length, 1);
		log.setWatched(false);
		log.record(request('/'), null, 200, undefined, 0);
		log.setWatched(true);
		assert.equal(sent.flat().length, 501);
		log.setWatched(false);
	});

	it('forgets requests that were cleared', () => {
		const log = createLog();
		log.record(request('/old'), null, 200, undefined, 0);
		log.clear();
		log.record(request('/new'), null, 200, undefined, 0);
		log.flush();
		assert.deepEqual(
			sent.flat().map(({ path }) => path),
			['/new'],
		);
	});

	it('does not keep what it cuts off in memory', () => {
		setFlagsFromString('--expose-gc');
		const collectGarbage = runInNewContext('gc') as () => void;
		const log = createLog();
		for (let index = 0; index < MAX_LOGGED_REQUESTS; index++) {
			// As Node.js does, in one piece: a repeated text would be stored once.
			const target = Buffer.alloc(65_000, `/${index}`).toString('latin1');
			log.record(request(target), null, 401, undefined, 0);
		}
		collectGarbage();
		const before = process.memoryUsage().heapUsed;
		log.clear();
		collectGarbage();
		assert.ok(before - process.memoryUsage().heapUsed < 5_000_000, 'the requests of 64 KB would be 65 MB');
	});
});
