import assert from 'node:assert/strict';
import { NO_FILTER } from '../../../src/models/arrangement';
import { ArrangementStore } from '../../../src/models/arrangementStore';

describe('the stored arrangement', () => {
	/** Stores a single value. */
	function createStore(stored: unknown): ArrangementStore {
		let value = stored;
		return new ArrangementStore({
			get: () => value,
			update: (_key, updated) => {
				value = updated;
				return Promise.resolve();
			},
		});
	}

	it('is used except for invalid parts', () => {
		const stored = { sort: 'status', filter: { statuses: ['expired'], extensions: ['zapier'], text: 'crm' } };
		assert.deepEqual(createStore(stored).read(), stored);
		assert.deepEqual(createStore({ ...stored, sort: 'color' }).read(), { ...stored, sort: 'name' });
		assert.deepEqual(createStore({ ...stored, filter: { ...stored.filter, statuses: ['gone'], text: 3 } }).read(), {
			sort: 'status',
			filter: { statuses: [], extensions: ['zapier'], text: '' },
		});
	});

	for (const stored of [undefined, null, 'name', [], { filter: 'all' }]) {
		it(`sorts by name and has no filter for ${JSON.stringify(stored)}`, () => {
			assert.deepEqual(createStore(stored).read(), { sort: 'name', filter: NO_FILTER });
		});
	}

	it('includes a previewed filter, which is not stored', async () => {
		const store = createStore(undefined);
		store.preview({ ...NO_FILTER, text: 'cr' });
		await store.update({ groupBy: 'status' });
		assert.deepEqual(store.read(), { sort: 'name', filter: { ...NO_FILTER, text: 'cr' }, groupBy: 'status' });
		store.preview(undefined);
		assert.deepEqual(store.read(), { sort: 'name', filter: NO_FILTER, groupBy: 'status' });
	});

	it('can be changed in part, and notifies listeners', async () => {
		const store = createStore(undefined);
		let changes = 0;
		store.onDidChange(() => changes++);
		await store.update({ filter: { ...NO_FILTER, text: 'crm' } });
		await store.update({ sort: 'newest' });
		assert.deepEqual(store.read(), { sort: 'newest', filter: { ...NO_FILTER, text: 'crm' } });
		assert.equal(changes, 2);
	});
});
