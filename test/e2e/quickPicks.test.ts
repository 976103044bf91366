import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { expect, shareWorkbench, test } from '../support/e2eTest';
import {
	allowKeyCopy,
	answerQuickInput,
	answerQuickPick,
	exposedKeysStatusBarItem,
	openFile,
	pickTokenInQuickPick,
	quickInputField,
	readClipboard,
	runPaletteCommand,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

const getWorkbench = shareWorkbench({ 'connectTokens.clipboardSeconds': 1 });

const expectStep = (page: Page, count: string) => expect(page.locator('.quick-input-title', { hasText: `(${count})` })).toBeVisible();
const expectMessage = (page: Page, text: string) => expect(page.locator('.quick-input-message').getByText(text)).toBeVisible();

test('Quick Create validates each field, keeps entered values when going back, and warns about a name that another token has', async () => {
	const workbench = getWorkbench();
	const { page } = workbench;
	const goBack = () => page.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' }).click();
	await showTokensView(workbench);

	await test.step('create a token', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Quick Create Token…');
		await answerQuickInput(page, '1/3', '');
		await expectMessage(page, 'Enter a name with 1 to 128 characters.');
		await answerQuickInput(page, '1/3', 'Quick Token');
		await answerQuickPick(page, '2/3', 'More…');
		await answerQuickInput(page, '2/6', 'crm-7');
		await expectStep(page, '3/6');
		await goBack();
		await expectStep(page, '2/6');
		await expect(quickInputField(page)).toHaveValue('crm-7');
		await page.keyboard.press('Enter');
		await answerQuickInput(page, '3/6', 'By keyboard');
		await answerQuickPick(page, '4/6', 'Custom date and time');
		await expectMessage(page, 'When the token expires');
		await answerQuickInput(page, '4/6', '2020-01-01 10:00');
		await expectMessage(page, 'Choose a date in the future.');
		await answerQuickInput(page, '4/6', '2099-01-01 10:00');
		await expectStep(page, '5/6');
		await goBack();
		await expectStep(page, '4/6');
		await expect(page.locator('.quick-input-list .monaco-list-row.focused')).toContainText('Custom date and time');
		await page.keyboard.press('Enter');
		await expectMessage(page, 'When the token expires');
		await expect(quickInputField(page)).toHaveValue('2099-01-01 10:00');
		await page.keyboard.press('Enter');
		await answerQuickPick(page, '5/6', 'Reports');
		await expect(
			page.getByRole('treeitem', { name: /^Quick Token, Active, SU-[\d-]+ · Reports · Reports · expires in 7\d(\.\d)? years$/ }),
		).toBeVisible();
	});

	await test.step('enter the same name again', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Quick Create Token…');
		await expectStep(page, '1/3');
		await quickInputField(page).fill('Quick Token');
		await expectMessage(page, 'Another token already has this name.');
		await page.keyboard.press('Enter');
		await expectStep(page, '2/3');
		await page.keyboard.press('Escape');
		await expect(page.locator('.quick-input-widget')).toBeHidden();
		await expect(tokenRow(page, 'Quick Token')).toHaveCount(1);
	});
});

test('a key on the clipboard is imported, can be copied until the clipboard is cleared, and is not imported again', async () => {
	const apiKey = `ApiKey SU-123-456-789:${'ab'.repeat(20)}`;
	const workbench = getWorkbench();
	const { page } = workbench;
	await showTokensView(workbench);

	await test.step('import the key, which is shown masked', async () => {
		await page.evaluate((text) => navigator.clipboard.writeText(text), apiKey);
		await runPaletteCommand(page, 'Connect Tokens: Import Token…');
		await expectStep(page, '1/4');
		await expect(page.locator('.quick-input-list .monaco-list-row.focused')).toContainText('ApiKey SU-123-456-789:**********');
		await page.keyboard.press('Enter');
		await answerQuickInput(page, '2/4', 'Imported Token');
		await answerQuickPick(page, '3/4', 'More…');
		await answerQuickInput(page, '3/7', '');
		await answerQuickInput(page, '4/7', '');
		await answerQuickPick(page, '5/7', 'No expiration');
		await answerQuickPick(page, '6/7', 'Zapier');
		await expect(
			page.getByRole('treeitem', { name: /^Imported Token, Active, SU-123-456-789 · Zapier · Full · no expiration$/ }),
		).toBeVisible();
	});

	await test.step('copy the key, which is removed from the clipboard after a second', async () => {
		const writtenTexts = await recordClipboard(page);
		await runPaletteCommand(page, 'Connect Tokens: Copy API Key');
		await pickTokenInQuickPick(page, 'Imported Token');
		await allowKeyCopy(page);
		await expect.poll(writtenTexts).toEqual([apiKey, '']);
		expect(await readClipboard(page)).toBe('');
	});

	await test.step("try to import text that isn't a key, and a key that already exists", async () => {
		await page.evaluate((text) => navigator.clipboard.writeText(text), apiKey);
		await runPaletteCommand(page, 'Connect Tokens: Import Token…');
		await answerQuickPick(page, '1/4', 'Paste an API key');
		await expectMessage(page, 'Paste the API key');
		await answerQuickInput(page, '1/4', 'ApiKey SU-123:abc');
		await expectMessage(page, 'Invalid API key');
		await answerQuickInput(page, '1/4', apiKey);
		await expectMessage(page, 'Token SU-123-456-789 already exists in this workspace.');
	});
});

test('exposed keys are shown in the status bar, which opens a list where an allowed host is revoked', async () => {
	const workbench = getWorkbench();
	const { page, driver, folder } = workbench;
	const { id } = await driver.createToken({ name: 'Exposed Token' });
	const statusBarItem = exposedKeysStatusBarItem(page);
	const rows = page.locator('.quick-input-list .monaco-list-row');
	await writeFile(join(folder, 'exposed.http'), `GET https://api.test/x\nAuthorization: ${formatAuthorizationReference(id)}\n`);
	await openFile(workbench, 'exposed.http');

	await test.step('nothing is exposed to a host that is not allowed', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Manage Key Access');
		await expect(rows.filter({ hasText: 'No API keys are exposed' })).toContainText('while an editor shows a request');
		await expect(statusBarItem).toBeHidden();
		await page.keyboard.press('Escape');
	});

	await test.step('allow the host, which exposes the key', async () => {
		await driver.startCommand('connectTokens.allowHost', { tokenId: id, sourceId: 'workspace', origin: 'https://api.test' });
		await page.getByRole('dialog', { name: 'api.test' }).getByRole('button', { name: 'Allow', exact: true }).click();
		await expect(statusBarItem).toHaveText('1');
		await expect(statusBarItem.locator('a')).toHaveAttribute(
			'aria-label',
			new RegExp(`^The API key of “Exposed Token” \\(${id}\\) is exposed`),
		);
	});

	await test.step('revoke the host in the list, which updates the list and the status bar', async () => {
		await statusBarItem.click();
		await expect(rows.filter({ hasText: 'Exposed Token' }).first()).toContainText('Used by visible requests in exposed.http');
		const host = rows.filter({ hasText: 'api.test' });
		await host.hover();
		await host.getByRole('button', { name: 'Revoke' }).click();
		await expect(host).toHaveCount(0);
		await expect(rows.filter({ hasText: 'No API keys are exposed' })).toBeVisible();
		await expect(statusBarItem).toBeHidden();
		await page.keyboard.press('Escape');
	});
});

test('all tokens are exported without keys', async () => {
	const { page, driver, folder } = getWorkbench();
	const tokens = [await driver.createToken({ name: 'First' }), await driver.createToken({ name: 'Second' })];
	const target = join(folder, 'exported.json');
	await runPaletteCommand(page, 'Connect Tokens: Export Tokens (Without Keys)…');
	// The dialog proposes a path only after it has read the folder.
	await expect(quickInputField(page)).toHaveValue(/tokens\.json$/);
	await quickInputField(page).fill(target);
	await page.keyboard.press('Enter');
	const exportedText = () => readFile(target, 'utf8').catch(() => '');
	await expect.poll(exportedText).toMatch(/\n]\n$/);
	const text = await exportedText();
	expect((JSON.parse(text) as { name: string }[]).map(({ name }) => name).sort()).toEqual(tokens.map(({ name }) => name));
	expect(text).not.toMatch(/[0-9a-f]{40}/);
});

/** Records what VS Code writes to the clipboard from now on. Polling could miss a text that's cleared soon. */
async function recordClipboard(page: Page): Promise<() => Promise<readonly string[]>> {
	const written = await page.evaluateHandle(() => {
		const texts: string[] = [];
		const write = navigator.clipboard.writeText.bind(navigator.clipboard);
		navigator.clipboard.writeText = async (text) => {
			await write(text);
			texts.push(text);
		};
		return texts;
	});
	return () => written.jsonValue();
}
