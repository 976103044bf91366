import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hashSecret } from '../../src/domain/apiKey';
import type { TokenUsage } from '../../src/domain/tokenUsage';
import { UsageFile } from '../../src/sources/workspace/usageFile';
import { WorkspaceSource } from '../../src/sources/workspace/workspaceSource';
import { eventually } from '../support/eventually';
import { GatewayServers } from '../support/gateway/gatewayServers';
import { GatewayProcess } from '../support/gateway/gatewayProcess';
import { issueToken } from '../support/gateway/memoryTokens';
import { MemoryVault } from '../support/store/memoryVault';
import { DEFAULT_OPTIONS } from '../support/store/sourceOptions';

describe('The gateway worker', () => {
	const servers = new GatewayServers();
	let folder: string;
	let source: WorkspaceSource;
	const processes: GatewayProcess[] = [];

	beforeEach(async () => {
		folder = join(await mkdtemp(join(tmpdir(), 'connect-tokens-gateway-')), 'store');
		source = new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, vault: new MemoryVault() });
	});
	afterEach(async () => {
		await Promise.all(processes.splice(0).map((process) => process.kill()));
		source.dispose();
		await servers.stopAll();
		await rm(join(folder, '..'), { recursive: true, force: true });
	});

	function start(changes: ConstructorParameters<typeof GatewayProcess>[0] = {}): GatewayProcess {
		const started = new GatewayProcess({ folder, ...changes });
		processes.push(started);
		return started;
	}

	async function readAuthorization(id: string): Promise<string> {
		const result = await source.readKey(id);
		assert.ok('authorization' in result);
		return result.authorization;
	}

	/** Returns the saved usage of a token. */
	async function readUsage(id: string): Promise<TokenUsage | undefined> {
		const file = new UsageFile(folder, DEFAULT_OPTIONS.clock, DEFAULT_OPTIONS.log);
		const { [id]: usage } = await file.read();
		file.dispose();
		return usage;
	}

	it('applies each change of the source from the next request', async () => {
		const port = await start().listening();
		const status = async (authorization: string, path = '/products') =>
			(await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } })).status;
		assert.equal(await status(issueToken().authorization), 401, 'before the store exists');
		for (let round = 0; round < 10; round++) {
			const { id } = await source.create({ name: `Token ${round}`, permissions: ['products'] });
			const first = await readAuthorization(id);
			assert.equal(await status(first), 200);
			assert.equal(await status(first, '/usage'), 403);
			await source.disable(id);
			assert.equal(await status(first), 401, 'disabled');
			await source.enable(id);
			assert.equal(await status(first), 200, 'enabled');
			await source.update(id, { permissions: ['usage'] });
			assert.deepEqual([await status(first), await status(first, '/usage')], [403, 200]);
			await source.rotate(id, { expirationDate: new Date(Date.now() + 3_600_000).toISOString() });
			assert.equal(await status(first, '/usage'), 401, 'rotated');
			const second = await readAuthorization(id);
			assert.equal(await status(second, '/usage'), 200);
			await source.renew(id);
			assert.deepEqual([await status(second, '/usage'), await status(await readAuthorization(id), '/usage')], [200, 200], 'renewed');
			await source.delete(id);
			assert.equal(await status(second, '/usage'), 401, 'deleted');
		}
	});

	it('denies an ended lease from the next request, and ends its requests in progress', async () => {
		const upstream = await servers.upstream((_request, response) => response.write('started'));
		const port = await start({ upstream }).listening();
		const { id } = await source.create({
			name: 'Lease',
			permissions: ['products'],
			lease: { task: 'Check the prices', agent: 'Copilot' },
			expirationDate: new Date(Date.now() + 3_600_000).toISOString(),
		});
		const authorization = await readAuthorization(id);
		const get = () => fetch(`http://127.0.0.1:${port}/products`, { headers: { authorization } });
		const streaming = await get();
		assert.equal(streaming.status, 200);
		const ended = assert.rejects(streaming.text());
		await source.endLease(id);
		const denied = await get();
		assert.deepEqual([denied.status, /The lease .* ended/.test(await denied.text())], [401, true]);
		await ended;
	});

	it('denies all requests until a damaged store is repaired', async () => {
		const { id } = await source.create({ name: 'Token' });
		const authorization = await readAuthorization(id);
		const port = await start().listening();
		const status = async () => (await fetch(`http://127.0.0.1:${port}/modules`, { headers: { authorization } })).status;
		assert.equal(await status(), 200);
		await writeFile(join(folder, 'tokens.json'), 'damaged');
		assert.equal(await status(), 503);
		await source.list();
		assert.equal(await status(), 200);
	});

	it('adds its usage to the saved usage when it stops', async () => {
		const { id } = await source.create({ name: 'Token', permissions: ['products'] });
		const authorization = await readAuthorization(id);
		const gateways = [start(), start()];
		for (const gateway of gateways) {
			const port = await gateway.listening();
			for (const path of ['/products', '/products/PRD-1', '/usage']) {
				await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } });
			}
		}
		assert.deepEqual(await Promise.all(gateways.map((gateway) => gateway.stop())), [0, 0]);
		const usage = await readUsage(id);
		assert.deepEqual(
			usage?.days.map(({ statuses }) => statuses),
			[{ 200: 4, 403: 2 }],
		);
		assert.ok(Date.now() - Date.parse(usage.lastUsed ?? '') < 60_000);
	});

	it('saves usage while it runs', async () => {
		const { id } = await source.create({ name: 'Token' });
		const port = await start().listening();
		await fetch(`http://127.0.0.1:${port}/modules`, { headers: { authorization: await readAuthorization(id) } });
		await eventually(async () => assert.deepEqual((await readUsage(id))?.days[0]?.statuses, { 200: 1 }));
	});

	it('counts requests toward limits in all gateways of the workspace, also after a restart', async () => {
		const { id } = await source.create({ name: 'Token', limits: { rate: { requests: 50, per: 'day' }, total: 4 } });
		const authorization = await readAuthorization(id);
		const status = async (gateway: GatewayProcess) =>
			(await fetch(`http://127.0.0.1:${await gateway.listening()}/modules`, { headers: { authorization } })).status;
		const assertRemaining = (rate: number, total: number) =>
			eventually(async () => assert.deepEqual(await source.getRemainingRequests(id), { rate, total }));
		const [first, second] = [start(), start()];
		await Promise.all([first.listening(), second.listening()]);
		assert.equal(await status(first), 200);
		await assertRemaining(49, 3);
		assert.equal(await status(second), 200);
		await assertRemaining(48, 2);
		assert.deepEqual([await first.stop(), await second.stop()], [0, 0]);
		const third = start();
		assert.deepEqual([await status(third), await status(third), await status(third)], [200, 200, 429]);
		await assertRemaining(46, 0);
		await source.update(id, { limits: { total: 5 } });
		assert.deepEqual([await status(third), await status(third)], [200, 429]);
	});

	it('warns that a damaged file of counted requests starts over', async () => {
		const { id } = await source.create({ name: 'Token', limits: { total: 2 } });
		const authorization = await readAuthorization(id);
		await writeFile(join(folder, 'limits.json'), 'damaged');
		const gateway = start();
		const port = await gateway.listening();
		const status = async () => (await fetch(`http://127.0.0.1:${port}/modules`, { headers: { authorization } })).status;
		assert.deepEqual([await status(), await status(), await status()], [200, 200, 429]);
		await eventually(async () => assert.deepEqual(await source.getRemainingRequests(id), { total: 0 }));
		const warnings = JSON.stringify(gateway.messages.filter(({ kind }) => kind === 'warning'));
		assert.match(warnings, /is damaged, so requests are counted from zero/);
		assert.ok((await readdir(folder)).some((name) => name.startsWith('limits.damaged-')));
	});

	it('leaves an intact file that lacks only the latest usage if it is killed', async () => {
		const { id } = await source.create({ name: 'Token' });
		const authorization = await readAuthorization(id);
		let total = 0;
		for (let round = 0; round < 5; round++) {
			const gateway = start();
			const port = await gateway.listening();
			let responseCount = 0;
			let isSending = true;
			const clients = Array.from({ length: 4 }, async () => {
				while (isSending) {
					const response = await fetch(`http://127.0.0.1:${port}/modules`, { headers: { authorization } }).catch(() => undefined);
					responseCount += Number(response?.status === 200);
					// Requests without a pause would keep the processor busy until a batch is saved, a second later.
					await delay(10);
				}
			});
			const readTotal = async () => (await readUsage(id))?.days.reduce((sum, { statuses }) => sum + statuses[200]!, 0) ?? 0;
			await eventually(async () => assert.ok((await readTotal()) > total, 'a batch was saved'));
			const before = await readTotal();
			await gateway.kill();
			isSending = false;
			await Promise.all(clients);
			const after = await readTotal();
			// For each client, one more response may have been counted than received.
			assert.ok(after >= before && after <= total + responseCount + clients.length, `${before} ≤ ${after} ≤ ${total} + ${responseCount}`);
			assert.deepEqual(
				(await readdir(folder)).filter((name) => name.includes('damaged')),
				[],
			);
			total = after;
		}
	});

	it('uses the next free port if its own is in use, and reports a port that it may not use', async () => {
		const server = createServer();
		await servers.listen(server, 'http');
		const { port } = server.address() as AddressInfo;
		const usedPort = await start({ port }).listening();
		assert.ok(usedPort > port && usedPort <= port + 50, `${usedPort}`);
		if (process.platform === 'linux' && process.getuid?.() !== 0) {
			await assert.rejects(start({ port: 1 }).listening(), /"kind":"failed".*doesn't allow the gateway to use port/);
		}
		await assert.rejects(start({ port: -1 }).listening());
	});

	it('reveals no secret in responses, messages, and output', async () => {
		const { id } = await source.create({ name: 'Token', permissions: ['products'] });
		const authorization = await readAuthorization(id);
		const unknown = issueToken();
		const credential = issueToken().authorization;
		const upstream = await servers.rawUpstream((socket, request) => {
			socket.end(request.startsWith('GET') ? 'garbage \x00\r\n\r\n' : 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npartial');
		});
		// A usage file that can't be written causes a warning and a log message.
		await mkdir(join(folder, 'statistics.json'));
		const gateway = start({ upstream, credential });
		const port = await gateway.listening();
		for (const value of [authorization, unknown.authorization, authorization.replace(/.$/, 'x')]) {
			for (const init of [{}, { method: 'POST', body: `body of ${authorization}` }]) {
				const text = await fetch(`http://127.0.0.1:${port}/products?key=${value}`, { ...init, headers: { authorization: value } })
					.then((response) => response.text())
					.catch(String);
				assertNoSecrets(text);
			}
		}
		await eventually(() => assert.ok(gateway.messages.some(({ kind }) => kind === 'warning')));
		assert.ok(gateway.messages.some(({ kind }) => kind === 'log'));
		await gateway.stop();
		assertNoSecrets(JSON.stringify(gateway.messages) + gateway.output);
		assert.equal(gateway.output, '');

		function assertNoSecrets(text: string): void {
			for (const key of [authorization, unknown.authorization, credential]) {
				const secret = key.split(':')[1]!;
				assert.ok(!text.includes(secret) && !text.includes(hashSecret(secret)) && !text.includes('body of'), text);
			}
		}
	});

	it('sends the requests that nobody has watched when it stops, and writes them to the log file', async () => {
		const { id } = await source.create({ name: 'Token', permissions: ['products'] });
		const logFile = join(folder, 'requests.jsonl');
		const gateway = start({ logFile });
		const port = await gateway.listening();
		const authorization = await readAuthorization(id);
		await fetch(`http://127.0.0.1:${port}/products?secret`, { headers: { authorization } });
		await fetch(`http://127.0.0.1:${port}/listings`);
		assert.ok(!gateway.messages.some(({ kind }) => kind === 'requests'));
		await gateway.stop();
		const sent = gateway.messages.flatMap((message) => (message.kind === 'requests' ? message.requests : []));
		assert.deepEqual(
			sent.map(({ tokenId, path, status }) => [tokenId, path, status]),
			[
				[id, '/products', 200],
				[null, '/listings', 401],
			],
		);
		const lines = readFileSync(logFile, 'utf8').trim().split('\n');
		assert.deepEqual(
			lines.map((line) => (JSON.parse(line) as { path: string }).path),
			['/products', '/listings'],
		);
		assert.ok(!lines.join().includes(authorization.slice(-40)));
	});

	it('says once that the log file cannot be written, and handles requests', async () => {
		const gateway = start({ logFile: folder });
		const { id } = await source.create({ name: 'Token', permissions: ['products'] });
		const port = await gateway.listening();
		const headers = { authorization: await readAuthorization(id) };
		const warnings = () => gateway.messages.filter(({ kind }) => kind === 'warning');
		for (let round = 0; round < 2; round++) {
			assert.equal((await fetch(`http://127.0.0.1:${port}/products`, { headers })).status, 200);
			await eventually(() => assert.equal(warnings().length, 1));
		}
		await gateway.stop();
		assert.deepEqual(
			warnings().map((message) => message.kind === 'warning' && message.args),
			[['EISDIR']],
		);
	});

	it('has a bundle without dependencies', () => {
		const required = Array.from(
			readFileSync(join(__dirname, '../../gateway.js'), 'utf8').matchAll(/\brequire\("([^"]+)"\)/g),
			([, name]) => name!,
		);
		assert.deepEqual(
			required.filter(
				(name) => !name.startsWith('node:') && !['assert', 'fs', 'path', 'events', 'util', 'stream', 'constants'].includes(name),
			),
			[],
		);
	});
});
