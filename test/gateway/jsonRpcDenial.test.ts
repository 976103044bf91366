import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { DEFAULT_TIMEOUTS } from '../../src/gateway/gatewayLimits';
import { eventually } from '../support/eventually';
import { GatewayServers, type RunningGateway } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';

const MCP = '/public/v1/mcp/usage/';
const DENIED = 'Token SU-000-000-001 doesn\'t have access to module "MCP". Add the module to the token\'s permissions.';

describe('The denial of a request to an MCP server', () => {
	const servers = new GatewayServers();
	let gateway: RunningGateway;

	beforeEach(async () => {
		const upstream = await servers.upstream((request, response) => {
			// Answers only once the gateway is done with it.
			request.resume();
			if (request.headers['x-wait'] === undefined) {
				response.end('forwarded');
			}
		});
		gateway = await servers.gateway(
			{ upstream: `${upstream}/public/v1`, mcpPaths: ['/mcp', '/tools/server'] },
			{ owner: issueToken({ id: 'SU-000-000-001', permissions: ['usage'] }) },
		);
	});
	afterEach(() => servers.stopAll());

	const post = async (body: unknown, init: RequestInit & { path?: string } = {}) => {
		const response = await gateway.fetch(init.path ?? MCP, {
			method: 'POST',
			body: typeof body === 'string' ? body : JSON.stringify(body),
			...init,
		});
		const text = await response.text();
		return {
			status: response.status,
			type: response.headers.get('content-type'),
			body: text === '' ? undefined : (JSON.parse(text) as unknown),
		};
	};
	const error = (id: unknown, message = DENIED) => ({ jsonrpc: '2.0', id, error: { code: -32001, message } });
	const call = (id: unknown) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'ping' } });

	it('is a JSON-RPC error with the ID of the request, and is counted and logged as a denial', async () => {
		for (const id of [7, 0, -1, 'a "b" \u{1F511}', '']) {
			assert.deepEqual(await post(call(id)), { status: 200, type: 'application/json', body: error(id) });
		}
		assert.deepEqual(await gateway.counts(), { '403': 5 });
		gateway.requestLog.flush();
		assert.deepEqual(
			gateway.loggedRequests.map(({ status, reason }) => ({ status, reason })),
			Array.from({ length: 5 }, () => ({ status: 403, reason: { kind: 'missingModule', modules: ['mcp'] } })),
		);
	});

	it('has an error for each request of a batch, and null for what is not a request', async () => {
		const batch = [call(1), { jsonrpc: '2.0', method: 'notifications/cancelled' }, { jsonrpc: '2.0', id: 5, result: {} }, call('two'), 'x'];
		assert.deepEqual(await post(batch), { status: 200, type: 'application/json', body: [error(1), error('two'), error(null)] });
	});

	it('is an HTTP error that starts no OAuth if nothing waits for the response, or no ID can be found', async () => {
		const bodies = [
			{ jsonrpc: '2.0', method: 'notifications/initialized' },
			{ jsonrpc: '2.0', id: 1, result: {} },
			[{ jsonrpc: '2.0', method: 'notifications/initialized' }],
			[],
			Array.from({ length: 101 }, (_, id) => call(id)),
			call({ nested: true }),
			// It would be rounded.
			'{"jsonrpc":"2.0","id":12345678901234567890,"method":"ping"}',
			'{"jsonrpc":"2.0","id":',
			'',
			'null',
		];
		for (const body of bodies) {
			assert.deepEqual(await post(body), { status: 400, type: 'application/json', body: error(null) }, JSON.stringify(body));
		}
		const filler = 'x'.repeat(100_000);
		assert.equal((await post({ ...call(1), params: { filler } })).status, 200, 'the ID precedes the arguments');
		assert.equal((await post({ method: 'tools/call', params: { filler }, jsonrpc: '2.0', id: 1 })).status, 400);
	});

	it('applies to denials before a token is known', async () => {
		const { body, status } = await post(call(1), { headers: { authorization: 'ApiKey SU-000-000-001:wrong' } });
		assert.equal(status, 200);
		assert.match(JSON.stringify(body), /"id":1,"error":\{"code":-32001,"message":"Invalid API key/);
		assert.equal((await post(call(2), { headers: { authorization: '' } })).status, 200);
	});

	it('applies to a held request, and to one whose token was changed while it was forwarded', async () => {
		const { token, authorization } = issueToken({ id: 'SU-000-000-002', permissions: ['mcp'] });
		gateway.tokens.replace({ ...token, approval: 'always' });
		const headers = { authorization };
		const { status, body } = await post(call(3), { headers });
		assert.deepEqual([status, (body as { id: unknown }).id], [200, 3]);
		gateway.tokens.replace(token);
		const forwarded = post(call(4), { headers: { ...headers, 'x-wait': '1' } });
		await eventually(async () => assert.deepEqual(await gateway.moduleCounts(), { mcp: { read: 0, write: 1 } }));
		gateway.tokens.replace({ ...token, enabled: false });
		// Its body was forwarded, so its ID isn't known anymore.
		assert.equal((await forwarded).status, 400);
	});

	it('applies to the configured paths and what is below them only', async () => {
		for (const path of ['/public/v1/mcp', '/mcp/usage/', '/public/v1/tools/server/', '/public/v1/mcp/usage/?session=1']) {
			assert.equal((await post(call(1), { path })).status, 200, path);
		}
		for (const path of ['/public/v1/mcps', '/public/v1/tools', '/public/v1/%6dcp/', '/public/v1/products']) {
			assert.equal((await post(call(1), { path })).status, 403, path);
		}
	});

	it('is 405 for the event stream and the end of a session, which is counted as a denial, too', async () => {
		for (const method of ['GET', 'HEAD', 'DELETE']) {
			const response = await gateway.fetch(MCP, { method });
			assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'], method);
		}
		assert.equal((await gateway.fetch(MCP, { method: 'PUT', body: '{}' })).status, 403);
		assert.deepEqual(await gateway.counts(), { '403': 4 });
	});

	it('does not wait for a client that sends its body slowly, or that leaves', async () => {
		const head = `POST ${MCP} HTTP/1.1\r\nhost: 127.0.0.1:${gateway.port}\r\ncontent-length: 1000\r\n\r\n{"id":1`;
		const leaving = connect(gateway.port, '127.0.0.1', () => leaving.write(head, () => leaving.destroy()));
		await once(leaving, 'close');
		const slow = connect(gateway.port, '127.0.0.1').setEncoding('utf8');
		slow.write(head);
		const timer = setInterval(() => slow.write(' '), 500);
		let received = '';
		slow.on('data', (text: string) => (received += text));
		await eventually(() => assert.match(received, /^HTTP\/1\.1 400 [^]*"id":null/), 20_000);
		clearInterval(timer);
		slow.destroy();
		assert.ok(DEFAULT_TIMEOUTS.bodyIdleMs > 10_000, 'a client that pauses is given up at the same time');
	}).timeout(40_000);

	it('lets a client that expects 100 Continue send its body', async () => {
		const body = JSON.stringify(call(9));
		const socket = connect(gateway.port, '127.0.0.1').setEncoding('utf8');
		let received = '';
		socket.on('data', (text: string) => {
			received += text;
			if (text.startsWith('HTTP/1.1 100')) {
				socket.write(body);
			}
		});
		socket.write(
			`POST ${MCP} HTTP/1.1\r\nhost: 127.0.0.1:${gateway.port}\r\nauthorization: ${gateway.owner.authorization}\r\n` +
				`expect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
		);
		await eventually(() => assert.match(received, /HTTP\/1\.1 200 OK[^]*"id":9/));
		socket.destroy();
	});

	it('keeps the connection usable, also after a body that is longer than what is read', async () => {
		const socket = connect(gateway.port, '127.0.0.1').setEncoding('utf8');
		let received = '';
		socket.on('data', (text: string) => (received += text));
		const send = (body: string) =>
			socket.write(
				`POST ${MCP} HTTP/1.1\r\nhost: 127.0.0.1:${gateway.port}\r\nauthorization: ${gateway.owner.authorization}\r\n` +
					`transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
			);
		send(JSON.stringify({ ...call('first'), params: 'x'.repeat(500_000) }));
		send(JSON.stringify(call('second')));
		await eventually(() => assert.match(received, /"id":"first"[^]*"id":"second"/));
		socket.destroy();
	});
});
