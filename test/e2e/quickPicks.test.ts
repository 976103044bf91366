import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { runCommand } from '../host/driving';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { inOrder } from '../support/inOrder';
import { openWorkbench } from '../support/openWorkbench';
import { pickToken, readClipboard, showTokens, tokenRow } from '../support/walk';

describe('creating, importing and exporting by keyboard alone, in the real workbench', function () {
	this.timeout(180_000);
	inOrder();
	let workbench: Workbench;
	let folder: string;
	let page: Page;
	const apiKey = `ApiKey SU-123-456-789:${'ab'.repeat(20)}`;

	before(async () => {
		({ workbench, folder } = await openWorkbench({ settings: { 'connectTokens.clipboardSeconds': 2 } }));
		({ page } = workbench);
		await showTokens(page);
	});

	after(() => workbench.close());

	it('Quick Create refuses a field with the reason, goes back with what was answered, and creates', async () => {
		await runCommand(page, 'Connect Tokens: Quick Create Token');
		await onStep('1/6');
		await page.keyboard.press('Enter');
		await message('Enter a name of 1 to 128 characters.');
		await answer('Quick Token');
		await onStep('2/6');
		await answer('crm-7');
		await onStep('3/6');
		await back();
		await onStep('2/6');
		assert.equal(await input().inputValue(), 'crm-7');
		await page.keyboard.press('Enter');
		await onStep('3/6');
		await answer('By keyboard');
		await onStep('4/6');
		await answer('Custom date');
		await page.locator('.quick-input-message').getByText('When the token ends').waitFor();
		await answer('2020-01-01 10:00');
		await message('Choose a date in the future.');
		await answer('2099-01-01 10:00');
		await onStep('5/6');
		await back();
		await onStep('4/6');
		await page.keyboard.press('Enter');
		await page.locator('.quick-input-message').getByText('When the token ends').waitFor();
		assert.equal(await input().inputValue(), '2099-01-01 10:00');
		await page.keyboard.press('Enter');
		await onStep('5/6');
		await answer('Reports');
		await page
			.getByRole('treeitem', { name: /^Quick Token, Active, SU-[\d-]+ · Reports · Reports · expires in 7\d(\.\d)? years$/ })
			.waitFor();
	});

	it('hints at a name that another token has, and lets it be used', async () => {
		await runCommand(page, 'Connect Tokens: Quick Create Token');
		await onStep('1/6');
		await input().fill('Quick Token');
		await message('Another token has this name.');
		await page.keyboard.press('Enter');
		await onStep('2/6');
		await page.keyboard.press('Escape');
		assert.equal(await tokenRow(page, 'Quick Token').count(), 1);
	});

	it('Import offers the key on the clipboard, masked, and takes it in', async () => {
		await page.evaluate((text) => navigator.clipboard.writeText(text), apiKey);
		await runCommand(page, 'Connect Tokens: Import Token');
		await page.locator('.quick-input-list').getByText('ApiKey SU-123-456-789:**********').waitFor();
		await page.keyboard.press('Enter');
		for (const [index, text] of ['Imported Token', '', '', 'No expiration', 'Zapier'].entries()) {
			await onStep(`${index + 2}/7`);
			await answer(text);
		}
		await page.getByRole('treeitem', { name: /^Imported Token, Active, SU-123-456-789 · Zapier · Full · no expiration$/ }).waitFor();
	});

	it('copies the key that was imported, and takes it off the clipboard again', async () => {
		await page.evaluate(() => navigator.clipboard.writeText('before'));
		await runCommand(page, 'Connect Tokens: Copy API Key');
		await pickToken(page, 'Imported Token');
		await eventually(async () => assert.equal(await readClipboard(page), apiKey));
		await eventually(async () => assert.equal(await readClipboard(page), ''));
	});

	it('Import refuses what is no key, and a key that is here already', async () => {
		await page.evaluate((text) => navigator.clipboard.writeText(text), apiKey);
		await runCommand(page, 'Connect Tokens: Import Token');
		await onStep('1/7');
		await answer('ApiKey SU-123:abc');
		await message(/This is no API key/);
		await answer(apiKey);
		await message('The token SU-123-456-789 is here already.');
		await page.keyboard.press('Escape');
	});

	it('Export writes every token and no key', async () => {
		await runCommand(page, 'Connect Tokens: Export Tokens without Keys');
		const target = join(folder, 'exported.json');
		// The dialogue proposes a path once it has looked into the folder.
		await eventually(async () => assert.match(await input().inputValue(), /tokens\.json$/));
		await answer(target);
		const text = await eventually(() => readFile(target, 'utf8'));
		const exported = JSON.parse(text) as { name: string }[];
		assert.deepEqual(exported.map(({ name }) => name).sort(), ['Imported Token', 'Quick Token']);
		assert.doesNotMatch(text, /[0-9a-f]{40}/);
	});

	function input() {
		return page.locator('.quick-input-widget input[type="text"], .quick-input-widget input[type="password"]').first();
	}

	async function answer(text: string): Promise<void> {
		await input().fill(text);
		await page.keyboard.press('Enter');
	}

	function back(): Promise<void> {
		return page.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' }).click();
	}

	function onStep(count: string): Promise<void> {
		return page.locator('.quick-input-title', { hasText: `(${count})` }).waitFor();
	}

	function message(text: string | RegExp): Promise<void> {
		return page.locator('.quick-input-message').getByText(text).waitFor();
	}
});
