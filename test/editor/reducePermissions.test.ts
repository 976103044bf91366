import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';

describe('Reduce to What It Uses', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	let api: ConnectTokensApi;

	const settings = () => vscode.workspace.getConfiguration('connectTokens');
	const run = (tokenId?: string) => vscode.commands.executeCommand('connectTokens.reducePermissions', tokenId && { tokenId });
	const messages = () => ui.shown.filter(({ kind }) => kind !== 'quickPick').map(({ text }) => text);

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		await settings().update('gateway.port', 0, vscode.ConfigurationTarget.Global);
		ui.install();
	});

	beforeEach(() => ui.reset());

	after(async () => {
		ui.uninstall();
		await api.gateway.stop();
		await settings().update('gateway.port', undefined, vscode.ConfigurationTarget.Global);
	});

	/** Creates a token, makes requests with it, and waits until they're counted. */
	async function createUsed(name: string, permissions: readonly string[], requests: readonly (readonly [method: string, path: string])[]) {
		const { id } = await api.workspace.create({ name, permissions });
		const authorization = await api.workspace.authorization(id);
		const { url } = await api.gateway.start();
		const send = async (method: string, path: string) => (await fetch(url + path, { method, headers: { authorization } })).status;
		for (const [method, path] of requests) {
			assert.equal(await send(method, path), 200);
		}
		const count = async () =>
			(await api.workspace.statistics(id))
				.flatMap(({ modules }) => Object.values(modules))
				.reduce((sum, { read, write }) => sum + read + write, 0);
		await eventually(async () => assert.equal(await count(), requests.length));
		return { id, send };
	}

	const permissionsOf = async (id: string) => (await api.workspace.get(id))!.permissions;

	it('proposes what the gateway counted, warns once about denials afterwards, and restores the permissions', async () => {
		const { id, send } = await createUsed(
			'Reader',
			['MD-0000'],
			[
				['GET', '/products'],
				['POST', '/billing'],
			],
		);
		assert.deepEqual(
			(await api.workspace.statistics(id)).map(({ modules }) => modules),
			[{ billing: { read: 0, write: 1 }, products: { read: 1, write: 0 } }],
		);
		ui.answer('Remove access to all other modules');
		await run(id);
		const choices = ui.shown.find(({ kind }) => kind === 'quickPick');
		assert.deepEqual(choices?.labels, ['Remove access to all other modules', 'Make Products read-only']);
		assert.deepEqual(await permissionsOf(id), ['billing', 'products']);
		assert.ok(
			messages().some((text) => text.startsWith('Reduced the permissions of “Reader” to Billing, Products.')),
			messages().join('\n'),
		);

		ui.answer('Restore Permissions');
		assert.deepEqual([await send('GET', '/products'), await send('GET', '/news')], [200, 403]);
		await eventually(async () => assert.deepEqual(await permissionsOf(id), ['MD-0000']), 20_000);
		await eventually(() => assert.ok(messages().some((text) => text.startsWith('Restored the permissions of “Reader”'))));
		assert.equal(ui.shown.filter(({ kind, text }) => kind === 'warning' && text.includes('denied (403)')).length, 1);
	});

	it('undoes it, and is shown on the Permissions tab', async () => {
		const { id } = await createUsed('Undone', ['billing', 'products'], [['GET', '/products']]);
		await vscode.commands.executeCommand('connectTokens.openDetails', { tokenId: id });
		const details = await ui.openedDetails();
		ui.answer('Remove Billing', 'Undo');
		await details.request('run', { command: 'reducePermissions' });
		await eventually(async () => assert.deepEqual(await permissionsOf(id), ['billing', 'products']));
		assert.ok(
			messages().some((text) => text.startsWith('Reduced the permissions of “Undone” to Products.')),
			messages().join('\n'),
		);
	});

	it('says if nothing was used, and that tokens with an extension can’t be reduced', async () => {
		const { id: unused } = await api.workspace.create({ name: 'Unused', permissions: ['products'] });
		await run(unused);
		const { id: fixed } = await api.workspace.create({ name: 'Fixed', extension: 'zapier' });
		await run(fixed);
		assert.match(messages().join('\n'), /“Unused” has used no module since[^]*Only workspace tokens with the Custom extension/);
		ui.reset();
		await run();
		const labels = ui.shown.find(({ kind }) => kind === 'quickPick')?.labels ?? [];
		assert.deepEqual([labels.includes('Unused'), labels.includes('Fixed')], [true, false]);
	});
});
