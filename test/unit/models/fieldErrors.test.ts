import assert from 'node:assert/strict';
import { problem, ProblemError, type Problem } from '../../../src/domain/problems';
import { catchFieldErrors, toFieldErrors } from '../../../src/models/fieldErrors';

const NAME: Problem = { field: 'name', template: 'Enter a name with 1 to {0} characters.', args: [128] };
const SECOND_NAME: Problem = { field: 'name', template: 'Use other characters.', args: [] };
const DATE: Problem = { field: 'expirationDate', template: 'Choose a date in the future.', args: [] };

describe('Errors of the fields of a page', () => {
	it('are the first problem of each field', () => {
		assert.deepEqual(toFieldErrors([NAME, DATE, SECOND_NAME]), {
			name: 'Enter a name with 1 to 128 characters.',
			expirationDate: 'Choose a date in the future.',
		});
	});

	it('show large numbers as users write them', () => {
		const template = 'Enter a whole number from 1 to {0}.';
		assert.deepEqual(toFieldErrors([{ field: 'limits.total', template, args: [1_000_000_000] }]), {
			'limits.total': 'Enter a whole number from 1 to 1,000,000,000.',
		});
	});

	it('are returned instead of a result if all problems belong to fields', async () => {
		assert.equal(await catchFieldErrors(() => Promise.resolve('result')), 'result');
		assert.deepEqual(await catchFieldErrors(() => Promise.reject(new ProblemError([NAME]))), {
			errors: { name: 'Enter a name with 1 to 128 characters.' },
		});
	});

	it("aren't used for any other failure, whose message is in the user's language", async () => {
		const cause = problem('The disk is full.');
		await assert.rejects(
			catchFieldErrors(() => Promise.reject(cause)),
			{ message: 'The disk is full.', cause },
		);
		const withId = new ProblemError([{ field: 'id', template: 'Token {0} does not exist.', args: ['SU-1'] }]);
		await assert.rejects(
			catchFieldErrors(() => Promise.reject(withId)),
			{ message: 'Token SU-1 does not exist.' },
		);
	});
});
