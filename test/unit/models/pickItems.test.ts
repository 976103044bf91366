import assert from 'node:assert/strict';
import { silentLog } from '../../../src/domain/log';
import { TokenSources } from '../../../src/domain/tokenSources';
import { groupBySource, sourcePickPlaceholder, sourcePickText, tokenPickText } from '../../../src/models/pickItems';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { Workspaces } from '../../support/store/workspaces';

describe('Items of the Quick Picks of tokens and sources', () => {
	const getPlatform = usePlatform();
	const workspaces = new Workspaces();
	const accounts = new TestAccounts();

	async function openSources() {
		const workspace = workspaces.open({ folder: await workspaces.folder() });
		const account = await accounts.open(getPlatform());
		const sources = new TokenSources(workspace, silentLog);
		sources.setAccounts([account]);
		return { workspace, account, sources };
	}

	it('describe a token without reading its name as markup', async () => {
		const { workspace } = await openSources();
		const token = await workspace.create({ name: '$(key) Night [ly](x)', permissions: ['MD-0001', 'usage'] });
		const text = tokenPickText({ source: workspace, token }, new Date());
		assert.equal(text.label, '$\u200b(key) Night [ly]\u200b(x)');
		assert.equal(text.description, `${token.id} · Active`);
		assert.equal(text.detail, 'Custom · Account, Usage · no expiration');
	});

	it('describe the workspace and an account', async () => {
		const { workspace, account } = await openSources();
		assert.deepEqual(sourcePickText(workspace), { label: 'Workspace', description: 'on this machine' });
		assert.deepEqual(sourcePickText(account), {
			label: 'Account 001',
			description: `VA-700-000-001 · ${new URL(getPlatform().endpoint).host}`,
		});
	});

	it('have a placeholder that says what to select', async () => {
		const { workspace, account } = await openSources();
		assert.equal(sourcePickPlaceholder([account]), 'Select an account');
		assert.equal(sourcePickPlaceholder([workspace, account]), 'Select the workspace or an account');
	});

	it('have headings if there are several sources, but none for a source without tokens', async () => {
		const { workspace, account, sources } = await openSources();
		const headings = async () => groupBySource(await sources.list('complete'), sources.all).map(({ heading }) => heading);
		assert.deepEqual(await headings(), ['Account 001']);
		await workspace.create({ name: 'Token' });
		assert.deepEqual(await headings(), ['Workspace', 'Account 001']);
		const found = (await workspace.list()).map((token) => ({ source: workspace, token }));
		assert.deepEqual(groupBySource(found, [workspace]), [{ heading: undefined, tokens: found }]);
		assert.deepEqual(groupBySource(found, [account]), []);
	});
});
