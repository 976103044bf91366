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

	it('authenticates each token as it is now, whether other tokens have changed or not', async () => {
		const other = issueToken();
		const rotated = issueToken({ id: owner.token.id });
		const authenticate = async (authorization: string) => (await tokens.getAuthenticator()).authenticate(authorization, new Date());
		reader.replace(owner.token, other.token);
		assert.equal((await authenticate(owner.authorization)).token, owner.token);
		assert.equal((await authenticate(other.authorization)).token, other.token);
		reader.replace(rotated.token, other.token);
		assert.equal((await authenticate(owner.authorization)).token, undefined);
		assert.equal((await authenticate(rotated.authorization)).token, rotated.token);
		assert.equal((await authenticate(other.authorization)).token, other.token);
		reader.replace(rotated.token);
		assert.equal((await authenticate(other.authorization)).token, undefined);
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
