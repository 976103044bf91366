import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { DAY_MS, type Token } from '../../src/domain/token';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';

const API_URL = 'https://api.connect.cloudblue.com/public/v1';

describe('findings', function () {
	this.timeout(60_000);
	let folder: string;
	let tokens: TokensApi;
	let token: Token;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-findings-'));
	});

	beforeEach(async () => {
		token = await tokens.create({ name: 'Found [out](x)', permissions: ['products'] });
		await allowHost(token, API_URL);
	});

	afterEach(async () => {
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	});

	after(() => rm(folder, { recursive: true, force: true }));

	const allowHost = ({ id }: Token, url: string) =>
		vscode.commands.executeCommand('connectTokens.allowHost', { tokenId: id, sourceId: 'workspace', origin: new URL(url).origin });

	async function openFile(name: string, text: string): Promise<vscode.TextEditor> {
		const path = join(folder, name);
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, text);
		return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
	}

	const ownDiagnostics = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Connect Tokens');
	const diagnosticCodes = (uri: vscode.Uri) => ownDiagnostics(uri).map(({ code }) => code);
	const waitForCodes = (uri: vscode.Uri, expected: readonly string[]) => eventually(() => assert.deepEqual(diagnosticCodes(uri), expected));
	const readQuickFixes = async (uri: vscode.Uri, index = 0) =>
		vscode.commands.executeCommand<vscode.CodeAction[]>(
			'vscode.executeCodeActionProvider',
			uri,
			ownDiagnostics(uri)[index]!.range,
			vscode.CodeActionKind.QuickFix.value,
		);
	const request = (id: string, path = '/products') => `GET ${API_URL}${path}\nAuthorization: ${formatAuthorizationReference(id)}\n`;

	it("don't report a reference to a valid token that has access to the request's module", async () => {
		const { document } = await openFile('good.http', request(token.id));
		const { document: unknownTokenFile } = await openFile('bad.http', request('SU-000-000-001'));
		await waitForCodes(unknownTokenFile.uri, ['unknown-token']);
		assert.deepEqual(diagnosticCodes(document.uri), []);
	});

	it('are updated after the token is disabled, enabled, or deleted', async () => {
		const { document } = await openFile('follow.http', request(token.id));
		await tokens.disable(token.id);
		await waitForCodes(document.uri, ['disabled']);
		assert.deepEqual(
			(await readQuickFixes(document.uri)).map(({ title }) => title).filter((title) => title.startsWith('Enable')).length,
			1,
		);
		await tokens.enable(token.id);
		await waitForCodes(document.uri, []);
		await tokens.delete(token.id);
		await waitForCodes(document.uri, ['unknown-token']);
	});

	it("aren't reported again while they're the same, because that would close an open menu of quick fixes", async () => {
		const { document: unchanged } = await openFile('unchanged.http', request('SU-000-000-001'));
		const { document: changed } = await openFile('changed.http', request(token.id));
		await waitForCodes(unchanged.uri, ['unknown-token']);
		const changedUris: string[] = [];
		const subscription = vscode.languages.onDidChangeDiagnostics(({ uris }) => changedUris.push(...uris.map(String)));
		await tokens.disable(token.id);
		// Documents are checked in the order in which they were opened.
		await eventually(() => assert.ok(changedUris.includes(changed.uri.toString())));
		subscription.dispose();
		assert.ok(!changedUris.includes(unchanged.uri.toString()));
		assert.deepEqual(diagnosticCodes(unchanged.uri), ['unknown-token']);
	});

	it('report a token that expires soon', async () => {
		const advanceClock = (days: number) => vscode.commands.executeCommand('connectTokens.test.advanceClock', days * DAY_MS);
		// A new token isn't expiring.
		await advanceClock(-10);
		const expirationDate = new Date(Date.now() + DAY_MS).toISOString();
		const soon = await tokens.create({ name: 'Soon', permissions: ['products'], expirationDate });
		await advanceClock(10);
		await allowHost(soon, API_URL);
		const { document } = await openFile('soon.http', request(soon.id));
		await waitForCodes(document.uri, ['expiring']);
		assert.equal(ownDiagnostics(document.uri)[0]!.severity, vscode.DiagnosticSeverity.Information);
		assert.ok((await readQuickFixes(document.uri)).some(({ title }) => title.startsWith('Renew')));
	});

	it("report a request that the token's permissions don't cover, and resolve variables and multi-line URLs", async () => {
		const text = [
			`@api = ${API_URL}`,
			'@where = listings',
			'### covered',
			`GET {{api}}/products\n    ?limit=1\nAuthorization: ${formatAuthorizationReference(token.id)}`,
			'### not covered',
			`POST {{api}}/{{where}}\n    /LST-1 HTTP/1.1\nAuthorization: ${formatAuthorizationReference(token.id)}`,
			'### another API',
			`GET https://elsewhere.example/listings\nAuthorization: ${formatAuthorizationReference(token.id)}`,
			'',
		].join('\n\n');
		await allowHost(token, 'https://elsewhere.example');
		const { document } = await openFile('paths.http', text);
		await waitForCodes(document.uri, ['not-covered']);
		assert.match(ownDiagnostics(document.uri)[0]!.message, /Listings/);
		assert.match(document.lineAt(ownDiagnostics(document.uri)[0]!.range.start.line).text, /^POST/);
		await tokens.update(token.id, { permissions: ['products', 'listings'] });
		await waitForCodes(document.uri, []);
	});

	it('offer a quick fix that replaces a pasted key with a reference, and never repeat the key', async () => {
		const authorization = await tokens.authorization(token.id);
		const editor = await openFile('pasted.http', `GET ${API_URL}/products\nAuthorization: ${authorization}\n`);
		const { document } = editor;
		await waitForCodes(document.uri, ['plain-key']);
		assert.ok(!JSON.stringify(ownDiagnostics(document.uri)).includes(authorization.slice(-40)), 'the message repeats the key');
		const [applyQuickFix] = await readQuickFixes(document.uri);
		assert.equal(applyQuickFix!.title, 'Replace with reference');
		assert.ok(!JSON.stringify(applyQuickFix).includes(authorization.slice(-40)), 'the fix repeats the key');
		await vscode.commands.executeCommand(applyQuickFix!.command!.command, ...(applyQuickFix!.command!.arguments as unknown[]));
		assert.equal(document.getText(), request(token.id));
		await waitForCodes(document.uri, []);
	});

	it('report keys in any kind of file, and replace them with an environment variable in programs', async () => {
		const authorization = await tokens.authorization(token.id);
		const { document: env } = await openFile('.env', `CONNECT_API_KEY=${authorization}\n`);
		await waitForCodes(env.uri, ['plain-key']);
		const { document: script } = await openFile('client.mjs', `const key = '${authorization}';\n`);
		await waitForCodes(script.uri, ['plain-key']);
		const [applyQuickFix] = await readQuickFixes(script.uri);
		await vscode.commands.executeCommand(applyQuickFix!.command!.command, ...(applyQuickFix!.command!.arguments as unknown[]));
		assert.equal(script.getText(), 'const key = process.env.CONNECT_API_KEY;\n');
	});

	it('report keys in the cells of a notebook, with the quick fix for the language of the cell', async () => {
		const authorization = await tokens.authorization(token.id);
		const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, `client = ConnectClient("${authorization}")`, 'python');
		const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([cell]));
		await vscode.window.showNotebookDocument(notebook);
		const { document } = notebook.cellAt(0);
		await waitForCodes(document.uri, ['plain-key']);
		const [applyQuickFix] = await readQuickFixes(document.uri);
		await vscode.commands.executeCommand(applyQuickFix!.command!.command, ...(applyQuickFix!.command!.arguments as unknown[]));
		assert.equal(document.getText(), 'client = ConnectClient(os.environ["CONNECT_API_KEY"])');
		await waitForCodes(document.uri, []);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	});

	it("replace a key in a URL with an encoded reference, and don't offer it for strings where a variable isn't valid", async () => {
		const authorization = await tokens.authorization(token.id);
		const { document } = await openFile('url.http', `GET ${API_URL}/products?auth=${encodeURIComponent(authorization)}&x=1\n`);
		await waitForCodes(document.uri, ['plain-key']);
		const [applyQuickFix] = await readQuickFixes(document.uri);
		await vscode.commands.executeCommand(applyQuickFix!.command!.command, ...(applyQuickFix!.command!.arguments as unknown[]));
		assert.equal(
			document.getText(),
			`GET ${API_URL}/products?auth=ApiKey%20{{$processEnv CONNECT_${token.id.replaceAll('-', '_')}}}&x=1\n`,
		);
		const three = '"'.repeat(3);
		for (const [name, text] of [
			['bare.mjs', `const key = '${authorization.replace('ApiKey ', '')}';`],
			['prefix.py', `key = f"${authorization}"`],
			['three.py', `key = ${three}${authorization}${three}`],
			['part.mjs', `const key = 'Use ${authorization}';`],
		] as const) {
			const { document: program } = await openFile(name, text);
			await waitForCodes(program.uri, ['plain-key']);
			assert.deepEqual(
				(await readQuickFixes(program.uri)).map(({ title }) => title).filter((title) => title.startsWith('Replace')),
				[],
				name,
			);
		}
	});

	it('change only the reference when another token is chosen for a variable', async () => {
		const { document } = await openFile(
			'variable.http',
			`@auth = ${formatAuthorizationReference('SU-000-000-001')}\n\nGET ${API_URL}/products\nX-Auth: {{auth}}\n`,
		);
		await waitForCodes(document.uri, ['unknown-token']);
		const replacement = await tokens.create({ name: 'Replacement' });
		const applyQuickFix = (await readQuickFixes(document.uri)).find(({ title }) => title === 'Change referenced token')!;
		const { command, arguments: commandArguments = [] } = applyQuickFix.command!;
		await ScriptedUi.answering([replacement.name], () => vscode.commands.executeCommand(command, ...(commandArguments as unknown[])));
		assert.match(
			document.getText(),
			/^@auth = ApiKey \{\{\$processEnv CONNECT_SU_(?!000_000_001)[\d_]+\}\}\n\nGET .*\nX-Auth: \{\{auth\}\}\n$/,
		);
	});

	for (const [name, text, line, isOffered] of [
		['bare.http', `GET ${API_URL}/products\n`, 0, true],
		['bare.md', `Words\n\n\`\`\`http\nGET ${API_URL}/products\n\`\`\`\n`, 3, true],
		['words.md', `Words\n\n\`\`\`http\nGET ${API_URL}/products\n\`\`\`\n`, 0, false],
		['curl.http', `curl ${API_URL}/products\n`, 0, true],
		['given.http', `curl -H "Authorization: Basic a" ${API_URL}/products\n`, 0, false],
	] as const) {
		it(`${isOffered ? 'offer' : "don't offer"} a header in line ${line + 1} of ${name}`, async () => {
			const { document } = await openFile(name, text);
			const cursor = new vscode.Range(line, 0, line, 0);
			// Opening the first Markdown file starts VS Code's Markdown extension, which cancels the search for actions.
			await eventually(async () => {
				const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, cursor);
				assert.equal(
					actions.some(({ title }) => title === 'Insert Authorization Header'),
					isOffered,
				);
			});
		});
	}

	it('are found in the whole workspace except in ignored files', async () => {
		const root = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
		const searchedFolder = await mkdtemp(join(root, 'searched-'));
		const key = await tokens.authorization(token.id);
		const writeFileInFolder = async (name: string, text: string) => {
			await mkdir(dirname(join(searchedFolder, name)), { recursive: true });
			await writeFile(join(searchedFolder, name), text);
			return vscode.Uri.file(join(searchedFolder, name));
		};
		try {
			const trackedFile = await writeFileInFolder('tracked.txt', `line\r\n  ${key}\n`);
			const untrackedFile = await writeFileInFolder('deep/down/new.json', JSON.stringify({ key }));
			const unignoredFile = await writeFileInFolder('logs/kept.log', key);
			const skippedFiles = [
				await writeFileInFolder('.gitignore', 'ignored/\n*.log\n'),
				await writeFileInFolder('logs/.gitignore', '!kept.log\n'),
				await writeFileInFolder('ignored/key.txt', key),
				await writeFileInFolder('other.log', key),
				await writeFileInFolder('logs/other.log', key),
				await writeFileInFolder('excluded.txt', key),
				await writeFileInFolder('binary.bin', `\0${key}`),
				await writeFileInFolder('none.txt', 'SU-000-000-000'),
			];
			const git = (...args: string[]) => execFileSync('git', args, { cwd: searchedFolder, stdio: 'ignore' });
			git('init');
			git('add', 'tracked.txt');
			await writeFileInFolder('.git/info/exclude', 'excluded.txt\n');
			await vscode.commands.executeCommand('vscode.open', unignoredFile);
			await waitForCodes(unignoredFile, ['plain-key']);
			void vscode.commands.executeCommand('connectTokens.findKeys');
			await eventually(() =>
				assert.deepEqual([trackedFile, untrackedFile, unignoredFile].map(diagnosticCodes), [['plain-key'], ['plain-key'], ['plain-key']]),
			);
			await vscode.commands.executeCommand('vscode.open', untrackedFile);
			await vscode.commands.executeCommand('workbench.action.closeAllEditors');
			await eventually(() => assert.ok(vscode.workspace.textDocuments.every(({ uri }) => !uri.path.startsWith(searchedFolder))));
			assert.deepEqual([trackedFile, untrackedFile, unignoredFile].map(diagnosticCodes), [['plain-key'], ['plain-key'], ['plain-key']]);
			assert.deepEqual(skippedFiles.flatMap(diagnosticCodes), []);
			assert.deepEqual(ownDiagnostics(trackedFile)[0]!.range, new vscode.Range(1, 2, 1, 2 + key.length));
		} finally {
			await rm(searchedFolder, { recursive: true, force: true });
		}
	});
});
