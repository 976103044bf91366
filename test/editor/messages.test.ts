import assert from 'node:assert/strict';
import { problem } from '../../src/domain/problems';
import { localError } from '../../src/ui/messages';

describe('what the user is told of an error', () => {
	it('makes no link, no icon and no other direction of somebody else’s words', () => {
		const words = '[Sign in](command:workbench.action.quit) $(check) \u202egnp.exe';
		for (const error of [problem('{0} refuses this: {1} Change what it names and try again.', 'a.example', words), new Error(words)]) {
			const told = localError(error);
			assert.match(told, /Sign in/);
			assert.doesNotMatch(told, /\]\(|\$\(|\u202e/);
		}
	});
});
