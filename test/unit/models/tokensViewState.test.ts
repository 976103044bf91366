import assert from 'node:assert/strict';
import { NO_FILTER } from '../../../src/models/arrangement';
import { filterChoices, sortChoices } from '../../../src/models/arrangementChoices';
import { tokensViewState } from '../../../src/models/tokensViewState';

describe('the state of the Tokens view', () => {
	const input = { problem: undefined, isFiltered: true, counts: { total: 3, shown: 1 }, sourceCount: 1 };

	it('says how many tokens the filter shows', () => {
		assert.equal(tokensViewState(input).message, 'Showing 1 of 3 tokens');
		assert.equal(tokensViewState({ ...input, isFiltered: false }).message, '');
	});

	it('has no message if the view is empty and shows its welcome content, unless there are accounts', () => {
		const hidden = { ...input, counts: { total: 3, shown: 0 } };
		assert.equal(tokensViewState(hidden).message, '');
		assert.equal(tokensViewState(hidden).context['connectTokens.hidesAll'], true);
		assert.equal(tokensViewState({ ...hidden, sourceCount: 2 }).message, 'Showing 0 of 3 tokens');
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
				{ ...input, isFiltered: false, counts: { total: 0, shown: 0 } },
				{ hasProblem: false, isFiltered: false, hidesAll: false },
			],
		] as const;
		for (const [state, { hasProblem, isFiltered, hidesAll }] of cases) {
			assert.deepEqual(tokensViewState(state).context, {
				'connectTokens.hasProblem': hasProblem,
				'connectTokens.isFiltered': isFiltered,
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
	it('mark the current sort order', () => {
		const current = sortChoices('newest').filter(({ description }) => description === 'current');
		assert.deepEqual(current, [{ value: 'newest', label: 'Creation date, newest first', icon: ['check'], description: 'current' }]);
	});

	it('show the current filter, and offer to clear it only if it is set', () => {
		assert.deepEqual(
			filterChoices(NO_FILTER, []).map(({ label, description }) => [label, description]),
			[
				['Status', 'all'],
				['Extension', 'all'],
				['Text', 'any'],
			],
		);
		assert.equal(filterChoices({ ...NO_FILTER, statuses: ['inactive'] }, []).length, 4);
	});
});
