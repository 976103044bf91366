import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';
import { eventually } from '../support/eventually';
import { commandsInline, commandsInMenu, commandsInPalette } from '../support/manifest/offeredCommands';

const PREFIX = 'connectTokens.';
const VIEW = 'connectTokens.requests';
const names = (commands: readonly string[]) => commands.map((command) => command.slice(PREFIX.length));

describe('The Requests view', () => {
	it('offers for a request what its token and its denial allow', () => {
		const menu = (viewItem: string) => names(commandsInMenu('view/item/context', { view: VIEW, viewItem }));
		assert.deepEqual(menu('request;'), []);
		assert.deepEqual(menu('request;token;'), ['goToToken']);
		const always = ['copyRequestAsCurl', 'goToToken', 'newFileFromRequest'];
		for (const [fix, command] of [
			['enable', 'enableToken'],
			['rotate', 'rotateToken'],
			['addModule', 'addModuleToToken'],
			['edit', 'editToken'],
			['setting', 'openRequestSetting'],
		] as const) {
			const viewItem = `request;token;repeatable;${fix};`;
			assert.deepEqual(menu(viewItem), [...always, command].sort());
			assert.deepEqual(names(commandsInline({ view: VIEW, viewItem })), [command]);
		}
		assert.deepEqual(menu('request;setting;'), ['openRequestSetting']);
	});

	it('offers to filter and to clear only where that does something', () => {
		const title = (context: Record<string, boolean>) => names(commandsInMenu('view/title', { view: VIEW, ...context }));
		const filtered = { 'connectTokens.areRequestsFiltered': true };
		const hasRequests = { 'connectTokens.hasRequests': true };
		assert.deepEqual(title({}), ['filterRequests']);
		assert.deepEqual(title(hasRequests), ['clearRequests', 'filterRequests']);
		assert.deepEqual(title({ ...filtered, ...hasRequests }), ['changeRequestFilter', 'clearRequestFilter', 'clearRequests']);
		const palette = (context: Record<string, boolean>) =>
			names(commandsInPalette(context)).filter((name) => /Request(s|Filter)$/.test(name));
		assert.deepEqual(palette({}), ['filterRequests']);
		assert.deepEqual(palette({ ...filtered, ...hasRequests }), ['clearRequestFilter', 'clearRequests', 'filterRequests']);
	});

	it('of a gateway with a log file has each request in the file, without the key and the query', async () => {
		const path = join(tmpdir(), `connect-tokens-requests-${process.pid}.jsonl`);
		const settings = vscode.workspace.getConfiguration('connectTokens');
		const api = await vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens')!.activate();
		await settings.update('gateway.port', 0, vscode.ConfigurationTarget.Global);
		await settings.update('gateway.logFile', path, vscode.ConfigurationTarget.Global);
		try {
			const { id } = await api.workspace.create({ name: 'Logged', permissions: ['products'] });
			const authorization = await api.workspace.authorization(id);
			const { url } = await api.gateway.start();
			await fetch(`${url}/products?hidden`, { headers: { authorization } });
			await fetch(`${url}/listings`, { headers: { authorization } });
			const lines = await eventually(async () => {
				const found = (await readFile(path, 'utf8')).trim().split('\n');
				assert.equal(found.length, 2);
				return found;
			});
			assert.deepEqual(
				lines.map((line) => {
					const { token, method, path: requestPath, status, reason } = JSON.parse(line) as Record<string, unknown>;
					return { token, method, path: requestPath, status, reason };
				}),
				[
					{ token: id, method: 'GET', path: '/products', status: 200, reason: undefined },
					{ token: id, method: 'GET', path: '/listings', status: 403, reason: { kind: 'missingModule', modules: ['listings'] } },
				],
			);
			assert.ok(!lines.join().includes(authorization.slice(-40)));
			await api.workspace.delete(id);
		} finally {
			await api.gateway.stop();
			for (const name of ['gateway.port', 'gateway.logFile']) {
				await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
			}
			await rm(path, { force: true });
		}
	});
});
