import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';

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

	/** Rejects with what the user is shown. */
	async function runInsert(argument: unknown): Promise<void> {
		await vscode.commands.executeCommand(COMMAND_ID, argument);
	}

	/** The document after the header was inserted with the cursor where `|` stands. */
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

	it('goes into the request under the cursor of a request file, with the file’s own line ends', async () => {
		const document = await insertInNewFile(
			'crlf.http',
			'GET https://a.example/one\r\nAccept: */*\r\n\r\n###\r\nGET https://a.example/two|\r\n',
		);
		assert.equal(
			document.getText(),
			`GET https://a.example/one\r\nAccept: */*\r\n\r\n###\r\nGET https://a.example/two\r\nAuthorization: ${authorization}\r\n`,
		);
	});

	it('replaces the header that is there, and changes nothing the second time', async () => {
		const expected = `GET https://a.example/\nAuthorization: ${authorization}\nAccept: */*\n`;
		const document = await insertInNewFile('replace.rest', 'GET https://a.example/\nauthorization: Basic abc\nAccept: |*/*\n');
		assert.equal(document.getText().replace(/^authorization/m, 'Authorization'), expected);
		const { version } = document;
		await runInsert({ tokenId });
		assert.equal(document.version, version);
	});

	it('is taken back by one undo', async () => {
		const text = 'curl https://a.example/ -H "Authorization: x" -H "authorization: y"\n';
		const document = await insertInNewFile('undo.http', `|${text}`);
		assert.notEqual(document.getText(), text);
		await vscode.commands.executeCommand('undo');
		assert.equal(document.getText(), text);
	});

	it('goes into a fence of requests in Markdown, and to the cursor elsewhere', async () => {
		const fencedText = await insertInNewFile('notes.md', '# Notes\n\n```http\nGET https://a.example/|\n```\n');
		assert.equal(fencedText.getText(), `# Notes\n\n\`\`\`http\nGET https://a.example/\nAuthorization: ${authorization}\n\`\`\`\n`);
		const plain = await insertInNewFile('notes.txt', 'before | after');
		assert.equal(plain.getText(), `before Authorization: ${authorization} after`);
	});

	it('says what to do where there is no request', async () => {
		await assert.rejects(insertInNewFile('empty.http', '|'), /request/);
	});

	it('says what to do where there is no editor', async () => {
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await assert.rejects(runInsert({ tokenId }), /Open a file/);
	});

	it('refuses arguments of another shape, and a token that does not exist', async () => {
		await vscode.window.showTextDocument(
			await vscode.workspace.openTextDocument({ content: 'GET https://a.example/', language: 'plaintext' }),
		);
		for (const argument of [7, 'SU', { tokenId: 7 }, { tokenId, form: 'plain' }, { tokenId, more: true }]) {
			await assert.rejects(runInsert(argument), /tokenId/, JSON.stringify(argument));
		}
		await assert.rejects(runInsert({ tokenId: 'SU-000-000-000' }), /SU-000-000-000/);
	});
});
