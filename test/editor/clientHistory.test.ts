import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { referenceTo } from '../../src/http/references';

describe('Clean REST Client History', function () {
	this.timeout(60_000);
	const state = process.env.XDG_STATE_HOME;
	let folder: string;
	let file: string;
	let tokens: TokensApi;
	let tokenId: string;

	before(async () => {
		tokens = (await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate()).workspace;
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-history-'));
		process.env.XDG_STATE_HOME = folder;
		await mkdir(join(folder, 'rest-client'));
		file = join(folder, 'rest-client', 'history.json');
		({ id: tokenId } = await tokens.create({ name: 'Remembered' }));
	});

	after(async () => {
		await tokens.delete(tokenId);
		await rm(folder, { recursive: true, force: true });
		if (state === undefined) {
			delete process.env.XDG_STATE_HOME;
		} else {
			process.env.XDG_STATE_HOME = state;
		}
	});

	const historyWith = (authorization: string) =>
		JSON.stringify([{ method: 'GET', url: 'http://a.example', headers: { authorization }, startTime: 1 }]);
	const clean = () => vscode.commands.executeCommand('connectTokens.cleanHistory', {});

	it('puts references in the place of keys, old ones too, and leaves nothing else behind', async () => {
		const old = await tokens.authorization(tokenId);
		await writeFile(file, historyWith(old));
		await tokens.rotate(tokenId);
		await clean();
		assert.equal(await readFile(file, 'utf8'), historyWith(referenceTo(tokenId)));
		assert.deepEqual(await readdir(join(folder, 'rest-client')), ['history.json']);
	});

	it('leaves a history alone that holds a key in a form it does not know, and says so', async () => {
		const text = `{"requests":${historyWith(await tokens.authorization(tokenId))}}`;
		await writeFile(file, text);
		await assert.rejects(async () => clean(), /not in the form that is known.*Clear Request History/s);
		assert.equal(await readFile(file, 'utf8'), text);
	});

	it('leaves a history alone that is no UTF-8, and says so', async () => {
		const bytes = Buffer.from(historyWith(`${await tokens.authorization(tokenId)} é`), 'latin1');
		await writeFile(file, bytes);
		await assert.rejects(async () => clean(), /could not be read or changed/);
		assert.deepEqual(await readFile(file), bytes);
	});

	it('does nothing where there is no history, or none of ours', async () => {
		const others = historyWith('Bearer abc');
		await writeFile(file, others);
		await clean();
		assert.equal(await readFile(file, 'utf8'), others);
		await rm(file);
		await clean();
		assert.deepEqual(await readdir(join(folder, 'rest-client')), []);
	});
});
