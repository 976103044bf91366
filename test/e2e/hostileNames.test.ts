import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { expect, test } from '../support/e2eTest';
import { createTestRecord, seedTokens } from '../support/seedTokens';
import { detailsPage, openFile, quickInputField, runPaletteCommand, showNotifications, showTokensView } from '../support/workbenchDriver';

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

test('token names that contain markup are plain text everywhere', async ({ openWorkbench }) => {
	const tokens = HOSTILE_NAMES.map((name, index) =>
		createTestRecord(index + 1, { name, externalId: name.slice(0, 40), description: name, endsInDays: index === 2 ? 3 : 90 }),
	);
	const workbench = await openWorkbench({
		seed: async (folders) => {
			await writeFile(
				join(folders.folder, 'references.http'),
				tokens.map(({ id }) => `GET http://localhost:3000\nAuthorization: ${formatAuthorizationReference(id)}\n\n###\n`).join(''),
			);
			await seedTokens(folders, tokens);
		},
	});
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
			await row.hover();
			const tooltip = page.locator('.monaco-hover', { hasText: 'External ID' });
			await expect(tooltip.getByText(name, { exact: true }).first()).toBeVisible();
			await expect(tooltip.locator('a, img, .codicon-trash')).toHaveCount(0);
			await row.click();
			await expect(tooltip).toBeHidden();
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
