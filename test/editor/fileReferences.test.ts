import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { DAY_MS } from '../../src/domain/token';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';
import { CONFIGURATION_FILES } from '../support/requestFiles/configurationFileSamples';

/** One file of each kind: without quotes in a .env file, JSON, and YAML. The unit tests have the others. */
const DESCRIBED_FILES = ['.shop_dev.env', '.vscode/launch.json', 'compose.yaml'];

describe('a reference outside of request files', function () {
	this.timeout(120_000);
	let folder: string;
	let tokens: TokensApi;
	let tokenId: string;
	let name: string;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-references-'));
	});

	beforeEach(async () => {
		await Promise.all((await tokens.list()).map(({ id }) => tokens.delete(id)));
		name = `Nightly ${Math.random().toString(36).slice(2)}`;
		({ id: tokenId } = await tokens.create({ name, permissions: ['products'], expirationDate: '2090-01-01T00:00:00Z' }));
	});

	afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

	after(() => rm(folder, { recursive: true, force: true }));

	async function openFile(file: string, text: string): Promise<vscode.TextDocument> {
		const document = await openDocument(file, text);
		await vscode.window.showTextDocument(document);
		return document;
	}

	/** Opens a file without an editor. */
	async function openDocument(file: string, text: string): Promise<vscode.TextDocument> {
		const path = join(await mkdtemp(join(folder, 'case-')), file);
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, text);
		return vscode.workspace.openTextDocument(path);
	}

	const ownDiagnostics = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Connect Tokens');
	const diagnosticCodes = (uri: vscode.Uri) => ownDiagnostics(uri).map(({ code }) => code);
	const waitForCodes = (uri: vscode.Uri, expected: readonly string[]) => eventually(() => assert.deepEqual(diagnosticCodes(uri), expected));

	/** Returns our quick fixes at the only diagnostic. */
	const readQuickFixes = async (uri: vscode.Uri) =>
		(
			await vscode.commands.executeCommand<vscode.CodeAction[]>(
				'vscode.executeCodeActionProvider',
				uri,
				ownDiagnostics(uri)[0]!.range,
				vscode.CodeActionKind.QuickFix.value,
			)
		).filter(({ command, title }) => command?.command.startsWith('connectTokens.') === true || title === 'Add quotes');

	async function applyQuickFix(uri: vscode.Uri, title: string): Promise<void> {
		const fix = (await readQuickFixes(uri)).find((item) => item.title === title);
		assert.ok(fix, `${title} in ${(await readQuickFixes(uri)).map((item) => item.title).join(', ')}`);
		if (fix.edit) {
			assert.ok(await vscode.workspace.applyEdit(fix.edit));
		}
		if (fix.command) {
			await vscode.commands.executeCommand(fix.command.command, ...((fix.command.arguments ?? []) as unknown[]));
		}
	}

	async function readHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.MarkdownString | undefined> {
		const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
		return (hovers.flatMap(({ contents }) => contents) as vscode.MarkdownString[]).find(({ value }) => value.includes('connectTokens.'));
	}

	async function readInlayHints(document: vscode.TextDocument): Promise<readonly string[]> {
		const all = new vscode.Range(0, 0, document.lineCount, 0);
		const found = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, all);
		return found.map(({ label, position }) => {
			const text = typeof label === 'string' ? label : label.map(({ value }) => value).join('');
			return `${document.offsetAt(position)} ${text}`;
		});
	}

	/** Completes at `offset`. Returns the inserted texts by label, of our items only. */
	async function readCompletions(document: vscode.TextDocument, offset: number): Promise<ReadonlyMap<string, string>> {
		const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
			'vscode.executeCompletionItemProvider',
			document.uri,
			document.positionAt(offset),
		);
		return new Map(
			items.flatMap(({ label, insertText }): [string, string][] =>
				typeof label !== 'string' && typeof insertText === 'string' && insertText.includes('connect://') ? [[label.label, insertText]] : [],
			),
		);
	}

	for (const [file, before, after] of CONFIGURATION_FILES.filter(([name]) => DESCRIBED_FILES.includes(name))) {
		it(`is described, linked, and completed in ${file}`, async () => {
			const reference = `connect://${tokenId}`;
			const document = await openFile(file, before + reference + after);
			await eventually(async () =>
				assert.deepEqual(await readInlayHints(document), [`${before.length + reference.length} ${name} · Active`]),
			);
			const { value, isTrusted } = (await readHover(document, document.positionAt(before.length + 12)))!;
			const secret = (await tokens.authorization(tokenId)).slice(-40);
			for (const part of [name, tokenId, 'Active', '2090', 'Products', 'Authorization header', 'Details', 'Change Referenced Token']) {
				assert.ok(value.includes(part), `${part} in ${value}`);
			}
			assert.ok(!value.includes(secret));
			assert.ok(typeof isTrusted === 'object');
			assert.equal(await readHover(document, document.positionAt(1)), undefined);
			const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri, 10);
			const { range, target } = links.find((link) => link.target?.scheme === 'command')!;
			assert.equal(document.getText(range), reference);
			assert.equal(target!.path, 'connectTokens.openDetails');
			const completions = await readCompletions(document, before.length + 'connect://'.length);
			assert.equal(completions.get(name), reference);
			assert.deepEqual(diagnosticCodes(document.uri), []);
		});

		it(`replaces a plain-text key in ${file}`, async () => {
			const authorization = await tokens.authorization(tokenId);
			const quote = file.endsWith('.env') && before.endsWith('=') ? '"' : '';
			for (const [key, form] of [
				[authorization, ''],
				[authorization.slice('ApiKey '.length), '#credential'],
			] as const) {
				const document = await openFile(file, before + key + after);
				await waitForCodes(document.uri, ['plain-key']);
				await applyQuickFix(document.uri, 'Replace with reference');
				assert.equal(document.getText(), `${before}${quote}connect://${tokenId}${form}${quote}${after}`);
				await waitForCodes(document.uri, []);
			}
		});
	}

	it('is described, linked, and completed in each kind of file, and a plain-text key is found', async () => {
		const reference = `connect://${tokenId}`;
		const authorization = await tokens.authorization(tokenId);
		await Promise.all(
			CONFIGURATION_FILES.map(async ([file, before, after]) => {
				const withKey = await openDocument(file, before + authorization + after);
				const document = await openDocument(file, before + reference + after);
				await eventually(async () =>
					assert.deepEqual(await readInlayHints(document), [`${before.length + reference.length} ${name} · Active`], file),
				);
				assert.ok((await readHover(document, document.positionAt(before.length + 12)))?.value.includes(name), file);
				const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri, 10);
				const link = links.find(({ target }) => target?.scheme === 'command')!;
				assert.equal(document.getText(link.range), reference, file);
				const completions = await readCompletions(document, before.length + 'connect://'.length);
				assert.equal(completions.get(name), reference, file);
				assert.deepEqual(diagnosticCodes(document.uri), [], file);
				await waitForCodes(withKey.uri, ['plain-key']);
				assert.ok(
					(await readQuickFixes(withKey.uri)).some(({ title }) => title === 'Replace with reference'),
					file,
				);
			}),
		);
	});

	it('is described, completed, and fixed in the user’s own settings', async () => {
		// On a desktop, VS Code opens user settings with this scheme.
		const uri = vscode.Uri.from({ scheme: 'vscode-userdata', path: '/User/profiles/connect-tokens/settings.json' });
		await vscode.workspace.fs.writeFile(uri, Buffer.from('{}'));
		const editor = await vscode.window.showTextDocument(uri);
		const { document } = editor;
		const replaceAll = (text: string) =>
			editor.edit((edit) =>
				edit.replace(new vscode.Range(0, 0, document.lineCount, 0), `{ "terminal.integrated.env.linux": { "A": "${text}" } }`),
			);
		try {
			await replaceAll(`connect://${tokenId}`);
			const position = document.positionAt(document.getText().indexOf('SU-'));
			await eventually(async () => assert.ok((await readHover(document, position))?.value.includes(name)));
			assert.equal((await readCompletions(document, document.offsetAt(position))).get(name), `connect://${tokenId}`);
			await tokens.disable(tokenId);
			await waitForCodes(document.uri, ['disabled']);
			await applyQuickFix(document.uri, `Enable token “${name}”`);
			await replaceAll(await tokens.authorization(tokenId));
			await waitForCodes(document.uri, ['plain-key']);
			await applyQuickFix(document.uri, 'Replace with reference');
			assert.ok(document.getText().includes(`"connect://${tokenId}"`));
		} finally {
			await document.save();
			await vscode.workspace.fs.delete(uri);
		}
	});

	it('completes the forms after #, and adds quotes in a .env file', async () => {
		const reference = `connect://${tokenId}#`;
		const env = await openFile('.env', `A=${reference}\nB="${reference}"\n`);
		await eventually(async () =>
			assert.deepEqual(Object.fromEntries(await readCompletions(env, env.getText().indexOf('#') + 1)), {
				'#authorization': `"${reference}authorization"`,
				'#credential': `"${reference}credential"`,
				'#secret': `"${reference}secret"`,
			}),
		);
		assert.equal((await readCompletions(env, env.getText().lastIndexOf('#') + 1)).get('#secret'), `${reference}secret`);
	});

	it('is reported if its form has no quotes in a .env file, and gets them', async () => {
		const document = await openFile('.env', `A=connect://${tokenId}#secret\n`);
		await waitForCodes(document.uri, ['unquoted-form']);
		assert.equal(ownDiagnostics(document.uri)[0]!.severity, vscode.DiagnosticSeverity.Warning);
		await applyQuickFix(document.uri, 'Add quotes');
		assert.equal(document.getText(), `A="connect://${tokenId}#secret"\n`);
		await waitForCodes(document.uri, []);
	});

	it('is reported when its token is disabled, expires, or is deleted', async () => {
		const document = await openFile('compose.yaml', `A: connect://${tokenId}\n`);
		await tokens.disable(tokenId);
		await waitForCodes(document.uri, ['disabled']);
		assert.match(ownDiagnostics(document.uri)[0]!.message, /this reference provides no API key/);
		await applyQuickFix(document.uri, `Enable token “${name}”`);
		await waitForCodes(document.uri, []);
		await tokens.delete(tokenId);
		await waitForCodes(document.uri, ['unknown-token']);
		assert.equal(ownDiagnostics(document.uri)[0]!.severity, vscode.DiagnosticSeverity.Error);
		await eventually(async () => assert.match((await readInlayHints(document)).join(), /unknown token$/));
		assert.match((await readHover(document, new vscode.Position(0, 15)))!.value, /this reference provides no API key/);
	});

	it('is reported when its token is about to expire and when it has expired', async () => {
		const advanceClock = (days: number) => vscode.commands.executeCommand('connectTokens.test.advanceClock', days * DAY_MS);
		const soon = await tokens.create({
			name: 'Soon',
			permissions: ['products'],
			expirationDate: new Date(Date.now() + 20 * DAY_MS).toISOString(),
		});
		const document = await openFile('.env', `A="connect://${soon.id}"\n`);
		await eventually(async () => assert.equal((await readInlayHints(document)).length, 1));
		try {
			await advanceClock(15);
			await waitForCodes(document.uri, ['expiring']);
			await advanceClock(10);
			await waitForCodes(document.uri, ['expired']);
			assert.ok((await readQuickFixes(document.uri)).some(({ title }) => title.startsWith('Rotate')));
		} finally {
			await advanceClock(-25);
		}
	});

	it('is reported if it’s mistyped or names an unknown account, and can be changed', async () => {
		const document = await openFile('.vscode/launch.json', '{ "A": "connect://SU-631-646#secret" }\n');
		await waitForCodes(document.uri, ['malformed-reference']);
		await ScriptedUi.answering([name], () => applyQuickFix(document.uri, 'Change referenced token'));
		assert.equal(document.getText(), `{ "A": "connect://${tokenId}" }\n`);
		await waitForCodes(document.uri, []);
		const { uri } = await openFile('compose.yaml', `A: connect://VA-999-999/${tokenId}\n`);
		await waitForCodes(uri, ['unknown-account']);
		assert.ok((await readQuickFixes(uri)).some(({ title }) => title === 'Add Connect Account'));
	});

	it('keeps its form when its token is changed', async () => {
		const other = await tokens.create({ name: 'Other', permissions: ['products'] });
		const document = await openFile('.env', `A="connect://${tokenId}#secret"\n`);
		await ScriptedUi.answering(['Other'], () =>
			vscode.commands.executeCommand('connectTokens.replaceReference', { uri: document.uri.toString(), line: 0, character: 5 }),
		);
		assert.equal(document.getText(), `A="connect://${other.id}#secret"\n`);
	});

	it('replaces a secret only if it’s that of the token next to it', async () => {
		const secret = (await tokens.authorization(tokenId)).slice(-40);
		const format = (text: string) => `{ "servers": { "a": { "env": { "TOKEN": "${tokenId}", "SECRET": "${text}" } } } }\n`;
		const document = await openFile('.vscode/mcp.json', format(secret));
		await waitForCodes(document.uri, ['plain-key']);
		await applyQuickFix(document.uri, 'Replace with reference');
		assert.equal(document.getText(), format(`connect://${tokenId}#secret`));
		const other = await openFile('.vscode/mcp.json', format('0f1e'.repeat(10)));
		await waitForCodes(other.uri, ['plain-key']);
		await assert.rejects(applyQuickFix(other.uri, 'Replace with reference'), /isn't that of token/);
		assert.equal(other.getText(), format('0f1e'.repeat(10)));
	});

	it('isn’t offered for a key in a longer value', async () => {
		const authorization = await tokens.authorization(tokenId);
		const document = await openFile('.vscode/tasks.json', `{ "command": "curl -H 'Authorization: ${authorization}'" }\n`);
		await waitForCodes(document.uri, ['plain-key']);
		assert.deepEqual(
			(await readQuickFixes(document.uri)).map(({ title }) => title),
			[`Rotate token “${name}”`],
		);
	});

	it('isn’t looked for in other files', async () => {
		const document = await openFile('notes.json', `{ "A": "connect://${tokenId}" }\n`);
		const env = await openFile('.env', 'A=connect://SU-1\n');
		await waitForCodes(env.uri, ['malformed-reference']);
		assert.deepEqual(diagnosticCodes(document.uri), []);
		assert.deepEqual(await readInlayHints(document), []);
	});
});
