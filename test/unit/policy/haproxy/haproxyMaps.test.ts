import assert from 'node:assert/strict';
import { createDeployment, createExamplePolicy } from '../../../support/haproxy/examplePolicy';
import { createHaproxyFiles } from '../../../../src/policy/haproxy/haproxyPolicyFiles';
import type { Policy, PolicyToken } from '../../../../src/policy/policy';

const DEPLOYMENT = createDeployment('https://api.example.com/public/v1');
const createFiles = (policy: Policy) => Object.fromEntries(createHaproxyFiles(policy, DEPLOYMENT));

/** Returns the lines that only one of two files has, by file. */
function diff(before: Record<string, string>, after: Record<string, string>): Record<string, readonly string[]> {
	const lines = (text = '') => text.split('\n');
	return Object.fromEntries(
		Object.keys({ ...before, ...after }).flatMap((name) => {
			const [old, current] = [lines(before[name]), lines(after[name])];
			const changed = [
				...old.filter((line) => !current.includes(line)).map((line) => `- ${line}`),
				...current.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
			];
			return changed.length > 0 ? [[name, changed]] : [];
		}),
	);
}

describe('The files for HAProxy', () => {
	const policy = createExamplePolicy(20);
	const change = (changes: Partial<PolicyToken>): Policy => ({
		...policy,
		tokens: policy.tokens.map((token, index) => (index === 3 ? { ...token, ...changes } : token)),
	});

	it('are the same each time, in whatever order the policy is', () => {
		assert.deepEqual(createFiles(structuredClone(policy)), createFiles(policy));
		assert.deepEqual(
			createFiles({ ...policy, tokens: policy.tokens.toReversed(), modules: policy.modules.toReversed() }),
			createFiles(policy),
		);
	});

	it('differ in one line if one token is disabled, rotated, or changed', () => {
		const before = createFiles(policy);
		for (const changed of [
			change({ isEnabled: false }),
			change({ approval: 'always' }),
			change({ keys: [{ sha256: 'f'.repeat(64), expirationDate: '2030-01-01T00:00:00.000Z' }] }),
		]) {
			const { 'tokens.map': lines = [], ...others } = diff(before, createFiles(changed));
			assert.equal(lines.length, 2);
			assert.deepEqual(others, {});
		}
	});

	it('don’t change if a token is renamed, because no name decides', () => {
		assert.deepEqual(createFiles(change({ name: 'Another "name"\n' })), createFiles(policy));
	});

	it('only change a message if a module is renamed', () => {
		const renamed = { ...policy, modules: policy.modules.map((module) => ({ ...module, name: `${module.name}!` })) };
		assert.deepEqual(Object.keys(diff(createFiles(policy), createFiles(renamed))), ['names.map']);
	});

	it('get another version of the access rules if a path changes', () => {
		const changed = { ...policy, modules: policy.modules.map((module, index) => (index === 0 ? { ...module, paths: ['/new'] } : module)) };
		const files = diff(createFiles(policy), createFiles(changed));
		assert.ok(files['policy.map']);
		assert.equal(files['haproxy.cfg'], undefined);
	});

	it('reject an upstream whose path would change the configuration', () => {
		for (const path of ['/a"b', "/a'b", '/a%0ab', '/a$b', '/a b', '/a%b', '/a{b}']) {
			const create = () => createHaproxyFiles(policy, createDeployment(`http://127.0.0.1:1${path}`));
			assert.throws(create, /upstream's path/, path);
		}
	});
});
