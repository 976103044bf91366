import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/domain/log';
import type { PendingApproval } from '../../src/domain/approvalRequest';
import { findClientProgram } from '../../src/gateway/clientProgram';
import { GatewayController } from '../../src/gateway/gatewayController';
import { WorkspaceSource } from '../../src/sources/workspace/workspaceSource';
import { eventually } from '../support/eventually';
import { createConfiguration } from '../support/gateway/gatewayServers';
import { MemoryVault } from '../support/store/memoryVault';
import { DEFAULT_OPTIONS } from '../support/store/sourceOptions';
import { repositoryRoot } from '../host/paths';

describe('A window whose gateway holds requests', () => {
	let folder: string;
	let source: WorkspaceSource;
	let controller: GatewayController;
	let held: PendingApproval[];
	let authorization: string;
	let tokenId: string;

	beforeEach(async () => {
		folder = join(await mkdtemp(join(tmpdir(), 'connect-tokens-approval-')), 'store');
		source = new WorkspaceSource({ ...DEFAULT_OPTIONS, folder, vault: new MemoryVault() });
		({ id: tokenId } = await source.create({ name: 'Shop', permissions: ['products'], approval: 'writes' }));
		const result = await source.readKey(tokenId);
		assert.ok('authorization' in result);
		({ authorization } = result);
		controller = new GatewayController({
			workerPath: join(repositoryRoot, 'out/gateway.js'),
			loadConfiguration: () => Promise.resolve(createConfiguration({ folder })),
			clock: () => new Date(),
			log: silentLog,
		});
		held = [];
		controller.onDidHoldRequest((pending) => held.push(pending));
		await controller.start();
	});
	afterEach(async () => {
		await controller.stop();
		source.dispose();
		await rm(join(folder, '..'), { recursive: true, force: true });
	});

	const post = () => fetch(`${controller.url!}/products?page=1`, { method: 'POST', headers: { authorization }, body: 'body' });

	const heldRequest = (index = 0) => eventually(() => held[index] ?? assert.fail('No request is held.'));

	it('decides about each of them, and is told about the token, the request, and its connection', async () => {
		const [allowed, denied] = [post(), post()];
		await heldRequest(1);
		const { request } = held[0]!;
		assert.deepEqual(
			[request.tokenId, request.tokenName, request.method, request.path, String(request.gatewayPort)],
			[tokenId, 'Shop', 'POST', '/products', new URL(controller.url!).port],
		);
		held[0]!.decide('allow');
		held[1]!.decide('deny');
		held[1]!.decide('allow');
		assert.deepEqual((await Promise.all([allowed, denied])).map(({ status }) => status).sort(), [200, 403]);
		assert.equal((await fetch(`${controller.url!}/products`, { headers: { authorization } })).status, 200);
		assert.equal(held.length, 2, 'a request that reads is not held');
		if (process.platform === 'linux') {
			const waiting = post();
			const { request: third } = await heldRequest(2);
			assert.deepEqual(await findClientProgram(third, 30_000), { name: 'node', processId: process.pid });
			held[2]!.decide('allow');
			await waiting;
		}
	});

	it('is told that a request has ended because its token was disabled', async () => {
		const response = post();
		const pending = await heldRequest();
		await source.disable(tokenId);
		controller.notifyTokensChanged();
		assert.equal((await response).status, 401);
		await eventually(() => assert.equal(pending.end, 'notPermitted'));
		pending.decide('allow');
	});

	it('denies them when it stops its gateway', async () => {
		const response = post();
		const pending = await heldRequest();
		await controller.stop();
		assert.equal((await response).status, 503);
		assert.equal(pending.end, 'stopped');
		pending.decide('allow');
	});

	it('ends them with the worker if that crashes', async () => {
		const responses = [post(), post()];
		await heldRequest(1);
		const [first, second] = held;
		// A message that isn't valid ends the worker.
		Object.assign(first!.request, { id: 'invalid' });
		first!.decide('allow');
		for (const response of responses) {
			await assert.rejects(response);
		}
		await eventually(() => assert.equal(second!.end, 'stopped'));
	});
});
