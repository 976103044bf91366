import assert from 'node:assert/strict';
import { TokenAuthenticator } from '../../src/gateway/tokenAuthenticator';
import { CurrentTokens } from '../../src/gateway/currentTokens';
import { eventually } from '../support/eventually';
import { issueToken, MemoryTokens } from '../support/gateway/memoryTokens';

describe('the tokens that the gateway goes by', () => {
	const owner = issueToken();
	const disabled = { ...owner.token, enabled: false };
	let reader: MemoryTokens;
	let tokens: CurrentTokens;
	const isAuthenticated = async () => (await tokens.getAuthenticator()).authenticate(owner.authorization, new Date()).denial === undefined;

	beforeEach(async () => {
		reader = new MemoryTokens([owner.token]);
		tokens = new CurrentTokens(reader);
		assert.ok(await isAuthenticated());
	});

	it('are at hand without waiting while nothing has changed', () => {
		assert.ok(tokens.getAuthenticator() instanceof TokenAuthenticator);
	});

	it('are read anew for the very next request after a change that was told', async () => {
		for (let turn = 0; turn < 1_000; turn++) {
			reader.replace(disabled);
			assert.equal(await isAuthenticated(), false);
			reader.replace(owner.token);
			assert.equal(await isAuthenticated(), true);
		}
	});

	it('are read anew a moment after a change that nobody told', async () => {
		reader.replaceSilently(disabled);
		await eventually(async () => assert.equal(await isAuthenticated(), false));
	});

	it('are what is there when a change comes while they are being read', async () => {
		reader.replace(disabled);
		const asked = isAuthenticated();
		reader.replace(owner.token);
		assert.equal(await asked, true);
	});
});
