import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import type { Token } from '../../src/domain/token';
import { referenceTo } from '../../src/http/references';
import { eventually } from '../support/eventually';

const API = 'https://api.connect.cloudblue.com/public/v1';

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
	});

	afterEach(async () => {
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	});

	after(() => rm(folder, { recursive: true, force: true }));

	async function open(name: string, text: string): Promise<vscode.TextEditor> {
		const path = join(folder, name);
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, text);
		return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
	}

	const ours = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Connect Tokens');
	const codes = (uri: vscode.Uri) => ours(uri).map(({ code }) => code);
	const become = (uri: vscode.Uri, expected: readonly string[]) => eventually(() => assert.deepEqual(codes(uri), expected));
	const fixes = async (uri: vscode.Uri, at = 0) =>
		vscode.commands.executeCommand<vscode.CodeAction[]>(
			'vscode.executeCodeActionProvider',
			uri,
			ours(uri)[at]!.range,
			vscode.CodeActionKind.QuickFix.value,
		);
	const request = (id: string, path = '/products') => `GET ${API}${path}\nAuthorization: ${referenceTo(id)}\n`;

	it('say nothing about a reference to a token that works and may make the request', async () => {
		const { document } = await open('good.http', request(token.id));
		const { document: bad } = await open('bad.http', request('SU-000-000-001'));
		await become(bad.uri, ['unknown-token']);
		assert.deepEqual(codes(document.uri), []);
	});

	it('follow the token: disabled, enabled, deleted', async () => {
		const { document } = await open('follow.http', request(token.id));
		await tokens.disable(token.id);
		await become(document.uri, ['disabled']);
		assert.deepEqual((await fixes(document.uri)).map(({ title }) => title).filter((title) => title.startsWith('Enable')).length, 1);
		await tokens.enable(token.id);
		await become(document.uri, []);
		await tokens.delete(token.id);
		await become(document.uri, ['unknown-token']);
	});

	it('tell of a token that expires soon', async () => {
		const soon = await tokens.create({
			name: 'Soon',
			permissions: ['products'],
			expirationDate: new Date(Date.now() + 86_400_000).toISOString(),
		});
		const { document } = await open('soon.http', request(soon.id));
		await become(document.uri, ['expiring']);
		assert.equal(ours(document.uri)[0]!.severity, vscode.DiagnosticSeverity.Information);
		assert.ok((await fixes(document.uri)).some(({ title }) => title.startsWith('Renew')));
	});

	it('tell of a request that the token’s permissions do not cover, through variables and lines of the URL', async () => {
		const text = [
			`@api = ${API}`,
			'@where = listings',
			'### covered',
			`GET {{api}}/products\n    ?limit=1\nAuthorization: ${referenceTo(token.id)}`,
			'### not covered',
			`POST {{api}}/{{where}}\n    /LST-1 HTTP/1.1\nAuthorization: ${referenceTo(token.id)}`,
			'### another API',
			`GET https://elsewhere.example/listings\nAuthorization: ${referenceTo(token.id)}`,
			'',
		].join('\n\n');
		const { document } = await open('paths.http', text);
		await become(document.uri, ['not-covered']);
		assert.match(ours(document.uri)[0]!.message, /Listings/);
		assert.match(document.lineAt(ours(document.uri)[0]!.range.start.line).text, /^POST/);
		await tokens.update(token.id, { permissions: ['products', 'listings'] });
		await become(document.uri, []);
	});

	it('turn a pasted key into a reference with one fix, and never repeat the key', async () => {
		const authorization = await tokens.authorization(token.id);
		const editor = await open('pasted.http', `GET ${API}/products\nAuthorization: ${authorization}\n`);
		const { document } = editor;
		await become(document.uri, ['plain-key']);
		assert.ok(!JSON.stringify(ours(document.uri)).includes(authorization.slice(-40)), 'the message repeats the key');
		const [fix] = await fixes(document.uri);
		assert.equal(fix!.title, 'Replace by a reference');
		assert.ok(!JSON.stringify(fix).includes(authorization.slice(-40)), 'the fix repeats the key');
		await vscode.commands.executeCommand(fix!.command!.command, ...(fix!.command!.arguments as unknown[]));
		assert.equal(document.getText(), request(token.id));
		await become(document.uri, []);
	});

	it('are there for keys in any kind of file, and take them from the environment in programs', async () => {
		const authorization = await tokens.authorization(token.id);
		const { document: env } = await open('.env', `CONNECT_API_KEY=${authorization}\n`);
		await become(env.uri, ['plain-key']);
		const { document: script } = await open('client.mjs', `const key = '${authorization}';\n`);
		await become(script.uri, ['plain-key']);
		const [fix] = await fixes(script.uri);
		await vscode.commands.executeCommand(fix!.command!.command, ...(fix!.command!.arguments as unknown[]));
		assert.equal(script.getText(), 'const key = process.env.CONNECT_API_KEY;\n');
	});

	it('are there in the cells of a notebook, with the fix for its language', async () => {
		const authorization = await tokens.authorization(token.id);
		const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, `client = ConnectClient("${authorization}")`, 'python');
		const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([cell]));
		await vscode.window.showNotebookDocument(notebook);
		const { document } = notebook.cellAt(0);
		await become(document.uri, ['plain-key']);
		const [fix] = await fixes(document.uri);
		await vscode.commands.executeCommand(fix!.command!.command, ...(fix!.command!.arguments as unknown[]));
		assert.equal(document.getText(), 'client = ConnectClient(os.environ["CONNECT_API_KEY"])');
		await become(document.uri, []);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	});

	it('take a key out of a URL without what would break it, and out of no string that the variable does not fit', async () => {
		const authorization = await tokens.authorization(token.id);
		const { document } = await open('url.http', `GET ${API}/products?auth=${encodeURIComponent(authorization)}&x=1\n`);
		await become(document.uri, ['plain-key']);
		const [fix] = await fixes(document.uri);
		await vscode.commands.executeCommand(fix!.command!.command, ...(fix!.command!.arguments as unknown[]));
		assert.equal(document.getText(), `GET ${API}/products?auth=ApiKey%20{{$processEnv CONNECT_${token.id.replaceAll('-', '_')}}}&x=1\n`);
		const three = '"'.repeat(3);
		for (const [name, text] of [
			['bare.mjs', `const key = '${authorization.replace('ApiKey ', '')}';`],
			['prefix.py', `key = f"${authorization}"`],
			['three.py', `key = ${three}${authorization}${three}`],
			['part.mjs', `const key = 'Use ${authorization}';`],
		] as const) {
			const { document: program } = await open(name, text);
			await become(program.uri, ['plain-key']);
			assert.deepEqual(
				(await fixes(program.uri)).map(({ title }) => title).filter((title) => title.startsWith('Replace')),
				[],
				name,
			);
		}
	});

	it('let a reference in a variable name another token, and nothing else', async () => {
		const { document } = await open('variable.http', `@auth = ${referenceTo('SU-000-000-001')}\n\nGET ${API}/products\nX-Auth: {{auth}}\n`);
		await become(document.uri, ['unknown-token']);
		const fix = (await fixes(document.uri)).find(({ title }) => title === 'Choose another token')!;
		const choosing = vscode.commands.executeCommand(fix.command!.command, ...(fix.command!.arguments as unknown[]));
		await eventually(async () => {
			await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
			await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
			assert.match(
				document.getText(),
				/^@auth = ApiKey \{\{\$processEnv CONNECT_SU_(?!000_000_001)[\d_]+\}\}\n\nGET .*\nX-Auth: \{\{auth\}\}\n$/,
			);
		});
		await choosing;
	});

	for (const [name, text, line, isOffered] of [
		['bare.http', `GET ${API}/products\n`, 0, true],
		['bare.md', `Words\n\n\`\`\`http\nGET ${API}/products\n\`\`\`\n`, 3, true],
		['words.md', `Words\n\n\`\`\`http\nGET ${API}/products\n\`\`\`\n`, 0, false],
		['curl.http', `curl ${API}/products\n`, 0, true],
		['given.http', `curl -H "Authorization: Basic a" ${API}/products\n`, 0, false],
	] as const) {
		it(`${isOffered ? 'offer a header' : 'offer none'} in line ${line + 1} of ${name}`, async () => {
			const { document } = await open(name, text);
			const cursor = new vscode.Range(line, 0, line, 0);
			const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, cursor);
			assert.equal(
				actions.some(({ title }) => title === 'Insert Authorization Header'),
				isOffered,
			);
		});
	}

	it('are searched for in the whole workspace, but not where ignore files say so, and know what git tracks', async () => {
		const root = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
		const place = await mkdtemp(join(root, 'searched-'));
		const key = await tokens.authorization(token.id);
		const write = async (name: string, text: string) => {
			await mkdir(dirname(join(place, name)), { recursive: true });
			await writeFile(join(place, name), text);
			return vscode.Uri.file(join(place, name));
		};
		try {
			const tracked = await write('tracked.txt', `line\r\n  ${key}\n`);
			const untracked = await write('deep/down/new.json', JSON.stringify({ key }));
			const kept = await write('logs/kept.log', key);
			const silent = [
				await write('.gitignore', 'ignored/\n*.log\n'),
				await write('logs/.gitignore', '!kept.log\n'),
				await write('ignored/key.txt', key),
				await write('other.log', key),
				await write('logs/other.log', key),
				await write('binary.bin', `\0${key}`),
				await write('none.txt', 'SU-000-000-000'),
			];
			const git = (...args: string[]) => execFileSync('git', args, { cwd: place, stdio: 'ignore' });
			git('init');
			git('add', 'tracked.txt');
			await vscode.commands.executeCommand('vscode.open', kept);
			await become(kept, ['plain-key']);
			void vscode.commands.executeCommand('connectTokens.findKeys');
			await eventually(() => assert.deepEqual([tracked, untracked, kept].map(codes), [['plain-key'], ['plain-key'], ['plain-key']]));
			await vscode.commands.executeCommand('vscode.open', untracked);
			await vscode.commands.executeCommand('workbench.action.closeAllEditors');
			await eventually(() => assert.ok(vscode.workspace.textDocuments.every(({ uri }) => !uri.path.startsWith(place))));
			assert.deepEqual([tracked, untracked, kept].map(codes), [['plain-key'], ['plain-key'], ['plain-key']]);
			assert.deepEqual(silent.flatMap(codes), []);
			assert.deepEqual(ours(tracked)[0]!.range, new vscode.Range(1, 2, 1, 2 + key.length));
		} finally {
			await rm(place, { recursive: true, force: true });
		}
	});
});
