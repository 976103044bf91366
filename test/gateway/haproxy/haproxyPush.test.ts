import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { generateTokenId } from '../../../src/domain/apiKey';
import type { ModulePaths } from '../../../src/domain/modulePaths';
import { ProblemError } from '../../../src/domain/problems';
import type { TokenRecord } from '../../../src/domain/token';
import { createHaproxyFiles } from '../../../src/policy/haproxy/haproxyPolicyFiles';
import { pullCounts } from '../../../src/policy/haproxy/pullCounts';
import { pushPolicy } from '../../../src/policy/haproxy/pushPolicy';
import type { Policy } from '../../../src/policy/policy';
import { eventually } from '../../support/eventually';
import { GatewayServers } from '../../support/gateway/gatewayServers';
import { createKeyRecord, issueToken } from '../../support/gateway/memoryTokens';
import { createDeployment, toPolicy } from '../../support/haproxy/examplePolicy';
import { HaproxyCluster } from '../../support/haproxy/haproxyCluster';
import { findHaproxyOrSkip } from '../../support/haproxy/haproxyProgram';
import { createTestRecord } from '../../support/seedTokens';

const MODULES: ModulePaths = { first: ['/alpha'], second: ['/beta'] };
const SWAPPED_MODULES: ModulePaths = { first: ['/beta'], second: ['/alpha'] };

/** Connections to each instance during a push. */
const CONNECTION_COUNT = 3;

describe('Pushing a policy to two instances of HAProxy', () => {
	const servers = new GatewayServers();
	let program: string;
	let upstream: string;
	let cluster: HaproxyCluster | undefined;

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

	const createPolicy = (tokens: readonly TokenRecord[], modules = MODULES): Policy => toPolicy(tokens, modules, {});

	async function start(policy: Policy): Promise<HaproxyCluster> {
		cluster = await HaproxyCluster.start(program, policy, upstream);
		return cluster;
	}

	it('denies disabled, rotated, and deleted tokens once a push is done, and allows new ones', async () => {
		const { token, authorization } = issueToken({ permissions: ['first'] });
		const other = issueToken({ permissions: ['first'] });
		const running = await start(createPolicy([token, other.token]));
		assert.deepEqual(await running.statuses('/alpha', authorization), [200, 200]);

		const rotated = { ...token, key: createKeyRecord('a'.repeat(40)) };
		for (const [tokens, changed] of [
			[[{ ...token, enabled: false }, other.token], { added: [], changed: [token.id], removed: [] }],
			[[token, other.token], { added: [], changed: [token.id], removed: [] }],
			[[rotated, other.token], { added: [], changed: [token.id], removed: [] }],
			[[token, other.token], { added: [], changed: [token.id], removed: [] }],
			[[other.token], { added: [], changed: [], removed: [token.id] }],
			[[token, other.token], { added: [token.id], changed: [], removed: [] }],
		] as const) {
			const changes = await running.push(createPolicy(tokens));
			const expected = tokens.some(({ id, key, ...record }) => id === token.id && key === token.key && record.enabled) ? 200 : 401;
			assert.deepEqual(await running.statuses('/alpha', authorization), [expected, expected]);
			assert.deepEqual(changes, [
				{ tokens: changed, areModulesChanged: false },
				{ tokens: changed, areModulesChanged: false },
			]);
			assert.deepEqual(await running.statuses('/alpha', other.authorization), [200, 200]);
		}
	});

	it('ends a key when it expires by the clock of the instance, without a push', async () => {
		const { token, authorization } = issueToken({ permissions: ['first'] });
		const running = await start(createPolicy([token]));
		assert.deepEqual(await running.statuses('/alpha', authorization), [200, 200]);
		const expiration = Date.now() + 2000;
		await running.push(createPolicy([{ ...token, key: { ...token.key, expirationDate: new Date(expiration).toISOString() } }]));
		let lastAllowed = 0;
		await eventually(async () => {
			const sentAt = Date.now();
			const statuses = await running.statuses('/alpha', authorization);
			if (statuses.includes(200)) {
				lastAllowed = sentAt;
			}
			assert.deepEqual(statuses, [401, 401]);
		});
		assert.ok(Date.now() >= expiration, 'It was denied before it expired.');
		assert.ok(lastAllowed < expiration, `It was allowed ${lastAllowed - expiration} ms after it expired.`);
	});

	it('changes modules and permissions at once, so that no request sees half a policy', async () => {
		const { token, authorization } = issueToken({ permissions: ['first'] });
		const others = Array.from({ length: 300 }, () => createTestRecord(0, { id: generateTokenId(randomBytes), permissions: ['first'] }));
		// With the modules of one and the permissions of the other, the token could access /beta, and not /alpha.
		const policies = [
			createPolicy([token, ...others]),
			createPolicy([{ ...token, permissions: ['second'] }, ...others.slice(100)], SWAPPED_MODULES),
		] as const;
		const running = await start(policies[0]);
		const { counts } = await sendDuring(running, [authorization], async () => {
			for (let push = 1; push <= 10; push++) {
				const changes = await running.push(policies[push % 2]!);
				assert.ok(changes.every(({ areModulesChanged }) => areModulesChanged));
			}
		});
		assert.deepEqual(Object.keys(counts).sort(), ['0 /alpha 200', '0 /beta 403']);
	});

	for (const [title, modules, permissions] of [
		['while modules stay the same', MODULES, ['second']],
		['together with modules', { ...SWAPPED_MODULES, third: ['/gamma'] }, ['first', 'third']],
	] as const) {
		it(`gives new permissions only to new keys ${title}`, async () => {
			const { token, authorization } = issueToken({ permissions: ['first'] });
			const rotated = issueToken({ id: token.id, permissions: [...permissions] });
			const policies = [createPolicy([token]), createPolicy([rotated.token], modules)] as const;
			const running = await start(policies[0]);
			const { counts } = await sendDuring(running, [authorization, rotated.authorization], async () => {
				for (let push = 1; push <= 10; push++) {
					await running.push(policies[push % 2]!);
				}
			});
			// The old key can access /alpha, and the new one /beta. Between the two policies, neither is valid.
			const possible = [
				'0 /alpha 200',
				'0 /alpha 401',
				'0 /beta 401',
				'0 /beta 403',
				'1 /alpha 401',
				'1 /alpha 403',
				'1 /beta 200',
				'1 /beta 401',
			];
			assert.deepEqual(Object.keys(counts).sort(), possible);
		});
	}

	it('repairs an instance that has only a part of the policy, and one whose rows were changed', async () => {
		const { token, authorization } = issueToken({ permissions: ['first'] });
		const running = await start(createPolicy([{ ...token, enabled: false }]));
		const files = createHaproxyFiles(createPolicy([token]), createDeployment(upstream));
		const [first] = await pushPolicy(files, running.instances.slice(0, 1));
		assert.ok(first && 'changes' in first);
		assert.deepEqual(await running.statuses('/alpha', authorization), [200, 401]);
		await running.push(createPolicy([token]));
		assert.deepEqual(await running.statuses('/alpha', authorization), [200, 200]);
		assert.deepEqual(
			(await running.push(createPolicy([token]))).map(({ tokens }) => tokens),
			[
				{ added: [], changed: [], removed: [] },
				{ added: [], changed: [], removed: [] },
			],
		);
	});

	it('names the instance that fails, and changes the others', async () => {
		const { token, authorization } = issueToken({ permissions: ['first'] });
		const running = await start(createPolicy([token]));
		await running.killInstance(0);
		const files = createHaproxyFiles(createPolicy([{ ...token, enabled: false }]), createDeployment(upstream));
		const [failed, changed] = await pushPolicy(files, running.instances);
		assert.ok(failed && 'error' in failed && failed.error instanceof ProblemError);
		assert.equal(failed.instance, 'edge-1');
		assert.match(failed.error.message, /^HAProxy isn't running, because nothing listens on .*haproxy-edge-1\.sock\. Start HAProxy in/);
		assert.ok(changed && 'changes' in changed && changed.instance === 'edge-2');
		assert.equal((await running.request(1, '/alpha', authorization)).status, 401);

		const { readings, failed: notRead } = await pullCounts(running.instances);
		assert.deepEqual([readings.map(({ readFrom }) => readFrom), notRead.map(({ instance }) => instance)], [['edge-2'], ['edge-1']]);

		const socketPath = running.instances[1]!.socketPath;
		assert.ok(existsSync(socketPath));
		await rename(socketPath, `${socketPath}.hidden`);
		const [, hidden] = await pushPolicy(files, running.instances);
		assert.ok(hidden && 'error' in hidden);
		assert.match(hidden.error.message, /haproxy-edge-2\.sock doesn't exist\. Start HAProxy in/);
	});

	it('renames modules, whatever their names contain', async () => {
		const { token, authorization } = issueToken({ permissions: ['first'] });
		const running = await start(createPolicy([token]));
		for (const name of [
			'a "quoted" \\ name; del map #0 x',
			'line\nbreak <<',
			'#comment',
			' \u20ac \u{1f600} %[env(HOME)] ${HOME}',
			"it's <b>",
		]) {
			await running.push(toPolicy([token], MODULES, { second: name }));
			const { status, text } = await running.request(0, '/beta', authorization);
			assert.equal(status, 403);
			const { errors } = JSON.parse(text) as { errors: string[] };
			assert.ok(errors[0]?.includes(`"${name}"`), text);
		}
	});

	/** Sends requests for /alpha and /beta with these keys all the time until `action` ends. Resolves with the number of responses of each kind. */
	async function sendDuring(
		running: HaproxyCluster,
		authorizations: readonly string[],
		action: () => Promise<void>,
	): Promise<{ counts: Record<string, number> }> {
		const counts: Record<string, number> = {};
		let isDone = false;
		const sendRepeatedly = async (index: number) => {
			const client = running.openClient(index);
			while (!isDone) {
				for (const [key, authorization] of authorizations.entries()) {
					for (const path of ['/alpha', '/beta']) {
						const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n\r\n`;
						const { status } = await client.send(request, true);
						counts[`${key} ${path} ${status}`] = (counts[`${key} ${path} ${status}`] ?? 0) + 1;
					}
				}
			}
			client.close();
		};
		const senders = Array.from({ length: CONNECTION_COUNT * 2 }, (_, index) => sendRepeatedly(index % 2));
		try {
			await action();
		} finally {
			isDone = true;
			await Promise.all(senders);
		}
		return { counts };
	}
});
