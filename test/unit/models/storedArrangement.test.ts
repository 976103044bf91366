import assert from 'node:assert/strict';
import { NO_FILTER } from '../../../src/models/arrangement';
import { parseArrangement } from '../../../src/models/storedArrangement';

describe('what is kept of the view', () => {
	it('is used where it makes sense, part by part', () => {
		const kept = { sort: 'status', filter: { statuses: ['expired'], extensions: ['zapier'], text: 'crm' } };
		assert.deepEqual(parseArrangement(kept), kept);
		assert.deepEqual(parseArrangement({ ...kept, sort: 'colour' }), { ...kept, sort: 'name' });
		assert.deepEqual(parseArrangement({ ...kept, filter: { ...kept.filter, statuses: ['gone'], text: 3 } }), {
			sort: 'status',
			filter: { statuses: [], extensions: ['zapier'], text: '' },
		});
	});

	for (const kept of [undefined, null, 'name', [], { filter: 'all' }]) {
		it(`is by name and without a filter for ${JSON.stringify(kept)}`, () => {
			assert.deepEqual(parseArrangement(kept), { sort: 'name', filter: NO_FILTER });
		});
	}
});
