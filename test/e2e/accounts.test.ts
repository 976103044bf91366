import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { runCommand, webviewFrame } from '../host/driving';
import type { Workbench } from '../host/workbench';
import { assertContractKept } from '../support/connect/usePlatform';
import { startPlatform, type Platform } from '../support/connect/platform';
import { eventually } from '../support/eventually';
import { inOrder } from '../support/inOrder';
import { openWorkbench } from '../support/openWorkbench';
import {
	addAccount,
	chooseInMenu,
	createFromPalette,
	fillGeneral,
	finish,
	openFile,
	readClipboard,
	showTokens,
	tokenRow,
} from '../support/walk';

/** In both accounts, under one id. */
const SHARED = 'SU-900-000-001';
const FIRST = 'Vallonia Software';
const SECOND = 'Borduria Trading';

/** The name of the token whose key the account is added with. */
const openerOf = (account: string) => `Opener of ${account}`;

describe('several Connect accounts beside the workspace, in the real workbench', function () {
	this.timeout(240_000);
	inOrder();
	const platforms: Platform[] = [];
	let workbench: Workbench;
	let page: Page;

	before(async () => {
		for (const [name, tokenName] of [
			[FIRST, 'Sales Report'],
			[SECOND, 'Stock Sync'],
		]) {
			const platform = await startPlatform({ account: { name: name!, id: `VA-${name === FIRST ? '100' : '200'}-000-000` } });
			platform.account.add({ id: SHARED, name: tokenName!, permissions: ['MD-0001'] });
			platform.account.edit(platform.account.ownToken.id, { name: openerOf(name!) });
			platforms.push(platform);
		}
		({ workbench } = await openWorkbench({ settings: { 'connectTokens.http.insertForm': 'reference', 'connectTokens.gateway.port': 0 } }));
		({ page } = workbench);
		await showTokens(page);
		for (const { endpoint, account } of platforms) {
			await addAccount(page, endpoint, account.key);
		}
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await Promise.all(platforms.map((platform) => platform.stop()));
	});

	it('tell tokens of one id apart, and a reference names the account where it must', async () => {
		await copyKey('Sales Report', first().account.authorization(first().account.token(SHARED)));
		await copyKey('Stock Sync', second().account.authorization(second().account.token(SHARED)));
		await openFile(page, 'requests.http');
		await page.keyboard.press('Control+Home');
		await page.keyboard.press('ArrowDown');
		await chooseInMenu(page, 'Stock Sync', 'Insert Authorization Header');
		await inEditor('CONNECT_VA_200_000_000_SU_900_000_001');
		await chooseInMenu(page, 'Sales Report', 'Insert Authorization Header');
		await inEditor(/\$processEnv CONNECT_SU_900_000_001/);
	});

	it('change one token and leave the other of the same id alone', async () => {
		await chooseInMenu(page, 'Stock Sync', 'Disable Token');
		await row('Stock Sync', 'Disabled');
		assert.equal(second().account.token(SHARED).enabled, false);
		assert.equal(first().account.token(SHARED).enabled, true);
		await row('Sales Report', 'Active');
	});

	it('ask before a token is disabled whose key opens the account', async () => {
		await chooseInMenu(page, openerOf(SECOND), 'Disable Token');
		const dialog = page.locator('.monaco-dialog-box');
		await dialog.getByText(/is opened here with a key of this token/).waitFor();
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		assert.equal(second().account.ownToken.enabled, true);
	});

	it('go on with the new key once the account’s own key has been rotated', async () => {
		const { account } = first();
		const before = account.key;
		await tokenRow(page, openerOf(FIRST)).click();
		const shown = await webviewFrame(page, openerOf(FIRST));
		await shown.getByRole('button', { name: 'More Actions' }).click();
		await shown.getByRole('menuitem', { name: 'Rotate…' }).click();
		await shown.getByRole('radio', { name: '90 days' }).click();
		await shown.getByRole('button', { name: 'Rotate', exact: true }).click();
		await page.getByRole('treeitem', { name: new RegExp(`^${openerOf(FIRST)}, .*expires in`) }).waitFor();
		assert.notEqual(account.key, before);
		account.add({ name: 'Seen with the new key' });
		await chooseInMenu(page, FIRST, 'Reload Account');
		await row('Seen with the new key', 'Active');
	});

	it('let a workspace token stand in for the account’s key at the gateway, as far as its modules go', async () => {
		await chooseInMenu(page, FIRST, 'Use Account in Gateway');
		const wizard = await createFromPalette(page, 'Workspace');
		await fillGeneral(wizard, 'Stand-in');
		await finish(wizard, '30 days', ['Account']);
		await wizard.getByRole('button', { name: 'Close' }).click();
		await page.getByRole('treeitem', { name: /^Workspace, gateway / }).waitFor();
		const authorization = await copyKey('Stand-in');
		await runCommand(page, 'Connect Tokens: Copy Gateway URL');
		const url = await eventually(async () => {
			const text = await readClipboard(page);
			assert.match(text, /^http:\/\/127\.0\.0\.1:\d+\/public\/v1$/);
			return text;
		});
		const call = (path: string) => fetch(url + path, { headers: { authorization } });
		const { length } = first().requests;
		const accounts = (await (await call('/accounts?limit=1')).json()) as { name: string }[];
		assert.equal(accounts[0]?.name, FIRST);
		assert.equal((await call('/auth/tokens')).status, 403);
		assert.deepEqual(
			first()
				.requests.slice(length)
				.map(({ path }) => path),
			['/accounts'],
		);
	});

	it('take a copy of a workspace token’s definition', async () => {
		await chooseInMenu(page, 'Stand-in', 'Copy Token to Account');
		await page.locator('.quick-input-list').getByText(SECOND, { exact: true }).click();
		const dialog = page.locator('.monaco-dialog-box');
		await dialog.getByText(`Create a token “Stand-in” in “${SECOND}”?`).waitFor();
		await dialog.getByRole('button', { name: 'Create' }).click();
		const copy = await eventually(() => {
			const found = [...second().account.tokens.values()].find(({ name }) => name === 'Stand-in');
			assert.ok(found);
			assert.deepEqual(found.permissions, ['MD-0001']);
			return found;
		});
		await page.getByRole('treeitem', { name: new RegExp(`^Stand-in, Active, ${copy.id}`) }).waitFor();
	});

	it('give the references to their tokens to a request file', async () => {
		await openFile(page, 'requests.http');
		await chooseInMenu(page, SECOND, 'Insert References to Tokens');
		await page.locator('.quick-input-list').getByText('Stand-in', { exact: true }).waitFor();
		await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
		await page.keyboard.press('Control+Home');
		await inEditor(/@stand_in = ApiKey \{\{\$processEnv CONNECT_[A-Z0-9_]+\}\}/);
	});

	it('are shown with what else there is while one does not answer', async () => {
		const slow = await startPlatform({ account: { name: 'Slow Syldavia', id: 'VA-300-000-000' } });
		platforms.push(slow);
		// The account is found by its first token alone.
		const end = slow.fault(({ operation, query }) => operation === 'GET /auth/tokens' && !/\blimit=1(&|$)/.test(query), {
			outcome: 'stall',
		});
		await addAccount(page, slow.endpoint, slow.account.key);
		await page.getByRole('treeitem', { name: /^Slow Syldavia, reading/, selected: true }).waitFor();
		const wizard = await createFromPalette(page, 'Workspace');
		await fillGeneral(wizard, 'Meanwhile');
		await finish(wizard, '30 days', ['Account']);
		await row('Meanwhile', 'Active');
		end();
	});

	it('kept the contract with every request', () => {
		platforms.forEach(assertContractKept);
	});

	function first(): Platform {
		return platforms[0]!;
	}

	function second(): Platform {
		return platforms[1]!;
	}

	async function row(name: string, status: string): Promise<void> {
		await page.getByRole('treeitem', { name: new RegExp(`^${name}, ${status},`) }).waitFor();
	}

	/** The editor puts a no-break space where a line is drawn. */
	async function inEditor(text: string | RegExp): Promise<void> {
		await eventually(async () => {
			const shown = (await page.locator('.view-lines').first().innerText()).replaceAll('\u00a0', ' ');
			assert.match(shown, typeof text === 'string' ? new RegExp(text) : text);
		});
	}

	async function copyKey(name: string, expected?: string): Promise<string> {
		// The clipboard belongs to the document that has the focus, which a page of ours may have.
		await runCommand(page, 'Connect Tokens: Focus on Tokens View');
		await page.evaluate(() => navigator.clipboard.writeText(''));
		await chooseInMenu(page, name, 'Copy API Key');
		return eventually(async () => {
			const text = await readClipboard(page);
			assert.match(text, /^ApiKey SU-/);
			assert.equal(text, expected ?? text);
			return text;
		});
	}
});
