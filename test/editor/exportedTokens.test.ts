import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { ScriptedUi } from '../support/editor/scriptedUi';

const FROM_FILE = 'Import exported tokens from file…';

describe('Exported tokens', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	let folder: string;
	let tokens: TokensApi;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-export-'));
		ui.install();
	});

	beforeEach(async () => {
		ui.reset();
		await deleteTokens();
		// What's on the clipboard would be offered, too.
		await vscode.env.clipboard.writeText('');
	});

	afterEach(() => deleteTokens());

	after(async () => {
		ui.uninstall();
		await rm(folder, { recursive: true });
	});

	/** Other files may leave tokens. */
	async function deleteTokens(): Promise<void> {
		await Promise.all((await tokens.list()).map(({ id }) => tokens.delete(id)));
	}

	/** Runs *Import Token* for a file that the user chooses; undefined if the user cancels the dialog. */
	async function importFrom(file: vscode.Uri | undefined, ...answers: readonly string[]): Promise<void> {
		ui.answer(FROM_FILE, ...answers);
		ui.choose(...(file ? [file] : []));
		await vscode.commands.executeCommand('connectTokens.importToken');
	}

	it('are imported from the file that was chosen, with new IDs and keys', async () => {
		const exported = await tokens.create({ name: 'Exported', description: 'Nightly', permissions: ['usage'] });
		const file = vscode.Uri.file(join(folder, 'tokens.json'));
		ui.choose(file);
		await vscode.commands.executeCommand('connectTokens.exportTokens', { sourceId: 'workspace' });
		const authorization = await tokens.authorization(exported.id);
		assert.ok(!(await readFile(file.fsPath, 'utf8')).includes(authorization.split(':')[1]!));
		await tokens.delete(exported.id);

		await importFrom(file, 'Exported');
		const [imported, ...others] = await tokens.list();
		assert.deepEqual(others, []);
		assert.deepEqual([imported?.name, imported?.description, imported?.permissions], ['Exported', 'Nightly', ['usage']]);
		assert.notEqual(imported!.id, exported.id);
		assert.notEqual(await tokens.authorization(imported!.id), authorization);
		assert.equal(ui.shown.at(-1)?.text, 'Imported 1 token. It has a new ID and API key.');
	});

	it('can’t be imported from any other file, which a message names', async () => {
		const file = vscode.Uri.file(join(folder, 'package.json'));
		await writeFile(file.fsPath, '{ "name": "x" }');
		await importFrom(file);
		assert.equal(ui.shown.at(-1)?.kind, 'error');
		assert.match(ui.shown.at(-1)!.text, /^“package\.json” doesn't contain exported tokens\./);
		assert.deepEqual(await tokens.list(), []);
	});

	it('aren’t imported if the user cancels the file dialog', async () => {
		await importFrom(undefined);
		assert.deepEqual(
			ui.shown.map(({ text }) => text),
			['Import Token'],
		);
		assert.deepEqual(await tokens.list(), []);
	});
});
