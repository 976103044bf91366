import assert from 'node:assert/strict';
import { once } from 'node:events';
import { GatewayServers, RawConnection } from '../support/gateway/gatewayServers';

const CONNECTIONS = 300;

describe('Many connections without a request', () => {
	const servers = new GatewayServers();
	after(() => servers.stopAll());

	it('keep no other client waiting, open nothing at the upstream, and end with the gateway', async () => {
		let upstreamConnections = 0;
		const upstream = await servers.rawUpstream((socket) => {
			upstreamConnections++;
			socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
		});
		const gateway = await servers.gateway({ upstream });
		const silent = Array.from({ length: CONNECTIONS }, () => new RawConnection(gateway.port));
		await Promise.all(silent.map(({ socket }) => once(socket, 'connect')));
		const unfinished = Array.from({ length: CONNECTIONS }, () =>
			new RawConnection(gateway.port).send('GET /products HTTP/1.1', `Host: 127.0.0.1:${gateway.port}`, 'X-Slow: '),
		);
		await Promise.all(unfinished.map(({ socket }) => once(socket, 'connect')));
		assert.equal(await (await gateway.fetch('/products')).text(), 'ok');
		assert.equal(upstreamConnections, 1);
		await gateway.gateway.stop();
		await Promise.all([...silent, ...unfinished].map(({ closed }) => closed));
	});
});
