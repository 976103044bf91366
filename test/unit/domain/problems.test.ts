import assert from 'node:assert/strict';
import { fieldProblem, formatProblem, problem, ProblemError, sanitizeForMessage, unknownTokenProblem } from '../../../src/domain/problems';

describe('Problem', () => {
	it('is formatted with its arguments', () => {
		assert.equal(formatProblem({ field: null, template: 'Use {1}, not {0} or {10}.', args: ['a', 2] }), 'Use 2, not a or undefined.');
		const elevenArguments = Array.from({ length: 11 }, (_, index) => index);
		assert.equal(formatProblem({ field: null, template: '{10}', args: elevenArguments }), '10');
	});

	it('names the invalid argument in its message', () => {
		assert.equal(fieldProblem('name', 'Use at most {0} characters.', 128).message, 'Invalid name: Use at most 128 characters.');
		assert.equal(problem("Couldn't reach {0}.", 'the account').message, "Couldn't reach the account.");
	});

	it('is one of several in a message', () => {
		const problems = [...fieldProblem('name', 'Enter a name.').problems, ...problem('Try again.').problems];
		assert.equal(new ProblemError(problems).message, 'Invalid name: Enter a name. Try again.');
	});

	it('is recognized if it comes from another bundle, and as nothing more', () => {
		class OtherProblemError extends Error {
			override readonly name = 'ProblemError';
		}
		class SpecificError extends ProblemError {}
		assert.ok(new OtherProblemError() instanceof ProblemError);
		assert.ok(new SpecificError([]) instanceof ProblemError);
		assert.ok(new SpecificError([]) instanceof SpecificError);
		assert.ok(!(new ProblemError([]) instanceof SpecificError));
		assert.ok(!(new Error('no') instanceof ProblemError));
		assert.ok(!({ name: 'ProblemError' } instanceof ProblemError));
	});

	it('keeps the error that caused it', () => {
		const cause = new Error('no');
		assert.equal(new ProblemError([], { cause }).cause, cause);
	});

	it('says that an unknown token might have been deleted', () => {
		assert.equal(unknownTokenProblem('SU-1').message, "Invalid id: Token SU-1 doesn't exist. It might have been deleted.");
	});
});

describe('Invalid value in a message', () => {
	it('contains no secret', () => {
		const secret = 'ab'.repeat(20);
		assert.equal(sanitizeForMessage(`SU-1:${secret} ${secret.toUpperCase()}`), `SU-1:${'*'.repeat(10)} ${'*'.repeat(10)}`);
	});

	it('has at most 80 characters', () => {
		assert.equal(sanitizeForMessage('x'.repeat(81)), 'x'.repeat(80));
	});

	it('is the type of a value that is not a text', () => {
		assert.equal(sanitizeForMessage(7), 'number');
		assert.equal(sanitizeForMessage(null), 'object');
	});
});
