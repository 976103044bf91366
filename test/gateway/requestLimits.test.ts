import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { silentLog } from '../../src/domain/log';
import type { TokenLimits } from '../../src/domain/tokenLimits';
import type { RequestCountStore } from '../../src/gateway/requestLimits';
import { RequestCountsFile } from '../../src/sources/workspace/requestCountsFile';
import { eventually } from '../support/eventually';
import { GatewayServers, RawConnection, type RunningGateway } from '../support/gateway/gatewayServers';
import { issueToken, type IssuedToken } from '../support/gateway/memoryTokens';

/** Five seconds after the start of an hour. */
const START = Date.parse('2030-03-01T12:00:05.000Z');
const PER_MINUTE: TokenLimits = { rate: { requests: 3, per: 'minute' } };

describe('A token with limits', () => {
	const servers = new GatewayServers();
	let now: number;
	const clock = () => new Date(now);
	let folder: string;
	const files: RequestCountsFile[] = [];

	beforeEach(async () => {
		now = START;
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-limits-'));
	});
	afterEach(async () => {
		await servers.stopAll();
		files.splice(0).forEach((file) => file.dispose());
		await rm(folder, { recursive: true, force: true });
	});

	function openFile(): RequestCountsFile {
		const file = new RequestCountsFile(folder, clock, silentLog);
		files.push(file);
		return file;
	}

	/** Starts a gateway of another window of the workspace. */
	function start(owner: IssuedToken, upstream: string | null = null): Promise<RunningGateway> {
		return servers.gateway({ upstream }, { owner, clock, requestCounts: openFile() });
	}

	async function statuses(gateway: RunningGateway, count: number, path = '/products'): Promise<number[]> {
		const result: number[] = [];
		for (let index = 0; index < count; index++) {
			const response = await gateway.fetch(path);
			await response.text();
			result.push(response.status);
		}
		return result;
	}

	const fieldsOf = ({ headers }: Response) => ['ratelimit-policy', 'ratelimit', 'retry-after'].map((name) => headers.get(name));

	it('gets 429 responses beyond its rate, which say when to try again', async () => {
		const gateway = await start(issueToken({ limits: PER_MINUTE }));
		for (const field of ['"minute";r=2;t=55', '"minute";r=1;t=55', '"minute";r=0;t=55']) {
			assert.deepEqual(fieldsOf(await gateway.fetch('/products')), ['"minute";q=3;w=60', field, null]);
		}
		const denied = await gateway.fetch('/products');
		assert.equal(denied.status, 429);
		assert.deepEqual(fieldsOf(denied), ['"minute";q=3;w=60', '"minute";r=0;t=55', '55']);
		assert.deepEqual(await denied.json(), {
			error_code: 'GW_429',
			errors: [
				`Token ${gateway.owner.token.id} has reached its limit of 3 requests per minute. ` +
					"Try again in 55 seconds, or raise the limit on the token's details page.",
			],
		});
		now += 55_000;
		assert.deepEqual(await statuses(gateway, 2), [200, 429]);
		assert.deepEqual(await gateway.counts(), { 200: 4, 429: 2 });
	});

	it('is allowed again exactly when the response said', async () => {
		const gateway = await start(issueToken({ limits: { rate: { requests: 1, per: 'second' } } }));
		assert.deepEqual(await statuses(gateway, 1), [200]);
		const denied = await gateway.fetch('/products');
		assert.match(await denied.text(), /limit of 1 request per second\. Try again in 1 second,/);
		now += 999;
		assert.deepEqual(await statuses(gateway, 1), [429]);
		now += 1;
		assert.deepEqual(await statuses(gateway, 2), [200, 429]);
	});

	it('gets 429 responses after its total, which say what to do instead of when to try again', async () => {
		const gateway = await start(issueToken({ limits: { total: 2 } }));
		assert.deepEqual(fieldsOf(await gateway.fetch('/products')), ['"total";q=2', '"total";r=1', null]);
		await statuses(gateway, 1);
		now += 10 * 365 * 24 * 3_600_000;
		const denied = await gateway.fetch('/products');
		assert.equal(denied.status, 429);
		assert.deepEqual(fieldsOf(denied), ['"total";q=2', '"total";r=0', null]);
		assert.match(await denied.text(), /has used its total of 2 requests\. Raise or remove the total on the token's details page\./);
	});

	it('can have both limits', async () => {
		const gateway = await start(issueToken({ limits: { ...PER_MINUTE, total: 4 } }));
		assert.deepEqual(fieldsOf(await gateway.fetch('/products')), [
			'"minute";q=3;w=60, "total";q=4',
			'"minute";r=2;t=55, "total";r=3',
			null,
		]);
		assert.deepEqual(await statuses(gateway, 3), [200, 200, 429]);
		now += 180_000;
		assert.deepEqual(await statuses(gateway, 2), [200, 429]);
		const denied = await gateway.fetch('/products');
		assert.deepEqual(fieldsOf(denied), ['"minute";q=3;w=60, "total";q=4', '"minute";r=2;t=55, "total";r=0', null]);
	});

	it('is only limited in what it’s permitted to request', async () => {
		const gateway = await start(issueToken({ limits: { total: 2 }, permissions: ['products'] }));
		assert.deepEqual(await statuses(gateway, 3, '/usage'), [403, 403, 403]);
		assert.equal((await gateway.fetch('/products', { headers: { authorization: issueToken().authorization } })).status, 401);
		assert.deepEqual(await statuses(gateway, 2), [200, 200]);
		assert.deepEqual(await statuses(gateway, 2, '/usage'), [403, 403]);
		assert.deepEqual(await statuses(gateway, 1), [429]);
	});

	it('counts what was allowed but couldn’t be forwarded, and says so in the response', async () => {
		const gateway = await start(issueToken({ limits: { total: 2 } }), 'http://127.0.0.1:9');
		const failed = await gateway.fetch('/products');
		assert.equal(failed.status, 502);
		assert.deepEqual(fieldsOf(failed), ['"total";q=2', '"total";r=1', null]);
		assert.deepEqual(await statuses(gateway, 2), [502, 429]);
	});

	it('gets the upstream’s own fields, too', async () => {
		const upstream = await servers.upstream((_, response: ServerResponse) =>
			response.writeHead(429, { ratelimit: '"api";r=0;t=9', 'ratelimit-policy': '"api";q=100;w=10', 'retry-after': '9' }).end(),
		);
		const gateway = await start(issueToken({ limits: { total: 2 } }), upstream);
		assert.deepEqual(fieldsOf(await gateway.fetch('/products')), ['"api";q=100;w=10, "total";q=2', '"api";r=0;t=9, "total";r=1', '9']);
	});

	it('counts a WebSocket as one request, whatever is sent on it', async () => {
		const upstream = await servers.rawUpstream((socket, request) => {
			socket.write(
				request.startsWith('GET')
					? 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n'
					: request,
			);
		});
		const gateway = await start(issueToken({ limits: { total: 1 } }), upstream);
		const open = () =>
			new RawConnection(gateway.port).send(
				...['GET /products HTTP/1.1', `Host: 127.0.0.1:${gateway.port}`, `Authorization: ${gateway.owner.authorization}`],
				...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
			);
		const connection = open();
		assert.match(await connection.until(/\r\n\r\n/), /^HTTP\/1\.1 101 .*\r\nratelimit-policy: "total";q=1\r\nratelimit: "total";r=0\r\n/s);
		for (const frame of ['one', 'two', 'three']) {
			connection.send(frame);
			await connection.until(new RegExp(frame));
		}
		assert.match(await open().readToEnd(), /^HTTP\/1\.1 429 /);
	});

	it('is limited to the sum of all windows within a batch', async () => {
		const owner = issueToken({ limits: { total: 6, rate: { requests: 5, per: 'hour' } } });
		/** How many requests each gateway knows about. */
		const known = [0, 0];
		const startWatched = (index: 0 | 1) => {
			const file = openFile();
			const requestCounts: RequestCountStore = {
				onDidChange: (listener) => file.onDidChange(listener),
				read: async () => {
					const counts = await file.read();
					setImmediate(() => (known[index] = counts[owner.token.id]?.total ?? 0));
					return counts;
				},
				add: (requests) => file.add(requests),
			};
			return servers.gateway({}, { owner, clock, requestCounts });
		};
		const [one, other] = [await startWatched(0), await startWatched(1)];
		const bothKnow = (total: number) => eventually(() => assert.deepEqual(known, [total, total]));
		assert.deepEqual(await statuses(one, 3), [200, 200, 200]);
		await bothKnow(3);
		assert.equal((await other.fetch('/products')).headers.get('ratelimit'), '"hour";r=1;t=3595, "total";r=2');
		await bothKnow(4);
		assert.deepEqual(await statuses(one, 2), [200, 429]);
		await bothKnow(5);
		assert.deepEqual(await statuses(other, 1), [429]);
	});

	it('isn’t forgotten when the gateway restarts', async () => {
		const owner = issueToken({ limits: { total: 5, rate: { requests: 3, per: 'day' } } });
		const first = await start(owner);
		assert.deepEqual(await statuses(first, 2), [200, 200]);
		await first.gateway.stop();
		now += 3_600_000;
		const second = await start(owner);
		assert.deepEqual(await statuses(second, 2), [200, 429]);
		await second.gateway.stop();
		now += 3 * 86_400_000;
		assert.deepEqual(await statuses(await start(owner), 3), [200, 200, 429]);
	});

	it('is neither locked out nor unlimited when the clock is set back', async () => {
		const owner = issueToken({ limits: PER_MINUTE });
		const gateway = await start(owner);
		assert.deepEqual(await statuses(gateway, 3), [200, 200, 200]);
		await eventually(async () => assert.equal((await openFile().read())[owner.token.id]?.rate?.current, 3));
		now -= 86_400_000;
		const denied = await gateway.fetch('/products');
		assert.equal(denied.status, 429);
		assert.equal(denied.headers.get('retry-after'), '55');
		const other = await start(owner);
		assert.deepEqual(await statuses(other, 1), [429]);
		now += 55_000;
		assert.deepEqual(await statuses(gateway, 2), [200, 429]);
	});

	it('is subject to changed limits from the next request', async () => {
		const gateway = await start(issueToken({ limits: PER_MINUTE }));
		const change = (limits: TokenLimits | undefined) => {
			const { limits: _, ...token } = gateway.owner.token;
			gateway.tokens.replace({ ...token, ...(limits && { limits }) });
		};
		assert.deepEqual(await statuses(gateway, 4), [200, 200, 200, 429]);
		change({ rate: { requests: 5, per: 'minute' } });
		assert.deepEqual(await statuses(gateway, 3), [200, 200, 429]);
		change({ rate: { requests: 6, per: 'hour' } });
		assert.deepEqual(await statuses(gateway, 2), [200, 429]);
		change({ total: 2 });
		assert.deepEqual(await statuses(gateway, 3), [200, 200, 429]);
		change(undefined);
		const response = await gateway.fetch('/products');
		assert.equal(response.status, 200);
		assert.deepEqual(fieldsOf(response), [null, null, null]);
	});

	it('never gets more than its limits over 64 connections', async () => {
		let forwarded = 0;
		const upstream = await servers.upstream((_: IncomingMessage, response: ServerResponse) => {
			forwarded++;
			response.end('ok');
		});
		const owner = issueToken({ limits: { total: 700, rate: { requests: 500, per: 'day' } } });
		const gateway = await start(owner, upstream);
		const agent = new Agent({ keepAlive: true, maxSockets: 64 });
		const send = () =>
			new Promise<number>((resolve, reject) => {
				httpRequest(`${gateway.origin}/products`, { agent, headers: { authorization: owner.authorization } }, (response) => {
					text(response).then(() => resolve(response.statusCode ?? 0), reject);
				})
					.on('error', reject)
					.end();
			});
		const results = await Promise.all(Array.from({ length: 1500 }, send));
		agent.destroy();
		assert.equal(results.filter((status) => status === 200).length, 500);
		assert.equal(results.filter((status) => status === 429).length, 1000);
		assert.equal(forwarded, 500);
		await gateway.gateway.stop();
		assert.deepEqual((await openFile().read())[owner.token.id], { rate: { per: 'day', at: now, current: 500, previous: 0 }, total: 500 });
	});

	it('is counted in memory while its counts can’t be saved, and saved afterwards', async () => {
		const file = openFile();
		let failure: Error | undefined = new Error('disk full');
		const requestCounts = {
			onDidChange: (listener: () => void) => file.onDidChange(listener),
			read: () => file.read(),
			add: (...args: Parameters<RequestCountsFile['add']>) => (failure ? Promise.reject(failure) : file.add(...args)),
		};
		const owner = issueToken({ limits: { total: 3 } });
		const gateway = await servers.gateway({}, { owner, clock, requestCounts });
		assert.deepEqual(await statuses(gateway, 2), [200, 200]);
		await eventually(() => assert.deepEqual(gateway.limitFailures.at(-1), failure));
		assert.deepEqual(await statuses(gateway, 2), [200, 429]);
		failure = undefined;
		await eventually(async () => assert.deepEqual((await file.read())[owner.token.id], { total: 3 }));
		assert.deepEqual(await statuses(gateway, 1), [429]);
	});
});

describe('A token without limits', () => {
	const servers = new GatewayServers();
	afterEach(() => servers.stopAll());

	it('is neither counted nor gets fields', async () => {
		let accessCount = 0;
		const requestCounts = {
			onDidChange: () => ({ dispose: () => undefined }),
			read: () => Promise.resolve({}),
			add: () => Promise.resolve(void accessCount++),
		};
		const gateway = await servers.gateway({}, { requestCounts });
		const response = await gateway.fetch('/products');
		assert.equal(response.headers.has('ratelimit') || response.headers.has('ratelimit-policy'), false);
		await gateway.gateway.stop();
		assert.equal(accessCount, 0);
	});
});
