import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { GatewayServers, type RunningGateway } from '../support/gateway/gatewayServers';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const FINAL = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';

describe('An unsolicited 100 Continue of the upstream', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.stopAll());

	/** Starts a gateway for an upstream that responds with these parts, and waits until each has been sent. */
	async function start(parts: readonly string[]): Promise<RunningGateway> {
		const respond = async (socket: Socket) => {
			for (const part of parts) {
				await new Promise<unknown>((resolve) => socket.setNoDelay().write(part, 'latin1', resolve));
			}
		};
		const upstream = await servers.rawUpstream((socket, request) => {
			if (request.includes(' HTTP/1.1\r\n')) {
				void respond(socket);
			}
		});
		return servers.gateway({ upstream });
	}

	for (const [name, parts] of Object.entries({
		'before the response': [CONTINUE, FINAL],
		'in one packet with the response': [CONTINUE + FINAL],
		'sent twice': [CONTINUE + CONTINUE, CONTINUE + FINAL],
		'with headers': ['HTTP/1.1 100 Go On\r\nX-A: b\r\n\r\n', FINAL],
		'in single bytes': Array.from(CONTINUE + HINTS + CONTINUE + FINAL),
		'around early hints': [CONTINUE + HINTS + CONTINUE + FINAL],
		'that is also in the body': [`${CONTINUE}HTTP/1.1 200 OK\r\nContent-Length: ${CONTINUE.length + 4}\r\n\r\n`, `${CONTINUE}done`],
	})) {
		it(`is ignored: ${name}`, async () => {
			const gateway = await start(parts);
			for (const init of [{}, { method: 'POST', body: 'body' }, {}]) {
				const response = await gateway.fetch('/products', init);
				assert.equal(response.status, 200);
				assert.equal((await response.text()).replace(CONTINUE, ''), 'done');
			}
			assert.deepEqual(await gateway.counts(), { 200: 3 });
		});
	}

	it('is ignored for a request with trailers', async () => {
		const gateway = await start([CONTINUE + CONTINUE + FINAL]);
		const request = httpRequest(`${gateway.origin}/products`, {
			method: 'POST',
			headers: { authorization: gateway.owner.authorization, trailer: 'X-A', 'transfer-encoding': 'chunked' },
		});
		request.addTrailers({ 'X-A': 'b' });
		request.end('body');
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		assert.equal(await text(response), 'done');
	});

	it('without a response after it fails with 502', async () => {
		const upstream = await servers.rawUpstream((socket) => socket.end(CONTINUE));
		const gateway = await servers.gateway({ upstream });
		assert.equal((await gateway.fetch('/products')).status, 502);
	});
});
