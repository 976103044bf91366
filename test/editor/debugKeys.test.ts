import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { TestProgram } from '../support/editor/testProgram';
import { eventually } from '../support/eventually';

describe('a debugged program', function () {
	this.timeout(120_000);
	const program = new TestProgram();

	/** Starts a Node program like F5. Returns whether it has started. */
	function start(configuration: object): Thenable<boolean> {
		return vscode.debug.startDebugging(vscode.workspace.workspaceFolders![0], {
			type: 'node',
			request: 'launch',
			name: 'Program',
			program: program.path,
			args: [program.output],
			...configuration,
		});
	}

	it('gets keys in place of the references in its environment, and the rest of it unchanged', async () => {
		const envFile = join(program.folder, '.env');
		await writeFile(
			envFile,
			[
				`export FROM_FILE="connect://${program.tokenId}#credential"`,
				`BARE=connect://${program.tokenId}#secret # key`,
				'PLAIN=file',
				'BOTH=file',
			].join('\n'),
		);
		const { authorization } = program;
		const credential = authorization.replace('ApiKey ', '');
		assert.ok(
			await start({
				env: {
					API_KEY: `connect://${program.tokenId}`,
					HEADER: `Authorization: connect://${program.tokenId}`,
					BOTH: 'env',
					OTHER: 'connect://host',
				},
				envFile,
				connectTokens: { SHORT: program.tokenId },
			}),
		);
		const { env } = await program.readState();
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
		assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, env[name]])), expected);
	});

	for (const [title, configuration, message] of [
		['the token does not exist', { env: { API_KEY: 'connect://SU-000-000-000' } }, /doesn't exist\. Check its ID/],
		['a reference is mistyped', { env: { API_KEY: 'connect://SU-000' } }, /isn't a reference to an API key/],
		['the shorthand is not an object', { connectTokens: 'SU-000-000-000' }, /"connectTokens" must be an object/],
	] as const) {
		it(`does not start if ${title}`, async () => {
			assert.equal(await start(configuration), false);
			assert.match(program.shownText, message);
			assert.equal(existsSync(program.output), false);
		});
	}

	it('does not start in a terminal, which would show the key', async () => {
		assert.equal(await start({ console: 'integratedTerminal', env: { API_KEY: `connect://${program.tokenId}` } }), false);
		assert.match(program.shownText, /Set "console" to "internalConsole"/);
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
