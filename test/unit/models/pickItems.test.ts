import assert from 'node:assert/strict';
import { silentLog } from '../../../src/domain/log';
import { TokenSources } from '../../../src/domain/tokenSources';
import { referencePickItems, sourcePickItems, sourcePickPlaceholder, tokenPickItems } from '../../../src/models/pickItems';
import { STATUS_ORDER } from '../../../src/models/arrangement';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { createSourceToken } from '../../support/sourceTokens';
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
		const value = { source: workspace, token };
		assert.deepEqual(tokenPickItems([value], [workspace], new Date()), [
			{
				value,
				label: '$\u200b(key) Night [ly]\u200b(x)',
				description: `${token.id} · Active`,
				detail: 'Custom · Account, Usage · no expiration',
				icon: ['pass', 'testing.iconPassed'],
			},
		]);
	});

	it('name the agent of a lease', async () => {
		const { workspace } = await openSources();
		const expirationDate = new Date(Date.now() + 60 * 60_000).toISOString();
		const token = await workspace.create({ name: 'Prices', lease: { task: 'Check the prices', agent: 'Copilot' }, expirationDate });
		const [item] = tokenPickItems([{ source: workspace, token }], [workspace], new Date());
		assert.ok(item && 'icon' in item);
		assert.deepEqual([item.icon, item.detail], [['hubot', 'testing.iconPassed'], 'Agent “Copilot” · No modules · ends in 1 hour']);
	});

	it('describe the workspace and an account', async () => {
		const { workspace, account } = await openSources();
		assert.deepEqual(sourcePickItems([workspace, account]), [
			{ value: workspace, label: 'Workspace', description: 'on this machine', icon: ['folder'] },
			{
				value: account,
				label: 'Account 001',
				description: `VA-700-000-001 · ${new URL(getPlatform().endpoint).host}`,
				icon: ['cloud'],
			},
		]);
	});

	it('have a placeholder that says what to select', async () => {
		const { workspace, account } = await openSources();
		assert.equal(sourcePickPlaceholder([account]), 'Select an account');
		assert.equal(sourcePickPlaceholder([workspace, account]), 'Select the workspace or an account');
	});

	it('have headings if there are several sources, but none for a source without tokens', async () => {
		const { workspace, account, sources } = await openSources();
		const list = async () =>
			tokenPickItems(await sources.list('complete'), sources.all, new Date()).map((item) =>
				'heading' in item ? `# ${item.heading}` : item.label,
			);
		assert.deepEqual(await list(), ['# Account 001', 'Connect Tokens']);
		await workspace.create({ name: 'Mine' });
		assert.deepEqual(await list(), ['# Workspace', 'Mine', '# Account 001', 'Connect Tokens']);
		const found = (await workspace.list()).map((token) => ({ source: workspace, token }));
		assert.deepEqual(
			tokenPickItems(found, [workspace], new Date()).map((item) => ('heading' in item ? item.heading : item.label)),
			['Mine'],
		);
		assert.deepEqual(tokenPickItems(found, [account], new Date()), []);
	});
});

describe('Items of tokens to reference', () => {
	it('are selected if the token is usable', () => {
		const tokens = STATUS_ORDER.map((status) => createSourceToken({ status }));
		assert.deepEqual(
			referencePickItems(tokens).map(({ description, picked }) => [description, picked]),
			[
				['SU-631-646-036 · Expired', false],
				['SU-631-646-036 · Expiring', true],
				['SU-631-646-036 · Revitalised', true],
				['SU-631-646-036 · Active', true],
				['SU-631-646-036 · Disabled', false],
				['SU-631-646-036 · Other', true],
			],
		);
	});

	it("aren't selected in a list of more than 20 tokens", () => {
		const createTokens = (length: number) => Array.from({ length }, () => createSourceToken());
		assert.ok(referencePickItems(createTokens(20)).every(({ picked }) => picked));
		assert.ok(referencePickItems(createTokens(21)).every(({ picked }) => !picked));
	});
});
