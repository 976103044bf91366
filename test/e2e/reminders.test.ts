import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/e2eTest';
import { createTestRecord, seedTokens, tokensOfEveryStatus, workspaceStoreFolder } from '../support/seedTokens';
import { expectTokenRows, expiryStatusBarItem, showNotifications, viewAction } from '../support/workbenchDriver';

const DAY_MS = 86_400_000;

/** The text of every reminder of a token that expires. */
const REMINDER = /tokens? .*expire/i;

test('expiring and expired tokens are shown before the view is opened, and reminders lead to them until the user mutes them', async ({
	openWorkbench,
}) => {
	const workbench = await openWorkbench({
		seed: (folders) => seedTokens(folders, [...tokensOfEveryStatus(), createTestRecord(1, { name: 'Second report', endsInDays: 4 })]),
	});
	const { page, driver } = workbench;
	await expect(expiryStatusBarItem(page)).toContainText('1 expired, 2 expiring');
	await expect(viewIcon(page)).toHaveAttribute('aria-label', /API tokens: 1 expired, 2 expiring/);
	await expect(viewIcon(page).locator('.badge-content')).toHaveText('3');

	await test.step('one reminder for all of them', async () => {
		const reminder = await showNotifications(workbench, REMINDER);
		await expect(reminder).toHaveCount(1);
		await expect(reminder).toContainText('2 tokens expire within 7 days.');
		await reminder.getByRole('button', { name: 'Show Tokens' }).click();
		await expectTokenRows(page, ['Migration 2025', 'Nightly report', 'Second report']);
		await expect(page.getByText(/ · 3 of 6$/)).toBeVisible();
	});

	await test.step('all tokens again without the filter', async () => {
		await viewAction(page, 'Clear Filter').click();
		await expectTokenRows(page, ['CRM sync', 'Migration 2025', 'Nightly report', 'Partner portal', 'Second report', 'Tutorial Token']);
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
		const reminders = join(workspaceStoreFolder(workbench), 'reminders.json');
		await expect.poll(() => readFile(reminders, 'utf8')).toMatch(/"muted":{"SU-000-000-007"/);
		const stored = JSON.parse(await readFile(reminders, 'utf8')) as object;
		await writeFile(reminders, JSON.stringify({ ...stored, told: {} }));
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
