import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { startPlatform, type Platform } from '../support/connect/simulatedPlatform';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';

const TITLE = 'Use Gateway and Workspace Token in This File';
const settings = () => vscode.workspace.getConfiguration('connectTokens');

describe('a file with requests to an account', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	let api: ConnectTokensApi;
	let platform: Platform;
	let folder: string;

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		platform = await startPlatform();
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-gateway-'));
		await settings().update('gateway.port', 0, vscode.ConfigurationTarget.Global);
		ui.install();
	});

	beforeEach(async () => {
		ui.reset();
		ui.enter(platform.endpoint, platform.account.key);
		await vscode.commands.executeCommand('connectTokens.addAccount');
		ui.reset();
	});

	afterEach(async () => {
		await api.gateway.stop();
		await settings().update('gateway.upstream', undefined, vscode.ConfigurationTarget.Global);
		if (api.accounts.length > 0) {
			ui.reset();
			ui.answer('Remove');
			await vscode.commands.executeCommand('connectTokens.removeAccount');
		}
	});

	after(async () => {
		ui.uninstall();
		await settings().update('gateway.port', undefined, vscode.ConfigurationTarget.Global);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		await platform.stop();
		await rm(folder, { recursive: true });
	});

	it('can use the gateway with a workspace token, once the gateway’s upstream is the account', async () => {
		const { id: accountId } = await api.accounts[0]!.tokens.create({ name: 'Of the account', permissions: ['MD-0000'] });
		const { id } = await api.workspace.create({ name: 'Of the workspace', permissions: ['MD-0000'] });
		const { document } = await showRequest([
			`@url = ${platform.endpoint}`,
			'###',
			'GET {{url}}/products',
			`Authorization: ${formatAuthorizationReference(accountId)}`,
			'###',
			'GET {{url}}/accounts',
			`Authorization: ${formatAuthorizationReference(id)}`,
		]);
		assert.deepEqual(await readFixes(document), []);

		await settings().update('gateway.upstream', platform.endpoint, vscode.ConfigurationTarget.Global);
		await eventually(async () => assert.deepEqual(await readFixes(document), [TITLE]));
		ui.answer('Of the workspace');
		await vscode.commands.executeCommand('connectTokens.useGatewayInFile', { uri: document.uri.toString() });
		assert.deepEqual(document.getText().split('\n'), [
			`@url = ${api.gateway.url}`,
			'###',
			'GET {{url}}/products',
			`Authorization: ${formatAuthorizationReference(id)}`,
			'###',
			'GET {{url}}/accounts',
			`Authorization: ${formatAuthorizationReference(id)}`,
		]);
		assert.deepEqual(
			[ui.shown.at(-1)?.text, ui.shown.at(-1)?.labels],
			['1 request with another token uses the same variable, so its address was changed, too.', ['Undo']],
		);
		assert.deepEqual(await readFixes(document), []);
	});

	it('has no gateway that uses the account after it was removed, and can use any other upstream', async () => {
		await vscode.commands.executeCommand('connectTokens.useAccountInGateway');
		assert.equal(settings().get('gateway.upstream'), platform.endpoint);
		ui.reset();
		ui.answer('Remove');
		await vscode.commands.executeCommand('connectTokens.removeAccount');
		const [question] = ui.shown;
		assert.ok(question!.isModal && question!.text.includes('The gateway forwards requests to this account.'), question!.text);
		assert.deepEqual(ui.shown.at(-1)!.labels, ['Choose Upstream…']);
		assert.ok(!settings().get('gateway.upstream'));
		assert.ok(api.gateway.url, 'it keeps running');
		assert.deepEqual(api.accounts, []);

		ui.reset();
		await settings().update('gateway.upstream', platform.endpoint, vscode.ConfigurationTarget.Global);
		await eventually(() => assert.deepEqual(ui.shown.at(-1)?.labels, ['Choose Upstream…', 'No Upstream']));
		assert.equal(api.gateway.url, undefined, 'the account’s credential is missing');
		ui.answer('No Upstream');
		await vscode.commands.executeCommand('connectTokens.startGateway');
		await eventually(() => assert.ok(api.gateway.url));
		assert.ok(!settings().get('gateway.upstream'));
	});

	async function showRequest(lines: readonly string[]): Promise<vscode.TextEditor> {
		const path = join(folder, 'account.http');
		await writeFile(path, lines.join('\n'));
		return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
	}

	async function readFixes(document: vscode.TextDocument): Promise<readonly string[]> {
		const range = new vscode.Range(2, 0, 2, 0);
		const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range);
		return actions.map(({ title }) => title).filter((title) => title === TITLE);
	}
});
