import assert from 'node:assert/strict';
import { silentLog } from '../../../src/domain/log';
import { DAY_MS } from '../../../src/domain/token';
import { TokenSources } from '../../../src/domain/tokenSources';
import { NO_FILTER, type Arrangement } from '../../../src/models/arrangement';
import { ClockScheduler } from '../../../src/models/clockScheduler';
import { TokensTree, type TokenCounts } from '../../../src/models/tokensTree';
import { isTreeNode, SourceNode, toTarget, TokenNode, tokenTooltip, type TokensTreeNode } from '../../../src/models/treeNodes';
import { Workspaces } from '../../support/store/workspaces';

describe('the tree of tokens', () => {
	const workspaces = new Workspaces();

	async function createTree(...expirationDates: readonly (string | null)[]) {
		const time = { now: new Date('2030-01-01T00:00:00.000Z') };
		const clock = () => time.now;
		const source = workspaces.open({ folder: await workspaces.folder(), clock });
		for (const [index, expirationDate] of expirationDates.entries()) {
			await source.create({ name: `Token ${index + 1}`, expirationDate, permissions: ['usage'] });
		}
		const sources = new TokenSources(source, silentLog);
		// Due callbacks run only when a test calls `runDue`.
		const scheduler = new ClockScheduler(clock, () => ({ dispose: () => undefined }));
		const arrangement: { current: Arrangement } = { current: { sort: 'name', filter: NO_FILTER } };
		const refreshes: (TokensTreeNode[] | undefined)[] = [];
		const counts: TokenCounts[] = [];
		const tree = new TokensTree({
			sources,
			clock,
			scheduler,
			log: silentLog,
			gateway: { url: 'http://127.0.0.1:7357/public/v1', onDidChange: () => ({ dispose: () => undefined }) },
			readArrangement: () => arrangement.current,
			readExpiringDays: () => 7,
			refreshNodes: (nodes) => refreshes.push(nodes),
		});
		tree.onDidRead((read) => counts.push(read));
		tree.setVisible(true);
		const readTokenNodes = async () => {
			const [sourceNode] = await tree.getChildren();
			return (await tree.getChildren(sourceNode)).filter((node) => node instanceof TokenNode);
		};
		return { tree, time, source, sources, scheduler, arrangement, refreshes, counts, readTokenNodes };
	}

	it('is empty without tokens and accounts', async () => {
		const { tree } = await createTree();
		assert.deepEqual(await tree.getChildren(), []);
	});

	it('shows the workspace with the gateway, and its tokens in the chosen order', async () => {
		const { tree, readTokenNodes, arrangement } = await createTree(null, null);
		const [sourceNode] = await tree.getChildren();
		assert.deepEqual(tree.describe(sourceNode!), {
			id: 'workspace',
			label: 'Workspace',
			description: 'gateway 127.0.0.1:7357',
			tooltip: 'Tokens of this workspace, stored on this machine',
			icon: ['folder'],
			accessibleLabel: 'Workspace, gateway 127.0.0.1:7357',
			contextValue: 'workspace',
		});
		const labels = async () => (await readTokenNodes()).map((node) => tree.describe(node).label);
		assert.deepEqual(await labels(), ['Token 1', 'Token 2']);
		arrangement.current = { sort: 'nameDescending', filter: NO_FILTER };
		assert.deepEqual(await labels(), ['Token 2', 'Token 1']);
	});

	it('describes a token by its status, and lists the actions that the status allows', async () => {
		const { tree, readTokenNodes, source } = await createTree('2030-01-31T00:00:00.000Z');
		const [node] = await readTokenNodes();
		const { id } = node!.sourceToken.token;
		const content = tree.describe(node!);
		assert.equal(content.description, `${id} · Custom · Usage · expires in 30 days`);
		assert.equal(content.accessibleLabel, `Token 1, Active, ${content.description}`);
		assert.equal(content.contextValue, 'token;disable;rotate;renew;edit;delete;');
		assert.deepEqual(content.icon, ['pass', 'testing.iconPassed']);
		await source.disable(id);
		const [disabledNode] = await readTokenNodes();
		assert.equal(tree.describe(disabledNode!).contextValue, 'token;enable;rotate;edit;delete;');
	});

	it('counts all tokens and those that match the filter', async () => {
		const { tree, counts, arrangement } = await createTree(null, null);
		await tree.getChildren();
		arrangement.current = { sort: 'name', filter: { ...NO_FILTER, statuses: ['expired'] } };
		await tree.getChildren();
		assert.deepEqual(counts, [
			{ total: 2, shown: 2 },
			{ total: 2, shown: 0 },
		]);
	});

	it('refreshes only the tokens whose text has changed, and everything when a status changes', async () => {
		const { scheduler, time, refreshes, readTokenNodes, tree } = await createTree('2030-01-31T00:00:00.000Z', null);
		const [node] = await readTokenNodes();
		time.now = new Date(time.now.getTime() + DAY_MS);
		scheduler.runDue();
		assert.deepEqual(refreshes, [[node]]);
		assert.match(tree.describe(node!).description ?? '', /expires in 29 days$/);
		time.now = new Date('2030-01-24T00:00:00.000Z');
		scheduler.runDue();
		assert.deepEqual(refreshes.slice(1), [undefined]);
	});

	it('refreshes nothing while it is hidden, and stale text when it is shown again', async () => {
		const { tree, scheduler, time, refreshes, readTokenNodes } = await createTree('2030-01-31T00:00:00.000Z');
		const nodes = await readTokenNodes();
		tree.setVisible(false);
		time.now = new Date(time.now.getTime() + DAY_MS);
		scheduler.runDue();
		assert.deepEqual(refreshes, []);
		tree.setVisible(true);
		assert.deepEqual(refreshes, [nodes]);
	});

	it('refreshes everything after a change of the workspace', async () => {
		const { tree, source, refreshes } = await createTree(null);
		await tree.getChildren();
		await source.create({ name: 'New' });
		assert.ok(refreshes.includes(undefined));
	});

	it('creates a tooltip with everything but the key, and markup as plain text', async () => {
		const { source, tree, readTokenNodes } = await createTree();
		const { id } = await source.create({ name: '**bold**', description: '[x](command:y)', permissions: [] });
		const [node] = await readTokenNodes();
		const tooltip = await tree.createTooltip(node!);
		assert.equal(tooltip?.title, '**bold**');
		assert.equal(tooltip.description, '[x](command:y)');
		assert.deepEqual(
			tooltip.properties.map(([label]) => label),
			['ID', 'Status', 'Extension', 'Permissions', 'Expires', 'Last used', 'External ID', 'Created', 'Updated'],
		);
		assert.deepEqual(tooltip.properties[0], ['ID', id]);
		const renewed = { ...node!.sourceToken.token, status: 'revitalised' as const, renewedExpirationDate: null };
		assert.ok(tokenTooltip({ source, token: renewed }, new Date(), undefined).properties.some(([label]) => label === 'New key expires'));
	});

	it('passes the IDs of a node to commands', async () => {
		const { readTokenNodes, source } = await createTree(null);
		const [node] = await readTokenNodes();
		const { id } = node!.sourceToken.token;
		assert.deepEqual(toTarget(node), { tokenId: id, sourceId: 'workspace' });
		assert.deepEqual(toTarget(new SourceNode(source)), { sourceId: 'workspace' });
		assert.deepEqual(toTarget({ tokenId: id }), { tokenId: id });
		assert.equal(isTreeNode({ target: { tokenId: id } }), false);
	});
});
