import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { eventually } from '../support/eventually';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';
import { HOSTILE_TARGETS } from '../support/paths/hostileTargets';
import { findFreePorts } from '../support/freePorts';
import { findNginx, NginxProcess } from '../support/paths/nginxProgram';
import { proxies } from '../support/paths/pathServers';

describe('nginx between the gateway and the API', () => {
	const servers = new GatewayServers();
	let nginx: NginxProcess | undefined;
	/** The proxy's URLs by the value of `proxy_pass`. */
	let urls: Record<string, string>;
	/** URL of a proxy whose location ends without a slash, but what the location is replaced with ends with one. */
	let unevenUrl: string;
	/** Targets that the API received. The API is a plain TCP server, because it has to see what others reject. */
	let received: string[];

	before(async function () {
		this.timeout(300_000);
		const program = await findNginx();
		if (program === undefined) {
			this.skip();
		}
		received = [];
		const api = createServer((socket) => {
			socket
				.on('error', () => undefined)
				.on('data', (chunk) => {
					received.push(/^\S+ (.*) HTTP\/1\.\d\r\n/.exec(chunk.toString('latin1'))?.[1] ?? chunk.toString('latin1'));
					socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
				});
		});
		api.listen(0, '127.0.0.1');
		await once(api, 'listening');
		closeApi = () => void api.close();
		const target = `http://127.0.0.1:${portOf(api)}`;
		const passes = {
			'nginx, proxy_pass http://server': `location / { proxy_pass ${target}; }`,
			'nginx, proxy_pass http://server/': `location / { proxy_pass ${target}/; }`,
			'nginx, proxy_pass http://server/$1': `location ~ ^/(.*)$ { proxy_pass ${target}/$1; }`,
			'nginx, proxy_pass http://server$uri': `location / { proxy_pass ${target}$uri; }`,
		};
		const locations = [
			...Object.values(passes),
			`location /public/v1/products { proxy_pass ${target}/public/v1/products/; } location / { proxy_pass ${target}; }`,
		];
		const ports = await findFreePorts(locations.length);
		const sites = locations.map((location, index) => `server { listen 127.0.0.1:${ports[index]}; ${location} }`);
		nginx = await NginxProcess.start(program, sites.join('\n'));
		urls = Object.fromEntries(Object.keys(passes).map((name, index) => [name, `http://127.0.0.1:${ports[index]}`]));
		unevenUrl = `http://127.0.0.1:${ports.at(-1)}`;
		await eventually(() => Promise.all(Object.values(urls).map((url) => fetch(url))));
	});

	let closeApi: () => void = () => undefined;
	beforeEach(() => (received = []));
	afterEach(() => servers.stopAll());
	after(async () => {
		await nginx?.stop();
		closeApi();
	});

	const send = (port: number, target: string, authorization = '') =>
		new RawConnection(port)
			.send(`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Authorization: ${authorization}`, 'Connection: close', '', '')
			.readToEnd();

	it('reads paths like the model in the property test', async () => {
		for (const [name, url] of Object.entries(urls)) {
			for (const target of HOSTILE_TARGETS) {
				received = [];
				await send(Number(new URL(url).port), target);
				const expected = proxies[name]!(target);
				// A request line is cut at the first space only by the server that reads it.
				const actual = received.map((line) =>
					(/\$(?:1|uri)$/.test(name) ? line.split(' ', 1)[0]! : line).replace(/%[0-9a-f]{2}/gi, (text) => text.toLowerCase()),
				);
				assert.deepEqual(
					actual,
					expected === undefined ? [] : [expected.replace(/%[0-9a-f]{2}/gi, (text) => text.toLowerCase())],
					`${name} ${target}`,
				);
			}
		}
	});

	it('never sends the API a request for a module that the token doesn’t have', async () => {
		const limited = issueToken({ permissions: ['products'] });
		for (const url of Object.values(urls)) {
			const gateway: RunningGateway = await servers.gateway({ upstream: `${url}/public/v1` });
			gateway.tokens.replace(gateway.owner.token, limited.token);
			for (const target of HOSTILE_TARGETS.flatMap((path) => [path, `/public/v1${path}`, `/public%2fv1${path}`])) {
				received = [];
				await send(gateway.port, target, limited.authorization);
				for (const line of received) {
					assert.match(line, /^\/public\/v1\/(products|modules)(\/|$)/, target);
					assert.doesNotMatch(decodeURIComponent(line.replace(/%(?![0-9a-f]{2})/gi, '%25')), /\/usage(?![\w-])|\.\./i, target);
				}
				received = [];
				await send(gateway.port, target, gateway.owner.authorization);
				assert.ok(
					received.every((line) => line.startsWith('/public/v1')),
					target,
				);
			}
		}
	});

	it('never sends the API a path outside of the base path, even if a location and its replacement differ in a slash', async () => {
		const gateway = await servers.gateway({ upstream: `${unevenUrl}/public/v1` });
		for (const dots of ['..', '%2e.', '%2E%2e', '%252e%252e', '..%20', '..%00', '..;x', '..%3fx', '..%23', '..%e2%80%8b', '%ef%bc%8e.']) {
			for (const target of [`/products${dots}/admin`, `/products${dots}`, `/products${dots}%2fadmin`]) {
				await send(gateway.port, `/public/v1${target}`, gateway.owner.authorization);
				assert.deepEqual(received, [], target);
			}
		}
		await send(gateway.port, '/public/v1/products/a..b', gateway.owner.authorization);
		assert.equal(received.length, 1);
	});

	it('never sends the API a request that a path contains, even for a token with all modules', async () => {
		const gateway = await servers.gateway({ upstream: `${urls['nginx, proxy_pass http://server$uri']}/public/v1` });
		for (const end of ['%0d%0a', '%0D%0A', '%0a', '%0d', '%250d%250a', '%c0%8d%c0%8a', '%u000d%u000a']) {
			for (const target of [
				`/products/X%20HTTP/1.1${end}Host:%20api${end}${end}GET%20/admin%20HTTP/1.1${end}Ignored:%20`,
				`/products/X%20HTTP/1.1${end}X-Original-URL:%20/admin${end}Ignored:%20`,
			]) {
				await send(gateway.port, `/public/v1${target}`, gateway.owner.authorization);
				assert.deepEqual(received, [], target);
			}
		}
	});
});

function portOf(server: Server): number {
	return (server.address() as AddressInfo).port;
}
