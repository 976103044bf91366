import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { formatAuthorizationReference, getVariableName } from '../../src/requestFiles/keyReferences';
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
		await eventually(() => assert.equal(exposedKey(), undefined));
	});

	after(() => rm(folder, { recursive: true, force: true }));

	const exposedKey = () => process.env[getVariableName(tokenId)];
	const readKey = async () => (await tokens.authorization(tokenId)).replace('ApiKey ', '');
	const waitForExposedKey = (expected: string | undefined) => eventually(() => assert.equal(exposedKey(), expected));

	async function openRequestFile(name: string, text: string): Promise<vscode.TextEditor> {
		const path = join(folder, name);
		await writeFile(path, text);
		return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
	}

	it('hand over the key of a token while a request file that refers to it is open, and no longer', async () => {
		assert.equal(exposedKey(), undefined);
		await openRequestFile('open.http', `GET http://a.example\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`);
		await waitForExposedKey(await readKey());
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await waitForExposedKey(undefined);
	});

	it('hand over the new key after a rotation, and nothing while the token is disabled or once it is deleted', async () => {
		await openRequestFile('life.http', `GET http://a.example\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`);
		const before = await readKey();
		await waitForExposedKey(before);
		await tokens.rotate(tokenId);
		assert.notEqual(await readKey(), before);
		await waitForExposedKey(await readKey());
		await tokens.disable(tokenId);
		await waitForExposedKey(undefined);
		await tokens.enable(tokenId);
		await waitForExposedKey(await readKey());
		await tokens.delete(tokenId);
		await waitForExposedKey(undefined);
	});

	it('hand over nothing for other files, for keys in plain text, or when it is switched off', async () => {
		await openRequestFile('notes.txt', `Authorization: ${formatAuthorizationReference(tokenId)}\n`);
		const editor = await openRequestFile('typed.http', 'GET http://a.example\n');
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'secret' });
		assert.equal(exposedKey(), undefined);
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'reference' });
		assert.equal(editor.document.getText(), `GET http://a.example\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`);
		await waitForExposedKey(await readKey());
		const settings = vscode.workspace.getConfiguration('connectTokens');
		await settings.update('http.exposeKeys', 'never', vscode.ConfigurationTarget.Global);
		await waitForExposedKey(undefined);
		await settings.update('http.exposeKeys', undefined, vscode.ConfigurationTarget.Global);
		await waitForExposedKey(await readKey());
	});

	it('hand over nothing once the file has another language, or another name', async () => {
		const { document } = await openRequestFile('language.txt', `Authorization: ${formatAuthorizationReference(tokenId)}\n`);
		assert.equal(exposedKey(), undefined);
		// The first change makes the tab a lasting one, which is looked at as well; the second changes nothing but the language.
		for (let times = 0; times < 2; times++) {
			await vscode.languages.setTextDocumentLanguage(document, 'markdown');
			await waitForExposedKey(await readKey());
			await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
			await waitForExposedKey(undefined);
		}
		const { document: request } = await openRequestFile(
			'named.http',
			`GET http://a.example\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`,
		);
		await waitForExposedKey(await readKey());
		const edit = new vscode.WorkspaceEdit();
		edit.renameFile(request.uri, vscode.Uri.file(join(folder, 'named.txt')));
		await vscode.workspace.applyEdit(edit);
		await waitForExposedKey(undefined);
	});

	it('hand the key over while the file is open anywhere, and again when a reference that was deleted comes back', async () => {
		const editor = await openRequestFile('split.http', `GET http://a.example\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`);
		const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
		await waitForExposedKey(await readKey());
		await vscode.commands.executeCommand('workbench.action.splitEditor');
		await eventually(() => assert.equal(tabs().length, 2));
		await editor.edit((builder) => builder.delete(new vscode.Range(1, 0, 2, 0)));
		await waitForExposedKey(undefined);
		await vscode.commands.executeCommand('undo');
		await waitForExposedKey(await readKey());
		await vscode.commands.executeCommand('workbench.action.files.save');
		await vscode.commands.executeCommand('vscode.diff', vscode.Uri.file(join(folder, 'open.http')), editor.document.uri);
		await vscode.window.tabGroups.close(tabs().filter(({ input }) => input instanceof vscode.TabInputText));
		await eventually(() =>
			assert.deepEqual(
				tabs().map(({ input }) => input instanceof vscode.TabInputTextDiff),
				[true],
			),
		);
		await waitForExposedKey(await readKey());
	});

	it('give a variable back that somebody else has set', async () => {
		process.env[getVariableName(tokenId)] = 'set before';
		try {
			await openRequestFile('before.http', `GET http://a.example\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`);
			await waitForExposedKey(await readKey());
			await tokens.rotate(tokenId);
			await waitForExposedKey(await readKey());
			await vscode.commands.executeCommand('workbench.action.closeAllEditors');
			await waitForExposedKey('set before');
		} finally {
			Reflect.deleteProperty(process.env, getVariableName(tokenId));
		}
	});

	it('are sent for no caller that says what makes no sense', async () => {
		await openRequestFile('caller.http', `GET http://a.example\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`);
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
		const editor = await openRequestFile('many.http', text);
		editor.selections = [0, 6].map((line) => new vscode.Selection(line, 0, line, 0));
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'reference' });
		const header = `Authorization: ${formatAuthorizationReference(tokenId)}`;
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
			const editor = await openRequestFile(name, '');
			await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'reference' });
			assert.equal(editor.document.getText(), `Authorization: ${formatAuthorizationReference(tokenId)}`);
		});
	}

	for (const [name, expected] of [
		['script.sh', '-H "Authorization: $CONNECT_API_KEY"'],
		['script.mjs', 'Authorization: process.env.CONNECT_API_KEY'],
		['script.py', '"Authorization": os.environ["CONNECT_API_KEY"]'],
	] as const) {
		it(`are ${expected} in ${name}`, async () => {
			const editor = await openRequestFile(name, '');
			await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId });
			assert.equal(editor.document.getText(), expected);
		});
	}

	it('stand apart from what is around the cursor in a program', async () => {
		const editor = await openRequestFile('between.mjs', "const headers = { Accept: '*/*' };\n");
		editor.selection = new vscode.Selection(0, 18, 0, 18);
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId });
		assert.equal(editor.document.getText(), "const headers = { Authorization: process.env.CONNECT_API_KEY, Accept: '*/*' };\n");
	});
});
