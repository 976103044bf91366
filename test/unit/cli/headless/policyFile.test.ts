import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandLineError } from '../../../../src/broker/commandLineError';
import { readPolicyFile, toEnforcedPolicy } from '../../../../src/cli/headless/policyFile';
import type { Policy, PolicyToken } from '../../../../src/policy/policy';

const HASH = 'ab'.repeat(32);
const TOKEN: PolicyToken = {
	id: 'SU-000-000-001',
	name: 'Nightly import',
	isEnabled: true,
	keys: [{ sha256: HASH, expirationDate: null }],
	permissions: ['products'],
	rate: null,
	remainingTotal: null,
	approval: 'never',
};
const POLICY: Policy = { version: 1, modules: [{ id: 'products', name: 'Products', paths: ['/products'] }], tokens: [TOKEN] };

describe('The file of a policy', () => {
	let folder: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-policy-'));
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	const enforce = (changes: Partial<PolicyToken>) => toEnforcedPolicy({ ...POLICY, tokens: [{ ...TOKEN, ...changes }] }).tokens[0]!;

	async function rejects(content: unknown, pattern: RegExp): Promise<void> {
		await writeFile(join(folder, 'policy.json'), typeof content === 'string' ? content : JSON.stringify(content));
		await assert.rejects(readPolicyFile(folder), (error) => {
			assert.ok(error instanceof CommandLineError);
			assert.match(error.message, pattern, JSON.stringify(content));
			assert.ok(!error.message.includes(HASH));
			return true;
		});
	}

	it('is converted to tokens and modules', async () => {
		await writeFile(join(folder, 'policy.json'), JSON.stringify(POLICY));
		const { tokens, modules, moduleNames } = await readPolicyFile(folder);
		assert.deepEqual([modules, moduleNames], [{ products: ['/products'] }, { products: 'Products' }]);
		const [{ id, enabled, key, previousKey, permissions, limits, approval }] = tokens as [(typeof tokens)[number]];
		assert.deepEqual([id, enabled, permissions, limits, approval], [TOKEN.id, true, ['products'], undefined, undefined]);
		assert.deepEqual([key.sha256, key.expirationDate, previousKey], [HASH, null, null]);
	});

	it('keeps both keys of a renewed token, the limits, and the approval', () => {
		const expirationDate = '2030-01-01T00:00:00.000Z';
		const { key, previousKey } = enforce({ keys: [TOKEN.keys[0]!, { sha256: 'cd'.repeat(32), expirationDate }] });
		assert.deepEqual([key.sha256, previousKey?.sha256, previousKey?.expirationDate], [HASH, 'cd'.repeat(32), expirationDate]);
		assert.equal(enforce({ isEnabled: false }).enabled, false);
		assert.equal(enforce({ approval: 'writes' }).approval, 'writes');
		const rate = { requests: 5, per: 'minute' } as const;
		assert.deepEqual(enforce({ rate }).limits, { rate });
		assert.deepEqual(enforce({ rate, remainingTotal: 7 }).limits, { rate, total: 7 });
		assert.deepEqual(enforce({ remainingTotal: 0 }).limits, { total: 0 });
		// Nothing is known about what's left, so nothing is allowed.
		assert.deepEqual(enforce({ remainingTotal: 'denied' }).limits, { total: 0 });
	});

	it('isn’t accepted unless all of it is valid', async () => {
		const withToken = (changes: object) => ({ ...POLICY, tokens: [{ ...TOKEN, ...changes }] });
		const invalid: [content: unknown, place: string][] = [
			['', ''],
			['{', ''],
			['[]', 'version'],
			[{ ...POLICY, tokens: undefined }, 'tokens'],
			[{ ...POLICY, version: 0 }, 'version'],
			[{ ...POLICY, modules: [{ id: '', name: '', paths: [] }] }, 'modules.0.id'],
			[{ ...POLICY, modules: [{ id: 'a', name: 'a', paths: ['products'] }] }, 'modules.0.paths.0'],
			[withToken({ id: 'SU-1' }), 'tokens.0.id'],
			[withToken({ keys: [] }), 'tokens.0.keys'],
			[withToken({ keys: [{ sha256: HASH.toUpperCase(), expirationDate: null }] }), 'tokens.0.keys.0.sha256'],
			[withToken({ keys: [{ sha256: HASH, expirationDate: 'never' }] }), 'tokens.0.keys.0.expirationDate'],
			[withToken({ keys: [{ sha256: HASH, expirationDate: '2030-13-01T00:00:00.000Z' }] }), 'tokens.0.keys.0.expirationDate'],
			[withToken({ keys: [{ sha256: HASH }] }), 'tokens.0.keys.0.expirationDate'],
			[withToken({ isEnabled: 'yes' }), 'tokens.0.isEnabled'],
			[withToken({ rate: { requests: 0, per: 'minute' } }), 'tokens.0.rate.requests'],
			[withToken({ rate: { requests: 1, per: 'week' } }), 'tokens.0.rate.per'],
			[withToken({ remainingTotal: 'unlimited' }), 'tokens.0.remainingTotal'],
			[withToken({ remainingTotal: 1.5 }), 'tokens.0.remainingTotal'],
			[withToken({ approval: undefined }), 'tokens.0.approval'],
		];
		for (const [content, place] of invalid) {
			await rejects(
				content,
				new RegExp(`policy\\.json isn't a valid policy${place === '' ? '' : ` \\(${place}\\)`}\\. Export it again\\.$`),
			);
		}
		await rejects({ version: 2, tokens: [] }, /was exported by a newer version of Connect Tokens\. Update this program and try again\./);
		await rejects(
			{ ...POLICY, tokens: [TOKEN, { ...TOKEN, isEnabled: false }] },
			/contains "SU-000-000-001" more than once\. Export it again\./,
		);
		await rejects({ ...POLICY, modules: [...POLICY.modules, ...POLICY.modules] }, /contains "products" more than once\./);
	});

	it('is missing or unreadable, which the error says with what to do', async () => {
		await assert.rejects(
			readPolicyFile(folder),
			/policy\.json doesn't exist\. Export the policy into this folder, or check the path after --policy\./,
		);
		await mkdir(join(folder, 'policy.json'));
		await assert.rejects(readPolicyFile(folder), /Couldn't read .*policy\.json \(EISDIR\)\. Check its permissions and try again\./);
		await assert.rejects(readPolicyFile(join(folder, 'policy.json/x')), /doesn't exist/);
	});
});
