import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../host/paths';
import { eventually } from '../support/eventually';
import { RawConnection } from '../support/gateway/gatewayServers';
import { HeadlessGateways, toPolicyToken, UPSTREAM_CREDENTIAL, type HeadlessProcess } from '../support/gateway/headlessProcess';
import { issueToken, type IssuedToken } from '../support/gateway/memoryTokens';
import { HOSTILE_TARGETS } from '../support/paths/hostileTargets';
import { findFreePorts } from '../support/freePorts';
import { findNginx, NginxProcess } from '../support/paths/nginxProgram';

const PATHS = [
	...HOSTILE_TARGETS,
	...['/products/a?b=/../admin', '/products?x=%2e%2e', '/products/a,/public/v1/admin', '/products#/../admin', '/products/\\..\\admin'],
	...[
		'/products/;/../usage',
		'/products/%00',
		'/products/a b',
		'/products/\x01',
		'/products/\xe9',
		'/products/..',
		'/products/.',
		'/usage/..%5c..',
	],
];

describe('nginx that asks the gateway with auth_request', function () {
	this.timeout(180_000);
	const gateways = new HeadlessGateways();
	let nginx: NginxProcess | undefined;
	let api: Server;
	let folder: string;
	let ports: readonly number[];
	/** What the API received, which is a plain TCP server, because it has to see what others reject. */
	let received: string[];
	let limited: IssuedToken;
	let narrow: IssuedToken;
	let full: IssuedToken;
	let gateway: HeadlessProcess;

	before(async function () {
		this.timeout(300_000);
		const program = await findNginx();
		if (program === undefined) {
			return this.skip();
		}
		received = [];
		api = createServer((socket) => {
			socket
				.on('error', () => undefined)
				.on('data', (chunk) => {
					received.push(chunk.toString('latin1'));
					socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nSet-Cookie: session=upstream\r\nConnection: close\r\n\r\nfine');
				});
		});
		api.listen(0, '127.0.0.1');
		await once(api, 'listening');
		ports = await findFreePorts(2);
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-auth-request-'));
		const credentialFile = join(folder, 'authorization.conf');
		await writeFile(credentialFile, `proxy_set_header Authorization "${UPSTREAM_CREDENTIAL}";\n`);
		nginx = await NginxProcess.start(
			program,
			readSnippet({
				'listen 8080;': `listen 127.0.0.1:${ports[0]};`,
				'http://127.0.0.1:7357/': `http://127.0.0.1:${ports[1]}/`,
				'https://api.connect.cloudblue.com;': `http://127.0.0.1:${(api.address() as AddressInfo).port};`,
				'/etc/nginx/connect-tokens-authorization.conf': credentialFile,
			}),
		);
	});

	beforeEach(async () => {
		received = [];
		limited = issueToken({ permissions: ['products', 'usage:read'] });
		narrow = issueToken({ permissions: ['products'] });
		full = issueToken();
		await gateways.write([limited, narrow, full].map(({ token }) => toPolicyToken(token)));
		const args = ['--policy', gateways.folder, '--upstream', 'https://api.connect.cloudblue.com/public/v1', '--auth-request'];
		gateway = gateways.startWith([...args, '--bind', `127.0.0.1:${ports[1]}`]);
		await gateway.url();
		await eventually(async () => assert.notEqual(await send('GET', '/'), ''));
		received = [];
	});

	after(async () => {
		await nginx?.stop();
		if (nginx) {
			api.close();
			await rm(folder, { recursive: true, force: true });
		}
	});

	/** Sends a request to nginx, and returns the response. */
	function send(method: string, target: string, token?: IssuedToken, ...headers: readonly string[]): Promise<string> {
		const authorization = token ? [`Authorization: ${token.authorization}`] : [];
		return new RawConnection(ports[0]!)
			.send(`${method} ${target} HTTP/1.1`, 'Host: nginx.test', ...authorization, ...headers, 'Connection: close', '', '')
			.readToEnd();
	}

	const statusOf = (response: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(response)?.[1]);
	/** The status and the message of an error in the platform's format. */
	const errorOf = (response: string) => {
		const { errors } = JSON.parse(response.split('\r\n\r\n')[1]!) as { error_code: string; errors: string[] };
		return [statusOf(response), errors[0]!.replace(/SU-[\d-]+/, 'SU')];
	};

	it('forwards what the token is allowed to do, with the upstream’s credential instead of the caller’s', async () => {
		const response = await send(
			'GET',
			'/public/v1/products/PRD-1?limit=2',
			limited,
			'Cookie: a=b',
			'X-Original-URI: /x',
			'X-Original-Method: X',
		);
		assert.equal(statusOf(response), 200);
		assert.doesNotMatch(response, /set-cookie/i);
		const [head] = received;
		assert.match(head!, /^GET \/public\/v1\/products\/PRD-1\?limit=2 HTTP/);
		assert.match(head!, new RegExp(`\r\nAuthorization: ${UPSTREAM_CREDENTIAL}\r\n`));
		assert.doesNotMatch(head!, /cookie|x-original/i);
		assert.ok(!head!.includes(limited.secret));
		const body = ['Content-Type: text/plain', 'Content-Length: 3'];
		const connection = new RawConnection(ports[0]!);
		connection.send(
			'POST /public/v1/products HTTP/1.1',
			'Host: x',
			`Authorization: ${limited.authorization}`,
			...body,
			'Connection: close',
			'',
			'abc',
		);
		assert.equal(statusOf(await connection.readToEnd()), 200);
		assert.match(received[1]!, /\r\n\r\nabc$/);
	});

	it('responds to denials in the platform’s format, with their status', async () => {
		assert.deepEqual(errorOf(await send('GET', '/public/v1/billing', limited)), [
			403,
			'Token SU doesn\'t have access to module "Billing". Add the module to the token\'s permissions.',
		]);
		const unknown = await send('GET', '/public/v1/products', issueToken());
		assert.equal(errorOf(unknown)[0], 401);
		assert.match(unknown, /\r\nWWW-Authenticate: ApiKey\r\n/i);
		assert.equal(errorOf(await send('POST', '/public/v1/usage', limited))[0], 403);
		assert.equal(errorOf(await send('GET', '/products', full))[0], 403);
		await gateways.write([toPolicyToken(limited.token, { rate: { requests: 1, per: 'day' } })]);
		await gateway.reload();
		received = [];
		assert.equal(statusOf(await send('GET', '/public/v1/products', limited)), 200);
		const tooMany = await send('GET', '/public/v1/products', limited);
		assert.equal(errorOf(tooMany)[0], 429);
		assert.match(tooMany, /\r\nRetry-After: \d+\r\n/);
		assert.equal(received.length, 1);
		await gateway.stop();
		assert.equal(errorOf(await send('GET', '/public/v1/products', full))[0], 503);
		assert.equal(received.length, 1);
	});

	it('doesn’t let a caller choose what’s checked', async () => {
		const claims = ['X-Original-Method: GET', 'X-Original-URI: /public/v1/products', 'x-original-uri: /public/v1/products'];
		for (const headers of [claims, [...claims, ...claims], ['X_Original_URI: /public/v1/products'], [claims[1]!]]) {
			assert.equal(statusOf(await send('GET', '/public/v1/billing', limited, ...headers)), 403, headers.join());
			assert.equal(statusOf(await send('DELETE', '/public/v1/usage', limited, ...headers)), 403, headers.join());
			assert.equal(statusOf(await send('GET', '/admin', full, ...headers)), 403, headers.join());
		}
		// The endpoint itself isn't reachable through nginx.
		assert.equal(statusOf(await send('GET', '/.connect-tokens/authorize', full, ...claims.slice(0, 2))), 404);
		assert.equal(statusOf(await send('GET', '/.connect-tokens/health', full)), 403);
		assert.deepEqual(received, []);
	});

	it('forwards a hostile path only if the gateway has checked the very same one', async () => {
		let forwardedCount = 0;
		for (const path of PATHS.flatMap((target) => [
			`/public/v1${target}`,
			target,
			`/x/../public/v1${target}`,
			`http://nginx.test/public/v1${target}`,
		])) {
			for (const [token, mayReach] of [
				[narrow, /^\/public\/v1\/(?:products|modules)(?!.*\/usage(?![\w-]))(?:[/?]|$)/],
				[full, /^\/public\/v1(?:[/?]|$)/],
			] as const) {
				received = [];
				const response = await send('GET', path, token);
				for (const head of received) {
					const [, forwarded] = /^GET (.*) HTTP\/1\.[01]\r\n/.exec(head) ?? [];
					assert.equal(forwarded, path.replace(/^http:\/\/nginx\.test/, ''), 'it is forwarded as it was sent');
					assert.match(forwarded, mayReach);
					const [decoded] = decodeURIComponent(forwarded.replace(/%(?![0-9a-f]{2})/gi, '%25').replace(/%(?:e9|c0|ae|8d|8a)/gi, 'x')).split(
						'?',
					);
					assert.match(decoded!, mayReach, path);
					assert.doesNotMatch(decoded!, /(?:^|\/)\.\.(?:\/|$)/, path);
				}
				forwardedCount += received.length;
				assert.equal(received.length > 0, statusOf(response) === 200, `${path} ${response}`);
			}
		}
		assert.ok(forwardedCount > 20, `Only ${forwardedCount} were forwarded.`);
	});

	it('denies methods and headers that could make the API do something else', async () => {
		for (const [method, ...headers] of [
			['GET', 'X-HTTP-Method-Override: DELETE'],
			['GET', 'X-Rewrite-URL: /admin'],
			['POST'],
			['PROPFIND'],
		] as const) {
			const response = await send(method, '/public/v1/usage', limited, ...headers);
			assert.equal(statusOf(response), 403, `${method} ${headers.join()}`);
		}
		assert.notEqual(statusOf(await send('TRACE', '/public/v1/usage', full)), 200);
		assert.deepEqual(received, []);
		// What proxies in front of nginx add is removed instead.
		assert.equal(statusOf(await send('GET', '/public/v1/usage', limited, 'X-Forwarded-For: 192.0.2.1', 'X-Real-IP: 192.0.2.1')), 200);
		assert.doesNotMatch(received[0]!, /192\.0\.2\.1/);
		// nginx doesn't pass it on, so it's a request that only reads.
		assert.equal(statusOf(await send('GET', '/public/v1/usage', limited, 'Upgrade: websocket')), 200);
		assert.doesNotMatch(received[1]!, /upgrade/i);
	});
});

/** Returns the configuration in the documentation, with other addresses and paths. */
function readSnippet(replacements: Readonly<Record<string, string>>): string {
	const text = readFileSync(join(repositoryRoot, 'docs/gateway-without-an-editor.md'), 'utf8');
	const [, snippet = ''] = /^```nginx\n(.*?)^```$/ms.exec(text) ?? [];
	return Object.entries(replacements).reduce((result, [from, to]) => {
		assert.equal(result.split(from).length, 2, from);
		return result.replace(from, to);
	}, snippet);
}
