import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

describe('the gateway’s worker', () => {
	const servers = new GatewayServers();
	let folder: string;
	let source: WorkspaceSource;
	const processes: GatewayProcess[] = [];

	beforeEach(async () => {
		folder = join(await mkdtemp(join(tmpdir(), 'connect-tokens-gateway-')), 'store');
		source = new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, vault: new MemoryVault() });
	});
	afterEach(async () => {
		await Promise.all(processes.splice(0).map((one) => one.kill()));
		source.dispose();
		await servers.end();
		await rm(join(folder, '..'), { recursive: true, force: true });
	});

	function start(changes: ConstructorParameters<typeof GatewayProcess>[0] = {}): GatewayProcess {
		const started = new GatewayProcess({ folder, ...changes });
		processes.push(started);
		return started;
	}

	async function authorizationOf(id: string): Promise<string> {
		const reading = await source.readKey(id);
		assert.ok('authorization' in reading);
		return reading.authorization;
	}

	/** What was written down about a token. */
	async function readUsage(id: string): Promise<TokenUsage | undefined> {
		const file = new UsageFile(folder, DEFAULT_OPTIONS.clock, DEFAULT_OPTIONS.log);
		const { [id]: found } = await file.read();
		file.dispose();
		return found;
	}

	it('refuses from the next request on whatever the source has changed', async () => {
		const port = await start().listening();
		const status = async (authorization: string, path = '/products') =>
			(await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } })).status;
		assert.equal(await status(issueToken().authorization), 401, 'before there is a store');
		for (let turn = 0; turn < 10; turn++) {
			const { id } = await source.create({ name: `Token ${turn}`, permissions: ['products'] });
			const first = await authorizationOf(id);
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
			const second = await authorizationOf(id);
			assert.equal(await status(second, '/usage'), 200);
			await source.renew(id);
			assert.deepEqual([await status(second, '/usage'), await status(await authorizationOf(id), '/usage')], [200, 200], 'renewed');
			await source.delete(id);
			assert.equal(await status(second, '/usage'), 401, 'deleted');
		}
	});

	it('lets nobody in while the store is damaged, and goes on once it is repaired', async () => {
		const { id } = await source.create({ name: 'Token' });
		const authorization = await authorizationOf(id);
		const port = await start().listening();
		const status = async () => (await fetch(`http://127.0.0.1:${port}/modules`, { headers: { authorization } })).status;
		assert.equal(await status(), 200);
		await writeFile(join(folder, 'tokens.json'), 'damaged');
		assert.equal(await status(), 503);
		await source.list();
		assert.equal(await status(), 200);
	});

	it('writes down what it counted when it stops, beside what others have written', async () => {
		const { id } = await source.create({ name: 'Token', permissions: ['products'] });
		const authorization = await authorizationOf(id);
		const gateways = [start(), start()];
		for (const gateway of gateways) {
			const port = await gateway.listening();
			for (const path of ['/products', '/products/PRD-1', '/usage']) {
				await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } });
			}
		}
		assert.deepEqual(await Promise.all(gateways.map((gateway) => gateway.stop())), [0, 0]);
		const found = await readUsage(id);
		assert.deepEqual(
			found?.days.map(({ statuses }) => statuses),
			[{ 200: 4, 403: 2 }],
		);
		assert.ok(Date.now() - Date.parse(found.lastUsed ?? '') < 60_000);
	});

	it('writes down what it counts while it goes on', async () => {
		const { id } = await source.create({ name: 'Token' });
		const port = await start().listening();
		await fetch(`http://127.0.0.1:${port}/modules`, { headers: { authorization: await authorizationOf(id) } });
		await eventually(async () => assert.deepEqual((await readUsage(id))?.days[0]?.statuses, { 200: 1 }));
	});

	it('that is killed leaves a whole file, which lacks what was counted last and nothing else', async () => {
		const { id } = await source.create({ name: 'Token' });
		const authorization = await authorizationOf(id);
		let total = 0;
		for (let kill = 0; kill < 5; kill++) {
			const gateway = start();
			const port = await gateway.listening();
			let answered = 0;
			let going = true;
			const asking = Array.from({ length: 4 }, async () => {
				while (going) {
					const response = await fetch(`http://127.0.0.1:${port}/modules`, { headers: { authorization } }).catch(() => undefined);
					answered += Number(response?.status === 200);
				}
			});
			const written = async () => (await readUsage(id))?.days.reduce((sum, { statuses }) => sum + statuses[200]!, 0) ?? 0;
			await eventually(async () => assert.ok((await written()) > total, 'a batch was written'));
			const before = await written();
			await gateway.kill();
			going = false;
			await Promise.all(asking);
			const after = await written();
			// One more may have been counted for each connection than was received.
			assert.ok(after >= before && after <= total + answered + asking.length, `${before} ≤ ${after} ≤ ${total} + ${answered}`);
			assert.deepEqual(
				(await readdir(folder)).filter((name) => name.includes('damaged')),
				[],
			);
			total = after;
		}
	});

	it('takes the next port where its own is taken, and says so when there is none', async () => {
		const taken = createServer();
		await servers.listen(taken, 'http');
		const { port } = taken.address() as AddressInfo;
		const found = await start({ port }).listening();
		assert.ok(found > port && found <= port + 50, `${found}`);
		if (process.platform === 'linux' && process.getuid?.() !== 0) {
			await assert.rejects(start({ port: 1 }).listening(), /"kind":"failed".*doesn't allow the gateway to use port/);
		}
		await assert.rejects(start({ port: -1 }).listening());
	});

	it('says nothing secret, whatever happens to it', async () => {
		const { id } = await source.create({ name: 'Token', permissions: ['products'] });
		const authorization = await authorizationOf(id);
		const stranger = issueToken();
		const credential = issueToken().authorization;
		const upstream = await servers.rawUpstream((socket, request) => {
			socket.end(request.startsWith('GET') ? 'garbage \x00\r\n\r\n' : 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
		});
		// A file that cannot be written makes it warn.
		await mkdir(join(folder, 'statistics.json'));
		const gateway = start({ upstream, credential });
		const port = await gateway.listening();
		for (const value of [authorization, stranger.authorization, authorization.replace(/.$/, 'x')]) {
			for (const init of [{}, { method: 'POST', body: `body of ${authorization}` }]) {
				const text = await fetch(`http://127.0.0.1:${port}/products?key=${value}`, { ...init, headers: { authorization: value } })
					.then((response) => response.text())
					.catch(String);
				assertNoSecrets(text);
			}
		}
		await eventually(() => assert.ok(gateway.messages.some(({ kind }) => kind === 'warning')));
		await gateway.stop();
		assertNoSecrets(JSON.stringify(gateway.messages) + gateway.log);
		assert.equal(gateway.log, '');

		function assertNoSecrets(text: string): void {
			for (const key of [authorization, stranger.authorization, credential]) {
				const secret = key.split(':')[1]!;
				assert.ok(!text.includes(secret) && !text.includes(hashSecret(secret)) && !text.includes('body of'), text);
			}
		}
	});

	it('has a bundle that needs nothing beside it', () => {
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
