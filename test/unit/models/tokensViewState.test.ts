import assert from 'node:assert/strict';
import { NO_FILTER } from '../../../src/models/arrangement';
import { describeFilter, filterChoices, sortChoices } from '../../../src/models/arrangementChoices';
import { tokensViewState } from '../../../src/models/tokensViewState';

describe('the state of the Tokens view', () => {
	const input = { problem: undefined, filterTexts: ['Status: Expiring'], isGrouped: false, counts: { total: 3, shown: 1 }, sourceCount: 1 };

	it('says how many tokens the filter shows', () => {
		assert.equal(tokensViewState(input).message, 'Status: Expiring · 1 of 3');
		assert.equal(tokensViewState({ ...input, filterTexts: [] }).message, '');
	});

	it('has no message if the view is empty and shows its welcome content, unless there are accounts', () => {
		const hidden = { ...input, counts: { total: 3, shown: 0 } };
		assert.equal(tokensViewState(hidden).message, '');
		assert.equal(tokensViewState(hidden).context['connectTokens.hidesAll'], true);
		assert.equal(tokensViewState({ ...hidden, sourceCount: 2 }).message, 'Status: Expiring · 0 of 3');
	});

	it('selects the welcome content: for a problem, for a filter that hides all tokens, or for no tokens', () => {
		const cases = [
			[input, { hasProblem: false, isFiltered: true, hidesAll: false }],
			[
				{ ...input, counts: { total: 3, shown: 0 } },
				{ hasProblem: false, isFiltered: true, hidesAll: true },
			],
			[
				{ ...input, counts: { total: 0, shown: 0 } },
				{ hasProblem: false, isFiltered: true, hidesAll: false },
			],
			[
				{ ...input, filterTexts: [], counts: { total: 0, shown: 0 } },
				{ hasProblem: false, isFiltered: false, hidesAll: false },
			],
		] as const;
		for (const [state, { hasProblem, isFiltered, hidesAll }] of cases) {
			assert.deepEqual(tokensViewState(state).context, {
				'connectTokens.hasProblem': hasProblem,
				'connectTokens.isFiltered': isFiltered,
				'connectTokens.isGrouped': false,
				'connectTokens.hidesAll': hidesAll,
			});
		}
	});

	it('shows a problem first', () => {
		const state = tokensViewState({ ...input, problem: { field: null, template: 'The disk is full.', args: [] } });
		assert.equal(state.message, 'The disk is full.');
		assert.equal(state.context['connectTokens.hasProblem'], true);
	});
});

describe('choices of the Tokens view', () => {
	it('describe the filter', () => {
		const filter = { text: ' crm ', statuses: ['expiring', 'expired'], extensions: ['zapier', 'gone'] } as const;
		assert.deepEqual(
			describeFilter(filter, (id) => (id === 'zapier' ? 'Zapier' : id)),
			['Text: crm', 'Status: Expiring, Expired', 'Extension: Zapier, gone'],
		);
		assert.deepEqual(
			describeFilter(NO_FILTER, (id) => id),
			[],
		);
	});

	it('mark the current sort order', () => {
		const current = sortChoices('newest').filter(({ description }) => description === 'current');
		assert.deepEqual(current, [{ value: 'newest', label: 'Creation date, newest first', icon: ['check'], description: 'current' }]);
	});

	it('show the current filter, and offer to clear it only if it is set', () => {
		assert.deepEqual(
			filterChoices(NO_FILTER, []).map(({ label, description }) => [label, description]),
			[
				['Text', 'any'],
				['Status', 'all'],
				['Extension', 'all'],
			],
		);
		assert.equal(filterChoices({ ...NO_FILTER, statuses: ['inactive'] }, []).length, 4);
	});
});
