import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, METHODS, type IncomingMessage } from 'node:http';
import { SHARED_PATHS } from '../../src/domain/modulePaths';
import { eventually } from '../support/eventually';
import { GatewayServers, RawConnection, sendRaw, type RunningGateway } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';

const PERMISSIONS = [['MD-0000:read'], ['MD-0024:read'], ['MD-0024:read', 'products:read']];
const PATHS = ['/devops', '/devops/1?a=b', ...SHARED_PATHS, '/accounts'];
/** All that Node reads, and what it rejects. */
const WRITE_METHODS = [
	...METHODS.filter((method) => !['GET', 'HEAD', 'OPTIONS', 'CONNECT'].includes(method)),
	'get',
	'Get',
	'GETX',
	'P\0ST',
];
/** Ask the server to take a GET request as one that writes. */
const OVERRIDES = [
	...['_method=DELETE', 'a=1&_method=post', '_METHOD=PUT', '%5Fmethod=DELETE', '_meth%6Fd=DELETE', 'a;_method=DELETE', '.method=DELETE'],
	...[
		'+_method=DELETE',
		'%20_method=DELETE',
		'_method%00x=DELETE',
		'_method=GET&_method=DELETE',
		'_method',
		'_method=',
		'_http_method=PUT',
	],
	...['X-HTTP-Method-Override=DELETE', 'x-method-override=PATCH', 'X_HTTP_METHOD=DELETE', 'http_method_override=PUT', '_HttpMethod=DELETE'],
];

describe('A token that may only read', () => {
	const servers = new GatewayServers();
	let gateway: RunningGateway;
	let received: string[];
	let requests: IncomingMessage[];
	afterEach(() => servers.stopAll());

	beforeEach(async () => {
		[received, requests] = [[], []];
		const server = createServer((request, response) => {
			received.push(`${request.method} ${request.url}`);
			requests.push(request);
			request.resume().on('end', () => response.end());
		});
		server.on('upgrade', (request, socket) => {
			received.push(`WEBSOCKET ${request.url}`);
			const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
			socket.write(
				`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`,
			);
		});
		gateway = await servers.gateway({ upstream: await servers.listen(server, 'http') });
	});

	const head = (method: string, path: string, ...lines: readonly string[]) => [
		`${method} ${path} HTTP/1.1`,
		`Host: 127.0.0.1:${gateway.port}`,
		`Authorization: ${gateway.owner.authorization}`,
		...lines,
		'',
		'',
	];

	/** Gives the token other permissions. */
	function permit(permissions: readonly string[]): void {
		gateway.tokens.replace({ ...gateway.owner.token, permissions: [...permissions] });
	}

	const send = (method: string, path: string, ...lines: readonly string[]) =>
		sendRaw(gateway.port, ...head(method, path, 'Connection: close', ...lines));

	for (const permissions of PERMISSIONS) {
		it(`writes with no method and on no path: ${permissions.join()}`, async () => {
			permit(permissions);
			for (const path of PATHS) {
				for (const method of WRITE_METHODS) {
					assert.match(await send(method, path, 'Content-Length: 0'), /^(?:HTTP\/1\.1 (?:400|403|405) |$)/, `${method} ${path}`);
				}
			}
			assert.deepEqual(received, []);
		});

		it(`asks for no other method in the query: ${permissions.join()}`, async () => {
			permit(permissions);
			for (const path of ['/devops', ...SHARED_PATHS]) {
				for (const query of OVERRIDES) {
					assert.match(await send('GET', `${path}?${query}`), /^HTTP\/1\.1 403 /, query);
				}
			}
			assert.deepEqual(received, []);
		});
	}

	it('reads, also with parameters that look similar', async () => {
		permit(['MD-0024:read']);
		const queries = ['method=x', 'a=_method', '_methods=1', 'payment_method=card', '_method=get', '%zz=method'];
		for (const query of queries) {
			assert.match(await send('GET', `/devops?${query}`), /^HTTP\/1\.1 200 /, query);
		}
		assert.equal(received.length, queries.length);
	});

	it('opens no WebSocket, and offers no other protocol', async () => {
		permit(['MD-0000:read']);
		const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
		for (const upgrade of ['websocket', 'WebSocket', 'WEBSOCKET']) {
			assert.match(await sendRaw(gateway.port, ...head('GET', '/devops', 'Connection: Upgrade', `Upgrade: ${upgrade}`, key)), / 403 /);
		}
		for (const upgrade of ['h2c', 'websocket, h2c', 'TLS/1.0', ' websocket/13']) {
			await sendRaw(gateway.port, ...head('GET', '/devops', 'Connection: Upgrade, close', `Upgrade: ${upgrade}`, key));
		}
		assert.ok(received.every((request) => request.startsWith('GET ')));
		assert.ok(requests.every(({ headers }) => headers.upgrade === undefined));
	});

	it('writes nothing in a pipeline, and not after a body that looks like a request', async () => {
		permit(['MD-0000:read']);
		const inner = head('DELETE', '/devops').join('\r\n');
		const response = await sendRaw(
			gateway.port,
			head('GET', '/devops', `Content-Length: ${inner.length}`).join('\r\n') + inner,
			[...head('GET', '/devops'), ...head('DELETE', '/devops'), ...head('POST', '/devops', 'Content-Length: 0', 'Connection: close')].join(
				'\r\n',
			),
		);
		assert.match(response, / 403 /);
		assert.ok(received.length > 0 && received.every((request) => request.startsWith('GET ')), received.join());
	});

	it('loses an upload and a WebSocket that it started with full access, but no download', async () => {
		const upload = new RawConnection(gateway.port).send(...head('POST', '/devops', 'Content-Length: 100')).send('start');
		const socket = new RawConnection(gateway.port).send(
			...head(
				'GET',
				'/devops',
				'Connection: Upgrade',
				'Upgrade: websocket',
				'Sec-WebSocket-Version: 13',
				'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
			),
		);
		const download = new RawConnection(gateway.port).send(...head('GET', '/devops/2', 'Content-Length: 5')).send('part');
		assert.match(await socket.until(/ 101 /), / 101 /);
		await eventually(() => assert.equal(received.length, 3, received.join()));
		permit(['MD-0024:read']);
		assert.match(await upload.until(/ 403 /), / 403 /);
		upload.socket.destroy();
		await socket.closed;
		await eventually(() => assert.ok(requests.find(({ method }) => method === 'POST')?.destroyed));
		download.send('!');
		assert.match(await download.until(/ 200 /), / 200 /);
		download.socket.destroy();
		await once(download.socket, 'close').catch(() => undefined);
	});

	it('isn’t confused with another token or with another level', async () => {
		const [reader, writer] = [issueToken({ permissions: ['MD-0024:read'] }), issueToken({ permissions: ['products'] })];
		gateway.tokens.replace(reader.token, writer.token);
		const statuses = [reader, writer].flatMap(({ authorization }) =>
			['/devops', '/products'].map(async (path) => (await gateway.fetch(path, { method: 'POST', headers: { authorization } })).status),
		);
		assert.deepEqual(await Promise.all(statuses), [403, 403, 403, 200]);
		assert.deepEqual(received, ['POST /products']);
	});
});
