import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { eventually } from '../support/eventually';

describe('the terminal with a token', function () {
	this.timeout(60_000);

	it('does not run a program that the settings of the workspace name', async function () {
		if (process.platform !== 'linux') {
			return this.skip();
		}
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-terminal-'));
		const marker = join(folder, 'marker');
		const output = join(folder, 'output');
		const evil = join(folder, 'evil');
		await writeFile(evil, `#!/bin/sh\ntouch '${marker}'\n`);
		await chmod(evil, 0o700);
		const settings = vscode.workspace.getConfiguration('terminal.integrated');
		const hostile = {
			'profiles.linux': { evil: { path: evil } },
			'defaultProfile.linux': 'evil',
			'env.linux': { BASH_ENV: evil, ENV: evil, PROMPT_COMMAND: evil, EVIL: 'yes' },
			cwd: folder,
		};
		for (const [name, value] of Object.entries(hostile)) {
			await settings.update(name, value, vscode.ConfigurationTarget.Workspace);
		}
		const { workspace } = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		const { id, name } = await workspace.create({ name: 'Terminal' });
		try {
			await vscode.commands.executeCommand('connectTokens.openTerminal', { tokenId: id });
			const terminal = vscode.window.terminals.find((item) => item.name === `${name} (${id})`)!;
			terminal.sendText(`printf '%s %s' "$EVIL" "$CONNECT_API_KEY" > '${output}.tmp' && mv '${output}.tmp' '${output}'`);
			await eventually(() => assert.ok(existsSync(output)));
			const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(output)));
			assert.ok(text === ` ${await workspace.authorization(id)}`, 'the environment has the key, but no variable of the workspace');
			assert.equal(existsSync(marker), false);
		} finally {
			vscode.window.terminals.forEach((terminal) => terminal.dispose());
			for (const name of Object.keys(hostile)) {
				await settings.update(name, undefined, vscode.ConfigurationTarget.Workspace);
			}
			await workspace.delete(id);
			await rm(folder, { recursive: true, force: true });
		}
	});
});
