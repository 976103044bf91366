import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { runPaletteCommand } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import { pickTokenInQuickPick, readClipboard, showTokensView, tokenRow } from '../support/workbenchDriver';

describe('creating, importing, and exporting tokens with the keyboard only, in the real workbench', function () {
	this.timeout(180_000);
	skipRestAfterFailure();
	let workbench: Workbench;
	let folder: string;
	let page: Page;
	const apiKey = `ApiKey SU-123-456-789:${'ab'.repeat(20)}`;

	before(async () => {
		({ workbench, folder } = await openWorkbench({ settings: { 'connectTokens.clipboardSeconds': 2 } }));
		({ page } = workbench);
		await showTokensView(page);
	});

	after(() => workbench.close());

	it('validates each field of Quick Create, keeps entered values when going back, and creates the token', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Quick Create Token…');
		await waitForInputStep('1/6');
		await page.keyboard.press('Enter');
		await waitForMessage('Enter a name with 1 to 128 characters.');
		await answerInput('Quick Token');
		await waitForInputStep('2/6');
		await answerInput('crm-7');
		await waitForInputStep('3/6');
		await goBack();
		await waitForInputStep('2/6');
		assert.equal(await input().inputValue(), 'crm-7');
		await page.keyboard.press('Enter');
		await waitForInputStep('3/6');
		await answerInput('By keyboard');
		await waitForInputStep('4/6');
		await answerInput('Custom date');
		await page.locator('.quick-input-message').getByText('When the token expires').waitFor();
		await answerInput('2020-01-01 10:00');
		await waitForMessage('Choose a date in the future.');
		await answerInput('2099-01-01 10:00');
		await waitForInputStep('5/6');
		await goBack();
		await waitForInputStep('4/6');
		await page.keyboard.press('Enter');
		await page.locator('.quick-input-message').getByText('When the token expires').waitFor();
		assert.equal(await input().inputValue(), '2099-01-01 10:00');
		await page.keyboard.press('Enter');
		await waitForInputStep('5/6');
		await answerInput('Reports');
		await page
			.getByRole('treeitem', { name: /^Quick Token, Active, SU-[\d-]+ · Reports · Reports · expires in 7\d(\.\d)? years$/ })
			.waitFor();
	});

	it('warns about a name that another token has, and allows it', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Quick Create Token…');
		await waitForInputStep('1/6');
		await input().fill('Quick Token');
		await waitForMessage('Another token already has this name.');
		await page.keyboard.press('Enter');
		await waitForInputStep('2/6');
		await page.keyboard.press('Escape');
		assert.equal(await tokenRow(page, 'Quick Token').count(), 1);
	});

	it('offers the key on the clipboard for import, masked, and imports it', async () => {
		await page.evaluate((text) => navigator.clipboard.writeText(text), apiKey);
		await runPaletteCommand(page, 'Connect Tokens: Import Token…');
		await page.locator('.quick-input-list').getByText('ApiKey SU-123-456-789:**********').waitFor();
		await page.keyboard.press('Enter');
		for (const [index, text] of ['Imported Token', '', '', 'No expiration', 'Zapier'].entries()) {
			await waitForInputStep(`${index + 2}/7`);
			await answerInput(text);
		}
		await page.getByRole('treeitem', { name: /^Imported Token, Active, SU-123-456-789 · Zapier · Full · no expiration$/ }).waitFor();
	});

	it('copies the imported key, and clears the clipboard again', async () => {
		await page.evaluate(() => navigator.clipboard.writeText('before'));
		await runPaletteCommand(page, 'Connect Tokens: Copy API Key');
		await pickTokenInQuickPick(page, 'Imported Token');
		await eventually(async () => assert.equal(await readClipboard(page), apiKey));
		await eventually(async () => assert.equal(await readClipboard(page), ''));
	});

	it("rejects the import of text that isn't a key, and of a key that already exists", async () => {
		await page.evaluate((text) => navigator.clipboard.writeText(text), apiKey);
		await runPaletteCommand(page, 'Connect Tokens: Import Token…');
		await waitForInputStep('1/7');
		await answerInput('ApiKey SU-123:abc');
		await waitForMessage(/Invalid API key/);
		await answerInput(apiKey);
		await waitForMessage('Token SU-123-456-789 already exists in this workspace.');
		await page.keyboard.press('Escape');
	});

	it('exports all tokens without keys', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Export Tokens (Without Keys)…');
		const target = join(folder, 'exported.json');
		// The dialog proposes a path only after it has read the folder.
		await eventually(async () => assert.match(await input().inputValue(), /tokens\.json$/));
		await answerInput(target);
		const text = await eventually(() => readFile(target, 'utf8'));
		const exported = JSON.parse(text) as { name: string }[];
		assert.deepEqual(exported.map(({ name }) => name).sort(), ['Imported Token', 'Quick Token']);
		assert.doesNotMatch(text, /[0-9a-f]{40}/);
	});

	function input() {
		return page.locator('.quick-input-widget input[type="text"], .quick-input-widget input[type="password"]').first();
	}

	async function answerInput(text: string): Promise<void> {
		await input().fill(text);
		await page.keyboard.press('Enter');
	}

	function goBack(): Promise<void> {
		return page.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' }).click();
	}

	function waitForInputStep(count: string): Promise<void> {
		return page.locator('.quick-input-title', { hasText: `(${count})` }).waitFor();
	}

	function waitForMessage(text: string | RegExp): Promise<void> {
		return page.locator('.quick-input-message').getByText(text).waitFor();
	}
});
