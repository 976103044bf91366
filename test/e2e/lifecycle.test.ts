import { expect, shareWorkbench, test } from '../support/e2eTest';
import { readExtensionLogs } from '../support/extensionLogs';
import {
	chooseMenuItem,
	closeMenu,
	copiedApiKey,
	detailsPage,
	openContextMenu,
	pickTokenInQuickPick,
	runPaletteCommand,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

const DAY_MS = 86_400_000;
const NAME = 'Lively Token';

const getWorkbench = shareWorkbench();

test('a token expires, is renewed, loses its previous key, expires again, and is rotated', async () => {
	const workbench = getWorkbench();
	const { page, driver } = workbench;
	await showTokensView(workbench);
	await driver.createToken({
		name: NAME,
		permissions: ['usage'],
		expirationDate: new Date(Date.now() + 30 * DAY_MS).toISOString(),
	});
	await expect(tokenRow(page, NAME, 'Active')).toBeVisible();
	await tokenRow(page, NAME).click();
	const details = await detailsPage(page, NAME);
	await expect(details.getByText('Active', { exact: true }).first()).toBeVisible();

	await test.step('expiring when less than a week is left', async () => {
		await driver.advanceClock(25 * DAY_MS);
		await expect(tokenRow(page, NAME, 'Expiring')).toBeVisible();
		await expect(details.getByText('Expiring', { exact: true }).first()).toBeVisible();
	});

	await test.step('renewed from the tree, with both keys', async () => {
		await chooseMenuItem(page, NAME, 'Renew Token…');
		await expect(details.getByRole('radio', { name: /Same lifetime/ })).toBeVisible();
		await details.getByRole('button', { name: 'Renew', exact: true }).click();
		await expect(tokenRow(page, NAME, 'Revitalised')).toBeVisible();
		await expect(details.getByText('Previous key').first()).toBeVisible();
		await expect(details.getByText(/^ApiKey SU-[\d-]+:\*{10}$/)).toHaveCount(2);
	});

	await test.step('not renewable from any menu while its previous key works', async () => {
		const treeMenu = await openContextMenu(page, tokenRow(page, NAME));
		await expect(treeMenu.getByRole('menuitem', { name: 'Rotate Token…' })).toBeVisible();
		await expect(treeMenu.getByRole('menuitem', { name: 'Renew Token…' })).toHaveCount(0);
		await closeMenu(page);
		await details.getByRole('button', { name: 'More Actions' }).click();
		await expect(details.getByRole('menuitem', { name: 'Rotate…' })).toBeVisible();
		await expect(details.getByRole('menuitem', { name: 'Renew…' })).toHaveCount(0);
		await details.getByRole('menuitem').first().press('Escape');
	});

	await test.step('active after the previous key has expired, and finally expired', async () => {
		await driver.advanceClock(10 * DAY_MS);
		await expect(tokenRow(page, NAME, 'Active')).toBeVisible();
		await driver.advanceClock(25 * DAY_MS);
		await expect(tokenRow(page, NAME, 'Expired')).toBeVisible();
	});

	await test.step('active after Rotate on the details page', async () => {
		await details.getByRole('button', { name: 'More Actions' }).click();
		await details.getByRole('menuitem', { name: 'Rotate…' }).click();
		await details.getByRole('radio', { name: '90 days' }).click();
		await details.getByRole('button', { name: 'Rotate', exact: true }).click();
		await expect(tokenRow(page, NAME, 'Active')).toBeVisible();
	});
});

test('a token is managed from the palette, the tree, and its details page', async () => {
	const workbench = getWorkbench();
	const { page, driver, userDataDir } = workbench;
	await showTokensView(workbench);
	await driver.createToken({ name: NAME, permissions: ['usage'] });
	await expect(tokenRow(page, NAME, 'Active')).toBeVisible();

	await test.step('disabled from the palette and enabled from the tree', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Disable Token');
		await pickTokenInQuickPick(page, NAME);
		await expect(tokenRow(page, NAME, 'Disabled')).toBeVisible();
		await chooseMenuItem(page, NAME, 'Enable Token');
		await expect(tokenRow(page, NAME, 'Active')).toBeVisible();
	});

	await test.step('its key copied with the button in its row', async () => {
		await tokenRow(page, NAME).hover();
		await tokenRow(page, NAME).getByRole('button', { name: 'Copy API Key' }).click();
		await copiedApiKey(page);
	});

	await tokenRow(page, NAME).click();
	const details = await detailsPage(page, NAME);

	await test.step('edited on the details page', async () => {
		await details.getByRole('button', { name: 'Edit' }).click();
		await details.getByRole('textbox', { name: 'Description' }).fill('Edited in place');
		await details.getByRole('button', { name: 'Save' }).click();
		await expect(details.getByText('Edited in place').first()).toBeVisible();
		await expect(details.getByRole('button', { name: 'Edit' })).toBeVisible();
	});

	await test.step('deleted from the details page after a confirmation that names it', async () => {
		await details.getByRole('button', { name: 'More Actions' }).click();
		await details.getByRole('menuitem', { name: 'Delete' }).click();
		const dialog = page.locator('.monaco-dialog-box');
		await expect(dialog).toContainText(NAME);
		await dialog.getByRole('button', { name: 'Delete' }).click();
		await expect(details.getByText('Token deleted')).toBeVisible();
		await expect(tokenRow(page, NAME)).toHaveCount(0);
	});

	await test.step('the log has the activation, and each action with its duration', async () => {
		const log = async () => Object.values(await readExtensionLogs(userDataDir)).join('\n');
		await expect.poll(log).toMatch(/\[info\] .*\bactivated\b/i);
		await expect.poll(log).toMatch(/\[info\] .* completed in \d+ ms/);
	});
});
