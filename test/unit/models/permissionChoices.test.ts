import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ALL_MODULES } from '../../../src/domain/catalog';
import { getPermissionLevel } from '../../../src/domain/permissions';
import { getAllModulesLevel, withAllModules, withLevelForAll, withModuleLevel } from '../../../src/models/permissionChoices';

const MODULE_IDS = ['billing', 'products', 'usage'];
const anyPermissions = fc.uniqueArray(fc.constantFrom(...[...MODULE_IDS, ALL_MODULES].flatMap((id) => [id, `${id}:read`])));
const anyLevel = fc.constantFrom(undefined, 'read', 'full');

describe('The choice of a token’s modules', () => {
	it('keeps access to all modules if only one gets more', () => {
		assert.deepEqual(withModuleLevel(['MD-0000:read'], 'products', 'full', MODULE_IDS), ['MD-0000:read', 'products']);
		assert.deepEqual(withModuleLevel(['MD-0000:read', 'products'], 'products', 'read', MODULE_IDS), ['MD-0000:read']);
	});

	it('lists the modules one by one if one gets less than all have', () => {
		assert.deepEqual(withModuleLevel(['MD-0000'], 'products', undefined, MODULE_IDS), ['billing', 'usage']);
		assert.deepEqual(withModuleLevel(['MD-0000'], 'products', 'read', MODULE_IDS), ['billing', 'products:read', 'usage']);
		assert.deepEqual(withModuleLevel(['MD-0000:read'], 'products', undefined, MODULE_IDS), ['billing:read', 'usage:read']);
	});

	it('can be all modules, all of them read-only, or none', () => {
		for (const level of ['full', 'read', undefined] as const) {
			assert.equal(getAllModulesLevel(withAllModules(level)), level);
		}
	});

	it('can become read-only at once, and full again, without any other module', () => {
		assert.deepEqual(withLevelForAll(['billing', 'usage:read'], 'read'), ['billing:read', 'usage:read']);
		assert.deepEqual(withLevelForAll(['billing:read', 'usage:read'], 'full'), ['billing', 'usage']);
		assert.deepEqual(withLevelForAll(['MD-0000:read', 'usage'], 'read'), ['MD-0000:read']);
	});

	it('changes the access to the chosen module, and to no other', () => {
		fc.assert(
			fc.property(anyPermissions, fc.constantFrom(...MODULE_IDS), anyLevel, (permissions, moduleId, level) => {
				const changed = withModuleLevel(permissions, moduleId, level, MODULE_IDS);
				for (const id of MODULE_IDS) {
					assert.equal(getPermissionLevel(changed, id), id === moduleId ? level : getPermissionLevel(permissions, id), id);
				}
				const levels = ['full', 'read', undefined];
				const allLevels = [permissions, changed].map((list) => levels.indexOf(getAllModulesLevel(list)));
				assert.ok(allLevels[1]! >= allLevels[0]!, 'a module that is added later gets no more access');
			}),
		);
	});
});
