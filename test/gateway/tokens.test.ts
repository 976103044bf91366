import assert from 'node:assert/strict';
import { KeyRing } from '../../src/gateway/authenticate';
import { CurrentTokens } from '../../src/gateway/tokens';
import { eventually } from '../support/eventually';
import { issue, MemoryTokens } from '../support/gateway/tokens';

describe('the tokens that the gateway goes by', () => {
	const owner = issue();
	const disabled = { ...owner.token, enabled: false };
	let reader: MemoryTokens;
	let tokens: CurrentTokens;
	const isLetIn = async () => (await tokens.get()).authenticate(owner.authorization, new Date()).refusal === undefined;

	beforeEach(async () => {
		reader = new MemoryTokens([owner.token]);
		tokens = new CurrentTokens(reader);
		assert.ok(await isLetIn());
	});

	it('are at hand without waiting while nothing has changed', () => {
		assert.ok(tokens.get() instanceof KeyRing);
	});

	it('are read anew for the very next request after a change that was told', async () => {
		for (let turn = 0; turn < 1_000; turn++) {
			reader.replace(disabled);
			assert.equal(await isLetIn(), false);
			reader.replace(owner.token);
			assert.equal(await isLetIn(), true);
		}
	});

	it('are read anew a moment after a change that nobody told', async () => {
		reader.replaceSilently(disabled);
		await eventually(async () => assert.equal(await isLetIn(), false));
	});

	it('are what is there when a change comes while they are being read', async () => {
		reader.replace(disabled);
		const asked = isLetIn();
		reader.replace(owner.token);
		assert.equal(await asked, true);
	});
});
