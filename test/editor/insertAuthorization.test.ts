import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { eventually } from '../support/eventually';

const COMMAND_ID = 'connectTokens.insertAuthorization';

describe('Insert Authorization Header', function () {
	this.timeout(60_000);
	let folder: string;
	let tokens: TokensApi;
	let tokenId: string;
	let authorization: string;

	before(async () => {
		const extension = vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!;
		tokens = (await extension.activate()).workspace;
		({ id: tokenId } = await tokens.create({ name: 'Inserted' }));
		authorization = await tokens.authorization(tokenId);
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-insert-'));
	});

	after(async () => {
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await tokens.delete(tokenId);
		await rm(folder, { recursive: true, force: true });
	});

	/** Rejects with the error that is shown to the user. */
	async function runInsert(argument: unknown): Promise<void> {
		await vscode.commands.executeCommand(COMMAND_ID, argument);
	}

	/** Creates a file with `text`, inserts the header with the cursor at `|`, and returns the document. */
	async function insertInNewFile(name: string, text: string): Promise<vscode.TextDocument> {
		const path = join(folder, name);
		await writeFile(path, text.replace('|', ''));
		const document = await vscode.workspace.openTextDocument(path);
		const editor = await vscode.window.showTextDocument(document);
		const cursor = document.positionAt(text.indexOf('|'));
		editor.selection = new vscode.Selection(cursor, cursor);
		await runInsert({ tokenId });
		return document;
	}

	it("inserts into the request at the cursor of a request file, with the file's line endings", async () => {
		const document = await insertInNewFile(
			'crlf.http',
			'GET https://a.example/one\r\nAccept: */*\r\n\r\n###\r\nGET https://a.example/two|\r\n',
		);
		assert.equal(
			document.getText(),
			`GET https://a.example/one\r\nAccept: */*\r\n\r\n###\r\nGET https://a.example/two\r\nAuthorization: ${authorization}\r\n`,
		);
	});

	it('recognizes request files without a client, and requests in plain text', async () => {
		const file = await insertInNewFile('language.rest', 'GET https://a.example/|\n');
		assert.equal(file.languageId, 'http');
		const document = await insertInNewFile('requests.txt', '# Notes\n\nGET https://a.example/|\nAccept: */*\n');
		assert.equal(document.languageId, 'plaintext');
		assert.equal(document.getText(), `# Notes\n\nGET https://a.example/\nAuthorization: ${authorization}\nAccept: */*\n`);
	});

	it('knows the comments of request files without a client', async () => {
		const file = await insertInNewFile('comments.http', 'GET https://a.example/|\n');
		await vscode.commands.executeCommand('editor.action.commentLine');
		assert.match(file.getText(), /^# GET /);
	});

	it('replaces an existing header, and changes nothing the second time', async () => {
		const expected = `GET https://a.example/\nAuthorization: ${authorization}\nAccept: */*\n`;
		const document = await insertInNewFile('replace.rest', 'GET https://a.example/\nauthorization: Basic abc\nAccept: |*/*\n');
		assert.equal(document.getText().replace(/^authorization/m, 'Authorization'), expected);
		const { version } = document;
		await runInsert({ tokenId });
		assert.equal(document.version, version);
	});

	it('is undone in one step', async () => {
		const text = 'curl https://a.example/ -H "Authorization: x" -H "authorization: y"\n';
		const document = await insertInNewFile('undo.http', `|${text}`);
		assert.notEqual(document.getText(), text);
		await vscode.commands.executeCommand('undo');
		assert.equal(document.getText(), text);
	});

	it('inserts into an HTTP code block in Markdown, and at the cursor elsewhere', async () => {
		const markdown = await insertInNewFile('notes.md', '# Notes\n\n```http\nGET https://a.example/|\n```\n');
		assert.equal(markdown.getText(), `# Notes\n\n\`\`\`http\nGET https://a.example/\nAuthorization: ${authorization}\n\`\`\`\n`);
		const plain = await insertInNewFile('notes.txt', 'before | after');
		assert.equal(plain.getText(), `before Authorization: ${authorization} after`);
	});

	it('explains what to do if there is no request', async () => {
		await assert.rejects(insertInNewFile('empty.http', '|'), /request/);
	});

	it('explains what to do if there is no active editor', async () => {
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await assert.rejects(runInsert({ tokenId }), /Open a file/);
	});

	it('inserts into the request file that was active last if a details page covers it, and explains what to do once it is closed', async () => {
		const document = await insertInNewFile('covered.http', 'GET https://a.example/one\n\n###\nGET https://a.example/two|\n');
		const { length } = document.getText();
		await vscode.commands.executeCommand('undo');
		const openPage = async () => {
			await vscode.commands.executeCommand('connectTokens.openDetails', { tokenId });
			await eventually(() => assert.equal(vscode.window.activeTextEditor, undefined));
		};
		await openPage();
		await runInsert({ tokenId });
		assert.equal(vscode.window.activeTextEditor?.document, document);
		assert.equal(document.getText().length, length);
		assert.ok(document.getText().endsWith(`/two\nAuthorization: ${authorization}\n`));
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		await openPage();
		await assert.rejects(runInsert({ tokenId }), /Open a file/);
	});

	it("rejects invalid arguments and a token that doesn't exist", async () => {
		await vscode.window.showTextDocument(
			await vscode.workspace.openTextDocument({ content: 'GET https://a.example/', language: 'plaintext' }),
		);
		for (const argument of [7, 'SU', { tokenId: 7 }, { tokenId, form: 'plain' }, { tokenId, more: true }]) {
			await assert.rejects(runInsert(argument), /tokenId/, JSON.stringify(argument));
		}
		await assert.rejects(runInsert({ tokenId: 'SU-000-000-000' }), /SU-000-000-000/);
	});
});
