import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { eventually } from '../support/eventually';
import { ScriptedUi } from '../support/editor/scriptedUi';

const VIEW = 'connectTokens.tokens';

describe('An argument of a command that looks like a node of the Tokens view', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	let tokens: TokensApi;
	let tokenId: string;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
		// The only token is the last node of the view.
		for (const { id } of await tokens.list()) {
			await tokens.delete(id);
		}
		({ id: tokenId } = await tokens.create({ name: 'Forged' }));
		await vscode.commands.executeCommand(`${VIEW}.focus`);
		ui.install();
	});

	after(async () => {
		ui.uninstall();
		await tokens.delete(tokenId);
	});

	/** Runs *Copy API Key* as the input of a task does. VS Code replaces an argument that looks like a node with the node. */
	function copyApiKey(argument: object): Thenable<unknown> {
		return vscode.commands.executeCommand('runCommands', { commands: [{ command: 'connectTokens.copyApiKey', args: argument }] });
	}

	it('is none, whatever ID it names', async () => {
		await vscode.env.clipboard.writeText('');
		for (const handle of [`1/workspace/${tokenId}`, '0/0:Forged']) {
			await copyApiKey({ $treeViewId: VIEW, $treeItemHandle: handle });
			assert.equal(await vscode.env.clipboard.readText(), '', handle);
		}
	});

	it('gets no key without a question if it stands for the node that has the focus', async () => {
		await vscode.env.clipboard.writeText('');
		await eventually(async () => {
			// Focuses the list of nodes only once there are nodes. The extension host hears later which node has the focus.
			await vscode.commands.executeCommand(`${VIEW}.focus`);
			await vscode.commands.executeCommand('list.focusLast');
			await copyApiKey({ $treeViewId: VIEW, $focusedTreeItem: true });
			assert.ok((await vscode.env.clipboard.readText()).includes(tokenId));
		});
		// A test has no user to ask, so the log says that the question was skipped.
		await vscode.commands.executeCommand('connectTokens.showLog');
		await eventually(() => {
			const logs = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'output').map((document) => document.getText());
			assert.ok(logs.some((text) => text.includes(`Released the API key of ${tokenId} (command, test)`)));
		});
	});
});
