import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { silentLog } from '../../src/domain/log';
import type { WorkspaceTokenSource } from '../../src/domain/ports';
import { TokenSources } from '../../src/domain/tokenSources';
import { takeOverServers } from '../../src/ui/agents/takeOverServers';
import { eventually } from '../support/eventually';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { createAccountSource, createSourceToken } from '../support/sourceTokens';

const SECRET = '0123456789'.repeat(4);
/** The account's own server. */
const USAGE_URL = 'https://api.example/public/v1/mcp/usage/';
const URL_ = 'https://api.example/public/v1/mcp/orders/';
const TOKEN_ID = 'SU-631-646-036';

describe('Use Gateway for MCP Servers', () => {
	const ui = new ScriptedUi();
	const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, '.mcp.json');
	const configuration = () => vscode.workspace.getConfiguration('connectTokens');
	let imported: string[];
	let canImport: boolean;

	beforeEach(() => {
		imported = [];
		canImport = true;
		ui.install();
	});
	afterEach(async () => {
		ui.uninstall();
		ui.reset();
		await configuration().update('mcp.servers', undefined, vscode.ConfigurationTarget.Global);
		await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
		await vscode.commands.executeCommand('workbench.action.files.revert');
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await vscode.workspace.fs.delete(file);
	});

	const server = (header: string, url = URL_) => ({ type: 'http', url, headers: { Authorization: header } });
	const key = (tokenId: string) => `ApiKey ${tokenId}:${SECRET}`;
	/** Resolves once VS Code has noticed that the file of an earlier test is another one. */
	async function write(servers: Record<string, unknown>): Promise<void> {
		const text = `// Shared\n${JSON.stringify({ mcpServers: servers }, undefined, 2)}`;
		await vscode.workspace.fs.writeFile(file, Buffer.from(text));
		await eventually(async () => assert.equal((await vscode.workspace.openTextDocument(file)).getText(), text));
	}

	/** Runs the command with an account whose only token is `TOKEN_ID`. */
	async function run(): Promise<string> {
		const { source, token } = createSourceToken(
			{ id: TOKEN_ID },
			{
				...createAccountSource(),
				list: () => Promise.resolve([token]),
				get: (id: string) => Promise.resolve(id === TOKEN_ID ? token : undefined),
				readKey: () => Promise.resolve({ authorization: key(TOKEN_ID) }),
				onDidChange: () => ({ dispose: () => undefined }),
				onDidRotate: () => ({ dispose: () => undefined }),
			},
		);
		const workspace = {
			...source,
			id: 'workspace',
			remote: undefined,
			list: () => Promise.resolve([]),
			get: () => Promise.resolve(undefined),
		};
		const sources = new TokenSources(workspace as unknown as WorkspaceTokenSource, silentLog);
		sources.setAccounts([source]);
		await takeOverServers({
			sources,
			log: silentLog,
			importApiKey: (apiKey, name) => {
				imported.push(`${name} ${apiKey}`);
				return Promise.resolve(canImport);
			},
		});
		return (await vscode.workspace.openTextDocument(file)).getText();
	}
	const readSetting = () => configuration().get('mcp.servers');

	it('moves a server whose key an account has, and keeps the rest of the file', async () => {
		await write({ usage: server(key(TOKEN_ID)), other: server('Bearer x') });
		ui.answer('usage');
		const text = await run();
		assert.deepEqual(readSetting(), [{ label: 'usage', url: URL_ }]);
		assert.ok(!text.includes(SECRET));
		assert.match(text, /^\/\/ Shared\n[^]*"Bearer x"/);
		assert.deepEqual(imported, []);
		assert.match(ui.shown.at(-1)!.text, /Moved 1 MCP server/);
		await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
		await vscode.commands.executeCommand('undo');
		assert.ok((await vscode.workspace.openTextDocument(file)).getText().includes(SECRET), 'can be undone');
	});

	it('saves the file, unless it had other changes, and adds no second entry for the server of an account', async () => {
		await write({ usage: server(key(TOKEN_ID), USAGE_URL) });
		ui.answer('usage');
		assert.ok(!(await run()).includes(SECRET));
		assert.deepEqual(readSetting(), []);
		assert.ok(
			!Buffer.from(await vscode.workspace.fs.readFile(file))
				.toString()
				.includes(SECRET),
		);
		assert.doesNotMatch(ui.shown.at(-1)!.text, /Save the changed file/);

		await write({ orders: server(key(TOKEN_ID)) });
		const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
		await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), '// Changed\n'));
		ui.answer('orders');
		assert.ok(!(await run()).includes(SECRET));
		assert.ok(editor.document.isDirty);
		assert.match(ui.shown.at(-1)!.text, /Save the changed file to remove the API key from the disk\./);
	});

	it('imports an unknown key first, and changes nothing if the user cancels that', async () => {
		await write({ usage: server(key('SU-000-000-404')) });
		canImport = false;
		ui.answer('usage');
		assert.ok((await run()).includes(SECRET));
		assert.deepEqual(readSetting(), []);
		canImport = true;
		ui.answer('usage');
		assert.ok(!(await run()).includes(SECRET));
		assert.deepEqual(imported, Array(2).fill(`usage ${key('SU-000-000-404')}`));
	});

	it('says why others are not moved', async () => {
		await write({
			input: { ...server(key(TOKEN_ID)), url: '${input:url}' },
			elsewhere: server(key(TOKEN_ID), 'https://evil.example/public/v1/mcp/usage/'),
			more: { ...server(key(TOKEN_ID)), headers: { Authorization: key(TOKEN_ID), 'X-Other': 'y' } },
		});
		await assert.rejects(run(), (error: Error) => {
			assert.match(error.message, /input: Its URL contains a variable.*elsewhere: Its host isn't.*more: It has other headers/);
			return !error.message.includes(SECRET);
		});
	});
});
