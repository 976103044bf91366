import assert from 'node:assert/strict';
import { GatewayServers, sendRaw } from '../support/gateway/gatewayServers';

const METHODS = ['GET', 'POST', 'OPTIONS'] as const;

/** Hosts that name the gateway: only these may reach the upstream. */
const ownHosts = (port: number) => [
	`127.0.0.1:${port}`,
	`localhost:${port}`,
	`LOCALHOST:${port}`,
	`LocalHost:${port}`,
	`127.0.0.1:${port} `,
];

/** Hosts of DNS rebinding, other spellings of loopback, and malformed ones. */
const foreignHosts = (port: number) => [
	'127.0.0.1',
	'localhost',
	`localhost.:${port}`,
	`evil.test:${port}`,
	`127.0.0.1.evil.test:${port}`,
	`127.1:${port}`,
	`0.0.0.0:${port}`,
	`[::ffff:127.0.0.1]:${port}`,
	`user@127.0.0.1:${port}`,
	`127.0.0.1:${port}, evil`,
	`127.0.0.1:0${port}`,
	`2130706433:${port}`,
	'',
	' ',
];

const foreignOrigins = (port: number) => [
	'null',
	'',
	'http://evil.test',
	`https://127.0.0.1:${port}`,
	`http://127.0.0.1:${port + 1}`,
	'http://127.0.0.1',
	`http://127.0.0.1:${port}.evil.test`,
	'vscode-webview://abc',
	'chrome-extension://abc',
	'file://',
	`http://127.0.0.1:${port}, http://evil.test`,
];

describe('A web page in a browser on this machine', () => {
	const servers = new GatewayServers();
	let received: string[];
	after(() => servers.stopAll());

	it('reaches the upstream with no combination of host, origin, method, and key unless it names the gateway and has no foreign origin', async () => {
		received = [];
		const upstream = await servers.upstream((request, response) => {
			received.push(String(request.headers['x-attempt']));
			response.end('ok');
		});
		const gateway = await servers.gateway({ upstream, credential: 'Bearer upstream' });
		const { port, owner } = gateway;
		const attempts: { name: string; lines: string[]; allowed: boolean }[] = [];
		for (const host of [...ownHosts(port), ...foreignHosts(port)]) {
			for (const origin of [undefined, ...foreignOrigins(port)]) {
				for (const method of METHODS) {
					for (const key of [owner.authorization, undefined]) {
						const name = JSON.stringify([method, host, origin, key !== undefined]);
						attempts.push({
							name,
							lines: [
								`${method} /products HTTP/1.1`,
								`Host: ${host}`,
								`X-Attempt: ${attempts.length}`,
								...(origin === undefined ? [] : [`Origin: ${origin}`]),
								...(key === undefined ? [] : [`Authorization: ${key}`]),
								...(method === 'OPTIONS' ? ['Access-Control-Request-Method: DELETE', 'Access-Control-Request-Headers: authorization'] : []),
								...(method === 'POST' ? ['Content-Length: 0'] : []),
								'Sec-Fetch-Site: cross-site',
								'Connection: close',
								'',
								'',
							],
							allowed: ownHosts(port).includes(host) && origin === undefined && key !== undefined,
						});
					}
				}
			}
		}
		assert.ok(attempts.length > 1300, `${attempts.length} combinations`);
		const heads: string[] = [];
		const queue = attempts.entries();
		await Promise.all(
			Array.from({ length: 16 }, async () => {
				for (const [index, { lines }] of queue) {
					heads[index] = (await sendRaw(port, ...lines)).split('\r\n\r\n', 1)[0]!;
				}
			}),
		);
		const expected = attempts.flatMap(({ allowed }, index) => (allowed ? [String(index)] : []));
		assert.deepEqual(received.sort(), expected.sort());
		for (const [index, { name, allowed }] of attempts.entries()) {
			assert.match(heads[index]!, allowed ? /^HTTP\/1\.1 200 / : /^HTTP\/1\.1 4\d\d /, name);
			assert.doesNotMatch(heads[index]!, /access-control/i, name);
		}
	});
});
