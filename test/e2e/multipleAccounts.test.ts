import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/connect/platformTest';
import { shareWorkbench } from '../support/e2eTest';
import type { Platform, startPlatform } from '../support/connect/simulatedPlatform';
import {
	addAccount,
	allowKeyCopy,
	chooseMenuItem,
	chooseQuickPickItem,
	completeWizard,
	copiedApiKey,
	detailsPage,
	fillGeneralStep,
	openFile,
	openWizardFromPalette,
	gatewayAddress,
	readClipboard,
	removeAccount,
	runPaletteCommand,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

/** Both accounts have a token with this ID. */
const SHARED_TOKEN_ID = 'SU-900-000-001';
const FIRST_ACCOUNT = 'Vallonia Software';
const SECOND_ACCOUNT = 'Borduria Trading';
const SLOW_ACCOUNT = 'Slow Syldavia';

/** Name of the token whose key is the account key. */
const accountKeyName = (account: string) => `Account key of ${account}`;

const getWorkbench = shareWorkbench({ 'connectTokens.http.authorizationFormat': 'reference' });

test('two accounts, with tokens that have the same ID, work together with the workspace', async ({ startPlatform }) => {
	const [firstPlatform, secondPlatform] = await startTwoPlatforms(startPlatform);
	const workbench = getWorkbench();
	const { page } = workbench;
	await showTokensView(workbench);
	await addAccount(page, firstPlatform);
	await addAccount(page, secondPlatform);

	await test.step('each token has its own key', async () => {
		for (const [name, { account }] of [
			['Sales Report', firstPlatform],
			['Stock Sync', secondPlatform],
		] as const) {
			await chooseMenuItem(page, name, 'Copy API Key');
			await allowKeyCopy(page);
			await expect.poll(() => readClipboard(page)).toBe(account.authorization(account.token(SHARED_TOKEN_ID)));
		}
	});

	await test.step('a reference names the account if necessary', async () => {
		await openFile(workbench, 'requests.http');
		await page.keyboard.press('Control+Home');
		await page.keyboard.press('ArrowDown');
		const editor = page.locator('.part.editor .view-lines');
		await chooseMenuItem(page, 'Stock Sync', 'Insert Authorization Header');
		await expect(editor).toContainText('$processEnv CONNECT_VA_200_000_000_SU_900_000_001');
		await chooseMenuItem(page, 'Sales Report', 'Insert Authorization Header');
		await expect(editor).toContainText('$processEnv CONNECT_SU_900_000_001');
	});

	await test.step("a token is disabled without affecting the other account's token", async () => {
		await chooseMenuItem(page, 'Stock Sync', 'Disable Token');
		await expect(tokenRow(page, 'Stock Sync', 'Disabled')).toBeVisible();
		expect(secondPlatform.account.token(SHARED_TOKEN_ID).enabled).toBe(false);
		expect(firstPlatform.account.token(SHARED_TOKEN_ID).enabled).toBe(true);
		await expect(tokenRow(page, 'Sales Report', 'Active')).toBeVisible();
	});

	await test.step("a warning appears before the account key's token is disabled", async () => {
		await chooseMenuItem(page, accountKeyName(SECOND_ACCOUNT), 'Disable Token');
		const dialog = page.locator('.monaco-dialog-box');
		await expect(dialog).toContainText("You're signed in to account");
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		await expect(dialog).toBeHidden();
		expect(secondPlatform.account.ownToken.enabled).toBe(true);
	});

	await test.step('an account switches to the new key after its key was rotated', async () => {
		const { account } = firstPlatform;
		const previousKey = account.key;
		await tokenRow(page, accountKeyName(FIRST_ACCOUNT)).click();
		const details = await detailsPage(page, accountKeyName(FIRST_ACCOUNT));
		await details.getByRole('button', { name: 'More Actions' }).click();
		await details.getByRole('menuitem', { name: 'Rotate…' }).click();
		await details.getByRole('radio', { name: '90 days' }).click();
		await details.getByRole('button', { name: 'Rotate', exact: true }).click();
		await expect(tokenRow(page, accountKeyName(FIRST_ACCOUNT))).toContainText(/in \d+ days/);
		expect(account.key).not.toBe(previousKey);
		account.add({ name: 'Seen with the new key' });
		await chooseMenuItem(page, FIRST_ACCOUNT, 'Reload Account');
		await expect(tokenRow(page, 'Seen with the new key', 'Active')).toBeVisible();
	});

	await test.step("a workspace token uses the account key through the gateway, limited to the token's modules", async () => {
		await chooseMenuItem(page, FIRST_ACCOUNT, 'Use Account in Gateway');
		// While it has the focus, the view takes it again after each refresh, which would close a quick pick.
		await expect(workspaceRow(page)).toBeVisible();
		const wizard = await openWizardFromPalette(page, 'Workspace');
		await fillGeneralStep(wizard, 'Substitute');
		await completeWizard(wizard, '30 days', ['Account']);
		await wizard.getByRole('button', { name: 'Close' }).click();
		// Only the document that has the focus can access the clipboard, and a webview may have it.
		await showTokensView(workbench);
		await page.evaluate(() => navigator.clipboard.writeText(''));
		await chooseMenuItem(page, 'Substitute', 'Copy API Key');
		await allowKeyCopy(page);
		const authorization = await copiedApiKey(page);
		await runPaletteCommand(page, 'Connect Tokens: Copy Gateway URL');
		// In a browser, it's the URL of a forwarded port, which is only available where a proxy for such ports runs.
		await expect.poll(() => readClipboard(page)).toMatch(/^http:\/\/.*\/public\/v1$/);
		const address = await gatewayAddress(page);
		const call = (path: string) => fetch(`http://${address}/public/v1${path}`, { headers: { authorization } });
		const { length } = firstPlatform.requests;
		const accounts = (await (await call('/accounts?limit=1')).json()) as unknown;
		expect(accounts).toMatchObject([{ name: FIRST_ACCOUNT }]);
		expect((await call('/auth/tokens')).status).toBe(403);
		expect(firstPlatform.requests.slice(length).map(({ path }) => path)).toEqual(['/accounts']);
	});

	const copyOfSubstitute = () => [...secondPlatform.account.tokens.values()].find(({ name }) => name === 'Substitute');

	await test.step('an account receives a copy of a workspace token', async () => {
		await chooseMenuItem(page, 'Substitute', 'Copy Token to Account…');
		await chooseQuickPickItem(page, SECOND_ACCOUNT);
		const dialog = page.locator('.monaco-dialog-box');
		await expect(dialog).toContainText(`Create token “Substitute” in “${SECOND_ACCOUNT}”?`);
		await dialog.getByRole('button', { name: 'Create' }).click();
		await expect.poll(() => copyOfSubstitute()).toMatchObject({ permissions: ['MD-0001'] });
		await expect(page.getByRole('treeitem', { name: new RegExp(`^Substitute, Active, ${copyOfSubstitute()!.id}`) })).toBeVisible();
	});

	await test.step("references to an account's tokens are inserted into a request file", async () => {
		await openFile(workbench, 'requests.http');
		await chooseMenuItem(page, SECOND_ACCOUNT, 'Insert Token References…');
		const quickPick = page.locator('.quick-input-widget');
		await expect(quickPick.locator('.quick-input-list').getByText('Substitute', { exact: true })).toBeVisible();
		await quickPick.getByRole('button', { name: 'OK' }).click();
		await expect(page.locator('.part.editor .view-lines')).toContainText(
			/@substitute\s=\sApiKey\s\{\{\$processEnv\sCONNECT_[A-Z0-9_]+\}\}/,
		);
		// The command focuses the editor last, which would close another quick input.
		await expect(page.locator('.part.editor .monaco-editor.focused')).toBeVisible();
	});

	await test.step("the workspace is available while another account doesn't respond", async () => {
		const slowPlatform = await startPlatform({ account: { name: SLOW_ACCOUNT, id: 'VA-300-000-000' } });
		// Adding the account reads only its first token.
		slowPlatform.fault(({ operation, query }) => operation === 'GET /auth/tokens' && !/\blimit=1(&|$)/.test(query), { outcome: 'stall' });
		await addAccount(page, slowPlatform);
		await expect(page.getByRole('treeitem', { name: /^Slow Syldavia, loading/, selected: true })).toBeVisible();
		// The gateway restarts with the accounts, which refreshes the view.
		await expect(workspaceRow(page)).toBeVisible();
		const wizard = await openWizardFromPalette(page, 'Workspace');
		await fillGeneralStep(wizard, 'Meanwhile');
		await completeWizard(wizard, '30 days', ['Account']);
		await expect(tokenRow(page, 'Meanwhile', 'Active')).toBeVisible();
	});

	for (const name of [FIRST_ACCOUNT, SECOND_ACCOUNT, SLOW_ACCOUNT]) {
		await removeAccount(page, name);
	}
});

/** The row of the workspace while the gateway is running. */
function workspaceRow(page: Page): Locator {
	return page.getByRole('treeitem', { name: /^Workspace, gateway / });
}

async function startTwoPlatforms(start: typeof startPlatform): Promise<readonly [Platform, Platform]> {
	const startOne = async (name: string, id: string, tokenName: string) => {
		const platform = await start({ account: { name, id } });
		platform.account.add({ id: SHARED_TOKEN_ID, name: tokenName, permissions: ['MD-0001'] });
		platform.account.edit(platform.account.ownToken.id, { name: accountKeyName(name) });
		return platform;
	};
	return [await startOne(FIRST_ACCOUNT, 'VA-100-000-000', 'Sales Report'), await startOne(SECOND_ACCOUNT, 'VA-200-000-000', 'Stock Sync')];
}
