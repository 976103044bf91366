import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { ScriptedUi } from '../support/editor/scriptedUi';

const VIEW = 'connectTokens.tokens';

describe('An argument of a command that looks like a node of the Tokens view', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	let tokens: TokensApi;
	let tokenId: string;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
		({ id: tokenId } = await tokens.create({ name: 'Forged' }));
		await vscode.commands.executeCommand(`${VIEW}.focus`);
		ui.install();
	});

	after(async () => {
		ui.uninstall();
		await tokens.delete(tokenId);
	});

	it('is none, whatever ID it names', async () => {
		await vscode.env.clipboard.writeText('');
		for (const handle of [`1/workspace/${tokenId}`, '0/0:Forged']) {
			// VS Code runs it like the input of a task, and replaces the handle of a node with the node.
			const argument = { $treeViewId: VIEW, $treeItemHandle: handle };
			await vscode.commands.executeCommand('runCommands', { commands: [{ command: 'connectTokens.copyApiKey', args: argument }] });
			assert.equal(await vscode.env.clipboard.readText(), '', handle);
		}
	});
});
