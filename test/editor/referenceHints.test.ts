import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';

const LINKED_COMMANDS = ['connectTokens.openDetails', 'connectTokens.renewToken', 'connectTokens.replaceReference'];

describe('a reference in a request file', function () {
	this.timeout(60_000);
	let folder: string;
	let tokens: TokensApi;
	let tokenId: string;
	let name: string;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-explain-'));
	});

	beforeEach(async () => {
		await Promise.all((await tokens.list()).map(({ id }) => tokens.delete(id)));
		name = `Nightly ${Math.random().toString(36).slice(2)}`;
		({ id: tokenId } = await tokens.create({ name, permissions: ['products', 'partners'], expirationDate: '2090-01-01T00:00:00Z' }));
	});

	afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

	after(() => rm(folder, { recursive: true, force: true }));

	async function openRequestFile(file: string, text: string): Promise<vscode.TextDocument> {
		const path = join(folder, file);
		await writeFile(path, text);
		const document = await vscode.workspace.openTextDocument(path);
		await vscode.window.showTextDocument(document);
		return document;
	}

	const request = () => `GET http://localhost:3000\nAuthorization: ${formatAuthorizationReference(tokenId)}\n`;

	/** Returns this extension's hover at a position. Other extensions can contribute hovers, too. */
	async function readHover(document: vscode.TextDocument, line: number, character: number): Promise<vscode.MarkdownString | undefined> {
		const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
			'vscode.executeHoverProvider',
			document.uri,
			new vscode.Position(line, character),
		);
		return (hovers.flatMap(({ contents }) => contents) as vscode.MarkdownString[]).find(({ value }) => value.includes('connectTokens.'));
	}

	it('has a hover that describes the token without its key, with links to the available actions', async () => {
		const document = await openRequestFile('hover.http', request());
		const secret = (await tokens.authorization(tokenId)).slice(-40);
		const { value, isTrusted } = (await readHover(document, 1, 30))!;
		for (const part of [name, tokenId, 'Active', '2090', 'Products', 'Partners', 'Details', 'Renew', 'Change Referenced Token']) {
			assert.ok(value.includes(part), `${part} in ${value}`);
		}
		assert.ok(!value.includes(secret));
		assert.deepEqual(isTrusted, { enabledCommands: LINKED_COMMANDS });
		assert.equal(await readHover(document, 1, 5), undefined);
		await tokens.disable(tokenId);
		await eventually(async () => {
			const disabled = (await readHover(document, 1, 30))!.value;
			assert.match(disabled, /Disabled/);
			assert.match(disabled, /sent without an API key/);
			assert.doesNotMatch(disabled, /renewToken/);
		});
	});

	it('has a hover that reports an unknown token', async () => {
		const document = await openRequestFile(
			'unknown.http',
			`GET http://localhost:3000\nAuthorization: ${formatAuthorizationReference('SU-000-000-000')}\n`,
		);
		const { value } = (await readHover(document, 1, 30))!;
		assert.match(value, /Token SU-000-000-000 wasn't found/);
		assert.doesNotMatch(value, /openDetails|renewToken/);
		assert.match(value, /replaceReference/);
	});

	it("has an inlay hint with the token's current name and status", async () => {
		const document = await openRequestFile('hints.md', `# Text\n\n\`\`\`http\n${request()}\`\`\`\n`);
		const readInlayHints = async () => {
			const all = new vscode.Range(0, 0, document.lineCount, 0);
			const found = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, all);
			return found.map(({ label, position }) => [
				typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
				position.line,
				position.character,
			]);
		};
		const end = document.lineAt(4).text.length;
		assert.deepEqual(await readInlayHints(), [[`${name} · Active`, 4, end]]);
		await tokens.update(tokenId, { name: `${name} 2` });
		await tokens.disable(tokenId);
		assert.deepEqual(await readInlayHints(), [[`${name} 2 · Disabled`, 4, end]]);
		await tokens.delete(tokenId);
		assert.deepEqual(await readInlayHints(), [['unknown token', 4, end]]);
	});

	it('links to the details page', async () => {
		const document = await openRequestFile('links.rest', request());
		const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri, 10);
		const { range, target } = links.find((link) => link.target?.scheme === 'command')!;
		assert.equal(document.getText(range), formatAuthorizationReference(tokenId).replace('ApiKey ', ''));
		assert.equal(target!.path, 'connectTokens.openDetails');
		await vscode.commands.executeCommand(target!.path, ...(JSON.parse(target!.query) as unknown[]));
		await eventually(() => assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.label, name));
	});

	it('can be replaced with a reference to another token, without other changes', async () => {
		const document = await openRequestFile('replace.http', request());
		await vscode.commands.executeCommand('connectTokens.replaceReference', { uri: document.uri.toString(), line: 0, character: 0 }).then(
			() => assert.fail('expected an error, because there is no reference'),
			(error: unknown) => assert.match(String(error), /Place the cursor in a token reference/),
		);
		const replacement = await tokens.create({ name: 'Another' });
		await tokens.delete(tokenId);
		const position = { uri: document.uri.toString(), line: 1, character: 30 };
		await ScriptedUi.answering(['Another'], () => vscode.commands.executeCommand('connectTokens.replaceReference', position));
		assert.equal(document.getText(), `GET http://localhost:3000\nAuthorization: ${formatAuthorizationReference(replacement.id)}\n`);
	});

	describe('is offered as a completion', () => {
		async function readCompletions(document: vscode.TextDocument, line: number, character: number): Promise<vscode.CompletionItem[]> {
			const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
				'vscode.executeCompletionItemProvider',
				document.uri,
				new vscode.Position(line, character),
			);
			return items.filter(({ insertText }) => typeof insertText === 'string' && insertText.includes('$processEnv'));
		}

		it('for every token, with unusable tokens last and marked as deprecated', async () => {
			await tokens.disable((await tokens.create({ name: 'A disabled one' })).id);
			const document = await openRequestFile('complete.http', 'GET http://localhost:3000\nAuthorization: ApiKey \n');
			const items = (await readCompletions(document, 1, 22)).sort((a, b) => a.sortText!.localeCompare(b.sortText!));
			assert.deepEqual(
				items.map(({ label }) => (label as vscode.CompletionItemLabel).label),
				[name, 'A disabled one'],
			);
			assert.deepEqual(
				items.map(({ tags }) => tags?.includes(vscode.CompletionItemTag.Deprecated) ?? false),
				[false, true],
			);
			const [item] = items as [vscode.CompletionItem];
			const edit = new vscode.WorkspaceEdit();
			edit.replace(document.uri, item.range as vscode.Range, item.insertText as string);
			await vscode.workspace.applyEdit(edit);
			assert.equal(document.lineAt(1).text, `Authorization: ${formatAuthorizationReference(tokenId)}`);
		});

		it('in Markdown only inside HTTP code blocks', async () => {
			const document = await openRequestFile(
				'complete.md',
				'Authorization: \n\n```http\nGET http://localhost:3000\nAuthorization: \n```\n',
			);
			assert.equal((await readCompletions(document, 4, 15)).length, 1);
			assert.equal((await readCompletions(document, 0, 15)).length, 0);
		});

		it("except in lines that aren't Authorization headers and in other files", async () => {
			const document = await openRequestFile('other.http', 'GET http://localhost:3000\nAccept: \n');
			assert.equal((await readCompletions(document, 1, 8)).length, 0);
			assert.equal((await readCompletions(await openRequestFile('other.txt', 'Authorization: '), 0, 15)).length, 0);
		});
	});
});
