import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ALL_MODULES } from '../../../src/domain/catalog';
import {
	formatPermission,
	getModuleIds,
	getPermissionLevel,
	isReadMethod,
	normalizePermissions,
	parsePermission,
} from '../../../src/domain/permissions';

const MODULE_IDS = ['products', 'MD-0007', 'Own: module', ALL_MODULES];
const anyPermissions = fc.array(fc.constantFrom(...MODULE_IDS.flatMap((id) => [id, `${id}:read`])));

describe('Permissions', () => {
	it('name a module and, if only reading is allowed, that', () => {
		assert.deepEqual(parsePermission('MD-0007'), { moduleId: 'MD-0007', level: 'full' });
		assert.deepEqual(parsePermission('MD-0007:read'), { moduleId: 'MD-0007', level: 'read' });
		for (const moduleId of MODULE_IDS) {
			for (const level of ['full', 'read'] as const) {
				assert.deepEqual(parsePermission(formatPermission({ moduleId, level })), { moduleId, level });
			}
		}
		assert.deepEqual(getModuleIds(['a:read', 'b', 'c']), ['a', 'b', 'c']);
	});

	it('give the highest level that any of them includes', () => {
		for (const [permissions, expected] of [
			[[], undefined],
			[['products:read'], 'read'],
			[['products'], 'full'],
			[['products', 'products:read'], 'full'],
			[['MD-0000:read'], 'read'],
			[['MD-0000:read', 'products'], 'full'],
			[['MD-0000', 'products:read'], 'full'],
			[['MD-0007', 'product', 'products:reads'], undefined],
		] as const) {
			assert.equal(getPermissionLevel(permissions, 'products'), expected, JSON.stringify(permissions));
		}
	});

	it('are normalized without a change of any access, and only in one way', () => {
		for (const [permissions, expected] of [
			[
				['usage', 'billing', 'usage'],
				['billing', 'usage'],
			],
			[['usage:read', 'usage'], ['usage']],
			[['usage:read', 'MD-0000', 'MD-0000:read'], ['MD-0000']],
			[
				['usage:read', 'products', 'MD-0000:read'],
				['MD-0000:read', 'products'],
			],
		] as const) {
			assert.deepEqual(normalizePermissions(permissions), expected);
		}
		fc.assert(
			fc.property(anyPermissions, (permissions) => {
				const normalized = normalizePermissions(permissions);
				const levels = (list: readonly string[]) => [...MODULE_IDS, 'another'].map((id) => getPermissionLevel(list, id));
				assert.deepEqual(levels(normalized), levels(permissions));
				assert.deepEqual(normalizePermissions([...normalized].reverse()), normalized);
				for (const permission of normalized) {
					assert.notDeepEqual(levels(normalized.filter((other) => other !== permission)), levels(normalized), permission);
				}
			}),
		);
	});

	it('treat only methods that change nothing as reading', () => {
		assert.deepEqual(['GET', 'HEAD', 'OPTIONS'].filter(isReadMethod), ['GET', 'HEAD', 'OPTIONS']);
		assert.deepEqual(['POST', 'PUT', 'PATCH', 'DELETE', 'get', 'PROPFIND', 'QUERY', 'GETX', ''].filter(isReadMethod), []);
	});
});
