import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAccessRules } from '../../../../src/domain/accessRules';
import { BUILT_IN_MODULE_PATHS, type ModulePaths } from '../../../../src/domain/modulePaths';
import { getPermissionLevel, isReadOnly } from '../../../../src/domain/permissions';
import {
	AMBIGUOUS_CLASS,
	compileAccessTree,
	SHARED_CLASS,
	UNCOVERED_CLASS,
	type AccessTree,
} from '../../../../src/policy/haproxy/accessTree';

/** Finds the class of a path in the way in which HAProxy does. */
function findClass({ root, transitions, depth }: AccessTree, path: string): string {
	const segments = `${path}/;`.split('/').slice(1);
	let node = root;
	for (let index = 0; index < depth && !node.startsWith('='); index++) {
		const segment = segments[index]!;
		node =
			transitions.get(`${segment}/${node}`) ??
			transitions.get(`${segment.toLowerCase().split(/[^\w-]/, 1)[0]!}~${node}`) ??
			transitions.get(`*${node}`) ??
			'=missing';
	}
	return node.slice(1);
}

/** Decides in the way in which HAProxy does. */
function decide(tree: AccessTree, method: string, path: string, permissions: readonly string[]): 'allowed' | 'denied' {
	const name = findClass(tree, path);
	const reads = method === 'GET';
	if (permissions.includes('MD-0000')) {
		return 'allowed';
	}
	const levels =
		name === SHARED_CLASS
			? [isReadOnly(permissions) ? 'read' : 'full']
			: [UNCOVERED_CLASS, AMBIGUOUS_CLASS].includes(name)
				? [getPermissionLevel(permissions, 'MD-0000')]
				: (tree.classes.get(name) ?? []).map((module) => getPermissionLevel(permissions, module));
	return levels.includes('full') ||
		(reads && levels.includes('read')) ||
		(reads && tree.transitions.get(`${path}/;!${tree.root}`) === 'full')
		? 'allowed'
		: 'denied';
}

const word = fc.constantFrom('a', 'A', 'b', 'accounts', 'Accounts', 'products', 'usage', 'USAGE', 'modules', 'x', 'K', 'ß', 'ss', 'SS');
const segment = fc.oneof(
	word,
	fc.tuple(word, fc.constantFrom('.json', '@x', '-1', '%40', '..b', ',')).map((parts) => parts.join('')),
);
const path = fc
	.tuple(fc.array(segment, { maxLength: 5 }), fc.boolean())
	.map(([segments, isFolder]) => `${segments.map((text) => `/${text}`).join('')}${isFolder ? '/' : ''}`)
	.filter((text) => !/[^\0-\x7f]/.test(text));
const ids = ['one', 'two', 'three'];
const rulePath = (names: fc.Arbitrary<string>) =>
	fc.array(fc.oneof(names, fc.constant('{id}')), { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
const customPaths = (names: fc.Arbitrary<string>) =>
	fc
		.tuple(fc.constantFrom<ModulePaths>({}, BUILT_IN_MODULE_PATHS), ...ids.map(() => fc.array(rulePath(names), { maxLength: 4 })))
		.map(([builtIn, ...lists]): ModulePaths => ({ ...builtIn, ...Object.fromEntries(ids.map((id, index) => [id, lists[index]!])) }));
const permissions = fc.oneof(
	fc.subarray(['one', 'two', 'three:read', 'products', 'usage:read', 'MD-0001:read']),
	fc.constantFrom<readonly string[]>(['MD-0000'], ['MD-0000:read'], ['MD-0000:read', 'one']),
);
const method = fc.constantFrom('GET', 'POST');
/** Requests that are decided by the same tree, because compiling it takes most of the time. */
const requests = fc.array(fc.tuple(method, path, permissions), { minLength: 4, maxLength: 4 });

describe('The access rules as a tree', () => {
	it('decide like the rules, for modules with plain names and placeholders', () => {
		fc.assert(
			fc.property(customPaths(word), requests, (modulePaths, testedRequests) => {
				const decideByRules = createAccessRules(modulePaths);
				const tree = compileAccessTree(modulePaths);
				for (const request of testedRequests) {
					assert.equal(decide(tree, ...request), decideByRules(...request).kind === 'allowed' ? 'allowed' : 'denied');
				}
			}),
			{ numRuns: 250 },
		);
	});

	it('never allow what the rules deny, whatever the names', () => {
		const name = fc.oneof(
			segment,
			fc.constantFrom('*', '~a', ';', '!', '=', 'caf%c3%a9', 'a%40b', 'é', 'ﬀ', 'a.b', '.a', '{', '__proto__'),
			fc.string().map((text) => text.replace(/[\s?#/]/g, '')),
		);
		fc.assert(
			fc.property(customPaths(name), requests, (modulePaths, testedRequests) => {
				const decideByRules = createAccessRules(modulePaths);
				const tree = compileAccessTree(modulePaths);
				for (const request of testedRequests) {
					if (decide(tree, ...request) === 'allowed') {
						assert.equal(decideByRules(...request).kind, 'allowed');
					}
				}
			}),
			{ numRuns: 250 },
		);
	});

	it('are the same tree, whatever the order of modules and paths', () => {
		const reversed = Object.fromEntries(
			Object.entries(BUILT_IN_MODULE_PATHS)
				.reverse()
				.map(([id, paths]) => [id, [...paths].reverse()]),
		);
		assert.equal(compileAccessTree(reversed).root, compileAccessTree(BUILT_IN_MODULE_PATHS).root);
		assert.notEqual(compileAccessTree({ ...BUILT_IN_MODULE_PATHS, pim: [] }).root, compileAccessTree(BUILT_IN_MODULE_PATHS).root);
	});

	it('contain no name of a module', () => {
		const { transitions } = compileAccessTree({ 'A module\n# "x"': ['/a'] });
		assert.doesNotMatch(JSON.stringify([...transitions]), /module\\n/);
	});

	it('reject rules that would need a huge tree', () => {
		const paths = Array.from(
			{ length: 16 },
			(_, index) => `/${Array.from({ length: 16 }, (_, depth) => (depth === index ? 'x' : '{id}')).join('/')}`,
		);
		assert.throws(() => compileAccessTree({ one: paths }), /too many paths/);
	});
});
