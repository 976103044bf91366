import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ALL_MODULES } from '../../../src/domain/catalog';
import { getEvidence, summarizeModuleUsage, type UsedModule } from '../../../src/domain/moduleUsage';
import {
	applyReduction,
	countDeniedOn,
	countDeniedSince,
	isWatched,
	proposeReduction,
	type PermissionChange,
} from '../../../src/domain/permissionReduction';
import { formatPermission, getPermissionLevel, normalizePermissions } from '../../../src/domain/permissions';

const LAST_USED = '2030-06-15';
const now = new Date('2030-06-30T12:00:00Z');
const MODULES = ['billing', 'products', 'usage'];
const isKnown = (id: string) => MODULES.includes(id);

function use(moduleId: string, read: number, write: number): UsedModule {
	return { moduleId, read, write, lastUsed: LAST_USED };
}

function changesOf(permissions: readonly string[], used: readonly UsedModule[]): readonly PermissionChange[] {
	const proposal = proposeReduction(permissions, used, isKnown);
	return proposal.kind === 'changes' ? proposal.changes : assert.fail(proposal.kind);
}

function reduce(permissions: readonly string[], used: readonly UsedModule[]): readonly string[] {
	return applyReduction(permissions, used, isKnown, changesOf(permissions, used));
}

describe('A proposal to reduce permissions', () => {
	it('removes unused modules, and makes those read-only that were only read', () => {
		const permissions = ['billing', 'products', 'usage'];
		const used = [use('products', 12, 0), use('usage', 1, 3)];
		assert.deepEqual(changesOf(permissions, used), [
			{ kind: 'remove', moduleId: 'billing' },
			{ kind: 'readOnly', moduleId: 'products' },
		]);
		assert.deepEqual(reduce(permissions, used), ['products:read', 'usage']);
	});

	it('replaces all modules with those that were used', () => {
		const used = [use('products', 12, 0), use('usage', 0, 3)];
		assert.deepEqual(changesOf([ALL_MODULES], used), [{ kind: 'onlyUsed' }, { kind: 'readOnly', moduleId: 'products' }]);
		assert.deepEqual(reduce([ALL_MODULES], used), ['products:read', 'usage']);
		assert.deepEqual(reduce(['MD-0000:read'], used), ['products:read', 'usage:read']);
		assert.deepEqual(reduce(['MD-0000:read', 'billing', 'usage'], used), ['products:read', 'usage']);
	});

	it('keeps access to all modules if nothing else allows what was used', () => {
		assert.deepEqual(reduce([ALL_MODULES], [use(ALL_MODULES, 1, 0), use('products', 1, 1), use('usage', 1, 0)]), [
			'MD-0000:read',
			'products',
		]);
		assert.deepEqual(reduce(['MD-0000:read', 'products', 'usage'], [use(ALL_MODULES, 1, 0), use('usage', 0, 1)]), [
			'MD-0000:read',
			'usage',
		]);
		assert.deepEqual(proposeReduction([ALL_MODULES], [use(ALL_MODULES, 0, 1)], isKnown), { kind: 'nothingToReduce' });
	});

	it('leaves what the user keeps', () => {
		const used = [use('products', 1, 0), use('usage', 0, 1)];
		const apply = (permissions: readonly string[], ...changes: readonly PermissionChange[]) =>
			applyReduction(permissions, used, isKnown, changes);
		assert.deepEqual(apply(['billing', 'products', 'usage'], { kind: 'remove', moduleId: 'billing' }), ['products', 'usage']);
		assert.deepEqual(apply(['billing', 'products'], { kind: 'readOnly', moduleId: 'products' }), ['billing', 'products:read']);
		assert.deepEqual(apply([ALL_MODULES], { kind: 'onlyUsed' }), ['products', 'usage']);
		assert.deepEqual(apply([ALL_MODULES], { kind: 'readOnly', moduleId: 'products' }), [ALL_MODULES]);
		assert.deepEqual(apply(['billing', 'products']), ['billing', 'products']);
	});

	it('says that nothing was used, or that everything is', () => {
		assert.deepEqual(proposeReduction(['billing'], [], isKnown), { kind: 'nothingUsed' });
		assert.deepEqual(proposeReduction([ALL_MODULES], [], isKnown), { kind: 'nothingUsed' });
		assert.deepEqual(proposeReduction([], [use('usage', 1, 1)], isKnown), { kind: 'nothingUsed' });
		assert.deepEqual(proposeReduction(['billing'], [use('products', 5, 0)], isKnown), { kind: 'nothingUsed' });
		assert.deepEqual(proposeReduction(['billing:read', 'usage'], [use('billing', 1, 0), use('usage', 0, 1)], isKnown), {
			kind: 'nothingToReduce',
		});
	});

	it('ignores a module that doesn’t exist anymore, unless the token still has it', () => {
		const used = [use('Orders', 5, 5), use('products', 1, 1)];
		assert.deepEqual(reduce([ALL_MODULES], used), ['products']);
		assert.deepEqual(reduce(['Orders', 'products', 'usage'], used), ['Orders', 'products']);
		assert.deepEqual(proposeReduction([ALL_MODULES], [use('Orders', 5, 5)], isKnown), { kind: 'nothingUsed' });
	});

	const permission = fc
		.record({ moduleId: fc.constantFrom(...MODULES, 'Orders', ALL_MODULES), level: fc.constantFrom('full' as const, 'read' as const) })
		.map(formatPermission);
	const permissions = fc.array(permission, { maxLength: 4 }).map(normalizePermissions);
	const usedModules = fc.uniqueArray(
		fc
			.record({ moduleId: fc.constantFrom(...MODULES, 'Orders', 'Gone', ALL_MODULES), read: fc.nat({ max: 3 }), write: fc.nat({ max: 3 }) })
			.filter(({ read, write }) => read + write > 0)
			.map((counts) => ({ ...counts, lastUsed: LAST_USED })),
		{ selector: ({ moduleId }) => moduleId },
	);

	it('never allows more, and still allows every request that was counted', () => {
		fc.assert(
			fc.property(permissions, usedModules, fc.func(fc.boolean()), (before, used, isPicked) => {
				const proposal = proposeReduction(before, used, isKnown);
				if (proposal.kind !== 'changes') {
					return;
				}
				for (const changes of [proposal.changes, proposal.changes.filter((change) => isPicked(JSON.stringify(change)))]) {
					const after = applyReduction(before, used, isKnown, changes);
					assert.ok(after.length > 0);
					for (const id of [...MODULES, 'Orders', 'Other', ALL_MODULES]) {
						const levels = [undefined, 'read', 'full'];
						assert.ok(levels.indexOf(getPermissionLevel(after, id)) <= levels.indexOf(getPermissionLevel(before, id)), id);
					}
					for (const { moduleId, write } of used.filter(({ moduleId: id }) => isKnown(id) || before.some((own) => own.startsWith(id)))) {
						const levelBefore = getPermissionLevel(before, moduleId);
						const levelAfter = getPermissionLevel(after, moduleId);
						assert.ok(
							levelBefore === undefined || levelAfter === 'full' || (levelAfter === 'read' && (write === 0 || levelBefore === 'read')),
							moduleId,
						);
					}
				}
			}),
			{ numRuns: 3000 },
		);
	});

	it('has nothing to add once it was applied', () => {
		fc.assert(
			fc.property(permissions, usedModules, (before, used) => {
				const proposal = proposeReduction(before, used, isKnown);
				if (proposal.kind === 'changes') {
					const after = applyReduction(before, used, isKnown, proposal.changes);
					assert.deepEqual(proposeReduction(after, used, isKnown), { kind: 'nothingToReduce' });
					assert.notDeepEqual(after, before);
				}
			}),
			{ numRuns: 3000 },
		);
	});
});

describe('What is known about the modules that a token uses', () => {
	const days = [
		{ date: '2030-06-10', statuses: { 200: 9 } },
		{ date: '2030-06-14', statuses: { 200: 9 }, modules: { usage: { read: 1, write: 0 }, products: { read: 4, write: 1 } } },
		{ date: '2030-06-15', statuses: {}, modules: { products: { read: 2, write: 0 } } },
	];

	it('is how often each was used, and when last', () => {
		assert.deepEqual(summarizeModuleUsage({ days }), {
			used: [
				{ moduleId: 'products', read: 6, write: 1, lastUsed: '2030-06-15' },
				{ moduleId: 'usage', read: 1, write: 0, lastUsed: '2030-06-14' },
			],
		});
		assert.deepEqual(summarizeModuleUsage({ days: [], modulesSince: '2030-06-12' }), { used: [], since: '2030-06-12' });
	});

	const evidence = (created: string, since?: string, requests = 20) => {
		const { isYoung, isSparse, ...rest } = getEvidence(
			{ used: [use('usage', requests, 0)], ...(since !== undefined && { since }) },
			`${created}T12:00:00Z`,
			now,
		);
		assert.equal(rest.requests, requests);
		return [rest.since, rest.days, isYoung, isSparse];
	};

	it('covers 30 days at most, and less for a new token or one that wasn’t counted at first', () => {
		assert.deepEqual(evidence('2030-01-01'), ['2030-06-01', 30, false, false]);
		assert.deepEqual(evidence('2030-06-01'), ['2030-06-01', 30, false, false]);
		assert.deepEqual(evidence('2030-06-02'), ['2030-06-02', 29, true, false]);
		assert.deepEqual(evidence('2030-06-30'), ['2030-06-30', 1, true, false]);
		assert.deepEqual(evidence('2030-01-01', '2030-06-21'), ['2030-06-21', 10, true, false]);
		assert.deepEqual(evidence('2030-06-25', '2030-06-21'), ['2030-06-25', 6, true, false]);
		assert.deepEqual(evidence('2031-01-01'), ['2030-06-30', 1, true, false]);
	});

	it('is little after a few requests', () => {
		assert.deepEqual(evidence('2030-01-01', undefined, 19), ['2030-06-01', 30, false, true]);
	});
});

describe('Denials after a reduction', () => {
	const reduction = { at: '2030-06-15T12:00:00.000Z', previous: ['usage'], reduced: ['usage:read'], deniedBefore: 2 };
	const at = (iso: string) => new Date(iso);

	it('are a reason to warn for 7 days', () => {
		assert.equal(isWatched(reduction, at('2030-06-15T12:00:00.000Z')), true);
		assert.equal(isWatched(reduction, at('2030-06-22T11:59:59.999Z')), true);
		assert.equal(isWatched(reduction, at('2030-06-22T12:00:00.000Z')), false);
		assert.equal(isWatched(reduction, at('2030-06-15T11:59:59.999Z')), false);
	});

	it('don’t include those before it', () => {
		const days = [
			{ date: '2030-06-14', statuses: { 403: 50 } },
			{ date: '2030-06-15', statuses: { 200: 9, 403: 2 } },
			{ date: '2030-06-16', statuses: { 200: 9 } },
		];
		assert.equal(countDeniedOn(at(reduction.at), days), 2);
		assert.equal(countDeniedOn(at('2030-06-16T00:00:00Z'), days), 0);
		assert.equal(countDeniedSince(reduction, days), 0);
		assert.equal(countDeniedSince(reduction, [...days, { date: '2030-06-17', statuses: { 403: 3 } }]), 3);
		assert.equal(countDeniedSince(reduction, []), 0);
	});
});
