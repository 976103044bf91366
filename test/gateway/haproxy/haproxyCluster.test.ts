import assert from 'node:assert/strict';
import type { TokenRecord } from '../../../src/domain/token';
import { pullCounts } from '../../../src/policy/haproxy/pullCounts';
import { eventually } from '../../support/eventually';
import { GatewayServers } from '../../support/gateway/gatewayServers';
import { issueToken } from '../../support/gateway/memoryTokens';
import { toPolicy } from '../../support/haproxy/examplePolicy';
import { HaproxyCluster } from '../../support/haproxy/haproxyCluster';
import { findHaproxyOrSkip } from '../../support/haproxy/haproxyProgram';
import { createTestRecord } from '../../support/seedTokens';

describe('Two instances of HAProxy', () => {
	const servers = new GatewayServers();
	let program: string;
	let upstream: string;
	let cluster: HaproxyCluster | undefined;
	/** A token with a limit that it doesn't reach. */
	const other = issueToken({ limits: { rate: { requests: 1_000_000, per: 'day' } } });

	before(async function () {
		program = await findHaproxyOrSkip(this);
	});

	beforeEach(async () => {
		upstream = await servers.upstream((_, response) => response.end('ok'));
	});

	afterEach(async () => {
		await cluster?.stop();
		cluster = undefined;
		await servers.stopAll();
	});

	async function start(...tokens: readonly TokenRecord[]): Promise<HaproxyCluster> {
		cluster = await HaproxyCluster.start(program, toPolicy([...tokens, other.token], {}, {}), upstream);
		await cluster.waitForPeers();
		return cluster;
	}

	/** Resolves when both instances count requests of tokens with limits. After a start, they don't allow any until they know all counts. */
	async function waitForLimits(running: HaproxyCluster): Promise<void> {
		await eventually(async () => assert.deepEqual(await running.statuses('/', other.authorization), [200, 200]));
	}

	/** Sends requests one after another, and resolves with their statuses. */
	async function sendRequests(running: HaproxyCluster, index: number, authorization: string, count: number): Promise<readonly number[]> {
		const statuses: number[] = [];
		while (statuses.length < count) {
			statuses.push((await running.request(index, '/', authorization)).status);
		}
		return statuses;
	}

	/** Resolves when both instances know of this many responses of a class to the token's requests. */
	async function waitForCounts(running: HaproxyCluster, id: string, statusClass: string, count: number): Promise<void> {
		await eventually(async () => {
			const counts = await running.pull();
			assert.deepEqual(
				counts.map((sums) => sums[`${id} ${statusClass}`]),
				[count, count],
			);
		});
	}

	for (const [title, limits] of [
		// A period can end during the test, but two days can't.
		['a rate', { rate: { requests: 10, per: 'day' } }],
		['a total', { total: 10 }],
	] as const) {
		it(`share ${title}, which stays used after one of them was killed`, async () => {
			const { token, authorization } = issueToken({ limits });
			const running = await start(token);
			await waitForLimits(running);
			assert.deepEqual(await sendRequests(running, 0, authorization, 4), [200, 200, 200, 200]);
			await waitForCounts(running, token.id, '2xx', 4);
			assert.deepEqual(await sendRequests(running, 1, authorization, 3), [200, 200, 200]);
			await waitForCounts(running, token.id, '2xx', 7);

			await running.killInstance(0);
			await running.startInstance(0);
			assert.equal((await running.request(0, '/', authorization)).status, 503);
			await waitForLimits(running);
			assert.deepEqual(await sendRequests(running, 0, authorization, 4), [200, 200, 200, 429]);
			await waitForCounts(running, token.id, '2xx', 10);
			assert.deepEqual(await sendRequests(running, 1, authorization, 2), [429, 429]);
			await waitForCounts(running, token.id, '4xx', 3);
		});
	}

	it("allow at most twice a limit while they can't reach each other", async () => {
		const { token, authorization } = issueToken({ limits: { rate: { requests: 5, per: 'day' } } });
		const running = await start(token);
		await waitForLimits(running);
		const statuses = await Promise.all([sendRequests(running, 0, authorization, 8), sendRequests(running, 1, authorization, 8)]);
		const allowed = statuses.flat().filter((status) => status === 200).length;
		assert.ok(allowed >= 5 && allowed <= 10, String(allowed));
		await waitForCounts(running, token.id, '2xx', allowed);
		assert.deepEqual(await running.statuses('/', authorization), [429, 429]);
	});

	it('count each start of an instance separately, so that no count is ever lower than before', async () => {
		const { token, authorization } = issueToken();
		const running = await start(token);
		await sendRequests(running, 0, authorization, 3);
		await waitForCounts(running, token.id, '2xx', 3);
		const firstRun = Math.floor(Date.now() / 1000);
		await eventually(() => assert.ok(Date.now() / 1000 >= firstRun + 1));
		await running.killInstance(0);
		await running.startInstance(0);
		await sendRequests(running, 0, authorization, 2);
		await waitForCounts(running, token.id, '2xx', 5);
		const { readings } = await pullCounts(running.instances);
		const today = new Date().toISOString().slice(0, 10);
		for (const { counts } of readings) {
			assert.deepEqual(counts.map(({ count }) => count).sort(), [2, 3]);
			assert.equal(new Set(counts.map(({ run }) => run)).size, 2);
			assert.ok(counts.every((count) => count.instance === 'edge-1' && count.date === today && count.tokenId === token.id));
		}
	});

	it('count denials and errors, and respond in the format of the platform while the upstream is down', async () => {
		const { token, authorization } = issueToken();
		const disabled = issueToken({ enabled: false });
		const running = await start(token, disabled.token);
		assert.deepEqual(await running.statuses('/', authorization), [200, 200]);
		assert.deepEqual(await running.statuses('/', disabled.authorization), [401, 401]);
		await servers.stopAll();
		for (const index of [0, 1]) {
			const { status, text } = await running.request(index, '/', authorization);
			assert.deepEqual([status, JSON.parse(text)], [502, { error_code: 'GW_502', errors: ['The upstream is unreachable.'] }]);
		}
		await waitForCounts(running, token.id, '2xx', 2);
		await waitForCounts(running, token.id, '5xx', 2);
		await waitForCounts(running, disabled.token.id, '4xx', 2);
	});

	it('enforce a policy with 100,000 tokens, and a push that disables one of them', async function () {
		this.timeout(300_000);
		const { token, authorization } = issueToken();
		const others = Array.from({ length: 100_000 }, (_, index) => createTestRecord(index, { permissions: ['MD-0001'] }));
		const running = await start(...others, token);
		assert.deepEqual(await running.statuses('/', authorization), [200, 200]);
		const push = await running.preparePush(toPolicy([...others, { ...token, enabled: false }, other.token], {}, {}));
		const changes = await push();
		assert.deepEqual(await running.statuses('/', authorization), [401, 401]);
		assert.deepEqual(changes[0]?.tokens, { added: [], changed: [token.id], removed: [] });
	});
});
