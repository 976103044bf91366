import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { startPlatform } from '../support/connect/simulatedPlatform';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';

/** Names of the variables that say where the home folder is. */
const HOME_VARIABLES = ['HOME', 'USERPROFILE'];
/** What the user selects after the name of the token. */
const IMPORT_ANSWERS = ['30 days', 'All Modules', 'Full'];
const UNKNOWN_KEY = `ApiKey SU-900-000-001:${'0f1e'.repeat(10)}`;

describe('Find API Keys Outside the Workspace', function () {
	this.timeout(120_000);
	const ui = new ScriptedUi();
	const previous = HOME_VARIABLES.map((name) => [name, process.env[name]] as const);
	let home: string;
	let api: ConnectTokensApi;
	let tokenId: string;
	let authorization: string;

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		({ id: tokenId } = await api.workspace.create({ name: 'Lost' }));
		authorization = await api.workspace.authorization(tokenId);
	});

	beforeEach(async () => {
		home = await mkdtemp(join(tmpdir(), 'connect-tokens-home-'));
		HOME_VARIABLES.forEach((name) => (process.env[name] = home));
		ui.install();
	});

	afterEach(async () => {
		ui.uninstall();
		ui.reset();
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await rm(home, { recursive: true, force: true });
	});

	after(async () => {
		for (const [name, value] of previous) {
			if (value === undefined) {
				Reflect.deleteProperty(process.env, name);
			} else {
				process.env[name] = value;
			}
		}
		await api.workspace.delete(tokenId);
	});

	async function write(path: string, text: string): Promise<string> {
		const file = join(home, path);
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, text);
		return file;
	}
	const run = () => vscode.commands.executeCommand('connectTokens.findKeysOutsideWorkspace');
	const shownText = () => ui.shown.map(({ text, labels }) => [text, ...labels].join('\n')).join('\n');
	const waitForText = (pattern: RegExp) => eventually(() => assert.match(shownText(), pattern));

	it('asks before it replaces, keeps the mode, leaves no other file, and says to rotate the token', async () => {
		const file = await write('.zsh_history', `: 1700000000:0;ccli account add "${authorization}"\n: 1700000001:0;ls\n`);
		await chmod(file, 0o600);
		ui.answer('~/.zsh_history', 'Lost');
		await run();
		assert.ok((await readFile(file, 'utf8')).includes(authorization));
		assert.match(shownText(), /Replace 1 API key\?[^]*~\/\.zsh_history[^]*can't be undone[^]*shell/);

		ui.answer('~/.zsh_history', 'Lost', 'Replace');
		await run();
		assert.equal(await readFile(file, 'utf8'), `: 1700000000:0;ccli account add "connect://${tokenId}"\n: 1700000001:0;ls\n`);
		assert.equal((await stat(file)).mode & 0o777, 0o600);
		assert.deepEqual(await readdir(home), ['.zsh_history']);
		await waitForText(/Replaced 1 API key\.[^]*Rotate its token[^]*Rotate…/);
		assert.ok(!shownText().includes(authorization.slice(-40)));
	});

	it('does nothing if the user cancels, or selects nothing', async () => {
		await write('.bash_history', authorization);
		await run();
		ui.answer('~/.bash_history');
		await run();
		assert.equal(await readFile(join(home, '.bash_history'), 'utf8'), authorization);
		assert.deepEqual(
			ui.shown.map(({ text }) => text),
			['Find API Keys Outside the Workspace', 'Find API Keys Outside the Workspace', 'API Keys Outside the Workspace'],
		);
	});

	it('makes Claude Code run a headers helper, and offers to install the command', async () => {
		const server = { type: 'http', url: 'https://a.example/mcp' };
		const file = await write(
			'.claude.json',
			JSON.stringify({ mcpServers: { a: { ...server, headers: { Authorization: authorization } } } }),
		);
		ui.answer('~/.claude.json', 'Lost', 'Replace');
		await run();
		assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), {
			mcpServers: { a: { ...server, headersHelper: `connect-tokens header connect://${tokenId} --json` } },
		});
		await waitForText(/Install connect-tokens Command/);
	});

	it('opens a file in which nothing can be replaced', async () => {
		const server = { url: 'https://a.example/mcp', headers: { Authorization: authorization } };
		const file = await write('.cursor/mcp.json', JSON.stringify({ mcpServers: { a: server } }, undefined, 2));
		ui.answer('~/.cursor/mcp.json', 'Lost');
		await run();
		assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, file);
		assert.equal(vscode.window.activeTextEditor.selection.start.line, 5);
	});

	it('imports an unknown token before it replaces its key', async () => {
		const file = await write('.shop_dev.env', `export API_KEY="${UNKNOWN_KEY}"\n`);
		ui.answer('~/.shop_dev.env', 'Unknown token');
		await run();
		assert.ok((await readFile(file, 'utf8')).includes(UNKNOWN_KEY));

		ui.answer('~/.shop_dev.env', 'Unknown token', ...IMPORT_ANSWERS, 'Replace');
		ui.enter('Imported');
		await run();
		assert.equal(await readFile(file, 'utf8'), 'export API_KEY="connect://SU-900-000-001"\n');
		assert.equal(await api.workspace.authorization('SU-900-000-001'), UNKNOWN_KEY);
		await api.workspace.delete('SU-900-000-001');
	});

	it("adds an account of CloudBlue's command line, whose file keeps the key until the user removes it", async () => {
		const platform = await startPlatform();
		try {
			const { id, name } = platform.account.reference;
			const account = { api_key: platform.account.key, endpoint: platform.endpoint, id, name };
			const text = JSON.stringify({ accounts: [account], active: id }, undefined, 4);
			const file = await write('.ccli/config.json', text);
			ui.answer('~/.ccli/config.json', name);
			await run();
			assert.deepEqual(
				api.accounts.map((added) => added.id),
				[id],
			);
			assert.equal(await readFile(file, 'utf8'), text);

			ui.answer('~/.ccli/config.json', name, 'Remove');
			await run();
			assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), { accounts: [], active: '' });
		} finally {
			ui.answer('Remove');
			await vscode.commands.executeCommand('connectTokens.removeAccount');
			await platform.stop();
		}
	});

	it('names files that it could not search', async () => {
		await write('.mcp.json', '');
		await writeFile(join(home, '.mcp.json'), Buffer.from('\uFEFF{}', 'utf16le'));
		ui.answer('~/.mcp.json');
		await run();
		await waitForText(/~\/\.mcp\.json wasn't searched because it isn't UTF-8/);
	});
});
