import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { referenceTo, variableFor } from '../../src/http/references';
import { eventually } from '../support/eventually';

describe('references in request files', function () {
	this.timeout(60_000);
	let folder: string;
	let tokens: TokensApi;
	let tokenId: string;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-references-'));
	});

	beforeEach(async () => {
		({ id: tokenId } = await tokens.create({ name: 'Referred to', permissions: ['products'] }));
	});

	afterEach(async () => {
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await eventually(() => assert.equal(handedOver(), undefined));
	});

	after(() => rm(folder, { recursive: true, force: true }));

	const handedOver = () => process.env[variableFor(tokenId)];
	const key = async () => (await tokens.authorization(tokenId)).replace('ApiKey ', '');
	const becomes = (expected: string | undefined) => eventually(() => assert.equal(handedOver(), expected));

	async function open(name: string, text: string): Promise<vscode.TextEditor> {
		const path = join(folder, name);
		await writeFile(path, text);
		return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
	}

	it('hand over the key of a token while a request file that refers to it is open, and no longer', async () => {
		assert.equal(handedOver(), undefined);
		await open('open.http', `GET http://a.example\nAuthorization: ${referenceTo(tokenId)}\n`);
		await becomes(await key());
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await becomes(undefined);
	});

	it('hand over the new key after a rotation, and nothing while the token is disabled or once it is deleted', async () => {
		await open('life.http', `GET http://a.example\nAuthorization: ${referenceTo(tokenId)}\n`);
		const before = await key();
		await becomes(before);
		await tokens.rotate(tokenId);
		assert.notEqual(await key(), before);
		await becomes(await key());
		await tokens.disable(tokenId);
		await becomes(undefined);
		await tokens.enable(tokenId);
		await becomes(await key());
		await tokens.delete(tokenId);
		await becomes(undefined);
	});

	it('hand over nothing for other files, for keys in plain text, or when it is switched off', async () => {
		await open('notes.txt', `Authorization: ${referenceTo(tokenId)}\n`);
		const editor = await open('typed.http', 'GET http://a.example\n');
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'secret' });
		assert.equal(handedOver(), undefined);
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'reference' });
		assert.equal(editor.document.getText(), `GET http://a.example\nAuthorization: ${referenceTo(tokenId)}\n`);
		await becomes(await key());
		const settings = vscode.workspace.getConfiguration('connectTokens');
		await settings.update('http.handOver', false, vscode.ConfigurationTarget.Global);
		await becomes(undefined);
		await settings.update('http.handOver', undefined, vscode.ConfigurationTarget.Global);
		await becomes(await key());
	});

	it('hand over nothing once the file has another language, or another name', async () => {
		const { document } = await open('language.txt', `Authorization: ${referenceTo(tokenId)}\n`);
		assert.equal(handedOver(), undefined);
		// The first change makes the tab a lasting one, which is looked at as well; the second changes nothing but the language.
		for (let times = 0; times < 2; times++) {
			await vscode.languages.setTextDocumentLanguage(document, 'markdown');
			await becomes(await key());
			await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
			await becomes(undefined);
		}
		const { document: request } = await open('named.http', `GET http://a.example\nAuthorization: ${referenceTo(tokenId)}\n`);
		await becomes(await key());
		const edit = new vscode.WorkspaceEdit();
		edit.renameFile(request.uri, vscode.Uri.file(join(folder, 'named.txt')));
		await vscode.workspace.applyEdit(edit);
		await becomes(undefined);
	});

	it('hand the key over while the file is open anywhere, and again when a reference that was deleted comes back', async () => {
		const editor = await open('split.http', `GET http://a.example\nAuthorization: ${referenceTo(tokenId)}\n`);
		const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
		await becomes(await key());
		await vscode.commands.executeCommand('workbench.action.splitEditor');
		await eventually(() => assert.equal(tabs().length, 2));
		await editor.edit((builder) => builder.delete(new vscode.Range(1, 0, 2, 0)));
		await becomes(undefined);
		await vscode.commands.executeCommand('undo');
		await becomes(await key());
		await vscode.commands.executeCommand('workbench.action.files.save');
		await vscode.commands.executeCommand('vscode.diff', vscode.Uri.file(join(folder, 'open.http')), editor.document.uri);
		await vscode.window.tabGroups.close(tabs().filter(({ input }) => input instanceof vscode.TabInputText));
		await eventually(() =>
			assert.deepEqual(
				tabs().map(({ input }) => input instanceof vscode.TabInputTextDiff),
				[true],
			),
		);
		await becomes(await key());
	});

	it('give a variable back that somebody else has set', async () => {
		process.env[variableFor(tokenId)] = 'set before';
		try {
			await open('before.http', `GET http://a.example\nAuthorization: ${referenceTo(tokenId)}\n`);
			await becomes(await key());
			await tokens.rotate(tokenId);
			await becomes(await key());
			await vscode.commands.executeCommand('workbench.action.closeAllEditors');
			await becomes('set before');
		} finally {
			Reflect.deleteProperty(process.env, variableFor(tokenId));
		}
	});

	it('are sent for no caller that says what makes no sense', async () => {
		await open('caller.http', `GET http://a.example\nAuthorization: ${referenceTo(tokenId)}\n`);
		for (const argument of [
			{},
			'text',
			7,
			{ uri: 1 },
			{ uri: 'x', line: -1, client: 'y' },
			{ uri: 'x', line: 0.5, client: 'y' },
			{ uri: 'x', line: 1 },
		]) {
			await assert.rejects(
				async () => vscode.commands.executeCommand('connectTokens.sendAs', argument),
				/Pass nothing/,
				JSON.stringify(argument),
			);
		}
	});

	it('go into the request of each cursor, or into every request of the file, in one step', async () => {
		const text = 'GET http://a.example/1\n\n###\nGET http://a.example/2\n\n###\nGET http://a.example/3\n';
		const editor = await open('many.http', text);
		editor.selections = [0, 6].map((line) => new vscode.Selection(line, 0, line, 0));
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'reference' });
		const header = `Authorization: ${referenceTo(tokenId)}`;
		assert.deepEqual(
			editor.document
				.getText()
				.split('\n')
				.flatMap((line, at) => (line === header ? [at] : [])),
			[1, 8],
		);
		await vscode.commands.executeCommand('connectTokens.insertAuthorizationInFile', { tokenId, form: 'reference' });
		assert.equal(editor.document.getText().split(header).length - 1, 3);
		await vscode.commands.executeCommand('undo');
		await vscode.commands.executeCommand('undo');
		assert.equal(editor.document.getText(), text);
	});

	for (const name of ['plain.txt', 'plain.md', 'plain.yaml']) {
		it(`are what was asked for in ${name}, too, where no client resolves them`, async () => {
			const editor = await open(name, '');
			await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'reference' });
			assert.equal(editor.document.getText(), `Authorization: ${referenceTo(tokenId)}`);
		});
	}

	for (const [name, expected] of [
		['script.sh', '-H "Authorization: $CONNECT_API_KEY"'],
		['script.mjs', 'Authorization: process.env.CONNECT_API_KEY'],
		['script.py', '"Authorization": os.environ["CONNECT_API_KEY"]'],
	] as const) {
		it(`are ${expected} in ${name}`, async () => {
			const editor = await open(name, '');
			await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId });
			assert.equal(editor.document.getText(), expected);
		});
	}

	it('stand apart from what is around the cursor in a program', async () => {
		const editor = await open('between.mjs', "const headers = { Accept: '*/*' };\n");
		editor.selection = new vscode.Selection(0, 18, 0, 18);
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId });
		assert.equal(editor.document.getText(), "const headers = { Authorization: process.env.CONNECT_API_KEY, Accept: '*/*' };\n");
	});
});
