import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { MIN_READING_MS } from '../../src/broker/askUntilRead';
import { ScriptedUi } from '../support/editor/scriptedUi';

describe('A token that requires approval', () => {
	const ui = new ScriptedUi();
	let api: ConnectTokensApi;
	let authorization: string;
	let id: string;

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		await vscode.workspace.getConfiguration('connectTokens').update('gateway.port', 0, vscode.ConfigurationTarget.Global);
		({ id } = await api.workspace.create({ name: 'Careful', permissions: ['products'], approval: 'writes' }));
		authorization = await api.workspace.authorization(id);
		await api.gateway.start();
	});

	after(async () => {
		await api.gateway.stop();
		await api.workspace.delete(id);
		await vscode.workspace.getConfiguration('connectTokens').update('gateway.port', undefined, vscode.ConfigurationTarget.Global);
	});

	beforeEach(() => {
		ui.install();
		ui.readingMs = 2 * MIN_READING_MS;
	});
	afterEach(() => {
		ui.uninstall();
		ui.reset();
	});

	const send = async (method: string) =>
		(await fetch(`${api.gateway.url!}/products/PRD-1?key=value`, { method, headers: { authorization } })).status;

	it('asks in a modal dialog before a request that can write is forwarded', async () => {
		ui.answer('Allow');
		assert.equal(await send('POST'), 200);
		assert.equal(await send('GET'), 200);
		const [question, ...others] = ui.shown;
		assert.deepEqual(others, []);
		assert.ok(question!.isModal);
		assert.deepEqual(question!.labels, ['Allow', 'Allow for 10 Minutes', 'Deny']);
		// This process is found on Linux only, and only if that doesn't take too long.
		assert.match(
			question!.text,
			/^Allow a request with the token “Careful” \(SU-[\d-]+\)\?\nPOST \/products\/PRD-1( from an extension in this window)?\n/,
		);
	});

	it('asks again if it is allowed faster than anyone can read, and denies the request if the question is closed', async () => {
		ui.readingMs = 0;
		ui.answer('Allow', 'Allow for 10 Minutes');
		assert.equal(await send('DELETE'), 403);
		assert.equal(ui.shown.length, 3);
	});

	it('is not asked about for 10 minutes after that was allowed, until its permissions change', async () => {
		ui.answer('Allow for 10 Minutes');
		assert.deepEqual([await send('POST'), await send('PUT'), await send('DELETE')], [200, 200, 200]);
		assert.equal(ui.shown.length, 1);
		await api.workspace.update(id, { permissions: ['products', 'usage'] });
		ui.answer('Deny');
		assert.equal(await send('POST'), 403);
		assert.equal(ui.shown.length, 2);
	});
});
