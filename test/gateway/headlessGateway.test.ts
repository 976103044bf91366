import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { GatewayServers, sendRaw } from '../support/gateway/gatewayServers';
import { HeadlessGateways, toPolicyToken, UPSTREAM_CREDENTIAL } from '../support/gateway/headlessProcess';
import { createKeyRecord, issueToken, type IssuedToken } from '../support/gateway/memoryTokens';

const HEALTH = '/.connect-tokens/health';

describe('The gateway without an editor', function () {
	this.timeout(120_000);
	const gateways = new HeadlessGateways();
	const servers = new GatewayServers();
	let upstream: string;
	let received: IncomingMessage[];
	/** Requests for `/slow` get their responses from the test. */
	let slow: ServerResponse[];
	let owner: IssuedToken;

	before(function () {
		// Windows has no signals that a program can handle.
		if (process.platform === 'win32') {
			this.skip();
		}
	});

	beforeEach(async () => {
		[received, slow, owner] = [[], [], issueToken({ permissions: ['products'] })];
		const origin = await servers.upstream((request, response) => {
			received.push(request);
			if (request.url?.endsWith('/slow')) {
				slow.push(response);
			} else {
				response.setHeader('set-cookie', 'session=upstream').end('fine');
			}
		});
		upstream = `${origin}/public/v1`;
		await gateways.write([toPolicyToken(owner.token)]);
	});
	afterEach(() => servers.stopAll());

	const send = async (url: string, { authorization }: IssuedToken = owner, init: RequestInit = {}) =>
		fetch(url, { ...init, headers: { authorization, ...(init.headers as Record<string, string> | undefined) } });
	const statusOf = async (url: string, token?: IssuedToken, init?: RequestInit) => (await send(url, token, init)).status;
	const readCounts = async (path: string) =>
		JSON.parse(await readFile(path, 'utf8')) as {
			version: number;
			tokens: Record<string, { days: { date: string; statuses: Record<string, number> }[] }>;
			limits: Record<string, { rate?: object; total?: number }>;
		};

	it('enforces a policy, and sends the upstream its own credential instead of the caller’s key', async () => {
		const reader = issueToken({ permissions: ['products:read'] });
		const disabled = issueToken({ enabled: false });
		const expired = issueToken({ key: createKeyRecord('', '2020-01-01T00:00:00.000Z') });
		const approved = issueToken({ approval: 'writes' });
		const previousSecret = issueToken();
		const renewed = { ...issueToken().token, id: previousSecret.token.id, previousKey: previousSecret.token.key };
		const tokens = [owner.token, reader.token, disabled.token, expired.token, approved.token, renewed];
		await gateways.write(
			tokens.map((token) => toPolicyToken(token)),
			{ Kiosk: ['/kiosk'] },
		);
		const url = await gateways.start(upstream).url();
		assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/public\/v1$/);
		const response = await send(`${url}/products/PRD-1?limit=2`);
		assert.deepEqual([response.status, await response.text(), response.headers.get('set-cookie')], [200, 'fine', null]);
		assert.deepEqual([received[0]!.url, received[0]!.headers.authorization], ['/public/v1/products/PRD-1?limit=2', UPSTREAM_CREDENTIAL]);
		assert.equal(await statusOf(`${url}/products`, reader), 200);
		assert.equal(await statusOf(`${url}/products`, previousSecret), 200);
		assert.equal(await statusOf(`${url}/products`, approved), 200);
		const forwarded = received.length;
		const denied = [
			[await statusOf(`${url}/kiosk`), 403],
			[await statusOf(`${url}/products/..%2fkiosk`), 400],
			[await statusOf(`${url}/products`, reader, { method: 'POST' }), 403],
			[await statusOf(`${url}/products`, disabled), 401],
			[await statusOf(`${url}/products`, expired), 401],
			[await statusOf(`${url}/products`, issueToken()), 401],
			// Nobody could be asked.
			[await statusOf(`${url}/products`, approved, { method: 'POST' }), 403],
		];
		denied.forEach(([actual, expected], index) => assert.equal(actual, expected, String(index)));
		assert.equal(received.length, forwarded);
	});

	it('has a health path that needs no key and no host, and reveals and forwards nothing', async () => {
		const gateway = gateways.start(upstream, '--log');
		const { origin, port } = new URL(await gateway.url());
		const response = await fetch(origin + HEALTH);
		assert.deepEqual([response.status, await response.text()], [200, 'ok\n']);
		assert.match(
			await sendRaw(Number(port), `GET ${HEALTH} HTTP/1.1`, 'Host: 10.0.0.1', 'Connection: close', '', ''),
			/^HTTP\/1\.1 200 OK\r\n/,
		);
		assert.equal((await fetch(origin + HEALTH, { method: 'HEAD' })).status, 200);
		assert.equal(await statusOf(origin + HEALTH, owner, { method: 'POST' }), 405);
		assert.deepEqual(received, []);
		// Below the path of the upstream, it's a path of the API, which this token may not use.
		assert.equal(await statusOf(`${origin}/public/v1${HEALTH}`), 403);
		const { stdout } = await gateway.stop();
		assert.deepEqual(
			stdout
				.split('\n')
				.filter(Boolean)
				.map((line) => (JSON.parse(line) as { status: number }).status),
			[405, 403],
		);
	});

	it('prints a line of JSON for each request, without keys', async () => {
		const gateway = gateways.start(upstream, '--log');
		const url = await gateway.url();
		await send(`${url}/products?api_key=${owner.secret}`);
		await send(`${url}/billing`);
		await send(`${url}/products/${owner.secret}`, issueToken());
		const { code, stdout, stderr } = await gateway.stop();
		const lines = stdout
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as Record<string, unknown>);
		assert.deepEqual(
			lines.map(({ method, path, status, reason }) => [method, path, status, reason]),
			[
				['GET', '/products', 200, undefined],
				['GET', '/billing', 403, { kind: 'missingModule', modules: ['billing'] }],
				['GET', '/products/**********', 401, { kind: 'invalidKey' }],
			],
		);
		assert.equal(lines[0]!.token, owner.token.id);
		assert.equal(code, 0);
		for (const secret of [owner.secret, UPSTREAM_CREDENTIAL.slice(-40)]) {
			assert.ok(!(stdout + stderr).includes(secret));
		}
	});

	it('lets a request in progress finish after SIGTERM, and ends although the client keeps its connection open', async () => {
		const gateway = gateways.start(upstream);
		const url = await gateway.url();
		const response = send(`${url}/products/slow`);
		await eventually(() => assert.equal(slow.length, 1));
		gateway.child.kill('SIGTERM');
		await eventually(() => assert.rejects(fetch(new URL(HEALTH, url))));
		slow[0]!.end('late');
		assert.equal(await (await response).text(), 'late');
		const { code } = await gateway.ended;
		assert.equal(code, 0);
	});

	it('ends at once after the second signal', async () => {
		const gateway = gateways.start(upstream);
		const aborted = assert.rejects(send(`${await gateway.url()}/products/slow`));
		await eventually(() => assert.equal(slow.length, 1));
		gateway.child.kill('SIGINT');
		await eventually(() => {
			gateway.child.kill('SIGINT');
			assert.notEqual(gateway.child.exitCode, null);
		});
		assert.equal((await gateway.ended).code, 130);
		await aborted;
	});

	it('enforces another policy from SIGHUP on, also for requests in progress', async () => {
		const other = issueToken({ permissions: ['kiosk'] });
		const gateway = gateways.start(upstream);
		const url = await gateway.url();
		const response = send(`${url}/products/slow`);
		await eventually(() => assert.equal(slow.length, 1));
		assert.equal(await statusOf(`${url}/kiosk`, other), 401);
		await gateways.write([toPolicyToken(owner.token, { isEnabled: false }), toPolicyToken(other.token)], { kiosk: ['/kiosk'] });
		assert.match(await gateway.reload(), /The policy was read again, with 2 tokens\./);
		assert.equal((await response).status, 401);
		assert.equal(await statusOf(`${url}/products`), 401);
		assert.equal(await statusOf(`${url}/kiosk`, other), 200);
		assert.equal(await statusOf(`${url}/products`, other), 403);
	});

	it('keeps the policy if another one isn’t valid, and says so', async () => {
		const gateway = gateways.start(upstream);
		const url = await gateway.url();
		await gateways.writeText(`{ "version": 1, "tokens": [{ "id": "${owner.secret}" }] }`);
		const message = await gateway.reload();
		assert.match(message, /policy\.json isn't a valid policy \(\w+\)\. Export it again\. The previous policy stays in effect\.\n$/);
		assert.ok(!message.includes(owner.secret));
		assert.equal(await statusOf(`${url}/products`), 200);
	});

	it('enforces limits: a rate, what’s left of a total, and a total that wasn’t exported', async () => {
		const limited = issueToken({ limits: { rate: { requests: 2, per: 'day' } } });
		const counted = issueToken();
		const denied = issueToken();
		await gateways.write([
			toPolicyToken(limited.token),
			toPolicyToken(counted.token, { remainingTotal: 1 }),
			toPolicyToken(denied.token, { remainingTotal: 'denied' }),
		]);
		const url = await gateways.start(upstream).url();
		const statuses = [];
		for (const token of [limited, limited, limited, counted, counted, denied]) {
			statuses.push(await statusOf(`${url}/products`, token));
		}
		assert.deepEqual(statuses, [200, 200, 429, 200, 429, 429]);
		const response = await send(`${url}/products`, denied);
		assert.match(await response.text(), /Token SU-[\d-]+ has no requests left, or its total wasn't exported\./);
	});

	it('keeps counts in a file when it’s restarted, also if it was killed', async () => {
		const limited = issueToken({ limits: { rate: { requests: 3, per: 'day' }, total: 1000 } });
		await gateways.write([toPolicyToken(owner.token), toPolicyToken(limited.token)]);
		const file = join(gateways.folder, 'counts.json');
		const first = gateways.start(upstream, '--count-file', file);
		const url = await first.url();
		await send(`${url}/products`);
		await send(`${url}/billing`);
		await send(`${url}/products`, limited);
		await first.stop();
		const { version, tokens, limits } = await readCounts(file);
		assert.equal(version, 1);
		assert.deepEqual(
			tokens[owner.token.id]!.days.map(({ statuses }) => statuses),
			[{ 200: 1, 403: 1 }],
		);
		assert.equal(limits[limited.token.id]!.total, 1);

		const second = gateways.start(upstream, '--count-file', file);
		const secondUrl = await second.url();
		assert.equal(await statusOf(`${secondUrl}/products`, limited), 200);
		await eventually(async () => {
			const counts = await readCounts(file);
			assert.equal(counts.limits[limited.token.id]!.total, 2);
			assert.deepEqual(counts.tokens[limited.token.id]!.days[0]!.statuses, { 200: 2 });
		});
		await second.stop('SIGKILL');

		const third = gateways.start(upstream, '--count-file', file);
		const thirdUrl = await third.url();
		assert.deepEqual([await statusOf(`${thirdUrl}/products`, limited), await statusOf(`${thirdUrl}/products`, limited)], [200, 429]);
		await third.stop();
		assert.deepEqual((await readCounts(file)).tokens[limited.token.id]!.days[0]!.statuses, { 200: 3, 429: 1 });
		assert.deepEqual((await readdir(gateways.folder)).sort(), ['counts.json', 'policy.json']);
	});

	it('shares the counts in a file with another gateway', async () => {
		const limited = issueToken({ limits: { total: 10 } });
		await gateways.write([toPolicyToken(limited.token)]);
		const file = join(gateways.folder, 'counts.json');
		const running = [gateways.start(upstream, '--count-file', file), gateways.start(upstream, '--count-file', file)];
		const urls = await Promise.all(running.map((gateway) => gateway.url()));
		await eventually(async () => {
			const statuses = await Promise.all(urls.map((url) => statusOf(`${url}/products`, limited)));
			assert.deepEqual(statuses, [429, 429]);
		});
		await Promise.all(running.map((gateway) => gateway.stop()));
		const { total } = (await readCounts(file)).limits[limited.token.id]!;
		assert.ok(total !== undefined && total >= 10 && total <= 20, String(total));
	});

	it('doesn’t start without a valid policy, a free port, and usable counts, and says what to do', async () => {
		const busy = createServer().listen(0, '127.0.0.1');
		await once(busy, 'listening');
		const { port } = busy.address() as AddressInfo;
		const empty = join(gateways.folder, 'empty');
		await mkdir(empty);
		const damaged = join(gateways.folder, 'damaged.json');
		await writeFile(damaged, '{ "version": 1 }');
		const newer = join(gateways.folder, 'newer.json');
		await writeFile(newer, '{ "version": 2 }');
		const cases: [args: string[], code: number, message: RegExp][] = [
			[
				['--policy', empty, '--upstream', upstream],
				1,
				/policy\.json doesn't exist\. Export the policy into this folder, or check the path after --policy\./,
			],
			[['--upstream', upstream], 2, /The option --policy DIR is required\.\nSee “connect-tokens help gateway”\./],
			[
				['--policy', gateways.folder, '--upstream', upstream, '--bind', `127.0.0.1:${port}`],
				1,
				/Port \d+ of 127\.0\.0\.1 is in use\. Choose another port with --bind\./,
			],
			[
				['--policy', gateways.folder, '--upstream', upstream, '--bind', '192.0.2.1:0', '--insecure'],
				1,
				/This machine doesn't have the address 192\.0\.2\.1\./,
			],
			[
				['--policy', gateways.folder, '--upstream', upstream, '--count-file', damaged],
				1,
				/damaged\.json is damaged\. Restore it, or delete it to count from zero\./,
			],
			[['--policy', gateways.folder, '--upstream', upstream, '--count-file', newer], 1, /newer\.json was written by a newer version/],
			[
				['--policy', gateways.folder, '--upstream', upstream, '--count-file', join(empty, 'missing/counts.json')],
				1,
				/The folder of the count file .* doesn't exist\. Create it/,
			],
			[['--policy', gateways.folder, '--upstream', upstream, '--count-file', empty], 1, /Couldn't read .*empty because it's a folder\./],
		];
		for (const [args, code, message] of cases) {
			const bind = args.includes('--bind') ? [] : ['--bind', '127.0.0.1:0'];
			const result = await gateways.startWith([...args, ...bind]).ended;
			assert.equal(result.code, code, result.stderr);
			assert.match(result.stderr, message);
			assert.match(result.stderr, /^connect-tokens: /);
			assert.equal(result.stdout, '');
		}
		busy.close();
		assert.equal(await readFile(damaged, 'utf8'), '{ "version": 1 }');
	});

	it('doesn’t start if it can’t write the counts', async function () {
		if (process.getuid?.() === 0) {
			// Only a file system protects folders from the superuser.
			const { code, stderr } = await gateways.start(upstream, '--count-file', '/proc/counts.json').ended;
			assert.equal(code, 1);
			assert.match(stderr, /count file \/proc\/counts\.json/);
			return;
		}
		const folder = join(gateways.folder, 'private');
		await mkdir(folder);
		await chmod(folder, 0o500);
		const { code, stderr } = await gateways.start(upstream, '--count-file', join(folder, 'counts.json')).ended;
		assert.equal(code, 1);
		assert.match(stderr, /Couldn't write the count file .* \(EACCES\)\. Check the permissions of its folder and the disk, and try again\./);
	});

	it('keeps counting in memory while the file can’t be written, and warns once', async () => {
		const limited = issueToken({ limits: { total: 3 } });
		await gateways.write([toPolicyToken(limited.token)]);
		const file = join(gateways.folder, 'counts.json');
		const gateway = gateways.start(upstream, '--count-file', file);
		const url = await gateway.url();
		await writeFile(file, 'damaged');
		assert.equal(await statusOf(`${url}/products`, limited), 200);
		await eventually(() => assert.match(gateway.stderr, /is damaged\..* Until that succeeds, counts are kept in memory\.\n/));
		assert.deepEqual([await statusOf(`${url}/products`, limited), await statusOf(`${url}/products`, limited)], [200, 200]);
		assert.equal(await statusOf(`${url}/products`, limited), 429);
		assert.equal(gateway.stderr.match(/kept in memory/g)?.length, 1);
	});

	it('doesn’t start without the credential for the upstream, or with one that a header can’t have, and never repeats it', async () => {
		for (const credential of ['', ' ', 'Bearer se\ncret', 'Bearer sécret']) {
			const args = ['--policy', gateways.folder, '--upstream', upstream, '--bind', '127.0.0.1:0'];
			const { code, stderr } = await gateways.startWith(args, { CONNECT_UPSTREAM_AUTHORIZATION: credential }).ended;
			assert.equal(code, 2);
			assert.match(stderr, /CONNECT_UPSTREAM_AUTHORIZATION/);
			assert.doesNotMatch(stderr, /cret/);
		}
	});

	it('serves other machines only if it’s allowed to, and only under the names that it was given', async function () {
		const address = Object.values(networkInterfaces())
			.flatMap((infos) => infos ?? [])
			.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
		const args = ['--policy', gateways.folder, '--upstream', upstream, '--bind', '0.0.0.0:0'];
		const { code, stderr } = await gateways.startWith(args).ended;
		assert.equal(code, 2);
		assert.match(stderr, /Keys would cross the network without encryption/);
		const gateway = gateways.startWith([...args, '--insecure', '--host', 'gateway.test', '--host', 'other.test:1']);
		const port = Number(new URL(await gateway.url()).port);
		const statusFor = async (host: string) =>
			/^HTTP\/1\.1 (\d+)/.exec(
				await sendRaw(
					port,
					'GET /products HTTP/1.1',
					`Host: ${host}`,
					`Authorization: ${owner.authorization}`,
					'Connection: close',
					'',
					'',
				),
			)?.[1];
		assert.deepEqual(
			await Promise.all(
				[`127.0.0.1:${port}`, `gateway.test:${port}`, 'gateway.test', 'other.test:1', 'other.test', 'evil.test'].map(statusFor),
			),
			['200', '200', '200', '200', '403', '403'],
		);
		if (address === undefined) {
			return this.skip();
		}
		const own = gateways.startWith(['--policy', gateways.folder, '--upstream', upstream, '--bind', `${address}:0`, '--insecure']);
		assert.equal(await statusOf(`${await own.url()}/products`), 200);
	});

	it('goes on without the reader of its log', async () => {
		const gateway = gateways.start(upstream, '--log');
		const url = await gateway.url();
		gateway.child.stdout.destroy();
		for (let index = 0; index < 20; index++) {
			assert.equal(await statusOf(`${url}/products`), 200);
		}
		assert.equal((await gateway.stop()).code, 0);
	});

	it('forwards WebSockets', async () => {
		const server = createHttpServer();
		server.on('upgrade', (request, socket) => {
			received.push(request);
			socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
		});
		const origin = await servers.listen(server, 'http');
		const { port } = new URL(await gateways.start(`${origin}/public/v1`).url());
		const socket = connect(Number(port), '127.0.0.1');
		socket.write(
			[
				...['GET /products/events HTTP/1.1', `Host: 127.0.0.1:${port}`, `Authorization: ${owner.authorization}`, 'Connection: upgrade'],
				...['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
			].join('\r\n'),
		);
		await once(socket.resume(), 'close');
		assert.deepEqual([received[0]!.url, received[0]!.headers.authorization], ['/public/v1/products/events', UPSTREAM_CREDENTIAL]);
	});
});
