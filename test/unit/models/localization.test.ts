import assert from 'node:assert/strict';
import { problem, ProblemError } from '../../../src/domain/problems';
import { escapeLabel, isExplained, localizeError, setLanguage } from '../../../src/models/localization';

describe('Errors in the user’s language', () => {
	afterEach(() => setLanguage('en', undefined));

	it('contain user input without links and icons', () => {
		assert.equal(localizeError(problem('Token {0} is $(new).', '[x](y)')), 'Token [x]\u200b(y) is $(new).');
		assert.equal(localizeError(new Error('Failed: $(x)')), 'Failed: $\u200b(x)');
		assert.equal(localizeError('text'), 'text');
	});

	it('are translated, one sentence for each problem', () => {
		setLanguage('es', { 'The disk is full.': 'El disco está lleno.' });
		const problems = [problem('The disk is full.'), problem('Try again.')].flatMap((error) => error.problems);
		assert.equal(localizeError(new ProblemError(problems)), 'El disco está lleno. Try again.');
	});

	it('need the log to explain them unless they are problems or repeat one', () => {
		assert.equal(isExplained(problem('The disk is full.')), true);
		assert.equal(isExplained(new Error('The disk is full.', { cause: problem('The disk is full.') })), true);
		assert.equal(isExplained(new Error('x is undefined', { cause: new Error('y') })), false);
		assert.equal(isExplained('text'), false);
	});
});

describe('escapeLabel', () => {
	it('keeps a name’s look, but not its links, icons, and text direction', () => {
		assert.equal(escapeLabel('\u202e$(key) \u2066[a](b) (c) 😀'), '$\u200b(key) [a]\u200b(b) (c) 😀');
	});
});
