import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { probeAccount } from '../../src/sources/connect/accountProbe';
import { createSelfSignedCertificate, type Certificate } from '../support/certificate';

/** Doesn't resolve, so only the proxy can connect to it. */
const PLATFORM_HOST = 'connect.example';
const probePlatform = () =>
	probeAccount({ endpoint: `https://${PLATFORM_HOST}/public/v1`, authorization: `SU-100-000-001:${'ab'.repeat(20)}`, retryDelayMs: 1 });

describe('requests to an account', function () {
	this.timeout(60_000);
	const requestedUrls: (string | undefined)[] = [];
	let certificate: Certificate | undefined;
	let servers: Server[];

	before(async function () {
		certificate = await createSelfSignedCertificate(PLATFORM_HOST);
		if (!certificate) {
			this.skip();
		}
		const platform = createTlsServer(certificate, (_, response) => {
			response.setHeader('Content-Type', 'application/json').end('[]');
		});
		const proxy = createServer();
		servers = [platform, proxy];
		servers.forEach((server) => server.listen(0, '127.0.0.1'));
		await Promise.all(servers.map((server) => once(server, 'listening')));
		proxy.on('connect', ({ url }, client) => {
			requestedUrls.push(url);
			const upstream = connect(listeningPort(platform), '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
			client.pipe(upstream).pipe(client);
			[client, upstream].forEach((socket) => socket.on('error', () => [client, upstream].forEach((other) => other.destroy())));
		});
		await setHttpProxy(`http://127.0.0.1:${listeningPort(proxy)}`);
	});

	after(async () => {
		await setHttpProxy(undefined);
		servers.forEach((server) => {
			server.closeAllConnections();
			server.close();
		});
	});

	it('use the proxy from the settings and reject an untrusted certificate', async () => {
		await assert.rejects(probePlatform(), /certificate isn't trusted/);
		assert.deepEqual([...new Set(requestedUrls)], [`${PLATFORM_HOST}:443`]);
	});
});

function listeningPort(server: Server): number {
	return (server.address() as AddressInfo).port;
}

async function setHttpProxy(url: string | undefined): Promise<void> {
	await vscode.workspace.getConfiguration('http').update('proxy', url, vscode.ConfigurationTarget.Global);
}
