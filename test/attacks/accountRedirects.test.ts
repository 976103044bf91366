import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLog } from '../../src/domain/log';
import { ConnectClient } from '../../src/sources/connect/connectClient';
import { parseEndpoint } from '../../src/sources/connect/endpoint';
import { TokenRequests } from '../../src/sources/connect/tokenRequests';

const KEY = `ApiKey SU-000-000-000:${'0f1e'.repeat(10)}`;

describe('A platform that leads to another server', () => {
	const servers: Server[] = [];
	let respond: RequestListener;
	let stolen: string[];
	let platform: string;
	let thief: string;

	async function listen(listener: RequestListener): Promise<string> {
		const server = createServer(listener).listen(0, '127.0.0.1');
		servers.push(server);
		await once(server, 'listening');
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	}

	beforeEach(async () => {
		stolen = [];
		thief = await listen(({ method, url, headers }, response) => {
			stolen.push(`${method} ${url} ${headers.authorization}`);
			response.end('[]');
		});
		platform = await listen((request, response) => respond(request, response));
	});

	afterEach(() => {
		for (const server of servers.splice(0)) {
			server.closeAllConnections();
			server.close();
		}
	});

	const createClient = () =>
		new ConnectClient({
			endpoint: `${platform}/public/v1`,
			authorization: () => Promise.resolve(KEY),
			signal: new AbortController().signal,
			retryDelayMs: 1,
			log: silentLog,
		});

	it('gets no request, and so no key, to that server', async () => {
		const client = createClient();
		const { host, port } = new URL(thief);
		for (const status of [300, 301, 302, 303, 304, 305, 307, 308]) {
			for (const location of [`${thief}/x`, `//${host}/x`, `http:${host}`, `http://user@127.0.0.1:${port}`, `\t${thief}`]) {
				respond = (_, response) => response.writeHead(status, { location }).end();
				await assert.rejects(client.get('/accounts'), `${status} ${location}`);
				await assert.rejects(client.send('POST', '/auth/tokens', {}), `${status} ${location}`);
			}
		}
		respond = (_, response) =>
			response
				.writeHead(200, {
					refresh: `0;url=${thief}`,
					link: `<${thief}>; rel=next`,
					'content-location': thief,
					'content-range': 'items 0-0/100',
					'alt-svc': `h2="${host}"; ma=999`,
				})
				.end('[]');
		await client.get('/accounts');
		await client.get('/accounts');
		assert.deepEqual(stolen, []);
	});

	it('is not asked for anything but tokens, whatever the ID', async () => {
		const paths: string[] = [];
		respond = ({ url }, response) => {
			paths.push(url!);
			response.writeHead(404).end();
		};
		const requests = new TokenRequests(createClient());
		for (const id of [
			'../../admin',
			'SU-1/../../x',
			'SU-111?x',
			'SU-111#',
			'SU-111-111-111\n',
			'SU-١١١',
			'%2e%2e',
			'..',
			'.',
			'SU-1;x',
			'',
		]) {
			await requests.find(id).catch(() => undefined);
			await requests.delete(id).catch(() => undefined);
		}
		for (const path of paths) {
			const [, segment = ''] = /^\/public\/v1\/auth\/tokens\/([^/?#]*)$/.exec(path) ?? [];
			assert.doesNotMatch(decodeURIComponent(segment), /^\.{0,2}$/, path);
		}
	});

	it('can be no endpoint that only looks like loopback, hides its host, or has another scheme', () => {
		for (const endpoint of [
			'http://evil.test',
			'https://u:p@evil.test',
			'http://127.0.0.1.evil.test',
			'http://localhost.evil.test',
			'http://127.0.0.1:80@evil.test',
			'http://0.0.0.0',
			'ftp://x',
			'javascript:alert(1)',
			'file:///etc/passwd',
			'https://evil.test#@api',
			'https://evil.test?x',
		]) {
			assert.throws(() => parseEndpoint(endpoint), endpoint);
		}
	});
});
