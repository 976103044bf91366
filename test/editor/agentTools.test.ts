import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { MIN_READING_MS } from '../../src/broker/askUntilRead';
import { agentToolNames } from '../../src/models/manifestIds';
import manifest from '../../package.json';
import { ScriptedUi } from '../support/editor/scriptedUi';

type Result = Record<string, unknown> & { readonly untrustedData?: { readonly body?: string } };

describe('The tools for language models', function () {
	this.timeout(60_000);
	const ui = new ScriptedUi();
	const folder = `agent-tools-${randomUUID()}`;
	const root = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
	let api: ConnectTokensApi;
	let lease: string;
	/** Empty until there's a lease. */
	let authorization = '';

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		await vscode.workspace.getConfiguration('connectTokens').update('gateway.port', 0, vscode.ConfigurationTarget.Global);
		await mkdir(join(root, folder));
		ui.install();
		ui.readingMs = 2 * MIN_READING_MS;
		ui.answer('Lease');
		const { isGranted, token } = await invoke('connect_tokens_request_lease', {
			purpose: 'Count the assets',
			modules: [{ module: 'subscriptions', write: true }],
			minutes: 30,
		});
		assert.equal(isGranted, true, JSON.stringify(ui.shown));
		lease = String(token);
		authorization = await api.workspace.authorization(lease);
	});

	after(async () => {
		ui.uninstall();
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await api.gateway.stop();
		await api.workspace.delete(lease);
		await rm(join(root, folder), { recursive: true });
		await vscode.workspace.getConfiguration('connectTokens').update('gateway.port', undefined, vscode.ConfigurationTarget.Global);
	});

	// What was shown before the first test, too.
	beforeEach(() => ui.reset());

	/** Calls a tool as another extension does, and returns its result, which has no key. */
	async function invoke(name: string, input: object): Promise<Result> {
		const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
		const texts = content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : assert.fail()));
		assert.equal(texts.length, 1);
		assert.ok(authorization === '' || !texts[0]!.includes(authorization.slice(-40)));
		return JSON.parse(texts[0]!) as Result;
	}

	it('are listed with their descriptions and schemas', () => {
		const tools = vscode.lm.tools.filter(({ name }) => name.startsWith('connect_tokens_'));
		assert.deepEqual(tools.map(({ name }) => name).sort(), [...agentToolNames].sort());
		for (const { name, description, inputSchema } of tools) {
			const declared = manifest.contributes.languageModelTools.find((tool) => tool.name === name)!;
			assert.equal(description, declared.modelDescription);
			assert.deepEqual(inputSchema, declared.inputSchema);
		}
	});

	it('list the lease, send requests with it through the gateway, and count them', async () => {
		const { tokens } = await invoke('connect_tokens_list', { onlyLeases: true });
		const listed = (tokens as { token: string; untrustedData: object }[]).find(({ token }) => token === lease)!;
		assert.deepEqual(listed.untrustedData, { name: 'Count the assets', task: 'Count the assets', agent: 'VS Code' });
		const { status, untrustedData } = await invoke('connect_tokens_call', { token: lease, method: 'GET', path: '/assets?limit=1' });
		assert.equal(status, 200);
		assert.match(untrustedData!.body!, new RegExp(lease));
		const { total } = await invoke('connect_tokens_statistics', { token: lease });
		assert.equal(typeof total, 'number');
		assert.deepEqual(
			ui.shown.filter(({ isModal }) => isModal),
			[],
		);
	});

	it('ask exactly once about a write, in the dialog of the gateway, and explain a denial', async () => {
		const write = { token: lease, method: 'POST', path: '/assets', body: '{}' };
		ui.answer('Allow');
		assert.equal((await invoke('connect_tokens_call', write)).status, 200);
		const modal = () => ui.shown.filter(({ isModal }) => isModal);
		assert.equal(modal().length, 1);
		assert.match(modal()[0]!.text, /^Allow a request with the token “Count the assets”/);
		ui.reset();
		ui.answer('Deny');
		const { status, deniedBy, reason } = await invoke('connect_tokens_call', write);
		assert.deepEqual([status, deniedBy, reason], [403, 'gateway', 'approval']);
		const { reasons, lastDenials } = await invoke('connect_tokens_explain', { token: lease, method: 'GET', path: '/products' });
		assert.equal((reasons as { reason: string }[])[0]!.reason, 'missingModule');
		assert.equal((lastDenials as { reason: string }[])[0]!.reason, 'approval');
	});

	it('insert a reference into a request file after one question, and never outside of the workspace', async () => {
		const file = `${folder}/assets.http`;
		await writeFile(join(root, file), '# Assets\n\nGET https://api.connect.cloudblue.com/public/v1/assets\n');
		ui.answer('Insert');
		const result = await invoke('connect_tokens_insert_authorization', { token: lease, file, line: 3 });
		assert.deepEqual([result.isInserted, result.line], [true, 4]);
		assert.equal(ui.shown.length, 1);
		assert.match(ui.shown[0]!.text, new RegExp(`^Insert a reference to the token “Count the assets” \\(${lease}\\) into line 4 of `));
		const document = await vscode.workspace.openTextDocument(join(root, file));
		assert.match(document.lineAt(3).text, /^Authorization: ApiKey \{\{\$processEnv CONNECT_SU_\d+(_\d+)+\}\}$/);
		assert.ok(document.isDirty);
		ui.reset();
		const denied = await invoke('connect_tokens_insert_authorization', { token: await createOther(), file, line: 3 });
		assert.equal(denied.isInserted, false);
		for (const path of ['../outside.http', '/etc/hosts', `${folder}/missing.http`, folder, '']) {
			await assert.rejects(invoke('connect_tokens_insert_authorization', { token: lease, file: path }), /no such file|"file"/);
		}
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	});

	it('reject input that their schemas do not have, and name what is wrong', async () => {
		await assert.rejects(
			invoke('connect_tokens_call', { token: lease, method: 'GET', path: 'assets' }),
			/"path": Start the path with a slash/,
		);
		await assert.rejects(invoke('connect_tokens_list', { secret: true }), /"secret" isn't an input of this tool/);
	});

	it('record in the log of key access that an agent used the key', async () => {
		await invoke('connect_tokens_call', { token: lease, method: 'GET', path: '/assets' });
		await vscode.commands.executeCommand('connectTokens.showKeyAccessLog');
		const path = vscode.window.activeTextEditor!.document.uri.fsPath;
		const entries = (await readFile(path, 'utf8'))
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as Record<string, unknown>);
		const { tokenId, requester, reason } = entries.findLast(
			(entry) => entry.tokenId === lease && (entry.requester as { kind: string }).kind === 'agent',
		)!;
		assert.deepEqual([tokenId, requester, reason], [lease, { kind: 'agent' }, 'given']);
	});

	const others: string[] = [];
	async function createOther(): Promise<string> {
		const { id } = await api.workspace.create({ name: 'Other' });
		others.push(id);
		return id;
	}
	after(async () => {
		for (const id of others) {
			await api.workspace.delete(id);
		}
	});
});
