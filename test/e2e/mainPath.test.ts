import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/e2eTest';
import { REQUESTS_FILE } from '../support/openWorkbench';
import {
	answerKeyQuestion,
	chooseQuickPickItem,
	clickCreate,
	copiedApiKey,
	copyApiKey,
	detailsPage,
	fillGeneralStep,
	goToWizardStep,
	insertHeader,
	openFile,
	openWizardFromWelcome,
	runPaletteCommand,
	saveFile,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

test('the main path: from an empty view to a request with a token, and a moved folder', { tag: '@oldest' }, async ({ openWorkbench }) => {
	const workbench = await openWorkbench({
		isInstalled: true,
		hasFewBuiltInExtensions: false,
		settings: { 'connectTokens.gateway.port': 0 },
	});
	const { page, folder } = workbench;

	await test.step('see in a notification what a command needs', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Insert Authorization Header');
		await expect(page.locator('.notifications-toasts .notification-toast')).toContainText('Open a file, place the cursor');
	});

	await test.step('open the wizard from the empty Tokens view', async () => {
		await page.locator('.activitybar').getByRole('tab', { name: 'Connect Tokens' }).click();
		const wizard = await openWizardFromWelcome(page);
		await fillGeneralStep(wizard, 'Tutorial Token', 'crm-42', 'The token of the tutorial');
		await goToWizardStep(wizard, 'Expiration');
		await wizard.getByRole('radio', { name: '90 days' }).click();
		await goToWizardStep(wizard, 'Extension');
		await wizard.getByRole('radio', { name: 'Custom' }).click();
		await goToWizardStep(wizard, 'Permissions');
		await wizard.getByRole('checkbox', { name: 'Subscriptions', exact: true }).click();
		await wizard.getByRole('checkbox', { name: 'Account', exact: true }).click();
		await clickCreate(wizard);
		for (const text of ['Tutorial Token', 'crm-42', 'The token of the tutorial', 'Custom', 'Subscriptions', 'Account']) {
			await expect(wizard.getByText(text, { exact: true }).first()).toBeVisible();
		}
		await wizard.getByRole('button', { name: 'Test Token' }).click();
		await expect(wizard.getByText(/^200 OK in [\d,]+ ms$/)).toBeVisible();
		await expect(wizard.getByText('The gateway was started for this test.')).toBeVisible();
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
	});

	await test.step('view and copy the key on the details page', async () => {
		const details = await detailsPage(page, 'Tutorial Token');
		await expect(details.getByText(/^ApiKey SU-[\d-]+:\*{10}$/)).toBeVisible();
		await details.getByRole('button', { name: 'View' }).click();
		const viewed = details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/);
		await expect(viewed).toBeVisible();
		await details.getByRole('button', { name: 'Copy' }).click();
		await expect(details.getByText('Copied')).toBeVisible();
		await expect(viewed).toHaveText(await copiedApiKey(page));
	});

	await test.step('see the token in the tree', () =>
		expect(tokenRow(page, 'Tutorial Token')).toHaveText(/Tutorial Token\s*in 90 days · Custom/));

	await test.step('insert the header into the request at the cursor', async () => {
		const authorization = await copiedApiKey(page);
		await openFile(workbench, 'requests.http');
		await page.locator('.view-line', { hasText: 'Content-Type' }).click();
		await insertHeader(page, 'Tutorial Token');
		await chooseQuickPickItem(page, 'Insert API Key');
		// The file names the platform, where a token of the workspace may only be sent if the user agrees.
		await page.getByRole('dialog', { name: 'api.connect.cloudblue.com' }).getByRole('button', { name: 'Insert Anyway' }).click();
		await expect(page.locator('.view-line', { hasText: 'Authorization' })).toBeVisible();
		await saveFile(workbench);
		const expected = REQUESTS_FILE.replace('/products\n', `/products\nAuthorization: ${authorization}\n`);
		await expect.poll(() => readFile(join(folder, 'requests.http'), 'utf8')).toBe(expected);
	});

	await test.step('adopt the token with its key after the folder was moved', async () => {
		const authorization = await copiedApiKey(page);
		const movedFolder = `${folder}-moved`;
		await rename(folder, movedFolder);
		const moved = await workbench.newWindow(movedFolder);
		await showTokensView(moved);
		await moved.page.locator('.welcome-view').getByRole('button', { name: 'Adopt Tokens…' }).click();
		const dialog = moved.page.getByRole('dialog', { name: /Adopt 1 token\?/ });
		await expect(dialog).toContainText(`From: ${folder} (no longer exists)`);
		await answerKeyQuestion(dialog, 'Adopt');
		await expect(tokenRow(moved.page, 'Tutorial Token', 'Active')).toBeVisible();
		await moved.page.evaluate(() => navigator.clipboard.writeText(''));
		const [tokenId] = /SU-[\d-]+/.exec(authorization)!;
		expect(await copyApiKey(moved, tokenId)).toBe(authorization);
	});
});
