import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import { SlidingWindow } from '../../../src/domain/slidingWindow';
import type { TokenRecord } from '../../../src/domain/token';
import type { Deployment } from '../../../src/policy/deployment';
import { createHaproxyFiles } from '../../../src/policy/haproxy/haproxyPolicyFiles';
import { createSelfSignedCertificate } from '../../support/certificate';
import { fuzzSeed } from '../../support/fuzzing';
import { GatewayServers } from '../../support/gateway/gatewayServers';
import { createKeyRecord, issueToken } from '../../support/gateway/memoryTokens';
import { createDeployment, createExamplePolicy, toPolicy } from '../../support/haproxy/examplePolicy';
import { findFreePorts } from '../../support/freePorts';
import { checkConfiguration, startHaproxy, writeToNewFolder, type HaproxyInstance } from '../../support/haproxy/haproxyInstance';
import { findHaproxyOrSkip } from '../../support/haproxy/haproxyProgram';
import { createRandom } from '../../support/haproxy/requestGenerator';

const MODULE_NAMES = Object.fromEntries(BUILT_IN_MODULES.map(({ id, name }) => [id, name]));

describe('HAProxy with an exported policy', function () {
	this.timeout(120_000);
	const servers = new GatewayServers();
	const stopActions: (() => Promise<void>)[] = [];
	let program: string;

	before(async function () {
		program = await findHaproxyOrSkip(this);
	});

	afterEach(async () => {
		for (const stop of stopActions.splice(0).reverse()) {
			await stop();
		}
		await servers.stopAll();
	});

	async function start(
		tokens: readonly TokenRecord[],
		received: IncomingMessage[] = [],
		changes: Partial<Deployment> = {},
	): Promise<HaproxyInstance> {
		const upstream = await servers.upstream((request, response) => {
			received.push(request);
			response.setHeader('set-cookie', 'session=1').setHeader('access-control-allow-origin', '*').end('ok');
		});
		const [port] = await findFreePorts(1);
		const policy = toPolicy(tokens, BUILT_IN_MODULE_PATHS, MODULE_NAMES);
		const files = createHaproxyFiles(policy, createDeployment(`${upstream}/public/v1`, changes));
		const { folder, remove } = await writeToNewFolder(files);
		stopActions.push(remove);
		assert.equal(await checkConfiguration(program, folder), '');
		const instance = await startHaproxy(program, folder, { name: 'one', port: port!, upstreamAuthorization: 'ApiKey upstream %[x] "1"' });
		stopActions.push(() => instance.stop());
		return instance;
	}

	const send = async ({ port }: HaproxyInstance, path: string, authorization: string, method = 'GET') => {
		const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { authorization } });
		return { status: response.status, text: await response.text(), headers: response.headers };
	};

	it('uses TLS with a certificate, and nothing else', async function () {
		const created = await createSelfSignedCertificate('localhost');
		if (!created) {
			return this.skip();
		}
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-certificate-'));
		stopActions.push(() => rm(folder, { recursive: true, force: true }));
		const certificate = join(folder, 'with a space.pem');
		await writeFile(certificate, created.cert + created.key);
		const full = issueToken();
		const { port } = await start([full.token], [], { certificate });
		const response = await new Promise<IncomingMessage>((resolve, reject) => {
			const options = {
				port,
				path: '/products',
				ca: created.cert,
				servername: 'localhost',
				headers: { authorization: full.authorization },
			};
			get({ host: '127.0.0.1', ...options }, resolve).once('error', reject);
		});
		assert.equal(response.statusCode, 200);
		response.resume();
		await assert.rejects(fetch(`http://127.0.0.1:${port}/products`, { headers: { authorization: full.authorization } }));
	});

	it('forwards what a token may do, and denies everything else', async () => {
		const received: IncomingMessage[] = [];
		const full = issueToken();
		const products = issueToken({ permissions: ['products'] });
		const reader = issueToken({ permissions: ['MD-0007:read'] });
		const disabled = issueToken({ enabled: false });
		const renewed = issueToken({ previousKey: createKeyRecord('a'.repeat(40), new Date(Date.now() + 60_000).toISOString()) });
		const expired = issueToken({ key: { ...createKeyRecord('b'.repeat(40)), expirationDate: new Date(Date.now() - 1000).toISOString() } });
		const haproxy = await start(
			[full, products, reader, disabled, renewed, expired].map(({ token }) => token),
			received,
		);
		const statusOf = async (path: string, authorization: string, method = 'GET') =>
			(await send(haproxy, path, authorization, method)).status;

		assert.equal(await statusOf('/public/v1/products?x=1', full.authorization), 200);
		assert.equal(received.at(-1)?.url, '/public/v1/products?x=1');
		assert.equal(received.at(-1)?.headers.authorization, 'ApiKey upstream %[x] "1"');
		assert.equal(await statusOf('/products/A', products.authorization, 'POST'), 200);
		assert.equal(received.at(-1)?.url, '/public/v1/products/A');
		assert.equal(await statusOf('/products/A/usage', products.authorization), 403);
		assert.equal(await statusOf('/Products/A', products.authorization), 403);
		assert.equal(await statusOf('/billing', products.authorization), 403);
		assert.equal(await statusOf('/modules', products.authorization), 200);
		assert.equal(await statusOf('/accounts', products.authorization), 200);
		assert.equal(await statusOf('/accounts/VA-1', products.authorization), 403);
		assert.equal(await statusOf('/nothing', products.authorization), 403);
		assert.equal(await statusOf('/nothing', full.authorization), 200);
		assert.equal(await statusOf('/extensions', reader.authorization), 200);
		assert.equal(await statusOf('/extensions', reader.authorization, 'POST'), 403);
		assert.equal(await statusOf('/extensions?_method=PUT', reader.authorization), 403);
		assert.equal(await statusOf('/products', disabled.authorization), 401);
		assert.equal(await statusOf('/products', expired.authorization), 401);
		assert.equal(await statusOf('/products', renewed.authorization), 200);
		assert.equal(await statusOf('/products', `ApiKey ${renewed.token.id}:${'a'.repeat(40)}`), 200);
		assert.equal(await statusOf('/products', `ApiKey ${renewed.token.id}:${'c'.repeat(40)}`), 401);
		assert.equal(await statusOf('/products', ''), 401);
	});

	it('responds with errors in the platform’s format, without the upstream’s session', async () => {
		const products = issueToken({ permissions: ['products'] });
		const haproxy = await start([products.token]);
		const allowed = await send(haproxy, '/products', products.authorization);
		assert.equal(allowed.text, 'ok');
		assert.equal(allowed.headers.get('set-cookie'), null);
		assert.equal(allowed.headers.get('access-control-allow-origin'), null);
		const denied = await send(haproxy, '/billing', products.authorization);
		assert.equal(denied.headers.get('content-type'), 'application/json');
		assert.deepEqual(JSON.parse(denied.text), {
			error_code: 'AUTH_002',
			errors: [`Token ${products.token.id} doesn't have access to module "Billing". Add the module to the token's permissions.`],
		});
	});

	it('limits the requests of a token', async () => {
		const limited = issueToken({ limits: { rate: { requests: 3, per: 'day' } } });
		const total = issueToken({ limits: { total: 2 } });
		const asking = issueToken({ approval: 'writes' });
		const haproxy = await start([limited.token, total.token, asking.token]);
		const statuses = async (authorization: string, count: number) => {
			const results: number[] = [];
			for (let index = 0; index < count; index++) {
				results.push((await send(haproxy, '/products', authorization)).status);
			}
			return results;
		};
		assert.deepEqual(await statuses(limited.authorization, 5), [200, 200, 200, 429, 429]);
		assert.deepEqual(await statuses(total.authorization, 4), [200, 200, 429, 429]);
		const denied = await send(haproxy, '/products', limited.authorization);
		assert.match(denied.headers.get('retry-after') ?? '', /^\d+$/);
		assert.equal((await send(haproxy, '/products', asking.authorization)).status, 200);
		assert.equal((await send(haproxy, '/products', asking.authorization, 'PUT')).status, 403);
	});

	it('is valid for every kind of deployment', async () => {
		const instances = [
			{ name: 'one', address: '127.0.0.1:1' },
			{ name: 'two-2', address: '[::1]:2' },
		];
		for (const deployment of [
			createDeployment('https://localhost/public/v1'),
			createDeployment('https://127.0.0.1:8443'),
			createDeployment('http://[::1]:8080/a.b/~c/', { instances }),
			createDeployment('http://localhost/', { bind: '*:8080', instances }),
		]) {
			const { folder, remove } = await writeToNewFolder(createHaproxyFiles(createExamplePolicy(5), deployment));
			assert.equal(await checkConfiguration(program, folder), '', deployment.upstream);
			await remove();
		}
	});

	it('counts a rate in the gateway’s sliding window', async () => {
		const random = createRandom(fuzzSeed);
		const limited = issueToken({ limits: { rate: { requests: 10, per: 'second' } } });
		const haproxy = await start([limited.token]);
		const window = new SlidingWindow('second', Date.now());
		const periodOf = (time: number) => Math.floor(time / 1000);
		const statuses = { allowed: 0, denied: 0 };
		for (let index = 0; index < 150; index++) {
			await delay(random() < 0.1 ? random() * 1200 : random() * 40);
			const earliest = Date.now();
			const { status, headers } = await send(haproxy, '/products', limited.authorization);
			const latest = Date.now();
			if (periodOf(earliest) !== periodOf(latest)) {
				// It isn't known in which period HAProxy counted it, so all counts have to be out of the window.
				await delay(2000);
				continue;
			}
			// Without other requests, fewer count the later it is.
			const [most, least] = [window.getUsed(earliest), window.getUsed(latest)];
			if (status === 200) {
				assert.ok(least < 10, `allowed although ${least} to ${most} count (seed ${fuzzSeed})`);
				window.count(latest);
				statuses.allowed++;
			} else {
				assert.equal(status, 429);
				assert.ok(most >= 10, `denied although ${least} to ${most} count (seed ${fuzzSeed})`);
				assert.match(headers.get('retry-after') ?? '', /^[12]$/);
				statuses.denied++;
			}
		}
		assert.ok(statuses.allowed > 10 && statuses.denied > 10, JSON.stringify(statuses));
	});
});
