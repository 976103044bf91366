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
		folder = await mkdtemp(join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'references-'));
	});

	beforeEach(async () => {
		({ id: tokenId } = await tokens.create({ name: 'Referenced', permissions: ['products'] }));
	});

	afterEach(async () => {
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await eventually(() => assert.equal(exposedKey(), undefined));
	});

	after(() => rm(folder, { recursive: true, force: true }));

	const exposedKey = () => process.env[getVariableName(tokenId)];
	const readKey = async () => (await tokens.authorization(tokenId)).replace('ApiKey ', '');
	const waitForExposedKey = (expected: string | undefined) => eventually(() => assert.equal(exposedKey(), expected), 30_000, 5);

	const requestText = () => `GET http://localhost:3000\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`;

	async function openRequestFile(name: string, text: string, viewColumn?: vscode.ViewColumn): Promise<vscode.TextEditor> {
		const path = join(folder, name);
		await writeFile(path, text);
		return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path), viewColumn);
	}

	/** Asserts that what's open now doesn't expose the key: a second token's key is exposed later, from another file. */
	async function assertNotExposed(): Promise<void> {
		const other = await tokens.create({ name: 'Other' });
		const text = `GET http://localhost:3000\nAuthorization: ${formatAuthorizationReference(other.id)}\n`;
		await openRequestFile('other.http', text, vscode.ViewColumn.Two);
		await eventually(() => assert.ok(process.env[getVariableName(other.id)]), 30_000, 5);
		assert.equal(exposedKey(), undefined);
	}

	it('expose the key of a token only while a request file that references it is visible', async () => {
		assert.equal(exposedKey(), undefined);
		const { document } = await openRequestFile('open.http', requestText());
		await waitForExposedKey(await readKey());
		await openRequestFile('in-front.txt', '');
		await waitForExposedKey(undefined);
		await vscode.window.showTextDocument(document);
		await waitForExposedKey(await readKey());
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await waitForExposedKey(undefined);
	});

	it('expose the key to an unsaved document with requests', async () => {
		await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content: '' }));
		const editor = vscode.window.activeTextEditor!;
		await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), `\`\`\`http\n${requestText()}\`\`\`\n`));
		await waitForExposedKey(await readKey());
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		await waitForExposedKey(undefined);
	});

	const unused: Record<string, readonly [name: string, createText: () => string]> = {
		'the text of a Markdown document': ['README.md', () => `Use the header Authorization: ${formatAuthorizationReference(tokenId)}.\n`],
		'a comment': ['comment.http', () => `# Authorization: ${formatAuthorizationReference(tokenId)}\nGET http://localhost:3000\n`],
		'text that no request uses': [
			'unused.http',
			() => `@auth = ${formatAuthorizationReference(tokenId)}\n###\nGET http://localhost:3000\n`,
		],
	};
	for (const [place, [name, createText]] of Object.entries(unused)) {
		it(`expose no key if they're in ${place}`, async () => {
			await openRequestFile(name, createText());
			await assertNotExposed();
		});
	}

	it('expose no key in a file outside of the workspace', async () => {
		const outside = await mkdtemp(join(tmpdir(), 'connect-tokens-outside-'));
		const path = join(outside, 'outside.http');
		await writeFile(path, requestText());
		await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
		await assertNotExposed();
		await rm(outside, { recursive: true, force: true });
	});

	it('expose no key in a diff', async () => {
		const { document } = await openRequestFile('diff.http', requestText());
		await waitForExposedKey(await readKey());
		await openRequestFile('before.http', requestText());
		await vscode.commands.executeCommand('vscode.diff', vscode.Uri.file(join(folder, 'before.http')), document.uri);
		await eventually(() => assert.ok(vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff));
		await waitForExposedKey(undefined);
	});

	it('expose the new key after a rotation, and no key after the token is disabled or deleted', async () => {
		await openRequestFile('life.http', requestText());
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

	it("expose no key for other files, for plain-text keys, or if the setting is 'onSend'", async () => {
		await openRequestFile('notes.txt', `Authorization: ${formatAuthorizationReference(tokenId)}\n`);
		const editor = await openRequestFile('typed.http', 'GET http://localhost:3000\n');
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'secret' });
		assert.equal(exposedKey(), undefined);
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'reference' });
		assert.equal(editor.document.getText(), requestText());
		await waitForExposedKey(await readKey());
		const settings = vscode.workspace.getConfiguration('connectTokens');
		await settings.update('http.exposeKeys', 'onSend', vscode.ConfigurationTarget.Global);
		await waitForExposedKey(undefined);
		await settings.update('http.exposeKeys', undefined, vscode.ConfigurationTarget.Global);
		await waitForExposedKey(await readKey());
	});

	it('expose no key after the language or the name of the file has changed', async () => {
		const { document } = await openRequestFile('language.txt', `\`\`\`http\n${requestText()}\`\`\`\n`);
		// Otherwise, the change would pin the tab, which triggers a separate update.
		await vscode.commands.executeCommand('workbench.action.keepEditor');
		assert.equal(exposedKey(), undefined);
		await vscode.languages.setTextDocumentLanguage(document, 'markdown');
		await waitForExposedKey(await readKey());
		await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
		await waitForExposedKey(undefined);
		const { document: request } = await openRequestFile('named.http', requestText());
		await waitForExposedKey(await readKey());
		const edit = new vscode.WorkspaceEdit();
		edit.renameFile(request.uri, vscode.Uri.file(join(folder, 'named.txt')));
		await vscode.workspace.applyEdit(edit);
		await waitForExposedKey(undefined);
	});

	it('expose the key while the file is visible in any group, and again after a deleted reference is restored', async () => {
		const editor = await openRequestFile('split.http', requestText());
		await waitForExposedKey(await readKey());
		await vscode.commands.executeCommand('workbench.action.splitEditor');
		await eventually(() => assert.equal(vscode.window.tabGroups.all.length, 2));
		await editor.edit((builder) => builder.delete(new vscode.Range(1, 0, 2, 0)));
		await waitForExposedKey(undefined);
		await vscode.commands.executeCommand('undo');
		await waitForExposedKey(await readKey());
		await vscode.commands.executeCommand('workbench.action.files.save');
		await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
		await eventually(() => assert.equal(vscode.window.tabGroups.all.length, 1));
		await waitForExposedKey(await readKey());
	});

	it('restore a variable that was set before', async () => {
		process.env[getVariableName(tokenId)] = 'set before';
		try {
			await openRequestFile('before.http', requestText());
			await waitForExposedKey(await readKey());
			await tokens.rotate(tokenId);
			await waitForExposedKey(await readKey());
			await vscode.commands.executeCommand('workbench.action.closeAllEditors');
			await waitForExposedKey('set before');
		} finally {
			Reflect.deleteProperty(process.env, getVariableName(tokenId));
		}
	});

	it("aren't sent for a caller with invalid arguments", async () => {
		await openRequestFile('caller.http', requestText());
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
				/Pass no arguments/,
				JSON.stringify(argument),
			);
		}
	});

	it('are inserted into the request at each cursor or into every request of the file, in one undo step', async () => {
		const text = 'GET http://localhost:3000/1\n\n###\nGET http://localhost:3000/2\n\n###\nGET http://localhost:3000/3\n';
		const editor = await openRequestFile('many.http', text);
		editor.selections = [0, 6].map((line) => new vscode.Selection(line, 0, line, 0));
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId, form: 'reference' });
		const header = `Authorization: ${formatAuthorizationReference(tokenId)}`;
		assert.deepEqual(
			editor.document
				.getText()
				.split('\n')
				.flatMap((line, index) => (line === header ? [index] : [])),
			[1, 8],
		);
		await vscode.commands.executeCommand('connectTokens.insertAuthorizationInFile', { tokenId, form: 'reference' });
		assert.equal(editor.document.getText().split(header).length - 1, 3);
		await vscode.commands.executeCommand('undo');
		await vscode.commands.executeCommand('undo');
		assert.equal(editor.document.getText(), text);
	});

	for (const name of ['plain.txt', 'plain.md', 'plain.yaml']) {
		it(`are inserted on request even in ${name}, where no client resolves them`, async () => {
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
		it(`are inserted as ${expected} in ${name}`, async () => {
			const editor = await openRequestFile(name, '');
			await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId });
			assert.equal(editor.document.getText(), expected);
		});
	}

	it('are separated from the surrounding code in a program', async () => {
		const editor = await openRequestFile('between.mjs', "const headers = { Accept: '*/*' };\n");
		editor.selection = new vscode.Selection(0, 18, 0, 18);
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId });
		assert.equal(editor.document.getText(), "const headers = { Authorization: process.env.CONNECT_API_KEY, Accept: '*/*' };\n");
	});
});
