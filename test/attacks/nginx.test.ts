import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';
import { issueToken } from '../support/gateway/memoryTokens';
import { findNginx } from '../support/paths/nginxProgram';
import { proxies } from '../support/paths/pathServers';

/** Targets that differ between servers. */
const TARGETS = [
	...['/products/X', '/products/X/', '/products/a%20b', '/products/caf%c3%a9', '/products/team%2Fapi', '/products/X/usage'],
	...[
		'/products/X/usage.json',
		'/products/X/usage%3f',
		'/products/X/usage%3Fx',
		'/products/X/usage%23',
		'/products/X/u%73age',
		'/products/X/%2e%2e',
	],
	...[
		'/products/X%2fusage',
		'/products//X/usage',
		'/products/X/usage%20x',
		'/products/X%20y/usage',
		'/products/X/usage%00',
		'/products/X/Usage',
	],
	...[
		'/products/X/usage;x',
		'/products/5%25',
		'/products/X/%2575sage',
		'/products/X/usage%5cx',
		'/modules%3f/x',
		'/modules%23',
		'/modules%20x',
	],
	...[
		'/%25%32%65%25%32%65/admin',
		'/%c0%ae%c0%ae/admin',
		'/%u002e%u002e/admin',
		'/..%20/admin',
		'/..%00/admin',
		'/%2e%2e%3f/admin',
		'/%2e%2e%23',
	],
	...['/products/..%2f..%2fadmin', '/products/%252e%252e/admin', '/./products', '/products/X/..;/usage'],
];

describe('nginx between the gateway and the API', () => {
	const servers = new GatewayServers();
	let nginx: ChildProcess | undefined;
	let folder: string | undefined;
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
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-nginx-'));
		const ports = await findFreePorts(locations.length);
		const sites = locations.map((location, index) => `server { listen 127.0.0.1:${ports[index]}; ${location} }`);
		const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`);
		const configuration = join(folder, 'nginx.conf');
		await writeFile(
			configuration,
			`daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log; events {} http { access_log off; ${temporary.join(' ')} ${sites.join('\n')} }`,
		);
		nginx = spawn(program, ['-e', join(folder, 'error.log'), '-p', folder, '-c', configuration], { stdio: 'ignore' });
		urls = Object.fromEntries(Object.keys(passes).map((name, index) => [name, `http://127.0.0.1:${ports[index]}`]));
		unevenUrl = `http://127.0.0.1:${ports.at(-1)}`;
		await eventually(() => Promise.all(Object.values(urls).map((url) => fetch(url))));
	});

	let closeApi: () => void = () => undefined;
	beforeEach(() => (received = []));
	afterEach(() => servers.stopAll());
	after(async () => {
		if (nginx) {
			const exited = once(nginx, 'exit');
			nginx.kill();
			await exited;
		}
		closeApi();
		if (folder !== undefined) {
			await rm(folder, { recursive: true, force: true });
		}
	});

	const send = (port: number, target: string, authorization = '') =>
		new RawConnection(port)
			.send(`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Authorization: ${authorization}`, 'Connection: close', '', '')
			.readToEnd();

	it('reads paths like the model in the property test', async () => {
		for (const [name, url] of Object.entries(urls)) {
			for (const target of TARGETS) {
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
			for (const target of TARGETS.flatMap((path) => [path, `/public/v1${path}`, `/public%2fv1${path}`])) {
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

/** Returns ports that are free now. nginx can't choose them itself. */
async function findFreePorts(count: number): Promise<readonly number[]> {
	const reserved = await Promise.all(
		Array.from({ length: count }, async () => {
			const server = createServer().listen(0, '127.0.0.1');
			await once(server, 'listening');
			return server;
		}),
	);
	const ports = reserved.map(portOf);
	await Promise.all(reserved.map((server) => once(server.close(), 'close')));
	return ports;
}
