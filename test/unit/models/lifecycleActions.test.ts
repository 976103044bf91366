import assert from 'node:assert/strict';
import { silentLog } from '../../../src/domain/log';
import { problem } from '../../../src/domain/problems';
import { TokenSources, type SourceToken } from '../../../src/domain/tokenSources';
import { deleteTokens, disableTokens, enableTokens, endPreviousKey, type Confirm } from '../../../src/models/lifecycleActions';
import { isExplained } from '../../../src/models/localization';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { Workspaces } from '../../support/store/workspaces';

/** Records the questions, and answers all of them the same way. */
function createConfirm(answer: boolean) {
	const questions: string[] = [];
	const confirm: Confirm = ({ message }, action) => {
		questions.push(`${message} [${action}]`);
		return Promise.resolve(answer);
	};
	return { confirm, questions };
}

describe('Disabling, enabling, and deleting tokens', () => {
	const workspaces = new Workspaces();

	/** Creates tokens with these names in a workspace. */
	async function createTokens(...names: string[]) {
		const source = workspaces.open({ folder: await workspaces.folder() });
		for (const name of names) {
			await source.create({ name });
		}
		const readStates = async () => (await source.list()).map(({ name, status }) => `${name}: ${status}`).sort();
		return { source, readStates, tokens: await new TokenSources(source, silentLog).list() };
	}

	it('disables without a question, and enables again', async () => {
		const { tokens, readStates } = await createTokens('CRM', 'Billing');
		const { confirm, questions } = createConfirm(false);
		assert.equal(await disableTokens(tokens, confirm), true);
		assert.equal(await disableTokens([], confirm), false);
		assert.deepEqual(await readStates(), ['Billing: inactive', 'CRM: inactive']);
		assert.deepEqual(questions, []);
		await enableTokens(tokens);
		assert.deepEqual(await readStates(), ['Billing: active', 'CRM: active']);
	});

	it('deletes only what the user confirms', async () => {
		const { tokens, readStates } = await createTokens('CRM', 'Billing');
		const cancel = createConfirm(false);
		await deleteTokens(tokens, cancel.confirm);
		assert.deepEqual(cancel.questions, ['Delete 2 tokens? [Delete]']);
		assert.deepEqual(await readStates(), ['Billing: active', 'CRM: active']);
		const accept = createConfirm(true);
		const crm = tokens.filter(({ token }) => token.name === 'CRM');
		await deleteTokens(crm, accept.confirm);
		assert.deepEqual(accept.questions, [`Delete token “CRM” (${crm[0]!.token.id})? [Delete]`]);
		assert.deepEqual(await readStates(), ['Billing: active']);
	});

	it('says before the deletion when a token was last used, and where', async () => {
		const { tokens } = await createTokens('CRM', 'Billing');
		let detail = '';
		const confirm: Confirm = (text) => Promise.resolve(((detail = text.detail), false));
		const readUsageLines = ({ token }: SourceToken) => Promise.resolve([`Used by ${token.name}`]);
		const crm = tokens.filter(({ token }) => token.name === 'CRM');
		await deleteTokens(crm, confirm, readUsageLines);
		assert.match(detail, /recovered\.\nUsed by CRM$/);
		await deleteTokens(tokens, confirm, readUsageLines);
		assert.match(detail, /recovered\.$/, 'only for a single token, because each one needs a search');
	});

	it('ends the previous key of a renewed token if the user confirms it', async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const { id } = await source.create({ name: 'CRM', expirationDate: '2090-01-01T00:00:00.000Z' });
		const read = async () => ({ source, token: (await source.get(id))! });
		await assert.rejects(endPreviousKey(await read(), source, createConfirm(true).confirm), /has no previous key/);
		await source.renew(id, { expirationDate: '2091-01-01T00:00:00.000Z' });
		const current = await source.readKey(id);
		await endPreviousKey(await read(), source, createConfirm(false).confirm);
		assert.equal((await read()).token.status, 'revitalised');
		const accept = createConfirm(true);
		await endPreviousKey(await read(), source, accept.confirm);
		assert.deepEqual(accept.questions, [`End the previous key of “CRM” (${id}) now? [End Key]`]);
		const { token } = await read();
		assert.deepEqual([token.status, token.expirationDate, token.renewedExpirationDate], ['active', '2091-01-01T00:00:00.000Z', null]);
		assert.deepEqual(await source.readKey(id), current);
		await assert.rejects(source.readKey(id, 'previous'));
		await assert.rejects(source.endPreviousKey(id), /has no previous key/);
		assert.ok((await source.getHistory(id)).some(({ kind }) => kind === 'previousKeyEnded'));
	});

	it('asks nothing if there is nothing to delete', async () => {
		const { confirm, questions } = createConfirm(true);
		await deleteTokens([], confirm);
		assert.deepEqual(questions, []);
	});

	it('repeats a failure that is explained, and tells an unexpected one from it', async () => {
		const { source, tokens } = await createTokens('CRM', 'Billing');
		source.disable = () => Promise.reject(problem('The disk is full.'));
		const fail = () => disableTokens(tokens, createConfirm(true).confirm).catch((error: unknown) => error);
		assert.ok(isExplained(await fail()));
		source.disable = (id) => Promise.reject(id === tokens[1]!.token.id ? new TypeError('x is undefined') : problem('The disk is full.'));
		assert.ok(!isExplained(await fail()));
	});

	it('changes the other tokens if one fails, and lists the failure', async () => {
		const { source, tokens, readStates } = await createTokens('CRM', 'Billing');
		const crm = tokens.find(({ token }) => token.name === 'CRM')!;
		const disable = source.disable.bind(source);
		source.disable = (id) => (id === crm.token.id ? Promise.reject(problem('The disk is full.')) : disable(id));
		await assert.rejects(disableTokens(tokens, createConfirm(true).confirm), { message: `CRM (${crm.token.id}): The disk is full.` });
		assert.deepEqual(await readStates(), ['Billing: inactive', 'CRM: active']);
	});
});

describe('Disabling the token that an account is signed in with', () => {
	const platform = usePlatform();
	const accounts = new TestAccounts();

	it('asks first, and does nothing unless the user confirms', async () => {
		const source = await accounts.open(platform());
		const { ownToken } = platform().account;
		const token = await source.get(ownToken.id);
		assert.ok(token);
		const cancel = createConfirm(false);
		await disableTokens([{ source, token }], cancel.confirm);
		assert.deepEqual(cancel.questions, [`Disable token “${token.name}”? [Disable]`]);
		assert.equal(ownToken.enabled, true);
		await disableTokens([{ source, token }], createConfirm(true).confirm);
		assert.equal(ownToken.enabled, false);
	});
});
