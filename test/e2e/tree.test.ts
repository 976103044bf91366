import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { createTokenFromRecord } from '../../src/domain/token';
import { getAvailableActions } from '../../src/domain/tokenLifecycle';
import { waitForStored } from '../support/browserStorage';
import { expect, shareWorkbench, test } from '../support/e2eTest';
import { createTestRecord, seedTokens, tokensOfEveryStatus, workspaceStoreFolder } from '../support/seedTokens';
import {
	answerQuickInput,
	chooseMenuItem,
	chooseQuickPickItem,
	closeMenu,
	openContextMenu,
	showNotifications,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Menu items of the actions on a token. */
const MENU_LABELS = {
	disable: 'Disable Token',
	enable: 'Enable Token',
	rotate: 'Rotate Token…',
	renew: 'Renew Token…',
	edit: 'Edit Token',
	delete: 'Delete Token',
};

/** The text of every reminder of a token that expires. */
const REMINDER = /tokens? .*expire/i;

/** The added token expires before the previous key of “CRM sync”, which ends in 5 days. */
const everyStatusAndOne = () => [...tokensOfEveryStatus(), createTestRecord(1, { name: 'Second report', endsInDays: 4 })];

test('expiring and expired tokens are shown before the view is opened, and reminders lead to them', async ({ openWorkbench }) => {
	const workbench = await openWorkbench({ seed: (folders) => seedTokens(folders, everyStatusAndOne()) });
	const { page } = workbench;
	await expect(statusBarItem(page)).toContainText('1 expired, 2 expiring');
	await expect(viewIcon(page)).toHaveAttribute('aria-label', /API tokens: 1 expired, 2 expiring/);
	await expect(viewIcon(page).locator('.badge-content')).toHaveText('3');

	await test.step('one reminder for all of them', async () => {
		const reminder = await showNotifications(workbench, REMINDER);
		await expect(reminder).toHaveCount(1);
		await expect(reminder).toContainText('2 tokens expire within 7 days.');
		await reminder.getByRole('button', { name: 'Show Tokens' }).click();
		await expectRows(page, ['Migration 2025', 'Nightly report', 'Second report']);
		await expect(page.getByText('Showing 3 of 6 tokens')).toBeVisible();
	});

	await test.step('all tokens again without the filter', async () => {
		await viewAction(page, 'Clear Filter').click();
		await expectRows(page, ['CRM sync', 'Migration 2025', 'Nightly report', 'Partner portal', 'Second report', 'Tutorial Token']);
		await expect(page.getByText(/^Showing/)).toHaveCount(0);
	});

	await test.step('no badge and no status bar item when no token is expiring or expired', async () => {
		await seedTokens(workbench, [createTestRecord(1)]);
		await expect(statusBarItem(page)).toHaveCount(0);
		await expect(viewIcon(page).locator('.badge-content')).toBeHidden();
	});
});

test('the tree sorts and filters tokens, and keeps both after a reload', async ({ openWorkbench }) => {
	const workbench = await openWorkbench({ seed: (folders) => seedTokens(folders, everyStatusAndOne()) });
	const { page } = workbench;
	const byDate = ['Partner portal', 'Tutorial Token', 'CRM sync', 'Second report', 'Nightly report', 'Migration 2025'];
	await showTokensView(workbench);

	await test.step('sorted by status and by date', async () => {
		await viewAction(page, 'Sort Tokens…').click();
		await chooseQuickPickItem(page, 'Status, most urgent first');
		await expectRows(page, ['Migration 2025', 'Nightly report', 'Second report', 'CRM sync', 'Tutorial Token', 'Partner portal']);
		await viewAction(page, 'Sort Tokens…').click();
		await chooseQuickPickItem(page, 'Expiration date, latest first');
		await expectRows(page, byDate);
	});

	await test.step('filtered by status and by text at the same time', async () => {
		await viewAction(page, 'Filter Tokens…').click();
		await chooseQuickPickItem(page, 'Status');
		await chooseQuickPickItem(page, 'Expiring');
		await chooseQuickPickItem(page, 'Active');
		await page.keyboard.press('Enter');
		await expectRows(page, ['Tutorial Token', 'Second report', 'Nightly report']);
		await filterByText(page, 'report');
		await expectRows(page, ['Second report', 'Nightly report']);
		await expect(page.getByText('Showing 2 of 6 tokens')).toBeVisible();
	});

	await test.step('the same after a reload, without another reminder', async () => {
		await waitForStored(page, /text[\\":]+report/);
		const driver = await workbench.reload();
		await expectRows(page, ['Second report', 'Nightly report']);
		await expect(page.getByText('Showing 2 of 6 tokens')).toBeVisible();
		await expect(statusBarItem(page)).toContainText('1 expired, 2 expiring');
		await driver.executeCommand('notifications.showList');
		await expect(page.locator('.notifications-center.visible')).toBeVisible();
		await expect(page.locator('.notification-list-item', { hasText: REMINDER })).toHaveCount(0);
		await driver.executeCommand('notifications.hideList');
	});

	await test.step('an offer to clear a filter that no token matches', async () => {
		await filterByText(page, 'no such token');
		await expect(page.getByText('No tokens match the filter.')).toBeVisible();
		await page.locator('.welcome-view').getByRole('button', { name: 'Clear Filter' }).click();
		await expectRows(page, byDate);
	});
});

test.describe('in an open window', () => {
	const getWorkbench = shareWorkbench();

	test('the menu of a token offers what its status allows, also for several selected tokens', async () => {
		const workbench = getWorkbench();
		const { page } = workbench;
		await seedTokens(workbench, everyStatusAndOne());
		await showTokensView(workbench);

		for (const record of tokensOfEveryStatus()) {
			await test.step(record.name, async () => {
				const menu = await openContextMenu(page, tokenRow(page, record.name));
				await expect(menu.getByRole('menuitem', { name: MENU_LABELS.delete })).toBeVisible();
				const allowed = getAvailableActions(createTokenFromRecord(record, new Date(), 7)).map((action) => MENU_LABELS[action]);
				for (const label of Object.values(MENU_LABELS)) {
					await expect(menu.getByRole('menuitem', { name: label, exact: true })).toHaveCount(allowed.includes(label) ? 1 : 0);
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
			await expect(statusBarItem(page)).toContainText('1 expired, 1 expiring');
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
		await expect(statusBarItem(page)).toContainText('2 expiring');
		await driver.advanceClock(25 * MINUTE_MS);
		await expect(page.getByRole('treeitem', { name: /^Ends later, Expiring, .*expires in (5|6) minutes$/ })).toBeVisible();
		await expect(page.getByRole('treeitem', { name: /^Ends first, Expired, .*expired (4|5) minutes ago$/ })).toBeVisible();
		await expect(statusBarItem(page)).toContainText('1 expired, 1 expiring');
	});
});

test('the reminder for a single token offers actions, and stops on request', async ({ openWorkbench }) => {
	const workbench = await openWorkbench({
		seed: (folders) => seedTokens(folders, [createTestRecord(7, { name: 'Lone token', endsInDays: 3 })]),
	});
	const { page } = workbench;
	const reminders = join(workspaceStoreFolder(workbench), 'reminders.json');
	await expect(statusBarItem(page)).toContainText('1 expiring');
	const reminder = await showNotifications(workbench, REMINDER);
	await expect(reminder).toContainText('Token “Lone token” (SU-000-000-007) expires in 3 days.');
	for (const name of ['Renew', 'Rotate', 'Details']) {
		await expect(reminder.getByRole('button', { name })).toBeVisible();
	}
	await reminder.getByRole('button', { name: "Don't Remind Me" }).click();
	await expect.poll(() => readFile(reminders, 'utf8')).toMatch(/"muted":{"SU-000-000-007"/);

	await test.step('no reminder the next day', async () => {
		const stored = JSON.parse(await readFile(reminders, 'utf8')) as object;
		await writeFile(reminders, JSON.stringify({ ...stored, told: {} }));
		const driver = await workbench.reload();
		await expect(statusBarItem(page)).toContainText('1 expiring');
		await driver.executeCommand('notifications.showList');
		await expect(page.locator('.notifications-center.visible')).toBeVisible();
		await expect(page.locator('.notification-list-item', { hasText: REMINDER })).toHaveCount(0);
	});
});

function statusBarItem(page: Page): Locator {
	return page.locator('.statusbar-item[id$="connectTokens.attention"]');
}

function viewIcon(page: Page): Locator {
	return page.locator('.activitybar').getByRole('tab', { name: /^Connect Tokens/ });
}

/** Locates a button in the title bar of the view. */
function viewAction(page: Page, name: string): Locator {
	return page.locator('.part.sidebar').getByRole('button', { name }).first();
}

async function filterByText(page: Page, text: string): Promise<void> {
	await viewAction(page, 'Filter Tokens…').click();
	await chooseQuickPickItem(page, 'Text');
	await answerQuickInput(page, '2/2', text);
}

/** Expects the tree to show exactly these tokens, in this order. */
async function expectRows(page: Page, names: string[]): Promise<void> {
	await expect(page.locator('.part.sidebar [role="treeitem"][aria-level="2"] .label-name')).toHaveText(names);
}
