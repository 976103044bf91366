import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import type { Token } from '../../src/domain/token';
import { eventually } from '../support/eventually';
import { ScriptedUi } from '../support/editor/scriptedUi';

/** Writes its environment where the first argument says, as a debugged program can. */
const PROGRAM = `
const { renameSync, writeFileSync } = require('node:fs');
writeFileSync(process.argv[2] + '.tmp', JSON.stringify(process.env));
renameSync(process.argv[2] + '.tmp', process.argv[2]);
`;

describe('a debugged program', function () {
	this.timeout(120_000);
	let workspace: ConnectTokensApi['workspace'];
	let token: Token;
	let authorization: string;
	let folder: string;
	let ui: ScriptedUi;

	beforeEach(async () => {
		({ workspace } = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate());
		token = await workspace.create({ name: 'Debugged' });
		authorization = await workspace.authorization(token.id);
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-debug-'));
		await writeFile(join(folder, 'program.js'), PROGRAM);
		ui = new ScriptedUi();
		ui.install();
	});

	afterEach(async () => {
		ui.uninstall();
		await vscode.debug.stopDebugging();
		await workspace.delete(token.id);
		await rm(folder, { recursive: true, force: true });
	});

	const output = () => join(folder, 'output');

	/** Starts a Node program like F5. Returns whether it has started. */
	function start(configuration: object): Thenable<boolean> {
		return vscode.debug.startDebugging(vscode.workspace.workspaceFolders![0], {
			type: 'node',
			request: 'launch',
			name: 'Program',
			program: join(folder, 'program.js'),
			args: [output()],
			...configuration,
		});
	}

	async function readEnvironment(): Promise<Record<string, string>> {
		return JSON.parse(await eventually(() => readFile(output(), 'utf8'), 60_000)) as Record<string, string>;
	}

	it('gets keys in place of the references in its environment, and the rest of it unchanged', async () => {
		const envFile = join(folder, '.env');
		await writeFile(
			envFile,
			[`export FROM_FILE="connect://${token.id}#credential"`, `BARE=connect://${token.id}#secret # key`, 'PLAIN=file', 'BOTH=file'].join(
				'\n',
			),
		);
		const credential = authorization.replace('ApiKey ', '');
		assert.ok(
			await start({
				env: { API_KEY: `connect://${token.id}`, HEADER: `Authorization: connect://${token.id}`, BOTH: 'env', OTHER: 'connect://host' },
				envFile,
				connectTokens: { SHORT: token.id },
			}),
		);
		const environment = await readEnvironment();
		const expected = {
			API_KEY: authorization,
			HEADER: `Authorization: ${authorization}`,
			BOTH: 'env',
			OTHER: 'connect://host',
			FROM_FILE: credential,
			BARE: credential.split(':')[1],
			PLAIN: 'file',
			SHORT: authorization,
		};
		assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, environment[name]])), expected);
	});

	for (const [title, configuration, message] of [
		['the token does not exist', { env: { API_KEY: 'connect://SU-000-000-000' } }, /doesn't exist\. Check its ID/],
		['a reference is mistyped', { env: { API_KEY: 'connect://SU-000' } }, /isn't a reference to an API key/],
		['the shorthand is not an object', { connectTokens: 'SU-000-000-000' }, /"connectTokens" must be an object/],
	] as const) {
		it(`does not start if ${title}`, async () => {
			assert.equal(await start(configuration), false);
			assert.match(ui.shown.map(({ text }) => text).join('\n'), message);
			assert.equal(existsSync(output()), false);
		});
	}

	it('does not start in a terminal, which would show the key', async () => {
		assert.equal(await start({ console: 'integratedTerminal', env: { API_KEY: `connect://${token.id}` } }), false);
		assert.match(ui.shown.map(({ text }) => text).join('\n'), /Set "console" to "internalConsole"/);
	});

	it('can have the shorthand without a warning of the editor', async () => {
		const schema = await eventually(async () => {
			const text = (await vscode.workspace.openTextDocument(vscode.Uri.parse('vscode://schemas/launch'))).getText();
			assert.match(text, /pwa-node:launch/);
			return JSON.parse(text) as { readonly definitions: Record<string, { readonly properties?: Record<string, unknown> }> };
		});
		const launchSchemas = Object.entries(schema.definitions).filter(([name]) => name.endsWith(':launch'));
		assert.ok(launchSchemas.length > 0);
		for (const [name, { properties }] of launchSchemas) {
			assert.ok(properties?.connectTokens, name);
		}
	});
});
