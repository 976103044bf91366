import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { readBrowserStorage, waitForStored } from '../support/browserStorage';
import { expect, shareWorkbench, test } from '../support/e2eTest';
import { createTestRecord, seedTokens, tokensOfEveryStatusAndOne, workspaceStoreFolder } from '../support/seedTokens';
import {
	answerQuickInput,
	chooseQuickPickItem,
	expectTokenRows,
	expiryStatusBarItem,
	showNotifications,
	showTokensView,
	viewAction,
} from '../support/workbenchDriver';

const DAY_MS = 86_400_000;

/** The text of every reminder of a token that expires. */
const REMINDER = /tokens? .*expire/i;

const getWorkbench = shareWorkbench();

test('the tree keeps its order and filter after a reload, when reminders lead to tokens that expire until the user mutes them', async () => {
	const workbench = getWorkbench();
	const { page } = workbench;
	const remindersFile = join(workspaceStoreFolder(workbench), 'reminders.json');
	const tokensView = page.locator('.part.sidebar .title-label', { hasText: /Connect Tokens/i });
	await seedTokens(workbench, tokensOfEveryStatusAndOne());
	const byName = ['CRM sync', 'Migration 2025', 'Nightly report', 'Partner portal', 'Second report', 'Tutorial Token'];
	const byDate = ['Partner portal', 'Tutorial Token', 'CRM sync', 'Second report', 'Nightly report', 'Migration 2025'];
	await showTokensView(workbench);

	await test.step('sorted by status and by date', async () => {
		await viewAction(page, 'Sort Tokens…').click();
		await chooseQuickPickItem(page, 'Status, most urgent first');
		await expectTokenRows(page, ['Migration 2025', 'Nightly report', 'Second report', 'CRM sync', 'Tutorial Token', 'Partner portal']);
		await viewAction(page, 'Sort Tokens…').click();
		await chooseQuickPickItem(page, 'Expiration date, latest first');
		await expectTokenRows(page, byDate);
	});

	await test.step('filtered by status and by text at the same time', async () => {
		await viewAction(page, 'Filter Tokens…').click();
		await chooseQuickPickItem(page, 'Status');
		await chooseQuickPickItem(page, 'Expiring');
		await chooseQuickPickItem(page, 'Active');
		await page.keyboard.press('Enter');
		await expectTokenRows(page, ['Tutorial Token', 'Second report', 'Nightly report']);
		await filterByText(page, 'report');
		await expectTokenRows(page, ['Second report', 'Nightly report']);
		await expect(page.getByText(/ · 2 of 6$/)).toBeVisible();
	});

	await test.step('after a reload, expiring and expired tokens are shown before the view is opened', async () => {
		await workbench.driver.executeCommand('workbench.view.explorer');
		await waitForStored(page, /text[\\":]+report/);
		// VS Code stores which view is active, unless it's the Explorer.
		await expect.poll(() => readBrowserStorage(page)).not.toContain('"workbench.view.extension.connectTokens"');
		// An earlier test may have been reminded today.
		await rm(remindersFile, { force: true });
		await workbench.reload();
		await expect(expiryStatusBarItem(page)).toContainText('1 expired, 2 expiring');
		await expect(viewIcon(page)).toHaveAttribute('aria-label', /API tokens: 1 expired, 2 expiring/);
		await expect(viewIcon(page).locator('.badge-content')).toHaveText('3');
		await expect(tokensView).toBeHidden();
	});

	const { driver } = workbench;

	await test.step('sorted and filtered as before the reload', async () => {
		await showTokensView(workbench);
		await expectTokenRows(page, ['Second report', 'Nightly report']);
		await expect(page.getByText(/ · 2 of 6$/)).toBeVisible();
	});

	await test.step('an offer to clear a filter that no token matches', async () => {
		await filterByText(page, 'no such token');
		await expect(page.getByText('No tokens match the filter.')).toBeVisible();
		await page.locator('.welcome-view').getByRole('button', { name: 'Clear Filter' }).click();
		await expectTokenRows(page, byDate);
	});

	await test.step('sorted by name again', async () => {
		await viewAction(page, 'Sort Tokens…').click();
		await chooseQuickPickItem(page, 'Name, A to Z');
		await expectTokenRows(page, byName);
	});

	await test.step('one reminder for all of them, which opens the view', async () => {
		await driver.executeCommand('workbench.view.explorer');
		await expect(tokensView).toBeHidden();
		const reminder = await showNotifications(workbench, REMINDER);
		await expect(reminder).toHaveCount(1);
		await expect(reminder).toContainText('2 tokens expire within 7 days.');
		await reminder.getByRole('button', { name: 'Show Tokens' }).click();
		await expectTokenRows(page, ['Migration 2025', 'Nightly report', 'Second report']);
		await expect(page.getByText(/ · 3 of 6$/)).toBeVisible();
	});

	await test.step('all tokens again without the filter', async () => {
		await viewAction(page, 'Clear Filter').click();
		await expectTokenRows(page, byName);
		await expect(page.getByText(/^Showing/)).toHaveCount(0);
	});

	await test.step('no badge and no status bar item when no token is expiring or expired', async () => {
		await seedTokens(workbench, [createTestRecord(1)]);
		await expect(expiryStatusBarItem(page)).toHaveCount(0);
		await expect(viewIcon(page).locator('.badge-content')).toBeHidden();
	});

	const expectRow = (text: RegExp) => expect(page.getByRole('treeitem', { name: text })).toBeVisible();
	await seedTokens(workbench, [createTestRecord(7, { name: 'Lone token', endsInDays: 4 })]);
	await expectRow(/^Lone token, Expiring, .*expires in 4 days$/);

	await test.step('a reminder for a single token offers actions, and stops on request', async () => {
		await driver.advanceClock(DAY_MS);
		const reminder = await showNotifications(workbench, REMINDER);
		await expect(reminder).toContainText('Token “Lone token” (SU-000-000-007) expires in 3 days.');
		for (const name of ['Renew', 'Rotate', 'Details']) {
			await expect(reminder.getByRole('button', { name })).toBeVisible();
		}
		await reminder.getByRole('button', { name: "Don't Remind Me" }).click();
		await expect.poll(() => readFile(remindersFile, 'utf8')).toMatch(/"muted":{"SU-000-000-007"/);
		const stored = JSON.parse(await readFile(remindersFile, 'utf8')) as object;
		await writeFile(remindersFile, JSON.stringify({ ...stored, told: {} }));
	});

	await test.step('no reminder the next day', async () => {
		await driver.advanceClock(DAY_MS);
		await expectRow(/^Lone token, Expiring, .*expires in 2 days$/);
		await driver.executeCommand('notifications.showList');
		await expect(page.locator('.notifications-center.visible')).toBeVisible();
		await expect(page.locator('.notification-list-item', { hasText: REMINDER })).toHaveCount(0);
	});
});

function viewIcon(page: Page): Locator {
	return page.locator('.activitybar').getByRole('tab', { name: /^Connect Tokens/ });
}

async function filterByText(page: Page, text: string): Promise<void> {
	await viewAction(page, 'Filter Tokens…').click();
	await chooseQuickPickItem(page, 'Text');
	await answerQuickInput(page, '2/2', text);
}
