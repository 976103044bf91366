import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import type { Allowance, TokenKey } from '../../src/domain/allowedHosts';
import { silentLog } from '../../src/domain/log';
import type { TokenSource, WorkspaceTokenSource } from '../../src/domain/ports';
import type { Token } from '../../src/domain/token';
import { TokenSources } from '../../src/domain/tokenSources';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { allowHost } from '../../src/ui/requestFiles/allowHost';
import type { RequestFileServices } from '../../src/ui/requestFiles/requestFileServices';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';
import { createSourceToken } from '../support/sourceTokens';

describe('Allow for This File', function () {
	this.timeout(60_000);
	let tokens: TokensApi;
	let token: Token;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
		token = await tokens.create({ name: 'Filed', permissions: ['products'] });
	});

	afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

	after(() => tokens.delete(token.id));

	/** Returns the question about a file. The user allows it. */
	async function ask(uri: vscode.Uri): Promise<string> {
		const { source, token: asked } = createSourceToken();
		const get = () => Promise.resolve(asked);
		const on = () => ({ dispose: () => undefined });
		const workspace: Partial<TokenSource> = { ...source, get, onDidChange: on, onDidRotate: on };
		const changes: [TokenKey, Allowance, boolean][] = [];
		const services = {
			sources: new TokenSources(workspace as WorkspaceTokenSource, silentLog),
			hosts: { change: (...change: [TokenKey, Allowance, boolean]) => Promise.resolve(changes.push(change)) },
			isTest: false,
		} as unknown as RequestFileServices;
		const ui = new ScriptedUi();
		ui.install();
		try {
			ui.answer('Allow');
			await allowHost({ tokenId: asked.id, sourceId: source.id, file: uri.toString() }, services);
			assert.deepEqual(changes, [[{ sourceId: source.id, tokenId: asked.id }, { file: uri.toString() }, true]]);
			return ui.shown[0]!.text.split('\n')[0]!;
		} finally {
			ui.uninstall();
		}
	}

	it('asks with the path of the file, because other folders can have a file with that name', async () => {
		const folder = vscode.workspace.workspaceFolders![0]!.uri;
		assert.match(await ask(vscode.Uri.joinPath(folder, 'orders/all.http')), /^Allow orders\/all\.http to send/);
		assert.match(await ask(vscode.Uri.file('/elsewhere/all.http')), /^Allow \/elsewhere\/all\.http to send/);
	});

	it('asks with the name of a document that isn’t saved', async () => {
		assert.match(await ask(vscode.Uri.parse('untitled:Untitled-7')), /^Allow Untitled-7 \(not saved\) to send/);
	});

	it('ends when a document that isn’t saved is closed, so that a later one with its name isn’t allowed', async () => {
		const uri = vscode.Uri.parse('untitled:Filed-1.http');
		const waitForCodes = (expected: readonly string[]) =>
			eventually(() => {
				const diagnostics = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Connect Tokens');
				assert.deepEqual(
					diagnostics.map(({ code }) => code),
					expected,
				);
			});
		const open = async () => {
			const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
			const text = `GET https://{{host}}/x\nAuthorization: ${formatAuthorizationReference(token.id)}\n`;
			// VS Code may have kept the text of a document that was just closed.
			const all = new vscode.Range(0, 0, editor.document.lineCount, 0);
			await editor.edit((builder) => builder.replace(all, text));
			await waitForCodes(['unknown-host']);
			return editor.document;
		};
		const allow = () =>
			vscode.commands.executeCommand('connectTokens.allowHost', { tokenId: token.id, sourceId: 'workspace', file: uri.toString() });
		const document = await open();
		await allow();
		await waitForCodes([]);
		await vscode.languages.setTextDocumentLanguage(document, 'markdown');
		await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
		await waitForCodes([]);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		await eventually(() => assert.equal(document.isClosed, true));
		await open();
	});
});
