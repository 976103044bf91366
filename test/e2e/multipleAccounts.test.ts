import assert from 'node:assert/strict';
import type { Page } from '@playwright/test';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { assertNoViolations } from '../support/connect/usePlatform';
import { startPlatform, type Platform } from '../support/connect/simulatedPlatform';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import {
	addAccount,
	chooseMenuItem,
	openWizardFromPalette,
	fillGeneralStep,
	completeWizard,
	openFile,
	readClipboard,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

/** Both accounts have a token with this ID. */
const SHARED_TOKEN_ID = 'SU-900-000-001';
const FIRST_ACCOUNT = 'Vallonia Software';
const SECOND_ACCOUNT = 'Borduria Trading';

/** Name of the token whose key is the account key. */
const accountKeyName = (account: string) => `Account key of ${account}`;

describe('several Connect accounts next to the workspace, in the real workbench', function () {
	this.timeout(240_000);
	skipRestAfterFailure();
	const platforms: Platform[] = [];
	let workbench: Workbench;
	let page: Page;

	before(async () => {
		for (const [name, tokenName] of [
			[FIRST_ACCOUNT, 'Sales Report'],
			[SECOND_ACCOUNT, 'Stock Sync'],
		]) {
			const platform = await startPlatform({ account: { name: name!, id: `VA-${name === FIRST_ACCOUNT ? '100' : '200'}-000-000` } });
			platform.account.add({ id: SHARED_TOKEN_ID, name: tokenName!, permissions: ['MD-0001'] });
			platform.account.edit(platform.account.ownToken.id, { name: accountKeyName(name!) });
			platforms.push(platform);
		}
		({ workbench } = await openWorkbench({
			settings: { 'connectTokens.http.authorizationFormat': 'reference', 'connectTokens.gateway.port': 0 },
		}));
		({ page } = workbench);
		await showTokensView(page);
		for (const { endpoint, account } of platforms) {
			await addAccount(page, endpoint, account.key);
		}
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await Promise.all(platforms.map((platform) => platform.stop()));
	});

	it('can have tokens with the same ID, and a reference names the account if necessary', async () => {
		await copyKey('Sales Report', firstPlatform().account.authorization(firstPlatform().account.token(SHARED_TOKEN_ID)));
		await copyKey('Stock Sync', secondPlatform().account.authorization(secondPlatform().account.token(SHARED_TOKEN_ID)));
		await openFile(page, 'requests.http');
		await page.keyboard.press('Control+Home');
		await page.keyboard.press('ArrowDown');
		await chooseMenuItem(page, 'Stock Sync', 'Insert Authorization Header');
		await waitForEditorText('CONNECT_VA_200_000_000_SU_900_000_001');
		await chooseMenuItem(page, 'Sales Report', 'Insert Authorization Header');
		await waitForEditorText(/\$processEnv CONNECT_SU_900_000_001/);
	});

	it('change a token without affecting another one with the same ID', async () => {
		await chooseMenuItem(page, 'Stock Sync', 'Disable Token');
		await waitForRow('Stock Sync', 'Disabled');
		assert.equal(secondPlatform().account.token(SHARED_TOKEN_ID).enabled, false);
		assert.equal(firstPlatform().account.token(SHARED_TOKEN_ID).enabled, true);
		await waitForRow('Sales Report', 'Active');
	});

	it("warn before the account key's token is disabled", async () => {
		await chooseMenuItem(page, accountKeyName(SECOND_ACCOUNT), 'Disable Token');
		const dialog = page.locator('.monaco-dialog-box');
		await dialog.getByText(/You're signed in to account/).waitFor();
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		assert.equal(secondPlatform().account.ownToken.enabled, true);
	});

	it('switch to the new key after the account key was rotated', async () => {
		const { account } = firstPlatform();
		const before = account.key;
		await tokenRow(page, accountKeyName(FIRST_ACCOUNT)).click();
		const shown = await waitForWebviewFrame(page, accountKeyName(FIRST_ACCOUNT));
		await shown.getByRole('button', { name: 'More Actions' }).click();
		await shown.getByRole('menuitem', { name: 'Rotate…' }).click();
		await shown.getByRole('radio', { name: '90 days' }).click();
		await shown.getByRole('button', { name: 'Rotate', exact: true }).click();
		await page.getByRole('treeitem', { name: new RegExp(`^${accountKeyName(FIRST_ACCOUNT)}, .*expires in`) }).waitFor();
		assert.notEqual(account.key, before);
		account.add({ name: 'Seen with the new key' });
		await chooseMenuItem(page, FIRST_ACCOUNT, 'Reload Account');
		await waitForRow('Seen with the new key', 'Active');
	});

	it("let a workspace token use the account key through the gateway, limited to the token's modules", async () => {
		await chooseMenuItem(page, FIRST_ACCOUNT, 'Use Account in Gateway');
		const wizard = await openWizardFromPalette(page, 'Workspace');
		await fillGeneralStep(wizard, 'Substitute');
		await completeWizard(wizard, '30 days', ['Account']);
		await wizard.getByRole('button', { name: 'Close' }).click();
		await page.getByRole('treeitem', { name: /^Workspace, gateway / }).waitFor();
		const authorization = await copyKey('Substitute');
		await runPaletteCommand(page, 'Connect Tokens: Copy Gateway URL');
		const url = await eventually(async () => {
			const text = await readClipboard(page);
			assert.match(text, /^http:\/\/127\.0\.0\.1:\d+\/public\/v1$/);
			return text;
		});
		const call = (path: string) => fetch(url + path, { headers: { authorization } });
		const { length } = firstPlatform().requests;
		const accounts = (await (await call('/accounts?limit=1')).json()) as { name: string }[];
		assert.equal(accounts[0]?.name, FIRST_ACCOUNT);
		assert.equal((await call('/auth/tokens')).status, 403);
		assert.deepEqual(
			firstPlatform()
				.requests.slice(length)
				.map(({ path }) => path),
			['/accounts'],
		);
	});

	it('receive a copy of a workspace token', async () => {
		await chooseMenuItem(page, 'Substitute', 'Copy Token to Account…');
		await page.locator('.quick-input-list').getByText(SECOND_ACCOUNT, { exact: true }).click();
		const dialog = page.locator('.monaco-dialog-box');
		await dialog.getByText(`Create token “Substitute” in “${SECOND_ACCOUNT}”?`).waitFor();
		await dialog.getByRole('button', { name: 'Create' }).click();
		const copy = await eventually(() => {
			const found = [...secondPlatform().account.tokens.values()].find(({ name }) => name === 'Substitute');
			assert.ok(found);
			assert.deepEqual(found.permissions, ['MD-0001']);
			return found;
		});
		await page.getByRole('treeitem', { name: new RegExp(`^Substitute, Active, ${copy.id}`) }).waitFor();
	});

	it('insert references to their tokens into a request file', async () => {
		await openFile(page, 'requests.http');
		await chooseMenuItem(page, SECOND_ACCOUNT, 'Insert Token References…');
		await page.locator('.quick-input-list').getByText('Substitute', { exact: true }).waitFor();
		await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
		await page.keyboard.press('Control+Home');
		await waitForEditorText(/@substitute = ApiKey \{\{\$processEnv CONNECT_[A-Z0-9_]+\}\}/);
	});

	it("are shown while another account doesn't respond", async () => {
		const slowPlatform = await startPlatform({ account: { name: 'Slow Syldavia', id: 'VA-300-000-000' } });
		platforms.push(slowPlatform);
		// Adding the account reads only its first token.
		const stopFault = slowPlatform.fault(({ operation, query }) => operation === 'GET /auth/tokens' && !/\blimit=1(&|$)/.test(query), {
			outcome: 'stall',
		});
		await addAccount(page, slowPlatform.endpoint, slowPlatform.account.key);
		await page.getByRole('treeitem', { name: /^Slow Syldavia, loading/, selected: true }).waitFor();
		const wizard = await openWizardFromPalette(page, 'Workspace');
		await fillGeneralStep(wizard, 'Meanwhile');
		await completeWizard(wizard, '30 days', ['Account']);
		await waitForRow('Meanwhile', 'Active');
		stopFault();
	});

	it('sent only requests that the API contract allows', () => {
		platforms.forEach(assertNoViolations);
	});

	function firstPlatform(): Platform {
		return platforms[0]!;
	}

	function secondPlatform(): Platform {
		return platforms[1]!;
	}

	async function waitForRow(name: string, status: string): Promise<void> {
		await page.getByRole('treeitem', { name: new RegExp(`^${name}, ${status},`) }).waitFor();
	}

	/** The editor renders spaces as no-break spaces. */
	async function waitForEditorText(text: string | RegExp): Promise<void> {
		await eventually(async () => {
			const editorText = (await page.locator('.view-lines').first().innerText()).replaceAll('\u00a0', ' ');
			assert.match(editorText, typeof text === 'string' ? new RegExp(text) : text);
		});
	}

	async function copyKey(name: string, expected?: string): Promise<string> {
		// Only the document that has the focus can access the clipboard, and a webview may have it.
		await runPaletteCommand(page, 'Connect Tokens: Focus on Tokens View');
		await page.evaluate(() => navigator.clipboard.writeText(''));
		await chooseMenuItem(page, name, 'Copy API Key');
		return eventually(async () => {
			const text = await readClipboard(page);
			assert.match(text, /^ApiKey SU-/);
			assert.equal(text, expected ?? text);
			return text;
		});
	}
});
