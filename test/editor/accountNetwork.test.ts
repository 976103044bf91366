import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { probeAccount } from '../../src/sources/connect/probe';
import { selfSigned, type Certificate } from '../support/certificate';

/** Where nothing is but what the proxy leads to. */
const HOST = 'connect.example';
const probe = () =>
	probeAccount({ endpoint: `https://${HOST}/public/v1`, authorization: `SU-100-000-001:${'ab'.repeat(20)}`, retryDelay: 1 });

describe('the calls to an account', function () {
	this.timeout(60_000);
	const asked: (string | undefined)[] = [];
	let certificate: Certificate | undefined;
	let servers: Server[];

	before(async function () {
		certificate = await selfSigned(HOST);
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
			asked.push(url);
			const upstream = connect(portOf(platform), '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
			client.pipe(upstream).pipe(client);
			[client, upstream].forEach((socket) => socket.on('error', () => [client, upstream].forEach((one) => one.destroy())));
		});
		await setProxy(`http://127.0.0.1:${portOf(proxy)}`);
	});

	after(async () => {
		await setProxy(undefined);
		servers.forEach((server) => {
			server.closeAllConnections();
			server.close();
		});
	});

	it('go through the editor’s proxy, and to nobody whose certificate is not trusted', async () => {
		await assert.rejects(probe(), /certificate is not trusted/);
		assert.deepEqual([...new Set(asked)], [`${HOST}:443`]);
	});
});

function portOf(server: Server): number {
	return (server.address() as AddressInfo).port;
}

async function setProxy(url: string | undefined): Promise<void> {
	await vscode.workspace.getConfiguration('http').update('proxy', url, vscode.ConfigurationTarget.Global);
}
