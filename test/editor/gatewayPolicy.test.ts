import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { ScriptedUi } from '../support/editor/scriptedUi';
import { eventually } from '../support/eventually';
import { findFreePorts } from '../support/freePorts';
import { startHaproxy, type HaproxyInstance } from '../support/haproxy/haproxyInstance';
import { findHaproxy } from '../support/haproxy/haproxyProgram';

describe('the gateway policy', function () {
	this.timeout(120_000);
	const ui = new ScriptedUi();
	let api: ConnectTokensApi;
	let parent: string;
	let folder: string;
	let upstream: Server;
	let upstreamUrl: string;
	const running: HaproxyInstance[] = [];

	before(async () => {
		api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		parent = await mkdtemp(join(tmpdir(), 'connect-tokens-policy-'));
		upstream = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
		await once(upstream, 'listening');
		upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/api`;
		ui.install();
	});

	beforeEach(async () => {
		ui.reset();
		folder = await mkdtemp(join(parent, 'policy-'));
		await deleteTokens();
	});

	afterEach(async () => {
		await Promise.all(running.splice(0).map((instance) => instance.stop()));
		await deleteTokens();
	});

	after(async () => {
		ui.uninstall();
		upstream.close();
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await rm(parent, { recursive: true, force: true });
	});

	async function deleteTokens(): Promise<void> {
		await Promise.all((await api.workspace.list()).map(({ id }) => api.workspace.delete(id)));
	}

	const exportPolicy = () => vscode.commands.executeCommand('connectTokens.exportGatewayPolicy');
	const readDeployment = async () => JSON.parse(await readFile(join(folder, 'deployment.json'), 'utf8')) as Record<string, unknown>;
	const shownTexts = () => ui.shown.filter(({ kind }) => kind !== 'quickPick').map(({ text }) => text);

	/** Exports to the folder with these instances, after choosing it in a dialog. */
	async function exportTo(instances: string, ...answers: readonly string[]): Promise<void> {
		ui.answer('Browse…', ...answers);
		ui.choose(vscode.Uri.file(folder));
		ui.enter('127.0.0.1:8080', upstreamUrl, instances);
		await exportPolicy();
	}

	async function startInstances(...names: readonly string[]): Promise<readonly HaproxyInstance[]> {
		const [program, ports] = [await findHaproxy(), await findFreePorts(names.length)];
		for (const [index, name] of names.entries()) {
			running.push(await startHaproxy(program!, folder, { name, port: ports[index]! }));
		}
		return [...running];
	}

	it('is exported to the chosen folder, and proposes the same the next time', async () => {
		await api.workspace.create({ name: 'Sync', permissions: ['products'] });
		await api.workspace.create({ name: 'Approved', permissions: ['products'], approval: 'always' });
		await exportTo('a=127.0.0.1:10001, b=127.0.0.1:10002', 'Open README');
		assert.deepEqual(await readDeployment(), {
			version: 1,
			bind: '127.0.0.1:8080',
			upstream: upstreamUrl,
			certificate: null,
			instances: [
				{ name: 'a', address: '127.0.0.1:10001' },
				{ name: 'b', address: '127.0.0.1:10002' },
			],
			totals: 'denied',
		});
		assert.deepEqual(
			ui.shown.findLast(({ kind }) => kind !== 'quickPick'),
			{
				kind: 'warning',
				text: `Exported the policy of 2 tokens to “${folder}”, without their API keys. All requests of 1 token are denied there.`,
				isModal: false,
				labels: ['Open README', 'Show Differences'],
			},
		);
		await eventually(() => assert.equal(basename(vscode.window.activeTextEditor!.document.fileName), 'README.md'));
		const before = await readFile(join(folder, 'policy.json'), 'utf8');

		// What was entered is proposed, and accepted.
		ui.reset();
		ui.answer(folder);
		await exportPolicy();
		assert.deepEqual(ui.shown[0]!.labels.slice(0, 1), [folder]);
		assert.match(shownTexts().at(-1)!, /^Exported the policy of 2 tokens/);
		assert.equal(await readFile(join(folder, 'policy.json'), 'utf8'), before);
	});

	it('contains hashes, but no keys', async () => {
		const { id } = await api.workspace.create({ name: 'Sync' });
		await exportTo('');
		const secret = (await api.workspace.authorization(id)).split(':')[1]!;
		const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
		assert.ok(
			texts.every((text) => !text.includes(secret)),
			'no file contains the key',
		);
	});

	it('asks how other machines connect, and what happens to totals', async () => {
		await api.workspace.create({ name: 'Sync', limits: { total: 5 } });
		ui.answer('Browse…', 'With a Certificate', "Allow What's Left");
		ui.choose(vscode.Uri.file(folder));
		ui.enter('*:8443', '/etc/haproxy/edge.pem', upstreamUrl, '');
		await exportPolicy();
		const { bind, certificate, totals } = await readDeployment();
		assert.deepEqual([bind, certificate, totals], ['*:8443', '/etc/haproxy/edge.pem', 'remaining']);
		const { tokens } = JSON.parse(await readFile(join(folder, 'policy.json'), 'utf8')) as { tokens: { remainingTotal: unknown }[] };
		assert.equal(tokens[0]!.remainingTotal, 5);

		ui.reset();
		ui.answer(folder, 'Without Encryption', 'Deny Their Requests');
		ui.enter('*:8080', upstreamUrl, '');
		await exportPolicy();
		const insecure = await readDeployment();
		assert.deepEqual([insecure.bind, insecure.certificate, insecure.totals], ['*:8080', null, 'denied']);
	});

	it('asks before it replaces files of others, and changes nothing without an answer', async () => {
		await api.workspace.create({ name: 'Sync' });
		await writeFile(join(folder, 'policy.json'), '{}');
		await exportTo('');
		assert.ok(shownTexts().at(-1)!.includes('The folder has other files, such as policy.json.'));
		assert.deepEqual(await readdir(folder), ['policy.json']);
		await exportTo('', 'Export');
		assert.ok(existsSync(join(folder, 'haproxy.cfg')));
	});

	it('isn’t exported without tokens', async () => {
		await exportPolicy();
		assert.deepEqual(shownTexts(), ['There are no tokens to export. Create one first.']);
	});

	it('is pushed to running instances, which then deny a disabled token', async function () {
		if ((await findHaproxy()) === undefined) {
			return this.skip();
		}
		const { id } = await api.workspace.create({ name: 'Sync', permissions: ['products'] });
		const authorization = await api.workspace.authorization(id);
		const [a, b] = await findFreePorts(2);
		await exportTo(`a=127.0.0.1:${a!}, b=127.0.0.1:${b!}`);
		const [first, second] = await startInstances('a', 'b');
		const request = async ({ port }: HaproxyInstance) =>
			(await fetch(`http://127.0.0.1:${port}/api/products`, { headers: { authorization } })).status;
		assert.deepEqual([await request(first!), await request(second!)], [200, 200]);

		await api.workspace.disable(id);
		ui.reset();
		await vscode.commands.executeCommand('connectTokens.pushGatewayPolicy');
		assert.deepEqual(shownTexts(), ['Pushed the policy to “a”, “b”: 1 token changed.']);
		assert.deepEqual([await request(first!), await request(second!)], [401, 401]);
		await second!.stop();
		await api.workspace.enable(id);
		ui.reset();
		await vscode.commands.executeCommand('connectTokens.pushGatewayPolicy');
		assert.deepEqual(shownTexts(), [
			`Pushed the policy to “a”: 1 token changed. “b” doesn't run in “${folder}”. Start it there or, if it runs on another machine, forward its socket to this folder, as README.md explains.`,
		]);
		assert.equal(await request(first!), 200);

		// A new export offers to push.
		await api.workspace.delete(id);
		await api.workspace.create({ name: 'Another one' });
		ui.reset();
		ui.answer(folder, 'Push Gateway Policy');
		await exportPolicy();
		assert.match(shownTexts()[0]!, / 1 running instance still has the previous policy\.$/);
		assert.match(shownTexts()[1]!, /^Pushed the policy to “a”: 2 tokens changed\./);
		assert.equal(await request(first!), 401);
	});

	it('is exported by the command line, with the modules of the settings, and without a question', async () => {
		const configuration = vscode.workspace.getConfiguration('connectTokens');
		await configuration.update('modules', { Orders: ['/orders'] }, vscode.ConfigurationTarget.Global);
		try {
			await api.workspace.create({ name: 'Sync', permissions: ['Orders'] });
			const script = join(vscode.extensions.getExtension('connect-tokens.connect-tokens')!.extensionPath, 'out/cli.js');
			const { CONNECT_TOKENS_SOCKET: _, ...env } = process.env;
			const args = ['policy', 'export', '--target', 'haproxy', '--bind', '127.0.0.1:8080', '--upstream', upstreamUrl, folder];
			// The window is found by its folder.
			const cwd = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
			const run = () => promisify(execFile)(process.execPath, [script, ...args], { cwd, env });
			const { stdout } = await eventually(run, 60_000);
			assert.match(stdout, /^Exported the policy of 1 token to /);
			const { modules } = JSON.parse(await readFile(join(folder, 'policy.json'), 'utf8')) as { modules: object[] };
			assert.ok(modules.some((module) => JSON.stringify(module) === '{"id":"Orders","name":"Orders","paths":["/orders"]}'));
			assert.deepEqual(ui.shown, []);
		} finally {
			await configuration.update('modules', undefined, vscode.ConfigurationTarget.Global);
		}
	});

	it('is pushed and pulled only if something runs', async () => {
		await api.workspace.create({ name: 'Sync' });
		await exportTo('');
		for (const command of ['pushGatewayPolicy', 'pullGatewayCounts']) {
			ui.reset();
			await vscode.commands.executeCommand(`connectTokens.${command}`);
			assert.match(shownTexts().join(), /^No instance runs in .+ Start HAProxy in this folder/);
		}
		await rm(folder, { recursive: true });
		await mkdir(folder);
		ui.reset();
		await vscode.commands.executeCommand('connectTokens.pushGatewayPolicy');
		assert.match(shownTexts().join(), /contains no exported policy\. Export the policy to this folder first/);
	});

	it('returns the counts of instances to the statistics', async function () {
		if ((await findHaproxy()) === undefined) {
			return this.skip();
		}
		const { id } = await api.workspace.create({ name: 'Sync', permissions: ['products'] });
		const authorization = await api.workspace.authorization(id);
		await exportTo('');
		const [instance] = await startInstances('gateway');
		for (const path of ['products', 'products', 'billing']) {
			await fetch(`http://127.0.0.1:${instance!.port}/api/${path}`, { headers: { authorization } });
		}
		ui.reset();
		await vscode.commands.executeCommand('connectTokens.pullGatewayCounts');
		assert.deepEqual(shownTexts(), ['Added counts of “gateway”: 3 responses, 1 token.']);
		ui.reset();
		await vscode.commands.executeCommand('connectTokens.pullGatewayCounts');
		assert.deepEqual(shownTexts(), ['There are no new counts of “gateway”.']);
	});
});
