import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Emitter } from '../../../src/domain/emitter';
import { silentLog } from '../../../src/domain/log';
import { DAY_MS } from '../../../src/domain/token';
import { TokenSources } from '../../../src/domain/tokenSources';
import { NO_FILTER, type Arrangement } from '../../../src/models/arrangement';
import { commandIds } from '../../../src/models/manifestIds';
import { ClockScheduler } from '../../../src/models/clockScheduler';
import { TokensTree, type TokenCounts } from '../../../src/models/tokensTree';
import { dateTimeText } from '../../../src/models/tokenTexts';
import {
	isTreeNode,
	ProblemNode,
	SourceNode,
	tooltipMarkdown,
	toTarget,
	TokenNode,
	tokenTooltip,
	type TokensTreeNode,
} from '../../../src/models/treeNodes';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { createAccountSource, createSourceToken } from '../../support/sourceTokens';
import { waitUntil, Workspaces } from '../../support/store/workspaces';

/** Returns all nodes, each before those below it. */
async function readAll(tree: TokensTree, node?: TokensTreeNode): Promise<TokensTreeNode[]> {
	const nodes: TokensTreeNode[] = [];
	for (const child of await tree.getChildren(node)) {
		nodes.push(child, ...(await readAll(tree, child)));
	}
	return nodes;
}

describe('the tree of tokens', () => {
	const workspaces = new Workspaces();
	const accounts = new TestAccounts();

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
		const gateway = {
			url: 'http://127.0.0.1:7357/public/v1' as string | undefined,
			upstream: { url: 'https://api.example/public/v1', account: { sourceId: 'VA-100', name: 'Acme' } },
			onDidChange: () => ({ dispose: () => undefined }),
		};
		const tree = new TokensTree({
			sources,
			clock,
			scheduler,
			log: silentLog,
			gateway,
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
		/** Reads everything, as VS Code does to show it. */
		const readShown = async () => {
			const nodes = await readAll(tree);
			nodes.forEach((node) => tree.describe(node));
			return nodes;
		};
		/** Returns the nodes that were refreshed since the last call, each once, as soon as no refresh is pending; undefined stands for all. */
		const takeRefreshed = async () => {
			await tree.refresh();
			return [...new Set(refreshes.splice(0).flatMap((nodes) => nodes ?? [undefined]))];
		};
		return { takeRefreshed, tree, time, source, sources, scheduler, arrangement, refreshes, counts, gateway, readTokenNodes, readShown };
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
			description: 'gateway :7357 · Acme · api.example',
			tooltip: 'Tokens of this workspace, stored on this machine\nGateway: http://127.0.0.1:7357/public/v1\nUpstream: Acme · api.example',
			icon: ['folder'],
			accessibleLabel: 'Workspace, gateway :7357 · Acme · api.example',
			contextValue: 'workspace',
			isExpanded: true,
		});
		const labels = async () => (await readTokenNodes()).map((node) => tree.describe(node).label);
		assert.deepEqual(await labels(), ['Token 1', 'Token 2']);
		arrangement.current = { sort: 'nameDescending', filter: NO_FILTER };
		assert.deepEqual(await labels(), ['Token 2', 'Token 1']);
	});

	it('shows the workspace without a gateway while it isn’t running', async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const describe = (upstream: null | undefined) => {
			const { description, tooltip } = new SourceNode(source).describe(new Date(), { url: undefined, upstream });
			return [description, tooltip?.split('\n').slice(1)];
		};
		assert.deepEqual(describe(null), ['', ['Gateway: stopped', 'No upstream set']]);
		assert.deepEqual(describe(undefined), ['', ['Gateway: stopped', "Upstream URL isn't valid"]]);
	});

	it('describes a token by its status, and lists the actions that the status allows', async () => {
		const { tree, readTokenNodes, source } = await createTree('2030-01-31T00:00:00.000Z');
		const [node] = await readTokenNodes();
		const { id } = node!.sourceToken.token;
		const content = tree.describe(node!);
		assert.equal(content.description, 'in 30 days · Custom');
		assert.equal(content.accessibleLabel, `Token 1, Active, ${id} · Custom · Usage · expires in 30 days`);
		assert.equal(content.contextValue, 'token;disable;rotate;renew;edit;delete;reducePermissions;');
		assert.deepEqual(content.icon, ['pass', 'testing.iconPassed']);
		await source.update(id, { limits: { rate: { requests: 10, per: 'minute' } }, approval: 'writes' });
		const [limitedNode] = await readTokenNodes();
		assert.equal(
			tree.describe(limitedNode!).accessibleLabel,
			`Token 1, Active, ${id} · Custom · Usage · 10 requests per minute · approval for writes · expires in 30 days`,
		);
		await source.disable(id);
		const [disabledNode] = await readTokenNodes();
		assert.equal(tree.describe(disabledNode!).contextValue, 'token;enable;rotate;edit;delete;reducePermissions;');
	});

	it('shows when a token has expired', async () => {
		const { tree, time, readTokenNodes } = await createTree('2030-01-31T00:00:00.000Z');
		time.now = new Date('2030-02-03T00:00:00.000Z');
		const [node] = await readTokenNodes();
		assert.equal(tree.describe(node!).description, 'expired 3 days ago · Custom');
	});

	it('shows each status with its icon, its label, and the actions that it allows', async () => {
		const { tree, time, source, readTokenNodes } = await createTree('2030-01-20T00:00:00.000Z', '2030-02-06T00:00:00.000Z', null, null);
		const [, , renewed, disabled] = await source.list();
		await source.disable(disabled!.id);
		await source.create({ name: 'Token 5', expirationDate: '2030-03-20T00:00:00.000Z' });
		const renewable = await source.create({ name: 'Token 6', expirationDate: '2030-02-20T00:00:00.000Z' });
		time.now = new Date('2030-02-01T00:00:00.000Z');
		await source.renew(renewable.id);
		const nodes = await readTokenNodes();
		const shown = nodes.map((node) => {
			const { label, icon, contextValue, accessibleLabel } = tree.describe(node);
			return [label, icon.join(' '), contextValue, accessibleLabel.split(', ')[1]];
		});
		assert.deepEqual(shown, [
			['Token 1', 'error list.errorForeground', 'token;rotate;edit;delete;reducePermissions;', 'Expired'],
			['Token 2', 'warning list.warningForeground', 'token;disable;rotate;renew;edit;delete;reducePermissions;', 'Expiring'],
			['Token 3', 'pass testing.iconPassed', 'token;disable;rotate;edit;delete;reducePermissions;', 'Active'],
			['Token 4', 'circle-slash disabledForeground', 'token;enable;rotate;edit;delete;reducePermissions;', 'Disabled'],
			['Token 5', 'pass testing.iconPassed', 'token;disable;rotate;renew;edit;delete;reducePermissions;', 'Active'],
			['Token 6', 'sync charts.blue', 'token;disable;rotate;edit;delete;endPreviousKey;reducePermissions;', 'Revitalised'],
		]);
		const node = nodes.find(({ sourceToken }) => sourceToken.token.id === renewed!.id)!;
		const { id, command, isExpanded, tooltip } = tree.describe(node);
		assert.deepEqual(
			[id, command, isExpanded, tooltip],
			[`workspace/${renewed!.id}`, [commandIds.previewDetails, node], undefined, undefined],
		);
		assert.deepEqual(await tree.getChildren(node), []);
	});

	it('marks leases as those of agents, with their task in the tooltip and an end instead of an expiration', async () => {
		const { tree, time, source, readTokenNodes } = await createTree();
		const lease = { task: 'Check *all* prices', agent: '$(key) Copilot' };
		const create = (name: string, expirationDate: string) => source.create({ name, lease, permissions: ['products:read'], expirationDate });
		await create('Lease 1', '2030-01-01T07:00:00.000Z');
		const ended = await create('Lease 2', '2030-01-01T07:00:00.000Z');
		const disabled = await create('Lease 3', '2030-01-01T07:00:00.000Z');
		await source.disable(disabled.id);
		time.now = new Date('2030-01-01T06:30:00.000Z');
		await source.endLease(ended.id);
		time.now = new Date('2030-01-01T06:40:00.000Z');
		const nodes = await readTokenNodes();
		assert.deepEqual(
			nodes.map((node) => {
				const { label, description, icon, contextValue, accessibleLabel } = tree.describe(node);
				return [label, description, icon.join(' '), contextValue, accessibleLabel.split(', ')[1]];
			}),
			[
				[
					'Lease 1',
					'in 20 minutes · Agent',
					'hubot testing.iconPassed',
					'token;disable;rotate;renew;edit;delete;lease;endLease;reducePermissions;',
					'Active',
				],
				[
					'Lease 2',
					'ended 10 minutes ago · Agent',
					'circle-slash disabledForeground',
					'token;rotate;edit;delete;lease;reducePermissions;',
					'Ended',
				],
				[
					'Lease 3',
					'in 20 minutes · Agent',
					'circle-slash disabledForeground',
					'token;enable;rotate;edit;delete;lease;endLease;reducePermissions;',
					'Disabled',
				],
			],
		);
		const { properties } = (await tree.createTooltip(nodes[0]!))!;
		assert.deepEqual(
			properties
				.filter(([label]) => ['Agent', 'Task', 'Ends', 'Expires'].includes(label))
				.map(([label, value]) => [label, value.split(', ').at(-1)]),
			[
				['Agent', '$(key) Copilot'],
				['Task', 'Check *all* prices'],
				['Ends', 'ends in 20 minutes'],
			],
		);
		const { properties: propertiesOfEnded } = (await tree.createTooltip(nodes[1]!))!;
		assert.ok(propertiesOfEnded.some(([label, value]) => label === 'Ended' && value.endsWith('ended 10 minutes ago')));
		assert.match(tree.describe(nodes[0]!).accessibleLabel, /Agent “\$\u200b\(key\) Copilot”/);
	});

	it('shows the last use in a tooltip, and refreshes the node after it has changed', async () => {
		const { tree, source, readTokenNodes, refreshes } = await createTree(null);
		const [node] = await readTokenNodes();
		const usage = { days: [], lastUsed: null as string | null };
		source.getUsage = () => Promise.resolve(usage);
		const usageChange = new Emitter();
		source.onDidChangeUsage = (listener) => usageChange.on(listener);
		const readLastUsed = async () => Object.fromEntries((await tree.createTooltip(node!))!.properties)['Last used'];
		assert.equal(await readLastUsed(), 'Never');
		usageChange.fire();
		await setImmediate();
		assert.deepEqual(refreshes, []);
		usage.lastUsed = '2030-01-01T12:00:00.000Z';
		usageChange.fire();
		await waitUntil(() => refreshes.length === 1, 'the node is refreshed');
		assert.deepEqual(refreshes, [[node]]);
		assert.match((await readLastUsed())!, /Jan 1, 2030/);
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

	it('refreshes only the tokens whose text has changed, and the source when a status changes', async () => {
		const { scheduler, time, refreshes, readTokenNodes, readShown, takeRefreshed, tree } = await createTree(
			'2030-01-31T00:00:00.000Z',
			null,
		);
		const [sourceNode] = await readShown();
		const [node] = await readTokenNodes();
		time.now = new Date(time.now.getTime() + DAY_MS);
		scheduler.runDue();
		assert.deepEqual(refreshes.splice(0), [[node]]);
		assert.equal(tree.describe(node!).description, 'in 29 days · Custom');
		time.now = new Date('2030-01-24T00:00:00.000Z');
		scheduler.runDue();
		assert.deepEqual(await takeRefreshed(), [node, sourceNode]);
	});

	it('refreshes all texts after the clock was set back', async () => {
		const { tree, time, takeRefreshed, readShown } = await createTree('2030-01-31T00:00:00.000Z', null);
		const [, ...nodes] = await readShown();
		time.now = new Date(time.now.getTime() - DAY_MS);
		tree.setVisible(true);
		assert.deepEqual(await takeRefreshed(), nodes);
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

	it('refreshes the workspace after a change of its tokens, and everything when it becomes empty or no longer is', async () => {
		const { source, takeRefreshed, readShown } = await createTree();
		await readShown();
		const { id } = await source.create({ name: 'New' });
		assert.deepEqual(await takeRefreshed(), [undefined]);
		const [sourceNode] = await readShown();
		await source.update(id, { description: 'Only the tooltip shows it' });
		assert.deepEqual(await takeRefreshed(), [sourceNode]);
		assert.equal((await readShown())[0], sourceNode, 'the same node, so that VS Code finds it');
		await source.delete(id);
		assert.deepEqual(await takeRefreshed(), [undefined]);
	});

	it('refreshes nothing if nothing visible has changed', async () => {
		const { sources, source, takeRefreshed, arrangement, counts, gateway, readShown } = await createTree(null, null);
		arrangement.current = { sort: 'name', filter: { ...NO_FILTER, text: 'token' } };
		assert.deepEqual(await takeRefreshed(), [], 'there is nothing to read again yet');
		const [sourceNode] = await readShown();
		sources.setAccounts([]);
		await source.create({ name: 'Hidden' });
		assert.deepEqual(await takeRefreshed(), []);
		assert.deepEqual(counts.at(-1), { total: 3, shown: 2 });
		arrangement.current = { sort: 'name', filter: NO_FILTER };
		assert.deepEqual(await takeRefreshed(), [sourceNode]);
		await readShown();
		gateway.url = undefined;
		assert.deepEqual(await takeRefreshed(), [sourceNode]);
	});

	it('groups tokens by status, most urgent first', async () => {
		const { tree, source, arrangement, readShown, takeRefreshed } = await createTree(null, null, null);
		const [, token] = await source.list();
		await source.disable(token!.id);
		const [sourceNode] = await readShown();
		arrangement.current = { ...arrangement.current, groupBy: 'status' };
		assert.deepEqual(await takeRefreshed(), [sourceNode]);
		assert.deepEqual(
			(await readShown()).map((node) => tree.describe(node).accessibleLabel.split(',').slice(0, 2).join()),
			[
				'Workspace, gateway :7357 · Acme · api.example',
				'Active, 2 tokens',
				'Token 1, Active',
				'Token 3, Active',
				'Disabled, 1 token',
				'Token 2, Disabled',
			],
		);
	});

	it('sorts by last use, and refreshes only if the order changes', async () => {
		const { source, arrangement, readShown, readTokenNodes, takeRefreshed } = await createTree(null, null);
		const [, second] = await source.list();
		const lastUses: Record<string, string> = {};
		const usageChange = new Emitter();
		source.getUsage = (id) => Promise.resolve({ days: [], lastUsed: lastUses[id] ?? null });
		source.onDidChangeUsage = (listener) => usageChange.on(listener);
		arrangement.current = { ...arrangement.current, sort: 'lastUsed' };
		const [sourceNode] = await readShown();
		lastUses[second!.id] = '2030-01-01T12:00:00.000Z';
		usageChange.fire();
		assert.deepEqual(await takeRefreshed(), [sourceNode]);
		assert.deepEqual(
			(await readTokenNodes()).map(({ sourceToken }) => sourceToken.token.name),
			['Token 2', 'Token 1'],
		);
		usageChange.fire();
		assert.deepEqual(await takeRefreshed(), []);
	});

	it('notices a change while its nodes are being read', async () => {
		const { tree, source, takeRefreshed, readShown } = await createTree(null);
		const [sourceNode, tokenNode] = await readShown();
		const { id } = (tokenNode as TokenNode).sourceToken.token;
		const list = source.list.bind(source);
		source.list = async () => {
			source.list = list;
			const tokens = await list();
			await source.disable(id);
			return tokens;
		};
		await tree.getChildren(sourceNode);
		assert.deepEqual(await takeRefreshed(), [sourceNode]);
	});

	it('refreshes the sources after a node was revealed for which VS Code had to read the sources', async () => {
		const { tree, source, refreshes, readShown } = await createTree(null);
		const [sourceNode] = await readShown();
		const revealed: unknown[] = [];
		await tree.reveal(source, (node) => Promise.resolve(void revealed.push(node)));
		assert.deepEqual([revealed, refreshes], [[sourceNode], []]);
		await tree.reveal(source, async () => void (await tree.getChildren()));
		assert.deepEqual(refreshes, [[sourceNode]]);
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

	describe('with an account', () => {
		const getPlatform = usePlatform();

		async function createTreeWithAccount(...expirationDates: readonly (string | null)[]) {
			const created = await createTree(...expirationDates);
			const account = await accounts.open(getPlatform());
			created.sources.setAccounts([account]);
			return { ...created, account, host: new URL(getPlatform().endpoint).host };
		}

		it('shows the workspace first, even without tokens, and the tokens of the account', async () => {
			const { tree, account, host, counts } = await createTreeWithAccount();
			await account.list();
			const nodes = await tree.getChildren();
			assert.deepEqual(
				nodes.map((node) => tree.describe(node).label),
				['Workspace', 'Account 001'],
			);
			const { tooltip, ...content } = tree.describe(nodes[1]!);
			assert.deepEqual(content, {
				id: account.id,
				label: 'Account 001',
				description: host,
				icon: ['cloud'],
				accessibleLabel: `Account 001, ${host}`,
				contextValue: 'account',
				isExpanded: true,
			});
			assert.match(tooltip!, new RegExp(`^Account 001 \\(VA-700-000-001\\)\n${account.remote.account.endpoint}\nTokens as of .+$`));
			assert.deepEqual(await tree.getChildren(nodes[0]), []);
			const [tokenNode, ...others] = await tree.getChildren(nodes[1]);
			assert.equal(tree.describe(tokenNode!).label, 'Connect Tokens');
			assert.equal(tree.describe(tokenNode!).description, 'no expiration · custom');
			assert.match(tree.describe(tokenNode!).accessibleLabel, /^Connect Tokens, Active, SU-[\d-]+ · custom · Full · no expiration$/);
			assert.deepEqual(others, []);
			assert.deepEqual(counts.at(-1), { total: 1, shown: 1 });
		});

		it('shows that the account is loading, and then refreshes only its node', async () => {
			const { tree, account, readShown, takeRefreshed } = await createTreeWithAccount();
			const [, accountNode] = await readShown();
			const { icon, description } = tree.describe(accountNode!);
			assert.deepEqual(icon, ['loading~spin']);
			assert.match(description!, /^loading/);
			await account.list();
			await waitUntil(() => account.remote.syncState.progress === null, 'the account is loaded');
			assert.deepEqual(await takeRefreshed(), [accountNode]);
			assert.deepEqual(tree.describe(accountNode!).icon, ['cloud']);
		});

		it("shows why the account can't be read above its last known tokens, and reads it again on a click", async () => {
			const { tree, account, host } = await createTreeWithAccount();
			await account.list();
			await getPlatform().stop();
			await assert.rejects(account.reload());
			const [, accountNode] = await tree.getChildren();
			const [problemNode, tokenNode] = await tree.getChildren(accountNode);
			assert.ok(problemNode instanceof ProblemNode);
			const content = tree.describe(problemNode);
			assert.match(content.label, /^Couldn't reach/);
			assert.deepEqual(
				{ ...content, label: undefined },
				{
					id: `${account.id}/problem`,
					label: undefined,
					icon: ['warning', 'list.warningForeground'],
					accessibleLabel: content.label,
					contextValue: 'problem',
					tooltip: `${content.label}\nClick to try again.`,
					command: [commandIds.reloadAccount, { sourceId: account.id, isFromLink: true }],
				},
			);
			assert.deepEqual(toTarget(problemNode), { sourceId: account.id });
			assert.equal(tree.describe(tokenNode!).label, 'Connect Tokens');
			const { icon, description, tooltip } = tree.describe(accountNode!);
			assert.deepEqual(icon, ['warning']);
			assert.match(description!, new RegExp(`^as of .+ · ${host}$`));
			assert.ok(tooltip!.endsWith(content.label));
			await getPlatform().start();
		});

		it('forgets the tokens of an account that was removed', async () => {
			const { tree, sources, account, counts, readTokenNodes } = await createTreeWithAccount(null);
			await account.list();
			for (const node of await tree.getChildren()) {
				await tree.getChildren(node);
			}
			assert.deepEqual(counts.at(-1), { total: 2, shown: 2 });
			sources.setAccounts([]);
			assert.equal((await readTokenNodes()).length, 1);
			assert.deepEqual(counts.at(-1), { total: 1, shown: 1 });
		});

		it('asks the platform for no usage to show a tooltip', async () => {
			const { tree, account } = await createTreeWithAccount();
			const [token] = await account.list();
			const tooltip = await tree.createTooltip(new TokenNode({ source: account, token: token! }, new Date()));
			const { Account: name, 'Last used': lastUsed } = Object.fromEntries(tooltip!.properties);
			assert.deepEqual([name, lastUsed], ['Account 001', undefined]);
			assert.ok(getPlatform().requests.every(({ path }) => !path.includes('statistics')));
		});
	});
});

describe('the tooltip of a token', () => {
	const NOW = new Date('2030-01-01T00:00:00.000Z');

	it('shows everything about the token', () => {
		const found = createSourceToken(
			{
				externalId: 'CRM-42',
				permissions: ['MD-0001', 'usage', 'billing'],
				status: 'revitalised',
				expirationDate: '2030-01-03T12:00:00.000Z',
				renewedExpirationDate: '2030-02-01T12:00:00.000Z',
				updated: { at: '2030-01-02T00:00:00.000Z', by: 'Grace' },
			},
			createAccountSource(),
		);
		assert.deepEqual(tokenTooltip(found, NOW, 'Jan 1, 2030'), {
			title: 'Nightly import',
			description: '',
			properties: [
				['ID', 'SU-631-646-036'],
				['Account', 'Acme'],
				['Status', 'Revitalised'],
				['Extension', 'Custom (EXT-000)'],
				['Permissions', 'Account, Usage, Billing'],
				['Expires', `${dateTimeText('2030-01-03T12:00:00.000Z')}, expires in 3 days`],
				['New key expires', `${dateTimeText('2030-02-01T12:00:00.000Z')}, expires in 32 days`],
				['Last used', 'Jan 1, 2030'],
				['External ID', 'CRM-42'],
				['Created', `${dateTimeText('2030-01-01T00:00:00.000Z')} by someone`],
				['Updated', `${dateTimeText('2030-01-02T00:00:00.000Z')} by Grace`],
			],
		});
	});

	it('shows limits and approval if there are any', () => {
		const rules = { limits: { rate: { requests: 10, per: 'minute' }, total: 1 }, approval: 'writes' } as const;
		const { properties } = tokenTooltip(createSourceToken(rules), NOW, undefined);
		assert.deepEqual(properties.filter(([label]) => ['Permissions', 'Limits', 'Approval'].includes(label)).slice(1), [
			['Limits', '10 requests per minute · 1 request in total'],
			['Approval', 'For writes'],
		]);
	});

	it('shows names and descriptions literally, each line of a description on its own', () => {
		const { source, token } = createSourceToken({ name: '[a](command:b) **c**', description: 'One `x`\n\nTwo', externalId: '<b>' });
		const text = tooltipMarkdown(tokenTooltip({ source, token }, NOW, undefined));
		const [title, first, second, list] = text.split('\n\n');
		assert.doesNotMatch(text, /\]\(|`|<b>|command:/);
		assert.match(title!, /^\*\*[^*]+\*\*$/);
		assert.match(first!, /^One /);
		assert.equal(second, 'Two');
		assert.match(list!, /^- \*\*ID:\*\* SU&#45;631&#45;646&#45;036\n- \*\*Status:\*\* Active\n/);
	});
});
