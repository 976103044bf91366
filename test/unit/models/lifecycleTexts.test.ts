import assert from 'node:assert/strict';
import { deleteConfirmation, disableConfirmation, failuresText } from '../../../src/models/lifecycleTexts';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { Workspaces } from '../../support/store/workspaces';

const SINGLE_DELETE_WARNING = "The token's API key stops working immediately and can't be recovered.";
const DELETE_WARNING = "The API keys of deleted tokens stop working immediately and can't be recovered.";
const ACCOUNT_WARNING =
	"You're signed in to account “Account 001” with this token. Replace the account key first, or you'll lose access to the account.";

describe('Confirmations of lifecycle commands', () => {
	const getPlatform = usePlatform();
	const workspaces = new Workspaces();
	const accounts = new TestAccounts();

	async function createTokens(count: number) {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const names = Array.from({ length: count }, (_, index) => `Token ${index + 1}`);
		return Promise.all(names.map(async (name) => ({ source, token: await source.create({ name }) })));
	}

	/** The token that the account is signed in with. */
	async function openAccountKey() {
		const source = await accounts.open(getPlatform());
		const { id } = getPlatform().account.ownToken;
		return { source, token: (await source.get(id))! };
	}

	it('name the one token to delete', async () => {
		const tokens = await createTokens(1);
		assert.deepEqual(await deleteConfirmation(tokens), {
			message: `Delete token “Token 1” (${tokens[0]!.token.id})?`,
			detail: SINGLE_DELETE_WARNING,
		});
	});

	it('list at most ten tokens to delete', async () => {
		const { message, detail } = await deleteConfirmation(await createTokens(12));
		const lines = detail.split('\n');
		assert.equal(message, 'Delete 12 tokens?');
		assert.match(lines[0]!, /^Token 1 \(SU-/);
		assert.deepEqual(lines.slice(10), ['and 2 more', '', DELETE_WARNING]);
	});

	it('warn about an account that is signed in with a token', async () => {
		const accountKey = await openAccountKey();
		assert.equal((await deleteConfirmation([accountKey])).detail, `${SINGLE_DELETE_WARNING}\n${ACCOUNT_WARNING}`);
		assert.deepEqual(await disableConfirmation([accountKey]), {
			message: 'Disable token “Connect Tokens”?',
			detail: ACCOUNT_WARNING,
		});
		const both = [accountKey, ...(await createTokens(1))];
		assert.equal((await disableConfirmation(both))?.message, 'Disable 2 tokens?');
	});

	it("aren't needed to disable other tokens", async () => {
		assert.equal(await disableConfirmation(await createTokens(2)), undefined);
		assert.equal(await disableConfirmation([]), undefined);
	});
});

describe('failuresText', () => {
	const workspaces = new Workspaces();

	it('lists the tokens for which an action failed', async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const tokens = await Promise.all(['First', 'Second'].map(async (name) => ({ source, token: await source.create({ name }) })));
		await source.disable(tokens[1]!.token.id);
		const outcomes = await Promise.allSettled(tokens.map(({ token }) => source.disable(token.id)));
		assert.equal(failuresText(tokens, outcomes), `Second (${tokens[1]!.token.id}): This token is already disabled.`);
	});

	it('is empty if the action succeeded for all', () => {
		assert.equal(failuresText([], []), '');
	});
});
