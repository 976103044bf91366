import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { eventually } from '../support/eventually';

const ACCEPT_LIST_ITEM = 'workbench.action.acceptSelectedQuickOpenItem';
const ACCEPT_NOTIFICATION = 'notification.acceptPrimaryAction';

describe('A task that runs a command and accepts what it shows', function () {
	this.timeout(60_000);
	let tokens: TokensApi;
	let tokenId: string;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
	});

	beforeEach(async () => {
		// The list selects the first token, so there must be no others.
		await Promise.all((await tokens.list()).map(({ id }) => tokens.delete(id)));
		({ id: tokenId } = await tokens.create({ name: 'Pressed' }));
		await vscode.env.clipboard.writeText('');
	});

	afterEach(() => tokens.delete(tokenId));

	// Otherwise, the log remains the active editor.
	after(() => vscode.commands.executeCommand('workbench.action.closePanel'));

	/** A test has no user to ask, so the log says that a question was skipped. */
	async function assertAsked(): Promise<void> {
		await vscode.commands.executeCommand('connectTokens.showLog');
		await eventually(() => {
			const logs = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'output').map((document) => document.getText());
			assert.ok(logs.some((text) => text.includes(`Released the API key of ${tokenId} (command, test)`)));
		});
	}

	it('gets no key without a question by picking a token in a list', async () => {
		const copying = vscode.commands.executeCommand('connectTokens.copyApiKey');
		await eventually(async () => {
			await vscode.commands.executeCommand(ACCEPT_LIST_ITEM);
			assert.ok((await vscode.env.clipboard.readText()).includes(tokenId));
		});
		await copying;
		await assertAsked();
	});

	it('gets no key without a question by selecting the button of a notification', async () => {
		const copying = vscode.commands.executeCommand('connectTokens.copyAs', { tokenId, form: 'curl' });
		const terminal = await eventually(async () => {
			await vscode.commands.executeCommand(ACCEPT_NOTIFICATION);
			return vscode.window.terminals.find(({ name }) => name.includes(tokenId)) ?? assert.fail();
		});
		terminal.dispose();
		await copying;
		await assertAsked();
	});
});
