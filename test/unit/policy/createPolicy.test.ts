import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import { formatProblem } from '../../../src/domain/problems';
import { createTokenFromRecord, type TokenRecord, type TokenStatus } from '../../../src/domain/token';
import { continueTotals, createPolicy, type ExportedTotals, type PolicySource } from '../../../src/policy/createPolicy';
import { policySchema, type Policy, type PolicyToken } from '../../../src/policy/policy';
import { getPolicyEffect, getPolicyReason, type PolicyException } from '../../../src/policy/policyExceptions';
import { createTestRecord, tokensOfEveryStatus } from '../../support/seedTokens';

const now = new Date('2030-06-15T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const after = (hours: number) => new Date(now.getTime() + hours * HOUR_MS).toISOString();
const hash = (digit: string) => digit.repeat(64);
const createKey = (digit: string, expirationDate: string | null) => ({
	id: `key-${digit}`,
	sha256: hash(digit),
	issuedAt: after(-1),
	expirationDate,
});
const createRecord = (changes: Partial<TokenRecord> = {}) =>
	createTestRecord(1, { key: createKey('a', null), permissions: [], ...changes });

function create(tokens: readonly TokenRecord[], totals: ExportedTotals = 'denied', source: Partial<PolicySource> = {}) {
	const result = createPolicy({ modules: [], modulePaths: {}, requestCounts: {}, ...source, tokens }, { totals }, now);
	assert.deepEqual(v.parse(policySchema, JSON.parse(JSON.stringify(result.policy))), result.policy);
	return result;
}

const createToken = (changes: Partial<TokenRecord> = {}, totals?: ExportedTotals, source?: Partial<PolicySource>): PolicyToken => {
	const { tokens } = create([createRecord(changes)], totals, source).policy;
	assert.equal(tokens.length, 1);
	return tokens[0]!;
};
const format = (exceptions: readonly PolicyException[]) =>
	exceptions.map((exception) => `${getPolicyEffect(exception)}: ${formatProblem(getPolicyReason(exception))}`);

describe('the policy of a token', () => {
	it('has its name, its hash, and nothing else if nothing restricts it', () => {
		assert.deepEqual(create([createRecord({ name: 'Sync', permissions: ['MD-0000'] })]), {
			policy: {
				version: 1,
				modules: [],
				tokens: [
					{
						id: 'SU-000-000-001',
						name: 'Sync',
						isEnabled: true,
						keys: [{ sha256: hash('a'), expirationDate: null }],
						permissions: ['MD-0000'],
						rate: null,
						remainingTotal: null,
						approval: 'never',
					},
				],
			},
			exceptions: [],
		});
	});

	/** For each status that a token of the workspace can have: how it's exported. */
	const statuses: Partial<Record<TokenStatus, Partial<TokenRecord> & { readonly expected: Partial<PolicyToken> }>> = {
		active: { key: createKey('a', after(1000)), expected: { isEnabled: true, keys: [{ sha256: hash('a'), expirationDate: after(1000) }] } },
		expiring: {
			key: { ...createKey('a', after(1)), issuedAt: after(-1000) },
			expected: { keys: [{ sha256: hash('a'), expirationDate: after(1) }] },
		},
		revitalised: {
			previousKey: createKey('b', after(1)),
			expected: {
				keys: [
					{ sha256: hash('a'), expirationDate: null },
					{ sha256: hash('b'), expirationDate: after(1) },
				],
			},
		},
		expired: { key: createKey('a', after(0)), expected: { isEnabled: true, keys: [{ sha256: hash('a'), expirationDate: after(0) }] } },
		inactive: {
			enabled: false,
			previousKey: createKey('b', after(1)),
			expected: {
				isEnabled: false,
				keys: [
					{ sha256: hash('a'), expirationDate: null },
					{ sha256: hash('b'), expirationDate: after(1) },
				],
			},
		},
	};
	for (const [status, { expected, ...changes }] of Object.entries(statuses)) {
		it(`that's ${status} has the keys and dates that the gateway checks`, () => {
			assert.equal(createTokenFromRecord(createRecord(changes), now, 7).status, status);
			const token = createToken(changes);
			assert.deepEqual({ ...token, ...expected }, token);
		});
	}

	it('drops a previous key at the moment at which it expires', () => {
		assert.equal(createToken({ previousKey: createKey('b', after(0)) }).keys.length, 1);
		assert.equal(createToken({ previousKey: createKey('b', new Date(now.getTime() + 1).toISOString()) }).keys.length, 2);
	});

	it('has dates in UTC', () => {
		assert.deepEqual(createToken({ key: createKey('a', '2031-01-01T00:00:00+02:00') }).keys[0]!.expirationDate, '2030-12-31T22:00:00.000Z');
	});

	it('has sorted permissions, each once', () => {
		assert.deepEqual(createToken({ permissions: ['usage', 'MD-0007:read', 'billing', 'usage'] }).permissions, [
			'MD-0007:read',
			'billing',
			'usage',
		]);
	});

	it('has its rate', () => {
		assert.deepEqual(createToken({ limits: { rate: { requests: 5, per: 'minute' } } }).rate, { requests: 5, per: 'minute' });
	});

	it('is denied everything if it has a total, unless totals are exported with what is left', () => {
		const limits = { total: 10 };
		const requestCounts = { 'SU-000-000-001': { total: 4 } };
		const totals = (mode: ExportedTotals, source?: Partial<PolicySource>) => {
			const { total, remainingTotal } = createToken({ limits }, mode, source);
			return [total, remainingTotal];
		};
		assert.deepEqual(totals('denied', { requestCounts }), [10, 'denied']);
		assert.deepEqual(totals('remaining', { requestCounts }), [10, 6]);
		assert.deepEqual(totals('remaining'), [10, 10]);
		assert.deepEqual(totals('remaining', { requestCounts: { 'SU-000-000-001': { total: 12 } } }), [10, 0]);
		assert.deepEqual(format(create([createRecord({ limits })]).exceptions), [
			"denied: Its total of 10 requests would start over if all instances were restarted, so all of its requests are denied. To allow those that are left, export the policy with “Allow What's Left” or “--totals remaining”.",
		]);
		assert.deepEqual(format(create([createRecord({ limits })], 'remaining', { requestCounts }).exceptions), [
			'note: When it was exported, 6 requests of its total of 10 were left, and it can make as many. The gateway in the editor counts separately, and counting starts over if all instances are restarted.',
		]);
	});

	it('keeps which requests require approval, and says that those are denied', () => {
		for (const [approval, expected] of [
			['writes', 'restricted: Its writes require approval, which only the gateway in the editor can ask for, so all of them are denied.'],
			[
				'always',
				'denied: All of its requests require approval, which only the gateway in the editor can ask for, so all of them are denied.',
			],
		] as const) {
			const { policy, exceptions } = create([createRecord({ approval })]);
			assert.equal(policy.tokens[0]!.approval, approval);
			assert.deepEqual(format(exceptions), [expected]);
		}
	});

	it('says that a query can deny the requests of one that only reads', () => {
		assert.match(format(create([createRecord({ permissions: ['usage:read', 'billing'] })]).exceptions).join(), /^restricted: .+“method”/);
		assert.deepEqual(create([createRecord({ permissions: ['billing'] })]).exceptions, []);
	});

	it('isn’t there if it’s a lease, which is said while it lasts', () => {
		const lease = { task: 'Count assets', agent: 'Agent' };
		const { policy, exceptions } = create([
			createRecord({ lease, approval: 'writes', limits: { total: 5 }, key: createKey('a', after(1)) }),
			createRecord({ id: 'SU-000-000-002', lease, key: createKey('b', after(0)) }),
			// Nobody could have issued it with this date.
			createRecord({ id: 'SU-000-000-003', lease, key: createKey('c', after(1000)) }),
		]);
		assert.deepEqual(policy.tokens, []);
		assert.deepEqual(exceptions, [{ tokenId: 'SU-000-000-001', tokenName: 'Token 1', kind: 'lease', numbers: [] }]);
		assert.deepEqual(format(exceptions), [
			"denied: It's a lease for a task of an agent on this machine, so it isn't exported, and all of its requests are denied.",
		]);
	});

	it('ignores names that every object has', () => {
		const { modules } = create([], 'denied', { modules: [{ id: 'constructor', name: 'Own' }] }).policy;
		assert.deepEqual(modules, [{ id: 'constructor', name: 'Own', paths: [] }]);
	});
});

describe('a policy', () => {
	const source: PolicySource = {
		tokens: tokensOfEveryStatus(),
		modules: [...BUILT_IN_MODULES, { id: 'Orders “x”\n#', name: 'Orders “x”\n#' }],
		modulePaths: { ...BUILT_IN_MODULE_PATHS, 'Orders “x”\n#': ['/orders/{id}', '/carts', '/carts'] },
		requestCounts: {},
	};

	it('has all modules with their paths, and all tokens', () => {
		const { modules, tokens } = create(source.tokens, 'denied', source).policy;
		assert.equal(modules.length, BUILT_IN_MODULES.length + 1);
		assert.deepEqual(modules.find(({ id }) => id.startsWith('Orders'))!.paths, ['/carts', '/orders/{id}']);
		assert.deepEqual(modules.find(({ id }) => id === 'usage')!.paths, ['/assets/{id}/usage', '/products/{id}/usage', '/usage']);
		assert.deepEqual(tokens.map(({ id }) => id).sort(), source.tokens.map(({ id }) => id).sort());
	});

	it('contains no key IDs, and nothing else that engines don’t need', () => {
		const text = JSON.stringify(create(source.tokens, 'denied', source).policy);
		for (const word of ['key-', 'issuedAt', 'description', 'someone', 'crm-42']) {
			assert.ok(!text.includes(word), word);
		}
	});

	it('is the same in whatever order tokens, modules, paths, and permissions are', () => {
		const expected = JSON.stringify(createPolicy(source, { totals: 'remaining' }, now));
		fc.assert(
			fc.property(
				fc.shuffledSubarray([...source.tokens], { minLength: source.tokens.length }),
				fc.shuffledSubarray([...source.modules], { minLength: source.modules.length }),
				fc.boolean(),
				(tokens, modules, isReversed) => {
					const reverse = (texts: readonly string[]) => (isReversed ? texts.toReversed() : texts);
					const modulePaths = Object.fromEntries(Object.entries(source.modulePaths).map(([id, paths]) => [id, reverse(paths)]));
					const reordered = tokens.map((token) => ({ ...token, permissions: reverse(token.permissions) }));
					const created = createPolicy({ ...source, tokens: reordered, modules, modulePaths }, { totals: 'remaining' }, now);
					assert.equal(JSON.stringify(created), expected);
				},
			),
		);
	});
});

describe('a policy that continues another one', () => {
	const limits = { total: 10 };
	const requestCounts = { 'SU-000-000-001': { total: 4 } };
	const exported = create([createRecord({ limits })], 'remaining', { requestCounts }).policy;
	const continueWith = (record: Partial<TokenRecord>, totals: ExportedTotals = 'remaining', previous: Policy = exported) => {
		const created = create([createRecord(record)], totals, { requestCounts: { 'SU-000-000-001': { total: 7 } } });
		const { policy, exceptions } = continueTotals(created, previous);
		return { ...policy.tokens[0]!, exceptions: exceptions.map(({ kind, numbers }) => [kind, ...numbers]), policy };
	};

	it('keeps the number that the instances count from, whatever the gateway in the editor has counted since', () => {
		const { remainingTotal, exceptions } = continueWith({ limits, enabled: false });
		assert.deepEqual([remainingTotal, exceptions], [6, [['totalRemaining', 10, 6]]]);
	});

	it('denies a total that was changed until it’s exported again', () => {
		const first = continueWith({ limits: { total: 100 } });
		assert.deepEqual([first.remainingTotal, first.total, first.exceptions], ['denied', 100, [['totalChanged', 100]]]);
		const second = continueWith({ limits: { total: 100 } }, 'remaining', first.policy);
		assert.deepEqual([second.remainingTotal, second.exceptions], ['denied', [['totalChanged', 100]]]);
		const changedBack = continueWith({ limits }, 'remaining', first.policy);
		assert.equal(changedBack.remainingTotal, 'denied');
	});

	it('starts a total that the previous policy didn’t have', () => {
		const previous = create([createRecord()]).policy;
		assert.equal(continueWith({ limits }, 'remaining', previous).remainingTotal, 3);
		assert.equal(continueWith({ limits }, 'remaining', { ...exported, tokens: [] }).remainingTotal, 3);
	});

	it('leaves other tokens and totals that aren’t exported as they are', () => {
		assert.deepEqual(continueWith({ limits }, 'denied').exceptions, [['totalDenied', 10]]);
		assert.equal(continueWith({}).remainingTotal, null);
	});

	it('still says that a lease isn’t exported', () => {
		const lease = createRecord({ id: 'SU-000-000-009', lease: { task: 'Count', agent: 'Agent' }, key: createKey('c', after(1)) });
		const created = create([lease, createRecord({ limits })], 'remaining');
		assert.deepEqual(
			continueTotals(created, exported).exceptions.map(({ tokenId, kind }) => [tokenId, kind]),
			[
				['SU-000-000-001', 'totalRemaining'],
				['SU-000-000-009', 'lease'],
			],
		);
	});
});
