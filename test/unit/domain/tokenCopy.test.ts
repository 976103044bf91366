import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ALL_MODULES, BUILT_IN_CATALOG, type Catalog } from '../../../src/domain/catalog';
import { validateDraft } from '../../../src/domain/draftValidation';
import { createTokenFromRecord, type TokenRecord } from '../../../src/domain/token';
import { prepareTokenCopy } from '../../../src/domain/tokenCopy';
import { createTestRecord } from '../../support/seedTokens';

const now = new Date();
const targetCatalog: Catalog = {
	extensions: [
		{ id: 'EXT-111', name: 'reports', description: '', permissions: [] },
		{ id: 'EXT-000', name: 'Custom', description: '', permissions: null },
	],
	modules: [
		{ id: 'MD-0001', name: 'Account' },
		{ id: 'MD-0099', name: 'Usage' },
	],
};
const names = new Map(BUILT_IN_CATALOG.modules.map(({ id, name }) => [id, name]));
const moduleName = (id: string) => names.get(id) ?? id;
const copy = (changes: Parameters<typeof createTestRecord>[1]) =>
	prepareTokenCopy(createTokenFromRecord(createTestRecord(1, changes), now, 7), moduleName, targetCatalog, now);

describe('Copy of a token for another source', () => {
	it('matches modules by ID or name, and reports missing ones', () => {
		const {
			draft,
			missingPermissions: missing,
			isExtensionReplaced: isOtherExtension,
		} = copy({ permissions: ['MD-0001', 'usage', 'products', 'own'] });
		assert.deepEqual(draft.permissions, ['MD-0001', 'MD-0099']);
		assert.deepEqual(missing, ['products', 'own']);
		assert.equal(isOtherExtension, false);
	});

	it('never becomes full access where read-only access is not available', () => {
		const permissions = ['MD-0000:read', 'MD-0001', 'usage:read'];
		const { draft, missingPermissions } = copy({ permissions });
		assert.deepEqual([draft.permissions, missingPermissions], [['MD-0001'], ['MD-0000:read', 'usage:read']]);
		const record = createTestRecord(1, { permissions: ['usage:read', 'MD-0000:read'] });
		const workspaceCopy = prepareTokenCopy(createTokenFromRecord(record, now, 7), moduleName, BUILT_IN_CATALOG, now);
		assert.deepEqual(workspaceCopy.draft.permissions, ['usage:read', 'MD-0000:read']);
	});

	it('keeps limits and approval, or reports them if they are not available', () => {
		const rules = { limits: { rate: { requests: 10, per: 'minute' } }, approval: 'writes' } as const;
		const { draft, missingRules } = copy(rules);
		assert.deepEqual([draft.limits, draft.approval, missingRules], [undefined, undefined, rules]);
		assert.equal(copy({}).missingRules, null);
		assert.deepEqual(copy({ approval: 'always' }).missingRules, { limits: null, approval: 'always' });
		const record = createTestRecord(1, rules);
		const workspaceCopy = prepareTokenCopy(createTokenFromRecord(record, now, 7), moduleName, BUILT_IN_CATALOG, now);
		assert.deepEqual([workspaceCopy.draft.limits, workspaceCopy.draft.approval], [rules.limits, 'writes']);
		assert.equal(workspaceCopy.missingRules, null);
	});

	it('keeps access to all modules', () => {
		assert.deepEqual(copy({ permissions: [ALL_MODULES] }).draft.permissions, [ALL_MODULES]);
	});

	it('matches the extension by name and omits its fixed modules', () => {
		const {
			draft,
			missingPermissions: missing,
			isExtensionReplaced: isOtherExtension,
		} = copy({ extension: { id: 'reports', name: 'Reports' }, permissions: ['reports'] });
		assert.deepEqual([draft.extension, draft.permissions, missing, isOtherExtension], ['EXT-111', undefined, [], false]);
	});

	it('is Custom with the same modules if the extension is not available', () => {
		const { draft, isExtensionReplaced: isOtherExtension } = copy({
			extension: { id: 'zapier', name: 'Zapier' },
			permissions: [ALL_MODULES],
		});
		assert.deepEqual([draft.extension, draft.permissions, isOtherExtension], ['EXT-000', [ALL_MODULES], true]);
	});

	it('matches by ID even if something else has the name', () => {
		const catalog: Catalog = {
			extensions: [
				{ id: 'EXT-222', name: 'Reports', description: '', permissions: null },
				{ id: 'reports', name: 'Other reports', description: '', permissions: null },
			],
			modules: [
				{ id: 'MD-0099', name: 'Account' },
				{ id: 'MD-0001', name: 'Company' },
			],
		};
		const record = createTestRecord(1, { extension: { id: 'reports', name: 'Reports' }, permissions: ['MD-0001'] });
		const { draft } = prepareTokenCopy(createTokenFromRecord(record, now, 7), moduleName, catalog, now);
		assert.deepEqual([draft.extension, draft.permissions], ['reports', ['MD-0001']]);
	});

	it('is Custom if the target source has no suitable extension', () => {
		const record = createTestRecord(1, { permissions: ['MD-0001', 'own'] });
		const catalog: Catalog = { ...targetCatalog, extensions: [] };
		const { draft, missingPermissions, isExtensionReplaced } = prepareTokenCopy(
			createTokenFromRecord(record, now, 7),
			moduleName,
			catalog,
			now,
		);
		assert.deepEqual([draft.extension, draft.permissions, missingPermissions, isExtensionReplaced], ['EXT-000', undefined, [], true]);
	});

	it('expires when the newest key does, in 30 days if that has expired, or never if the token does not expire', () => {
		const { key } = createTestRecord(2, { endsInDays: 40 });
		assert.equal(copy({ key }).draft.expirationDate, key.expirationDate);
		const previousKey: TokenRecord['previousKey'] = { ...key, id: 'before', expirationDate: new Date(now.getTime() + 1000).toISOString() };
		assert.equal(copy({ key, previousKey }).draft.expirationDate, key.expirationDate);
		assert.equal(copy({ endsInDays: null }).draft.expirationDate, null);
		const inThirtyDays = new Date(now.getTime() + 30 * 86_400_000).toISOString();
		assert.equal(copy({ key: { ...key, expirationDate: now.toISOString() } }).draft.expirationDate, inThirtyDays);
		const later = Date.parse(copy({ endsInDays: -3 }).draft.expirationDate!);
		assert.ok(later > now.getTime(), new Date(later).toISOString());
	});

	it('is valid for the target source for any token', () => {
		const ids = [...names.keys(), ALL_MODULES, 'gone'];
		fc.assert(
			fc.property(
				fc.subarray(ids),
				fc.constantFrom(...BUILT_IN_CATALOG.extensions),
				fc.option(fc.integer({ min: -100, max: 1000 })),
				(permissions, extension, endsInDays) => {
					const { draft } = copy({ permissions, extension: { id: extension.id, name: extension.name }, endsInDays });
					validateDraft(draft, now, targetCatalog);
				},
			),
		);
	});
});
