import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import type { Token } from '../../src/domain/token';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';
import { commandsInMenu, commandsInPalette } from '../support/manifest/offeredCommands';

const LEASE = { task: 'Check the prices', agent: 'Cursor' };
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

describe('Leases', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	let api: ConnectTokensApi;
	let tokens: TokensApi;
	let folder: string;

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		tokens = api.workspace;
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-leases-'));
		await settings().update('gateway.port', 0, vscode.ConfigurationTarget.Global);
		ui.install();
		await vscode.commands.executeCommand('connectTokens.tokens.focus');
	});

	beforeEach(async () => {
		ui.reset();
		await Promise.all((await tokens.list()).map(({ id }) => tokens.delete(id)));
	});

	after(async () => {
		await Promise.all((await tokens.list()).map(({ id }) => tokens.delete(id)));
		ui.uninstall();
		await api.gateway.stop();
		await settings().update('gateway.port', undefined, vscode.ConfigurationTarget.Global);
		await rm(folder, { recursive: true, force: true });
	});

	const settings = () => vscode.workspace.getConfiguration('connectTokens');
	const createLease = (name = 'Check the prices') =>
		tokens.create({ name, permissions: ['products:read'], lease: LEASE, expirationDate: inMinutes(60) });
	const run = (name: string, ...args: readonly unknown[]) => vscode.commands.executeCommand(`connectTokens.${name}`, ...args);
	const locate = ({ id }: Token) => ({ tokenId: id, sourceId: 'workspace' });
	const menuOf = (item: vscode.TreeItem) =>
		commandsInMenu('view/item/context', {
			view: 'connectTokens.tokens',
			viewItem: item.contextValue!,
			'connectTokens.hasAccounts': true,
			listMultiSelection: false,
		});

	it('are created by Lease Token to Agent, which offers a reference and no key', async () => {
		ui.enter(LEASE.task, LEASE.agent);
		ui.answer('Products', 'Read-Only', '1 hour', 'For writes', 'Lease Token', 'Copy Reference');
		await run('leaseToken');
		const [token, ...others] = await tokens.list();
		assert.deepEqual(others, []);
		assert.deepEqual(
			[token!.name, token!.lease, token!.permissions, token!.limits, token!.approval, token!.status],
			['Check the prices', LEASE, ['products:read'], { rate: { requests: 60, per: 'minute' } }, 'writes', 'active'],
		);
		const remainingMs = Date.parse(token!.expirationDate!) - Date.now();
		assert.ok(remainingMs > 55 * 60_000 && remainingMs <= 60 * 60_000, String(remainingMs));
		assert.equal(await vscode.env.clipboard.readText(), `connect://${token!.id}`);
		const secret = (await tokens.authorization(token!.id)).split(':')[1]!;
		assert.ok(!JSON.stringify(ui.shown).includes(secret));
	});

	it('are not created if the user cancels', async () => {
		ui.enter(LEASE.task, LEASE.agent);
		ui.answer('Products', 'Read-Only', '1 hour', 'For writes');
		await run('leaseToken');
		assert.deepEqual(await tokens.list(), []);
	});

	it('are marked in the Tokens view, whose menu ends them', async () => {
		const { id } = await createLease();
		const item = await ui.treeItem(id);
		assert.equal(item.description, 'in 1 hour · Agent');
		assert.match(item.accessibilityInformation!.label, /^Check the prices, Active, .*Agent “Cursor”.*ends in 1 hour/);
		assert.equal((item.iconPath as vscode.ThemeIcon).id, 'hubot');
		const menu = menuOf(item);
		assert.ok(menu.includes('connectTokens.endLease'));
		assert.ok(!menu.includes('connectTokens.duplicateToken') && !menu.includes('connectTokens.copyToAccount'));
		await run('endLease', { tokenId: id });
		assert.equal((await tokens.get(id))?.status, 'expired');
		const ended = await ui.treeItem(id, ({ contextValue }) => !contextValue!.includes('endLease'));
		assert.match(ended.accessibilityInformation!.label, /^Check the prices, Ended, .*ended this minute/);
		assert.ok(!menuOf(ended).includes('connectTokens.endLease'));
		await assert.rejects(async () => run('endLease', { tokenId: id }), /has already ended/);
	});

	it('can be ended from the Command Palette, which picks one or says that there is none', async () => {
		assert.ok(['connectTokens.endLease', 'connectTokens.leaseToken'].every((id) => commandsInPalette({}).includes(id)));
		await tokens.create({ name: 'Ordinary' });
		await run('endLease');
		assert.match(ui.shown.at(-1)!.text, /^There's no lease to end\./);
		const { id } = await createLease();
		ui.answer('Check the prices');
		await run('endLease');
		assert.deepEqual(ui.shown.findLast(({ kind }) => kind === 'quickPick')?.labels, ['Check the prices']);
		assert.equal((await tokens.get(id))?.status, 'expired');
	});

	it('are denied by the gateway from the next request after their end', async () => {
		const { id } = await createLease();
		const authorization = await tokens.authorization(id);
		const { url } = await api.gateway.start();
		const get = () => fetch(`${url}/products`, { headers: { authorization } });
		assert.equal((await get()).status, 200);
		await run('endLease', { tokenId: id });
		const denied = await get();
		assert.equal(denied.status, 401);
		assert.match(await denied.text(), new RegExp(`The lease ${id} ended .* Request a new one`));
	});

	it('cannot be copied, exported, or allowed for another host', async () => {
		const lease = await createLease();
		await tokens.create({ name: 'Ordinary' });
		await assert.rejects(async () => run('duplicateToken', locate(lease)), /A lease can't be copied/);
		await assert.rejects(
			async () => run('allowHost', { ...locate(lease), origin: 'https://evil.test' }),
			/A lease is valid only at the gateway/,
		);
		const file = vscode.Uri.file(join(folder, 'tokens.json'));
		ui.choose(file);
		await run('exportTokens', { sourceId: 'workspace' });
		const exported = JSON.parse(await readFile(file.fsPath, 'utf8')) as readonly Token[];
		assert.deepEqual(
			exported.map(({ name }) => name),
			['Ordinary'],
		);
		await eventually(() => assert.match(ui.shown.at(-1)!.text, /Leases aren't exported\.$/));
	});
});
