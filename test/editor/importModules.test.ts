import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';

const DOCUMENT = `
openapi: 3.1.0
info: { title: Shop, version: '1' }
servers: [{ url: 'https://shop.example/public/v1' }]
paths:
  /carts: { get: { tags: [Carts] } }
  /carts/{id}/items: { post: { tags: [Carts] } }
  /discounts: { get: { tags: [Discounts] } }
  /billing/refunds: { post: { tags: [billing] } }
`;

describe('Import Modules from OpenAPI File', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	let api: ConnectTokensApi;
	let folder: string;

	const readSetting = () => vscode.workspace.getConfiguration('connectTokens').get('modules');
	const run = () => vscode.commands.executeCommand('connectTokens.importModules');

	async function writeDocument(text: string): Promise<vscode.Uri> {
		const path = join(folder, 'api.yaml');
		await writeFile(path, text);
		return vscode.Uri.file(path);
	}

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-openapi-'));
		await vscode.workspace.getConfiguration('connectTokens').update('gateway.port', 0, vscode.ConfigurationTarget.Global);
		ui.install();
	});

	beforeEach(() => ui.reset());

	afterEach(() => vscode.workspace.getConfiguration('connectTokens').update('modules', undefined, vscode.ConfigurationTarget.Global));

	after(async () => {
		ui.uninstall();
		await api.gateway.stop();
		await vscode.workspace.getConfiguration('connectTokens').update('gateway.port', undefined, vscode.ConfigurationTarget.Global);
		await rm(folder, { recursive: true });
	});

	it('adds the picked modules, which the gateway then enforces, and can be undone', async () => {
		await vscode.workspace.getConfiguration('connectTokens').update('modules', { Own: ['/own'] }, vscode.ConfigurationTarget.Global);
		ui.choose(await writeDocument(DOCUMENT));
		ui.answer('Carts');
		await run();
		assert.deepEqual(ui.shown.find(({ kind }) => kind === 'quickPick')?.labels, ['billing', 'Carts', 'Discounts']);
		assert.deepEqual(readSetting(), { Own: ['/own'], Carts: ['/carts'] });
		assert.ok(ui.shown.some(({ text }) => text === 'Imported 1 module from “Shop”. Grant it to tokens.'));

		const { id } = await api.workspace.create({ name: 'Reader', permissions: ['Carts:read'] });
		const authorization = await api.workspace.authorization(id);
		const { url } = await api.gateway.start();
		const request = async (path: string, method = 'GET') => (await fetch(url + path, { method, headers: { authorization } })).status;
		assert.deepEqual(
			[await request('/carts/1/items'), await request('/carts/1/items', 'POST'), await request('/discounts')],
			[200, 403, 403],
		);

		ui.choose(await writeDocument(DOCUMENT));
		ui.answer('Discounts', 'Undo');
		await run();
		await eventually(() => assert.deepEqual(readSetting(), { Own: ['/own'], Carts: ['/carts'] }));
	});

	it('changes nothing if the user picks nothing, or the file can’t be used', async () => {
		await run();
		ui.choose(await writeDocument(DOCUMENT));
		await run();
		for (const [text, message] of [
			['swagger: "2.0"', /Swagger 2 document/],
			['openapi: 3.0.0', /no operations/],
			['{', /not valid JSON or YAML/],
		] as const) {
			ui.reset();
			ui.choose(await writeDocument(text));
			await run();
			await eventually(() => assert.match(ui.shown.find(({ kind }) => kind === 'error')?.text ?? '', message));
		}
		assert.deepEqual(readSetting(), {});
	});
});
