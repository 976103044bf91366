import assert from 'node:assert/strict';
import { problem } from '../../src/domain/problems';
import { localizeError } from '../../src/models/localization';

describe('a localized error', () => {
	it("doesn't render links, icons, or text direction overrides from untrusted text", () => {
		const hostileText = '[Sign in](command:workbench.action.quit) $(check) \u202egnp.exe';
		for (const error of [
			problem('{0} rejected the request: {1} Correct the error and try again.', 'a.example', hostileText),
			new Error(hostileText),
		]) {
			const message = localizeError(error);
			assert.match(message, /Sign in/);
			assert.doesNotMatch(message, /\]\(|\$\(|\u202e/);
		}
	});
});
