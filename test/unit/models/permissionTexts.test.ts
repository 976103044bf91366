import assert from 'node:assert/strict';
import { accessSummary, permissionLabel } from '../../../src/models/permissionTexts';

describe('Texts about permissions', () => {
	it('say how many modules there are, and how many of them are read-only', () => {
		for (const [permissions, expected] of [
			[[], 'No modules'],
			[['MD-0000'], 'Full'],
			[['MD-0000:read'], 'All modules (read-only)'],
			[['MD-0000:read', 'usage', 'billing'], 'All modules (read-only, except 2)'],
			[['usage'], '1 module'],
			[['usage:read'], '1 module (read-only)'],
			[['usage', 'billing'], '2 modules'],
			[['usage:read', 'billing:read'], '2 modules (read-only)'],
			[['usage:read', 'billing', 'pim'], '3 modules (1 read-only)'],
		] as const) {
			assert.equal(accessSummary(permissions), expected);
		}
	});

	it('name a module', () => {
		const getName = (id: string) => id.toUpperCase();
		assert.deepEqual(
			['usage', 'usage:read', 'MD-0000', 'MD-0000:read'].map((permission) => permissionLabel(permission, getName)),
			['USAGE', 'USAGE (read-only)', 'All modules', 'All modules (read-only)'],
		);
	});
});
