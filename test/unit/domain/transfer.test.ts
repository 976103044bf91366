import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ALL_MODULES, catalogue, type Catalogue } from '../../../src/domain/catalogue';
import { validateDraft } from '../../../src/domain/draft';
import { tokenAt, type TokenRecord } from '../../../src/domain/token';
import { transfer } from '../../../src/domain/transfer';
import { tokenRecord } from '../../support/seed';

const now = new Date();
const there: Catalogue = {
	extensions: [
		{ id: 'EXT-111', name: 'reports', description: '', permissions: [] },
		{ id: 'EXT-000', name: 'Custom', description: '', permissions: null },
	],
	modules: [
		{ id: 'MD-0001', name: 'Account' },
		{ id: 'MD-0099', name: 'Usage' },
	],
};
const names = new Map(catalogue.modules.map(({ id, name }) => [id, name]));
const moduleName = (id: string) => names.get(id) ?? id;
const copy = (changes: Parameters<typeof tokenRecord>[1]) => transfer(tokenAt(tokenRecord(1, changes), now, 7), moduleName, there, now);

describe('the definition of a token for another source', () => {
	it('finds modules by their id, or else by their name, and tells which are not there', () => {
		const { draft, missing, isOtherExtension } = copy({ permissions: ['MD-0001', 'usage', 'products', 'own'] });
		assert.deepEqual(draft.permissions, ['MD-0001', 'MD-0099']);
		assert.deepEqual(missing, ['Products', 'own']);
		assert.equal(isOtherExtension, false);
	});

	it('keeps all modules', () => {
		assert.deepEqual(copy({ permissions: [ALL_MODULES] }).draft.permissions, [ALL_MODULES]);
	});

	it('finds the extension by its name and leaves its modules to it', () => {
		const { draft, missing, isOtherExtension } = copy({ extension: { id: 'reports', name: 'Reports' }, permissions: ['reports'] });
		assert.deepEqual([draft.extension, draft.permissions, missing, isOtherExtension], ['EXT-111', undefined, [], false]);
	});

	it('is Custom, with the token’s modules, where its extension is not there', () => {
		const { draft, isOtherExtension } = copy({ extension: { id: 'zapier', name: 'Zapier' }, permissions: [ALL_MODULES] });
		assert.deepEqual([draft.extension, draft.permissions, isOtherExtension], ['EXT-000', [ALL_MODULES], true]);
	});

	it('ends with the newest key, never at once, and not at all only where the token does not', () => {
		const { key } = tokenRecord(2, { endsInDays: 40 });
		assert.equal(copy({ key }).draft.expirationDate, key.expirationDate);
		const previousKey: TokenRecord['previousKey'] = { ...key, id: 'before', expirationDate: new Date(now.getTime() + 1000).toISOString() };
		assert.equal(copy({ key, previousKey }).draft.expirationDate, key.expirationDate);
		assert.equal(copy({ endsInDays: null }).draft.expirationDate, null);
		const later = Date.parse(copy({ endsInDays: -3 }).draft.expirationDate!);
		assert.ok(later > now.getTime(), new Date(later).toISOString());
	});

	it('is one that the other source takes, whatever the token', () => {
		const ids = [...names.keys(), ALL_MODULES, 'gone'];
		fc.assert(
			fc.property(
				fc.subarray(ids),
				fc.constantFrom(...catalogue.extensions),
				fc.option(fc.integer({ min: -100, max: 1000 })),
				(permissions, extension, endsInDays) => {
					const { draft } = copy({ permissions, extension: { id: extension.id, name: extension.name }, endsInDays });
					validateDraft(draft, now, there);
				},
			),
		);
	});
});
