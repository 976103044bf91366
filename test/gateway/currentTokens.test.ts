import assert from 'node:assert/strict';
import { createLog } from '../../src/domain/log';
import { TokenAuthenticator } from '../../src/gateway/tokenAuthenticator';
import { CurrentTokens } from '../../src/gateway/currentTokens';
import { eventually } from '../support/eventually';
import { issueToken, MemoryTokens } from '../support/gateway/memoryTokens';

describe('CurrentTokens', () => {
	const owner = issueToken();
	const disabled = { ...owner.token, enabled: false };
	let reader: MemoryTokens;
	let tokens: CurrentTokens;
	let logged: string[];
	const isAuthenticated = async () => (await tokens.getAuthenticator()).authenticate(owner.authorization, new Date()).denial === undefined;

	beforeEach(async () => {
		reader = new MemoryTokens([owner.token]);
		logged = [];
		tokens = new CurrentTokens(
			reader,
			createLog((_, line) => logged.push(line)),
		);
		assert.ok(await isAuthenticated());
	});

	it('returns an authenticator synchronously while nothing has changed', () => {
		assert.ok(tokens.getAuthenticator() instanceof TokenAuthenticator);
	});

	it('reads tokens again for the next request after a signaled change', async () => {
		for (let round = 0; round < 1_000; round++) {
			reader.replace(disabled);
			assert.equal(await isAuthenticated(), false);
			reader.replace(owner.token);
			assert.equal(await isAuthenticated(), true);
		}
	});

	it('soon detects a change that is not signaled', async () => {
		reader.replaceSilently(disabled);
		await eventually(async () => assert.equal(await isAuthenticated(), false));
	});

	it('uses the latest tokens if they change while they are being read', async () => {
		reader.replace(disabled);
		const authenticated = isAuthenticated();
		reader.replace(owner.token);
		assert.equal(await authenticated, true);
	});

	it('logs only once that tokens cannot be read, and again after a successful read', async () => {
		for (let round = 0; round < 2; round++) {
			logged = [];
			reader.failure = new Error('damaged');
			reader.replace(owner.token);
			await assert.rejects(isAuthenticated(), /damaged/);
			await assert.rejects(isAuthenticated(), /damaged/);
			assert.deepEqual(logged, ["Couldn't read the tokens, so all requests are denied: Error: damaged"]);
			reader.failure = undefined;
			assert.ok(await isAuthenticated());
		}
	});
});
