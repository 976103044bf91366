import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import type { Token } from '../../src/domain/token';
import { formatAuthorizationReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';

describe('the hosts of a token', function () {
	this.timeout(60_000);
	let folder: string;
	let tokens: TokensApi;
	let gateway: ConnectTokensApi['gateway'];
	let token: Token;

	before(async () => {
		const api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		({ workspace: tokens, gateway } = api);
		folder = await mkdtemp(join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'hosts-'));
	});

	beforeEach(async () => {
		token = await tokens.create({ name: 'Bound [out](x)', permissions: ['products'] });
	});

	afterEach(async () => {
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await waitUntilExposed(false);
	});

	after(() => rm(folder, { recursive: true, force: true }));

	const isExposed = () => process.env[getVariableName(token.id)] !== undefined;
	const waitUntilExposed = (expected: boolean) => eventually(() => assert.equal(isExposed(), expected), 30_000, 5);
	const request = (url: string) => `GET ${url}\nAuthorization: ${formatAuthorizationReference(token.id)}\n`;

	async function openFile(name: string, text: string, viewColumn?: vscode.ViewColumn): Promise<vscode.TextDocument> {
		const path = join(folder, name);
		await writeFile(path, text);
		return (await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path), viewColumn)).document;
	}

	const findDiagnostics = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Connect Tokens');
	const waitForDiagnostics = (uri: vscode.Uri, codes: readonly string[]) =>
		eventually(() =>
			assert.deepEqual(
				findDiagnostics(uri).map(({ code }) => code),
				codes,
			),
		);

	async function applyFix(uri: vscode.Uri, title: string): Promise<void> {
		const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
			'vscode.executeCodeActionProvider',
			uri,
			findDiagnostics(uri)[0]!.range,
			vscode.CodeActionKind.QuickFix.value,
		);
		const { command, arguments: commandArguments } = actions.find((action) => action.title === title)!.command!;
		await vscode.commands.executeCommand(command, ...(commandArguments as unknown[]));
	}

	it('are reported for a foreign host, where the key isn’t exposed until the user allows the host', async () => {
		const { uri } = await openFile('foreign.http', request('https://user@evil.test/x'));
		await waitForDiagnostics(uri, ['foreign-host']);
		const [diagnostic] = findDiagnostics(uri);
		assert.equal(diagnostic!.severity, vscode.DiagnosticSeverity.Error);
		assert.match(diagnostic!.message, /^Would send the API key of “Bound .*” to evil\.test\./);
		assert.equal(isExposed(), false);
		await applyFix(uri, 'Allow This Host for the Token');
		await waitForDiagnostics(uri, []);
		await waitUntilExposed(true);
	});

	it('are reported if the host can’t be determined, until the user allows the file', async () => {
		const { uri } = await openFile('unknown.http', request('https://{{host}}/x'));
		await waitForDiagnostics(uri, ['unknown-host']);
		assert.match(findDiagnostics(uri)[0]!.message, /^Can't determine where the API key of “Bound .*” would be sent\./);
		assert.equal(isExposed(), false);
		await applyFix(uri, 'Allow for This File');
		await waitForDiagnostics(uri, []);
		await waitUntilExposed(true);
		const { uri: other } = await openFile('other-unknown.http', request('https://{{host}}/x'));
		await waitForDiagnostics(other, ['unknown-host']);
		await waitUntilExposed(false);
	});

	it('include loopback addresses, so that nothing is asked', async () => {
		const { uri } = await openFile('loopback.http', request('http://localhost:3000/x'));
		await waitUntilExposed(true);
		assert.deepEqual(findDiagnostics(uri), []);
	});

	it('revoke the key while any visible document contains a request to another host', async () => {
		await openFile('allowed.http', request('http://localhost:3000/x'));
		await waitUntilExposed(true);
		await openFile('evil.http', request('https://evil.test/x'), vscode.ViewColumn.Two);
		await waitUntilExposed(false);
		await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
		await waitUntilExposed(true);
	});

	it('revoke the key when a line of the document changes', async () => {
		const document = await openFile('changed.http', request('http://localhost:3000/x'));
		await waitUntilExposed(true);
		const edit = new vscode.WorkspaceEdit();
		edit.replace(document.uri, new vscode.Range(0, 4, 0, document.lineAt(0).text.length), 'http://localhost.evil.test/x');
		await vscode.workspace.applyEdit(edit);
		await waitUntilExposed(false);
		await waitForDiagnostics(document.uri, ['foreign-host']);
		assert.match(findDiagnostics(document.uri)[0]!.message, /to http:\/\/localhost\.evil\.test\./);
	});

	it('include the gateway’s address only while it’s listening there', async () => {
		const url = new URL((await gateway.start()).url);
		await openFile('gateway.http', request(`${url.origin}/x`));
		await waitUntilExposed(true);
		await gateway.stop();
		await waitUntilExposed(false);
		await gateway.start();
		await waitUntilExposed(true);
		await gateway.stop();
	});

	it('don’t include an account’s for a token of the workspace, which only the gateway accepts', async () => {
		const document = await openFile('platform.http', request('https://api.connect.cloudblue.com/public/v1/devops'));
		await waitForDiagnostics(document.uri, ['gateway-only']);
		const [diagnostic] = findDiagnostics(document.uri);
		assert.match(diagnostic!.message, /^Only the local gateway accepts this token/);
		assert.equal(document.getText(diagnostic!.range), document.lineAt(0).text);
		await applyFix(document.uri, 'Send Through the Gateway');
		const { origin } = new URL(gateway.url!);
		assert.equal(document.lineAt(0).text, `GET ${origin}/public/v1/devops`);
		await eventually(() => assert.ok(!findDiagnostics(document.uri).some(({ code }) => code === 'gateway-only')));
		await gateway.stop();
	});

	it('offer an account’s token instead, or to add an account', async () => {
		const document = await openFile('account.http', request('https://api.connect.cloudblue.com/public/v1/accounts'));
		await waitForDiagnostics(document.uri, ['gateway-only']);
		const ui = new ScriptedUi();
		ui.install();
		try {
			await applyFix(document.uri, 'Use an Account Token');
			assert.match(ui.shown[0]!.text, /None of the accounts that you added uses api\.connect\.cloudblue\.com\./);
			assert.deepEqual(ui.shown[0]!.labels, ['Add Connect Account']);
		} finally {
			ui.uninstall();
		}
	});

	it('can’t be changed with invalid arguments', async () => {
		for (const command of ['connectTokens.changeRequestHost', 'connectTokens.changeRequestToken']) {
			for (const argument of [
				{},
				{ uri: 'file:///a.http', line: -1, character: 0, tokenId: token.id, sourceId: 'workspace', origin: 'evil' },
			]) {
				await assert.rejects(async () => vscode.commands.executeCommand(command, argument), /select the quick fix/);
			}
		}
	});

	it('include what a test of the token needs: it starts the gateway, and shows the response', async () => {
		const ui = new ScriptedUi();
		ui.install();
		try {
			const run = () => vscode.commands.executeCommand('connectTokens.testToken', { tokenId: token.id, sourceId: 'workspace' });
			const lastShown = () => ui.shown.at(-1)!;
			await run();
			assert.match(
				lastShown().text,
				/^“Bound .*”: 200 OK in \d+ ms\. GET http:\/\/127\.0\.0\.1:\d+\S*\/accounts\?limit=1 The gateway was started/,
			);
			assert.deepEqual([lastShown().kind, lastShown().labels], ['information', ['New Request File']]);
			await tokens.disable(token.id);
			await run();
			assert.match(lastShown().text, /: 401 Unauthorized in \d+ ms\. The token is disabled\. Enable it and try again\. GET/);
			assert.deepEqual([lastShown().kind, lastShown().labels], ['warning', ['Enable Token']]);
		} finally {
			ui.uninstall();
			await gateway.stop();
		}
	});

	it('can’t be allowed with invalid arguments', async () => {
		const reference = { tokenId: token.id, sourceId: 'workspace' };
		for (const argument of [
			undefined,
			{},
			reference,
			{ ...reference, origin: 'evil.test' },
			{ ...reference, origin: 'https://evil.test/x' },
		]) {
			await assert.rejects(
				async () => vscode.commands.executeCommand('connectTokens.allowHost', argument ?? {}),
				/select the quick fix/,
				JSON.stringify(argument),
			);
		}
	});

	it('name no host in the hover over a reference unless the key is withheld', async () => {
		const readHover = async (uri: vscode.Uri) => {
			const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, new vscode.Position(1, 30));
			const markdown = hovers.flatMap(({ contents }) => contents.map((content) => (content as vscode.MarkdownString).value)).join('\n');
			return markdown.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
		};
		const { uri } = await openFile('hover.http', request('https://evil.test/x'));
		await eventually(async () => assert.match(await readHover(uri), /isn't sent to evil\.test because this host isn't allowed/));
		const { uri: loopback } = await openFile('hover-loopback.http', request('http://localhost:3000/x'));
		assert.doesNotMatch(await readHover(loopback), /localhost/);
	});
});
