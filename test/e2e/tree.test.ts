import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { getAvailableActions } from '../../src/domain/tokenLifecycle';
import { createTokenFromRecord, type TokenRecord } from '../../src/domain/token';
import { runPaletteCommand } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { eventually } from '../support/eventually';
import { openWorkbench } from '../support/openWorkbench';
import { waitForStored } from '../support/browserStorage';
import { tokensOfEveryStatus, seedTokens, workspaceStoreFolder, createTestRecord } from '../support/seedTokens';
import { chooseMenuItem, focusMenuItem, tokenRow } from '../support/workbenchDriver';

/** Menu items of the actions on a token. */
const MENU_LABELS = {
	disable: 'Disable Token',
	enable: 'Enable Token',
	rotate: 'Rotate Token…',
	renew: 'Renew Token…',
	edit: 'Edit Token',
	delete: 'Delete Token',
};

describe('the Tokens view, its badge, the status bar item, and expiry reminders', function () {
	this.timeout(180_000);
	skipRestAfterFailure();
	let userDataDir: string;
	let workbench: Workbench;
	let folder: string;
	let page: Page;
	const tokens = [...tokensOfEveryStatus(), createTestRecord(1, { name: 'Second report', endsInDays: 5 })];

	before(async () => {
		userDataDir = await mkdtemp(join(tmpdir(), 'connect-tokens-profile-'));
		({ workbench, folder } = await openWorkbench({ userDataDir, seed: (path) => seedTokens(userDataDir, path, tokens) }));
		({ page } = workbench);
	});

	after(async () => {
		await workbench.close();
		await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 });
	});

	it('show expiring and expired tokens before the view is opened', async () => {
		await statusBarItem(page, '1 expired, 2 expiring').waitFor();
		const icon = page.locator('.activitybar').getByRole('tab', { name: /^Connect Tokens/ });
		await eventually(async () => assert.match((await icon.getAttribute('aria-label'))!, /API tokens: 1 expired, 2 expiring/));
		await eventually(async () => assert.equal(await badge(page).textContent(), '3'));
	});

	it('combine the reminders for several tokens in one notification', async () => {
		const notification = await openNotifications(page);
		await notification.first().waitFor();
		assert.equal(await notification.count(), 1);
		assert.match((await notification.textContent())!, /2 tokens expire within 7 days\./);
		await notification.getByRole('button', { name: 'Show Tokens' }).click();
		await waitForRows(page, ['Migration 2025', 'Nightly report', 'Second report']);
		await page.getByText('Showing 3 of 6 tokens').waitFor();
	});

	it('show all tokens again when the filter is cleared', async () => {
		await viewAction(page, 'Clear Filter').click();
		await waitForRows(page, ['CRM sync', 'Migration 2025', 'Nightly report', 'Partner portal', 'Second report', 'Tutorial Token']);
		await page.getByText(/^Showing/).waitFor({ state: 'detached' });
	});

	it('offer only the actions in the menu of a token that its status allows', async () => {
		for (const record of tokensOfEveryStatus()) {
			await focusMenuItem(page, record.name, MENU_LABELS.delete);
			const menu = page.locator('.monaco-menu');
			const items = (await menu.getByRole('menuitem').allTextContents()).filter((text) => Object.values(MENU_LABELS).includes(text.trim()));
			const allowed = getAvailableActions(createTokenFromRecord(record, new Date(), 7)).map((action) => MENU_LABELS[action]);
			assert.deepEqual(items.sort(), allowed.sort(), record.name);
			await page.keyboard.press('Escape');
			await menu.waitFor({ state: 'detached' });
		}
	});

	it('sort tokens as selected', async () => {
		await viewAction(page, 'Sort Tokens…').click();
		await chooseQuickPickItem(page, 'Status, most urgent first');
		const byStatus = ['Migration 2025', 'Nightly report', 'Second report', 'CRM sync', 'Tutorial Token', 'Partner portal'];
		await waitForRows(page, byStatus);
		await viewAction(page, 'Sort Tokens…').click();
		await chooseQuickPickItem(page, 'Expiration date, latest first');
		await waitForRows(page, ['Partner portal', 'Tutorial Token', 'CRM sync', 'Second report', 'Nightly report', 'Migration 2025']);
	});

	it('filter tokens by status and by text at the same time', async () => {
		await viewAction(page, 'Filter Tokens…').click();
		await chooseQuickPickItem(page, 'Status');
		await chooseQuickPickItem(page, 'Expiring');
		await chooseQuickPickItem(page, 'Active');
		await page.keyboard.press('Enter');
		await waitForRows(page, ['Tutorial Token', 'Second report', 'Nightly report']);
		await viewAction(page, 'Filter Tokens…').click();
		await chooseQuickPickItem(page, 'Text');
		await enterText(page, 'report');
		await waitForRows(page, ['Second report', 'Nightly report']);
		await page.getByText('Showing 2 of 6 tokens').waitFor();
	});

	it('keep the sort order and the filter, and show no second reminder, after the window was reloaded', async () => {
		await waitForStored(page, /text[\\":]+report/);
		await workbench.reload(page);
		await waitForRows(page, ['Second report', 'Nightly report']);
		await page.getByText('Showing 2 of 6 tokens').waitFor();
		await statusBarItem(page, '1 expired, 2 expiring').waitFor();
		assert.equal(await (await openNotifications(page)).count(), 0);
	});

	it('explain that no token matches the filter, and offer to clear it', async () => {
		await viewAction(page, 'Filter Tokens…').click();
		await chooseQuickPickItem(page, 'Text');
		await enterText(page, 'no such token');
		await page.getByText('No tokens match the filter.').waitFor();
		await page.locator('.welcome-view').getByRole('button', { name: 'Clear Filter' }).click();
		await waitForRows(page, ['Partner portal', 'Tutorial Token', 'CRM sync', 'Second report', 'Nightly report', 'Migration 2025']);
	});

	it('disable several selected tokens at once', async () => {
		await tokenRow(page, 'Tutorial Token').click({ modifiers: ['ControlOrMeta'] });
		await tokenRow(page, 'Second report').click({ modifiers: ['ControlOrMeta'] });
		await chooseMenuItem(page, 'Second report', MENU_LABELS.disable);
		for (const name of ['Tutorial Token', 'Second report']) {
			await page.getByRole('treeitem', { name: new RegExp(`^${name}, Disabled`) }).waitFor();
		}
		await statusBarItem(page, '1 expired, 1 expiring').waitFor();
	});

	it('update the remaining time and the status as time passes', async () => {
		const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
		const createExpiringRecord = (index: number, name: string, seconds: number): TokenRecord => {
			const record = createTestRecord(index, { name });
			return { ...record, key: { ...record.key, expirationDate: inSeconds(seconds) } };
		};
		await seedTokens(userDataDir, folder, [createExpiringRecord(1, 'Ends at once', 16), createExpiringRecord(2, 'Ends soon', 106)]);
		await page.getByRole('treeitem', { name: /^Ends soon, Expiring, .*expires in 2 minutes$/ }).waitFor();
		await statusBarItem(page, '2 expiring').waitFor();
		await page.getByRole('treeitem', { name: /^Ends soon, Expiring, .*expires in 1 minute$/ }).waitFor();
		await page.getByRole('treeitem', { name: /^Ends at once, Expired, .*expired this minute$/ }).waitFor();
		await statusBarItem(page, '1 expired, 1 expiring').waitFor();
	});

	it('remove the badge and the status bar item when no token is expiring or expired', async () => {
		await seedTokens(userDataDir, folder, [createTestRecord(1)]);
		await statusBarItem(page, '').waitFor({ state: 'detached' });
		await badge(page).waitFor({ state: 'hidden' });
	});

	it('offer actions in the reminder for a single token, and stop reminding on request', async () => {
		const reminders = join(workspaceStoreFolder(userDataDir, folder), 'reminders.json');
		const resetReminders = async () => {
			const stored = JSON.parse(await readFile(reminders, 'utf8')) as object;
			await writeFile(reminders, JSON.stringify({ ...stored, told: {} }));
		};
		await seedTokens(userDataDir, folder, [createTestRecord(7, { name: 'Lone token', endsInDays: 3 })]);
		await resetReminders();
		await workbench.reload(page);
		await statusBarItem(page, '1 expiring').waitFor();
		const notification = await openNotifications(page);
		assert.match((await notification.textContent())!, /Token “Lone token” \(SU-000-000-007\) expires in 3 days\./);
		for (const name of ['Renew', 'Rotate', 'Details']) {
			await notification.getByRole('button', { name }).waitFor();
		}
		await notification.getByRole('button', { name: "Don't Remind Me" }).click();
		await eventually(async () => assert.match(await readFile(reminders, 'utf8'), /"muted":{"SU-000-000-007"/));

		await resetReminders();
		await workbench.reload(page);
		await statusBarItem(page, '1 expiring').waitFor();
		assert.equal(await (await openNotifications(page)).count(), 0);
	});
});

function statusBarItem(page: Page, text: string): Locator {
	return page.locator('.statusbar-item[id$="connectTokens.attention"]', { hasText: text });
}

function badge(page: Page): Locator {
	return page
		.locator('.activitybar')
		.getByRole('tab', { name: /^Connect Tokens/ })
		.locator('.badge-content');
}

/** Locates a button in the title bar of the view. */
function viewAction(page: Page, name: string): Locator {
	return page.locator('.part.sidebar').getByRole('button', { name }).first();
}

/** Clicks the item of a quick pick. */
async function chooseQuickPickItem(page: Page, label: string): Promise<void> {
	await page.locator('.quick-input-list .monaco-list-row').getByText(label, { exact: true }).click();
}

/** Enters text in the second step of a quick input. */
async function enterText(page: Page, text: string): Promise<void> {
	await page.locator('.quick-input-title', { hasText: '(2/2)' }).waitFor();
	await page.locator('.quick-input-widget input[type="text"]').fill(text);
	await page.keyboard.press('Enter');
}

/** Waits until the tree shows exactly these tokens, in this order. */
async function waitForRows(page: Page, names: readonly string[]): Promise<void> {
	await eventually(async () => {
		const labels = await page.locator('.part.sidebar [role="treeitem"][aria-level="2"] .label-name').allTextContents();
		assert.deepEqual(labels, names);
	});
}

/** Opens the notification center and locates the expiry reminders. Toasts may not appear during browser automation. */
async function openNotifications(page: Page): Promise<Locator> {
	await runPaletteCommand(page, 'Notifications: Show Notifications');
	await page.locator('.notifications-center.visible').waitFor();
	return page.locator('.notifications-center .notification-list-item', { hasText: /tokens? .*expire/i });
}
