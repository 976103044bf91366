import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';

describe('Remove API Keys from REST Client History', function () {
	this.timeout(60_000);
	const stateFolder = process.env.XDG_STATE_HOME;
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
		if (stateFolder === undefined) {
			delete process.env.XDG_STATE_HOME;
		} else {
			process.env.XDG_STATE_HOME = stateFolder;
		}
	});

	const createHistory = (authorization: string) =>
		JSON.stringify([{ method: 'GET', url: 'http://a.example', headers: { authorization }, startTime: 1 }]);
	const runCleanHistory = () => vscode.commands.executeCommand('connectTokens.cleanHistory', {});

	it('replaces current and previous keys with references, and leaves no other files', async () => {
		const previousKey = await tokens.authorization(tokenId);
		await writeFile(file, createHistory(previousKey));
		await tokens.rotate(tokenId);
		await runCleanHistory();
		assert.equal(await readFile(file, 'utf8'), createHistory(formatAuthorizationReference(tokenId)));
		assert.deepEqual(await readdir(join(folder, 'rest-client')), ['history.json']);
	});

	it("reports a history that contains a key in an unknown format, and doesn't change it", async () => {
		const text = `{"requests":${createHistory(await tokens.authorization(tokenId))}}`;
		await writeFile(file, text);
		await assert.rejects(async () => runCleanHistory(), /format isn't supported.*Clear Request History/s);
		assert.equal(await readFile(file, 'utf8'), text);
	});

	it("reports a history that isn't UTF-8, and doesn't change it", async () => {
		const bytes = Buffer.from(createHistory(`${await tokens.authorization(tokenId)} é`), 'latin1');
		await writeFile(file, bytes);
		await assert.rejects(async () => runCleanHistory(), /Couldn't read or update/);
		assert.deepEqual(await readFile(file), bytes);
	});

	it("does nothing if there is no history, or if it doesn't contain any keys", async () => {
		const history = createHistory('Bearer abc');
		await writeFile(file, history);
		await runCleanHistory();
		assert.equal(await readFile(file, 'utf8'), history);
		await rm(file);
		await runCleanHistory();
		assert.deepEqual(await readdir(join(folder, 'rest-client')), []);
	});
});
