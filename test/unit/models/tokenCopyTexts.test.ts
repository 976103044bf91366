import assert from 'node:assert/strict';
import { prepareTokenCopy } from '../../../src/domain/tokenCopy';
import { copyConfirmation } from '../../../src/models/tokenCopyTexts';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { Workspaces } from '../../support/store/workspaces';

describe('The confirmation of a copy', () => {
	const getPlatform = usePlatform();
	const workspaces = new Workspaces();
	const accounts = new TestAccounts();

	it('names the token and the destination', async () => {
		const workspace = workspaces.open({ folder: await workspaces.folder() });
		const account = await accounts.open(getPlatform());
		const token = await workspace.create({ name: 'Nightly' });
		const now = new Date();
		const copy = prepareTokenCopy(token, (id) => workspace.getModuleName(id), await account.getCatalog(), now);
		const { message, detail } = copyConfirmation({ ...copy, isExtensionReplaced: false }, workspace, account, now);
		assert.equal(message, 'Create token “Nightly” in “Account 001”?');
		assert.equal(detail, "The copy gets its own API key. The original token isn't changed.\nExpires: Never");
	});

	it("says that limits and approval aren't available in an account, and names them", async () => {
		const workspace = workspaces.open({ folder: await workspaces.folder() });
		const account = await accounts.open(getPlatform());
		const limits = { rate: { requests: 10, per: 'minute' }, total: 1 } as const;
		const token = await workspace.create({ name: 'Nightly', limits, approval: 'always' });
		const now = new Date();
		const confirmAt = async (destination: typeof workspace | typeof account) => {
			const copy = prepareTokenCopy(token, (id) => workspace.getModuleName(id), await destination.getCatalog(), now);
			return copyConfirmation({ ...copy, isExtensionReplaced: false }, workspace, destination, now)
				.detail.split('\n')
				.slice(2);
		};
		assert.deepEqual(await confirmAt(account), [
			"Limits and approval aren't available there and won't be copied: 10 requests per minute, 1 request in total, approval for all requests.",
		]);
		assert.deepEqual(await confirmAt(workspace), []);
	});

	it("says what isn't available at the destination", async () => {
		const workspace = workspaces.open({
			folder: await workspaces.folder(),
			modules: () => [
				{ id: 'orders', name: 'Orders' },
				{ id: 'usage', name: 'Usage' },
			],
		});
		const account = await accounts.open(getPlatform());
		const token = await workspace.create({ name: 'Nightly', permissions: ['orders', 'usage:read'] });
		const now = new Date();
		const copy = prepareTokenCopy(token, (id) => workspace.getModuleName(id), await account.getCatalog(), now);
		const { detail } = copyConfirmation({ ...copy, isExtensionReplaced: true }, workspace, account, now);
		assert.deepEqual(detail.split('\n').slice(2), [
			"The token's extension isn't available there, so the copy will use Custom.",
			"These permissions aren't available there and won't be copied: Orders, Usage (read-only).",
		]);
	});
});
