import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	arrangeTokens,
	EXPIRING_FILTER,
	isFilterActive,
	NO_FILTER,
	SORT_ORDERS,
	STATUS_ORDER,
	type SortOrder,
	type TokenFilter,
} from '../../../src/models/arrangement';
import type { Token } from '../../../src/domain/token';

function token(name: string, changes: Partial<Token> = {}): Token {
	const created = { at: '2030-01-01T00:00:00.000Z', by: 'someone' };
	return {
		id: 'SU-000-000-001',
		name,
		externalId: null,
		description: '',
		extension: { id: 'EXT-000', name: 'Custom' },
		permissions: [],
		status: 'active',
		expirationDate: null,
		renewedExpirationDate: null,
		created,
		updated: created,
		...changes,
	};
}

const names = (tokens: readonly Token[]) => tokens.map(({ name }) => name);
const sorted = (tokens: readonly Token[], sort: SortOrder) => names(arrangeTokens(tokens, { sort, filter: NO_FILTER }));
const filtered = (tokens: readonly Token[], filter: Partial<TokenFilter>) =>
	names(arrangeTokens(tokens, { sort: 'name', filter: { ...NO_FILTER, ...filter } }));

describe('sort order', () => {
	const day = (date: number) => `2030-06-0${date}T00:00:00.000Z`;
	const tokens = [
		token('Token 10', { created: { at: day(2), by: '' }, expirationDate: day(9), status: 'active' }),
		token('token 2', { created: { at: day(3), by: '' }, expirationDate: null, status: 'inactive' }),
		token('Ärger', { created: { at: day(1), by: '' }, expirationDate: day(1), status: 'expired' }),
		token('Zoo', { created: { at: day(4), by: '' }, expirationDate: day(5), status: 'expiring' }),
	];
	const orders: Record<SortOrder, string[]> = {
		name: ['Ärger', 'token 2', 'Token 10', 'Zoo'],
		nameDescending: ['Zoo', 'Token 10', 'token 2', 'Ärger'],
		newest: ['Zoo', 'token 2', 'Token 10', 'Ärger'],
		oldest: ['Ärger', 'Token 10', 'token 2', 'Zoo'],
		expiresFirst: ['Ärger', 'Zoo', 'Token 10', 'token 2'],
		expiresLast: ['token 2', 'Token 10', 'Zoo', 'Ärger'],
		lastUsed: ['Ärger', 'token 2', 'Token 10', 'Zoo'],
		status: ['Ärger', 'Zoo', 'Token 10', 'token 2'],
	};
	for (const [sort, expected] of Object.entries(orders) as [SortOrder, string[]][]) {
		it(`sorts by ${sort}: ${expected.join(', ')}`, () => {
			assert.deepEqual(sorted(tokens, sort), expected);
		});
	}

	it('sorts by the last use, and by name what was never used', () => {
		const [first, , third, fourth] = tokens.map((item, index) => ({ ...item, id: `SU-${index}` }));
		const lastUses = new Map([
			['SU-0', day(2)],
			['SU-3', day(5)],
		]);
		assert.deepEqual(names(arrangeTokens([first!, third!, fourth!], { sort: 'lastUsed', filter: NO_FILTER }, lastUses)), [
			'Zoo',
			'Token 10',
			'Ärger',
		]);
	});

	it('sorts statuses by urgency, and equal tokens by name, then by ID', () => {
		const all = [...STATUS_ORDER].reverse().flatMap((status) => [token(`b ${status}`, { status }), token(`a ${status}`, { status })]);
		assert.deepEqual(
			sorted(all, 'status'),
			STATUS_ORDER.flatMap((status) => [`a ${status}`, `b ${status}`]),
		);
		const sameNamed = [token('same', { id: 'SU-2' }), token('same', { id: 'SU-1' })];
		assert.deepEqual(
			arrangeTokens(sameNamed, { sort: 'newest', filter: NO_FILTER }).map(({ id }) => id),
			['SU-1', 'SU-2'],
		);
	});

	it('returns the same tokens for any input order, and leaves its argument unchanged', () => {
		const tokenProperties = fc.record({
			name: fc.constantFrom('a', 'A', 'b', 'ä', '10', '9'),
			status: fc.constantFrom(...STATUS_ORDER),
			expirationDate: fc.constantFrom(null, day(1), day(2)),
		});
		fc.assert(
			fc.property(fc.array(tokenProperties, { maxLength: 12 }), fc.constantFrom(...SORT_ORDERS), (list, sort) => {
				const input = list.map((properties, index) => token(properties.name, { ...properties, id: `SU-${index}` }));
				const copy = [...input];
				const sortedTokens = arrangeTokens(input, { sort, filter: NO_FILTER });
				assert.deepEqual(input, copy);
				assert.deepEqual(new Set(sortedTokens), new Set(input));
				assert.deepEqual(arrangeTokens([...input].reverse(), { sort, filter: NO_FILTER }), sortedTokens);
			}),
		);
	});
});

describe('token filter', () => {
	const tokens = [
		token('Deploy', { id: 'SU-111-111-111', status: 'expired', extension: { id: 'zapier', name: 'Zapier' } }),
		token('Reports', { status: 'active', extension: { id: 'reports', name: 'Reports' }, description: 'Nightly build' }),
		token('Sync', { status: 'expiring', externalId: 'CRM-42' }),
	];

	it('matches all tokens if no condition is set', () => {
		assert.deepEqual(filtered(tokens, {}), ['Deploy', 'Reports', 'Sync']);
		assert.equal(isFilterActive(NO_FILTER), false);
		assert.equal(isFilterActive({ ...NO_FILTER, text: '  ' }), false);
	});

	it('matches any of the statuses or extensions', () => {
		assert.deepEqual(filtered(tokens, { statuses: ['expired', 'expiring'] }), ['Deploy', 'Sync']);
		assert.deepEqual(filtered(tokens, { extensions: ['zapier', 'reports'] }), ['Deploy', 'Reports']);
	});

	for (const [field, text] of [
		['name', 'dePLOY'],
		['id', '111-111'],
		['external id', 'crm-42'],
		['description', 'nightly'],
	] as const) {
		it(`finds a word in the ${field}, in any case`, () => {
			assert.equal(filtered(tokens, { text }).length, 1);
		});
	}

	it('requires every word, in any field', () => {
		assert.deepEqual(filtered(tokens, { text: ' build  report ' }), ['Reports']);
		assert.deepEqual(filtered(tokens, { text: 'build deploy' }), []);
	});

	it('of expiring tokens matches those that have expired or expire soon', () => {
		assert.deepEqual(filtered(tokens, EXPIRING_FILTER), ['Deploy', 'Sync']);
		assert.equal(isFilterActive(EXPIRING_FILTER), true);
	});

	it('requires all conditions', () => {
		assert.deepEqual(filtered(tokens, { statuses: ['expired'], extensions: ['reports'] }), []);
		assert.deepEqual(filtered(tokens, { statuses: ['active'], extensions: ['reports'], text: 'build' }), ['Reports']);
		assert.equal(isFilterActive({ ...NO_FILTER, statuses: ['active'] }), true);
		assert.equal(isFilterActive({ ...NO_FILTER, extensions: ['reports'] }), true);
		assert.equal(isFilterActive({ ...NO_FILTER, text: 'x' }), true);
	});
});
