import assert from 'node:assert/strict';
import { GatewayServers, RawConnection } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const SMUGGLED = 'GET /usage HTTP/1.1\r\nHost: api\r\n\r\n';

/** An API that responds with a status of the caller's choice still reads requests on the connection. The gateway checks none of them. */
describe('A caller who makes the upstream switch protocols', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.stopAll());

	async function upgrade(requestLines: readonly string[], responseLines: readonly string[]) {
		let received = '';
		const upstream = await servers.rawUpstream((socket, bytes) => {
			received += bytes;
			socket.write(['HTTP/1.1 101 Switching Protocols', ...responseLines, '', ''].join('\r\n'));
		});
		const gateway = await servers.gateway({ upstream });
		const limited = issueToken({ permissions: ['products'] });
		gateway.tokens.replace(limited.token);
		const connection = new RawConnection(gateway.port).send(
			...['GET /products/status/101 HTTP/1.1', `Host: 127.0.0.1:${gateway.port}`, `Authorization: ${limited.authorization}`],
			...['Connection: Upgrade', 'Upgrade: websocket', ...requestLines, '', SMUGGLED],
		);
		return { connection, received: () => received };
	}

	const attempts: Record<string, readonly [request: readonly string[], response: readonly string[]]> = {
		'without a handshake': [[KEY], ['Connection: Upgrade', 'Upgrade: websocket']],
		'to another protocol': [[KEY], ['Connection: Upgrade', 'Upgrade: h2c']],
		'with a wrong handshake': [[KEY], ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Accept: x']],
		'without a key': [[], ['Connection: Upgrade', 'Upgrade: websocket', ACCEPT]],
		'with two keys': [
			[KEY, KEY],
			['Connection: Upgrade', 'Upgrade: websocket', ACCEPT],
		],
	};
	for (const [title, [request, response]] of Object.entries(attempts)) {
		it(`${title} can’t send other requests on the connection`, async () => {
			const { connection, received } = await upgrade(request, response);
			assert.match(await connection.readToEnd(), /^HTTP\/1\.1 502 /);
			assert.doesNotMatch(received(), /\/usage/);
		});
	}

	it('to a WebSocket can send frames', async () => {
		const { connection, received } = await upgrade([KEY], ['Connection: Upgrade', 'Upgrade: websocket', ACCEPT]);
		assert.match(await connection.until(/\r\n\r\n/), /^HTTP\/1\.1 101 /);
		await connection.until(/101[^]*101/);
		connection.socket.destroy();
		assert.match(received(), /\/usage/);
	});
});
