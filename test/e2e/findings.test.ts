import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { runCommand } from '../host/driving';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { inOrder } from '../support/inOrder';
import { openWorkbench } from '../support/openWorkbench';
import { chooseInMenu, createFromPalette, fillGeneral, finish, openFile, readClipboard, showTokens } from '../support/walk';

const NAME = 'Pasted';
const FILE = 'pasted.http';

describe('a key pasted into a request file, in the real workbench', function () {
	this.timeout(180_000);
	inOrder();
	let workbench: Workbench;
	let folder: string;
	let page: Page;
	let secret: string;
	const text = () => readFile(join(folder, FILE), 'utf8');

	before(async () => {
		({ workbench, folder } = await openWorkbench());
		({ page } = workbench);
		await showTokens(page);
		const wizard = await createFromPalette(page);
		await fillGeneral(wizard, NAME);
		await finish(wizard, '30 days', ['Products']);
		await chooseInMenu(page, NAME, 'Copy API Key');
		const key = await eventually(async () => {
			const copied = await readClipboard(page);
			assert.match(copied, /^ApiKey SU-/);
			return copied;
		});
		secret = key.slice(-40);
		await writeFile(join(folder, FILE), `GET https://api.connect.cloudblue.com/public/v1/products\nAuthorization: ${key}\n`);
	});

	after(() => workbench.close());

	it('is flagged', async () => {
		await openFile(page, FILE);
		await page.locator('.squiggly-warning').waitFor();
		await runCommand(page, 'Problems: Focus on Problems View');
		await page.locator('.markers-panel').getByText(`The API key of the token “${NAME}” stands here in plain text.`, { exact: false }).waitFor();
	});

	it('becomes a reference with one quick fix, and the file is free of the key', async () => {
		await page.locator('.monaco-editor .view-line', { hasText: 'Authorization' }).click();
		await page.keyboard.press('Control+.');
		await page.locator('.action-widget').getByText('Replace by a reference').waitFor();
		await page.keyboard.press('Enter');
		await page.locator('.monaco-editor .view-line', { hasText: '$processEnv CONNECT_SU_' }).waitFor();
		await runCommand(page, 'File: Save');
		await eventually(async () => assert.match(await text(), /^Authorization: ApiKey \{\{\$processEnv CONNECT_SU_[\d_]+\}\}$/m));
		assert.ok(!(await text()).includes(secret));
		await page.locator('.squiggly-warning').waitFor({ state: 'detached' });
	});

	it('is flagged as a reference once its token is disabled', async () => {
		await chooseInMenu(page, NAME, 'Disable Token');
		await page.locator('.squiggly-error').waitFor();
		await page.locator('.markers-panel').getByText(`The token “${NAME}” is disabled`, { exact: false }).waitFor();
	});
});
