import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { expect, shareWorkbench, test } from '../support/e2eTest';
import { createTestRecord, seedTokens } from '../support/seedTokens';
import {
	answerQuickInput,
	answerQuickPick,
	chooseMenuItem,
	createTokenWithKey,
	openFile,
	saveFile,
	showNotifications,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

const getWorkbench = shareWorkbench();

/** Created at run time, so that no file contains anything that looks like a key. */
const fakeApiKey = (tokenId: string) => `ApiKey ${tokenId}:${createHash('sha1').update(tokenId).digest('hex')}`;
const requestWith = (authorization: string) => `GET http://localhost:3000/products\nAuthorization: ${authorization}\n`;

test('a pasted key is reported and replaced with a reference, which is reported once its token is disabled', async () => {
	const workbench = getWorkbench();
	const { page, driver, folder } = workbench;
	const { token, apiKey } = await createTokenWithKey(workbench, 'Pasted');
	const file = join(folder, 'pasted.http');
	await writeFile(file, requestWith(apiKey));
	await showTokensView(workbench);
	await openFile(workbench, 'pasted.http');
	const problem = (text: string) => page.locator('.markers-panel').getByText(text);

	await test.step('see the key in the Problems panel', async () => {
		await driver.executeCommand('workbench.actions.view.problems');
		await expect(problem('Plain-text API key for token “Pasted”.')).toBeVisible();
	});

	await test.step('replace the key with a quick fix, which removes it from the file', async () => {
		await applyQuickFix(page, 'Replace with reference');
		await expect(page.locator('.part.editor .view-line', { hasText: '$processEnv CONNECT_SU_' })).toBeVisible();
		await saveFile(workbench);
		await expect.poll(() => readFile(file, 'utf8')).toBe(requestWith(formatAuthorizationReference(token.id)));
		await expect(page.locator('.squiggly-warning')).toHaveCount(0);
	});

	await test.step('disable the token', async () => {
		await chooseMenuItem(page, 'Pasted', 'Disable Token');
		await expect(page.locator('.squiggly-error')).toBeVisible();
		await expect(problem('Token “Pasted” is disabled')).toBeVisible();
	});
});

test('a pasted key of an unknown token is imported, and then replaced at its current position', async () => {
	const tokenId = 'SU-000-000-002';
	const workbench = getWorkbench();
	const { page, folder } = workbench;
	const file = join(folder, 'unknown.http');
	await writeFile(file, requestWith(fakeApiKey(tokenId)));
	await openFile(workbench, 'unknown.http');
	await applyQuickFix(page, 'Import API key and replace with reference');
	await expect(page.locator('.quick-input-title', { hasText: '(1/3)' })).toBeVisible();
	await writeFile(file, `# Added meanwhile\n${requestWith(fakeApiKey(tokenId))}`);
	await expect(page.locator('.part.editor .view-line', { hasText: 'Added meanwhile' })).toBeVisible();
	await answerQuickInput(page, '1/3', 'Imported');
	await answerQuickPick(page, '2/3', 'No expiration');
	await page.locator('.quick-input-list .monaco-list-row', { hasText: 'All Modules' }).click();
	await page.keyboard.press('Enter');
	await answerQuickPick(page, '3/3', 'Full');
	await expect(page.locator('.part.editor .view-line', { hasText: '$processEnv CONNECT_SU_' })).toBeVisible();
	await saveFile(workbench);
	await expect.poll(() => readFile(file, 'utf8')).toBe(`# Added meanwhile\n${requestWith(formatAuthorizationReference(tokenId))}`);
});

test("a pasted key that's missing from the vault isn't replaced, and a notification explains why", async () => {
	const token = createTestRecord(1, { name: 'Lost' });
	const workbench = getWorkbench();
	const { page, folder } = workbench;
	await showTokensView(workbench);
	await seedTokens(workbench, [token]);
	await expect(tokenRow(page, 'Lost')).toBeVisible();
	await writeFile(join(folder, 'lost.http'), requestWith(fakeApiKey(token.id)));
	await openFile(workbench, 'lost.http');
	await applyQuickFix(page, 'Replace with reference');
	await expect(await showNotifications(workbench, `The API key of ${token.id} isn't in VS Code's secret storage`)).toBeVisible();
	await expect(page.locator('.part.editor .view-line', { hasText: fakeApiKey(token.id) })).toBeVisible();
});

/** Applies the first quick fix for the key in the active editor, which must have this title. */
async function applyQuickFix(page: Page, title: string): Promise<void> {
	// Until VS Code has the diagnostic, it has no quick fixes for it.
	await expect(page.locator('.squiggly-warning')).toBeVisible();
	await page.locator('.part.editor .view-line', { hasText: 'Authorization: ApiKey SU-' }).click();
	await expect(page.locator('.part.editor .monaco-editor.focused')).toBeVisible();
	// A menu that opens while VS Code is still looking for quick fixes closes again.
	await expect(page.locator('.part.editor .lightBulbWidget')).toBeVisible();
	// The panel of a submenu, which is empty, has the class, too.
	const menu = page.locator('.action-widget:not(.action-list-submenu-panel)');
	const quickFix = menu.locator('.monaco-list-row.focused', { hasText: title });
	// If VS Code looks for quick fixes by itself at this moment, it closes the menu, so the user opens it again.
	await expect(async () => {
		if (!(await menu.isVisible())) {
			await page.keyboard.press('Control+.');
		}
		await expect(quickFix).toBeVisible({ timeout: 5_000 });
	}).toPass({ timeout: 60_000 });
	await page.keyboard.press('Enter');
	await expect(quickFix).toBeHidden();
}
