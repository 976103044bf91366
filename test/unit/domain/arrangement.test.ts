import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arrange, isFiltering, noFilter, sortOrders, statuses, type SortOrder, type TokenFilter } from '../../../src/domain/arrangement';
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
const sorted = (tokens: readonly Token[], sort: SortOrder) => names(arrange(tokens, { sort, filter: noFilter }));
const filtered = (tokens: readonly Token[], filter: Partial<TokenFilter>) =>
	names(arrange(tokens, { sort: 'name', filter: { ...noFilter, ...filter } }));

describe('order of tokens', () => {
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
		status: ['Ärger', 'Zoo', 'Token 10', 'token 2'],
	};
	for (const [sort, expected] of Object.entries(orders) as [SortOrder, string[]][]) {
		it(`"${sort}" is ${expected.join(', ')}`, () => {
			assert.deepEqual(sorted(tokens, sort), expected);
		});
	}

	it('puts every status at its urgency, and equals by name, then by id', () => {
		const all = [...statuses].reverse().flatMap((status) => [token(`b ${status}`, { status }), token(`a ${status}`, { status })]);
		assert.deepEqual(
			sorted(all, 'status'),
			statuses.flatMap((status) => [`a ${status}`, `b ${status}`]),
		);
		const twins = [token('same', { id: 'SU-2' }), token('same', { id: 'SU-1' })];
		assert.deepEqual(
			arrange(twins, { sort: 'newest', filter: noFilter }).map(({ id }) => id),
			['SU-1', 'SU-2'],
		);
	});

	it('does not depend on the order before, loses nothing and leaves its argument alone', () => {
		const some = fc.record({
			name: fc.constantFrom('a', 'A', 'b', 'ä', '10', '9'),
			status: fc.constantFrom(...statuses),
			expirationDate: fc.constantFrom(null, day(1), day(2)),
		});
		fc.assert(
			fc.property(fc.array(some, { maxLength: 12 }), fc.constantFrom(...sortOrders), (list, sort) => {
				const before = list.map((one, index) => token(one.name, { ...one, id: `SU-${index}` }));
				const copy = [...before];
				const once = arrange(before, { sort, filter: noFilter });
				assert.deepEqual(before, copy);
				assert.deepEqual(new Set(once), new Set(before));
				assert.deepEqual(arrange([...before].reverse(), { sort, filter: noFilter }), once);
			}),
		);
	});
});

describe('filter of tokens', () => {
	const tokens = [
		token('Deploy', { id: 'SU-111-111-111', status: 'expired', extension: { id: 'zapier', name: 'Zapier' } }),
		token('Reports', { status: 'active', extension: { id: 'reports', name: 'Reports' }, description: 'Nightly build' }),
		token('Sync', { status: 'expiring', externalId: 'CRM-42' }),
	];

	it('lets everything through when nothing is set', () => {
		assert.deepEqual(filtered(tokens, {}), ['Deploy', 'Reports', 'Sync']);
		assert.equal(isFiltering(noFilter), false);
		assert.equal(isFiltering({ ...noFilter, text: '  ' }), false);
	});

	it('takes any of the statuses and of the extensions', () => {
		assert.deepEqual(filtered(tokens, { statuses: ['expired', 'expiring'] }), ['Deploy', 'Sync']);
		assert.deepEqual(filtered(tokens, { extensions: ['zapier', 'reports'] }), ['Deploy', 'Reports']);
	});

	for (const [where, text] of [
		['name', 'dePLOY'],
		['id', '111-111'],
		['external id', 'crm-42'],
		['description', 'nightly'],
	] as const) {
		it(`finds a word in the ${where}, in letters of any case`, () => {
			assert.equal(filtered(tokens, { text }).length, 1);
		});
	}

	it('wants every word, wherever it stands', () => {
		assert.deepEqual(filtered(tokens, { text: ' build  report ' }), ['Reports']);
		assert.deepEqual(filtered(tokens, { text: 'build deploy' }), []);
	});

	it('wants every condition met', () => {
		assert.deepEqual(filtered(tokens, { statuses: ['expired'], extensions: ['reports'] }), []);
		assert.deepEqual(filtered(tokens, { statuses: ['active'], extensions: ['reports'], text: 'build' }), ['Reports']);
		assert.equal(isFiltering({ ...noFilter, statuses: ['active'] }), true);
		assert.equal(isFiltering({ ...noFilter, extensions: ['reports'] }), true);
		assert.equal(isFiltering({ ...noFilter, text: 'x' }), true);
	});
});
