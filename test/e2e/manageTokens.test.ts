import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { createTokenFromRecord } from '../../src/domain/token';
import { getAvailableActions } from '../../src/domain/tokenLifecycle';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { expect, shareWorkbench, test } from '../support/e2eTest';
import { readExtensionLogs } from '../support/extensionLogs';
import { createTestRecord, seedTokens, tokensOfEveryStatus, tokensOfEveryStatusAndOne } from '../support/seedTokens';
import {
	allowKeyCopy,
	chooseMenuItem,
	closeMenu,
	copiedApiKey,
	detailsPage,
	expiryStatusBarItem,
	menuItem,
	openContextMenu,
	openFile,
	pickTokenInQuickPick,
	quickInputField,
	runPaletteCommand,
	showNotifications,
	showTokensView,
	showTooltip,
	tokenRow,
	hideTooltip,
} from '../support/workbenchDriver';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const NAME = 'Lively Token';
/** Listed after `NAME`. */
const OTHER_NAME = 'Zebra import';

/** Menu items of the actions on a token. */
const MENU_LABELS = {
	disable: 'Disable Token',
	enable: 'Enable Token',
	rotate: 'Rotate Token…',
	renew: 'Renew Token…',
	edit: 'Edit Token',
	delete: 'Delete Token',
};

/** Names that VS Code could render as something other than plain text. */
const HOSTILE_NAMES = [
	'\u202egnp.exe is an image',
	'\u2066'.repeat(20) + 'left open',
	'[click](command:workbench.action.quit) **bold** `code`',
	'<img src=x onerror=alert(1)><b>x</b>',
	'${env:HOME} ${workspaceFolder}',
	'$(trash) bin',
	'שלום עולם 123',
	'😀'.repeat(128),
] as const;

const getWorkbench = shareWorkbench();

test('the menu of a token offers what its status allows, also for several selected tokens', async () => {
	const workbench = getWorkbench();
	const { page } = workbench;
	await seedTokens(workbench, tokensOfEveryStatusAndOne());
	await showTokensView(workbench);

	for (const record of tokensOfEveryStatus()) {
		await test.step(record.name, async () => {
			const menu = await openContextMenu(page, tokenRow(page, record.name));
			await expect(menuItem(menu, MENU_LABELS.delete)).toBeVisible();
			const allowed = getAvailableActions(createTokenFromRecord(record, new Date(), 7)).map((action) => MENU_LABELS[action]);
			for (const label of Object.values(MENU_LABELS)) {
				await expect(menuItem(menu, label)).toHaveCount(allowed.includes(label) ? 1 : 0);
			}
			await closeMenu(page);
		});
	}

	await test.step('two selected tokens are disabled at once', async () => {
		await tokenRow(page, 'Tutorial Token').click({ modifiers: ['ControlOrMeta'] });
		await tokenRow(page, 'Second report').click({ modifiers: ['ControlOrMeta'] });
		await expect(page.locator('.part.sidebar [role="treeitem"][aria-selected="true"]')).toHaveCount(2);
		await chooseMenuItem(page, 'Second report', MENU_LABELS.disable);
		await expect(tokenRow(page, 'Tutorial Token', 'Disabled')).toBeVisible();
		await expect(tokenRow(page, 'Second report', 'Disabled')).toBeVisible();
		await expect(expiryStatusBarItem(page)).toContainText('1 expired, 1 expiring');
	});
});

test('remaining times and statuses change as time passes', async () => {
	const endsIn = (index: number, name: string, minutes: number) =>
		createTestRecord(index, { name, endsInDays: (minutes * MINUTE_MS) / DAY_MS });
	const workbench = getWorkbench();
	const { page, driver } = workbench;
	await seedTokens(workbench, [endsIn(1, 'Ends first', 20.5), endsIn(2, 'Ends later', 30.5)]);
	await showTokensView(workbench);
	await expect(page.getByRole('treeitem', { name: /^Ends later, Expiring, .*expires in (30|31) minutes$/ })).toBeVisible();
	await expect(expiryStatusBarItem(page)).toContainText('2 expiring');
	await driver.advanceClock(25 * MINUTE_MS);
	await expect(page.getByRole('treeitem', { name: /^Ends later, Expiring, .*expires in (5|6) minutes$/ })).toBeVisible();
	await expect(page.getByRole('treeitem', { name: /^Ends first, Expired, .*expired (4|5) minutes ago$/ })).toBeVisible();
	await expect(expiryStatusBarItem(page)).toContainText('1 expired, 1 expiring');
});

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
	// After a refresh, the view takes the focus again, which closes a quick pick, so it's shown only afterward.
	await driver.createToken({ name: NAME, permissions: ['usage'] });
	await showTokensView(workbench);
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
		await allowKeyCopy(page);
		await copiedApiKey(page);
	});

	await test.step('previewed with the focus in the tree, and kept by Enter and a double-click', async () => {
		const tabs = page.locator('.part.editor').getByRole('tab');
		const tree = page.locator('.part.sidebar .monaco-list:focus');
		await driver.createToken({ name: OTHER_NAME });
		await tokenRow(page, OTHER_NAME).click();
		await detailsPage(page, OTHER_NAME);
		await expect(tree).toBeVisible();
		await page.keyboard.press('ArrowUp');
		await page.keyboard.press('Space');
		await detailsPage(page, NAME);
		await expect(tabs.filter({ hasText: OTHER_NAME })).toHaveCount(0);
		await expect(tree).toBeVisible();
		await page.keyboard.press('Enter');
		await expect(tree).toBeHidden();
		await tokenRow(page, OTHER_NAME).dblclick();
		await detailsPage(page, OTHER_NAME);
		await expect(tabs.filter({ hasText: NAME })).toHaveCount(1);
		await expect(tree).toBeHidden();
	});

	await test.step('edited with F2 and deleted with Delete in the tree', async () => {
		await tokenRow(page, NAME).click();
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('F2');
		const details = await detailsPage(page, OTHER_NAME);
		await expect(details.getByRole('textbox', { name: 'Name' })).toBeFocused();
		await tokenRow(page, OTHER_NAME).click();
		await page.keyboard.press('Delete');
		const dialog = page.locator('.monaco-dialog-box');
		await expect(dialog).toContainText(OTHER_NAME);
		await dialog.getByRole('button', { name: 'Delete' }).click();
		await expect(tokenRow(page, OTHER_NAME)).toHaveCount(0);
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

test('token names that contain markup are plain text everywhere', async () => {
	const tokens = HOSTILE_NAMES.map((name, index) =>
		createTestRecord(index + 1, { name, externalId: name.slice(0, 40), description: name, endsInDays: index === 2 ? 4 : 90 }),
	);
	const workbench = getWorkbench();
	await writeFile(
		join(workbench.folder, 'references.http'),
		tokens.map(({ id }) => `GET http://localhost:3000\nAuthorization: ${formatAuthorizationReference(id)}\n\n###\n`).join(''),
	);
	await seedTokens(workbench, tokens);
	const { page, driver } = workbench;
	await showTokensView(workbench);
	const rows = page.locator('.part.sidebar [role="treeitem"][aria-level="2"]');

	await test.step('in the tree', () => expectPlainNames(rows));

	await test.step('in quick picks', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Copy API Key');
		await quickInputField(page).fill('SU-');
		await expectPlainNames(page.locator('.quick-input-list .monaco-list-row'));
		await page.keyboard.press('Escape');
		await expect(page.locator('.quick-input-widget')).toBeHidden();
	});

	await test.step('in notifications', async () => {
		await driver.advanceClock(DAY_MS);
		const notification = await showNotifications(workbench, 'expires in 3 days');
		await expect(notification).toContainText(visibleText(HOSTILE_NAMES[2]));
		await expect(notification.locator('a[href], b, strong, code')).toHaveCount(0);
		await driver.executeCommand('notifications.hideList');
	});

	await test.step('in the hover of a reference, next to its own links', async () => {
		await openFile(workbench, 'references.http');
		for (const index of [0, 2, 3, 5]) {
			const line = page.locator('.part.editor .view-line', { hasText: tokens[index]!.id.replaceAll('-', '_') });
			await line.locator('.detected-link').first().click();
			await driver.executeCommand('editor.action.showHover');
			const hover = page.locator('.monaco-hover', { hasText: tokens[index]!.id });
			await expect(hover.locator('strong').first()).toHaveText(visibleText(HOSTILE_NAMES[index]!));
			await expect(hover.locator('.rendered-markdown a')).toHaveText(['Details', 'Renew', 'Change Referenced Token', 'Open Token Details']);
			await expect(hover.locator('img, .codicon-trash, code, em')).toHaveCount(0);
			await page.keyboard.press('Escape');
			await expect(hover).toBeHidden();
		}
	});

	await test.step('in tooltips, on the details page, and in its tab', async () => {
		for (const name of [HOSTILE_NAMES[5], HOSTILE_NAMES[3], HOSTILE_NAMES[2]]) {
			const row = rows.filter({ hasText: name });
			await row.click();
			const tooltip = await showTooltip(workbench, 'External ID');
			await expect(tooltip.getByText(name, { exact: true }).first()).toBeVisible();
			await expect(tooltip.locator('a, img, .codicon-trash')).toHaveCount(0);
			await hideTooltip(workbench);
			const details = await detailsPage(page, name);
			await expect(details.getByRole('heading', { level: 1 })).toHaveText(name);
			await expect(page.locator('.tab.active')).toContainText(name);
			await expect(page.locator('.tab.active .codicon-trash')).toHaveCount(0);
		}
	});
});

/** Expects one row for each of the names as plain text, without any rendered markup. */
async function expectPlainNames(rows: Locator): Promise<void> {
	for (const name of HOSTILE_NAMES) {
		await expect(rows.filter({ hasText: visibleText(name) })).toHaveCount(1);
	}
	await expect(rows).toHaveCount(HOSTILE_NAMES.length);
	await expect(rows.filter({ hasText: /[\u202a-\u202e\u2066-\u2069]/ })).toHaveCount(0);
	await expect(rows.locator('a[href], img, b, strong, .codicon-trash')).toHaveCount(0);
}

/** Removes bidirectional control characters. */
function visibleText(name: string): string {
	return name.replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}
