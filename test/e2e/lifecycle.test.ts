import assert from 'node:assert/strict';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import {
	chooseMenuItem,
	openWizardFromPalette,
	fillGeneralStep,
	completeWizard,
	focusMenuItem,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

const DAY_MS = 86_400_000;
const TOKEN_NAME = 'Lively Token';

describe('the life of a token, in the real workbench', function () {
	this.timeout(240_000);
	skipRestAfterFailure();
	let workbench: Workbench;
	let page: Page;

	before(async () => {
		({ workbench } = await openWorkbench());
		({ page } = workbench);
		await showTokensView(page);
	});

	after(() => workbench.close());

	it('begins active', async () => {
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, TOKEN_NAME);
		await completeWizard(wizard, '30 days', ['Usage']);
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		await waitForStatus(page, 'Active');
	});

	it('is expiring when a week is left', async () => {
		await shiftStoredDates(workbench, 25);
		await waitForStatus(page, 'Expiring');
		await (await openDetailsFrame(page)).getByText('Expiring').first().waitFor();
	});

	it('is revitalised by Renew from the tree, and then shows both keys', async () => {
		await chooseMenuItem(page, TOKEN_NAME, 'Renew Token…');
		const shown = await openDetailsFrame(page);
		await shown.getByRole('radio', { name: /Same lifetime/ }).waitFor();
		await shown.getByRole('button', { name: 'Renew', exact: true }).click();
		await waitForStatus(page, 'Revitalised');
		await shown.getByText('Previous key').first().waitFor();
		await eventually(async () => assert.equal(await shown.getByText(/^ApiKey SU-[\d-]+:\*{10}$/).count(), 2));
	});

	it('refuses Renew while it is revitalised, in every menu', async () => {
		await focusMenuItem(page, TOKEN_NAME, 'Rotate Token…');
		assert.equal(await page.locator('.monaco-menu').getByText('Renew Token…').count(), 0);
		await page.keyboard.press('Escape');
		await page.locator('.monaco-menu').waitFor({ state: 'detached' });
		const menu = await openMenu(await openDetailsFrame(page));
		assert.equal(await menu.getByRole('menuitem', { name: 'Renew…' }).count(), 0);
		await menu.getByRole('menuitem').first().press('Escape');
	});

	it('is active with one key when the previous one is over, and expired in the end', async () => {
		await shiftStoredDates(workbench, 10);
		await waitForStatus(page, 'Active');
		await shiftStoredDates(workbench, 25);
		await waitForStatus(page, 'Expired');
	});

	it('works again after Rotate from the details', async () => {
		const shown = await openDetailsFrame(page);
		await (await openMenu(shown)).getByRole('menuitem', { name: 'Rotate…' }).click();
		await shown.getByRole('radio', { name: '90 days' }).click();
		await shown.getByRole('button', { name: 'Rotate', exact: true }).click();
		await waitForStatus(page, 'Active');
	});

	it('is disabled from the palette and enabled from the tree', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Disable Token');
		await page.locator('.quick-input-list').getByText(TOKEN_NAME).click();
		await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
		await waitForStatus(page, 'Disabled');
		await chooseMenuItem(page, TOKEN_NAME, 'Enable Token');
		await waitForStatus(page, 'Active');
	});

	it('is edited in place', async () => {
		const shown = await openDetailsFrame(page);
		await shown.getByRole('button', { name: 'Edit' }).click();
		await shown.getByRole('textbox', { name: 'Description' }).fill('Edited in place');
		await shown.getByRole('button', { name: 'Save' }).click();
		await shown.getByText('Edited in place').first().waitFor();
		await shown.getByRole('button', { name: 'Edit' }).waitFor();
	});

	it('is deleted from the details, after a question that names it', async () => {
		const shown = await openDetailsFrame(page);
		await (await openMenu(shown)).getByRole('menuitem', { name: 'Delete…' }).click();
		const dialog = page.locator('.monaco-dialog-box');
		await dialog.getByText(TOKEN_NAME).waitFor();
		await dialog.getByRole('button', { name: 'Delete' }).click();
		await shown.getByText('Token deleted').waitFor();
		await tokenRow(page, TOKEN_NAME).waitFor({ state: 'detached' });
	});
});

async function waitForStatus(page: Page, text: string): Promise<void> {
	await page.getByRole('treeitem', { name: new RegExp(`^${TOKEN_NAME}, ${text},`) }).waitFor();
}

function openDetailsFrame(page: Page): Promise<Frame> {
	return waitForWebviewFrame(page, TOKEN_NAME);
}

async function openMenu(shown: Frame) {
	await shown.getByRole('button', { name: 'More Actions' }).click();
	const menu = shown.getByRole('menu');
	await menu.waitFor();
	return menu;
}

/** Lets days pass for the tokens: their dates move into the past, which to the extension is the clock moving on. */
async function shiftStoredDates({ userDataDir }: Workbench, days: number): Promise<void> {
	const workspaces = join(userDataDir, 'User', 'globalStorage', 'connect-tokens.connect-tokens', 'workspaces');
	const [workspace] = await readdir(workspaces);
	const path = join(workspaces, workspace!, 'tokens.json');
	const text = await readFile(path, 'utf8');
	const shiftDate = text.replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, (date) => new Date(Date.parse(date) - days * DAY_MS).toISOString());
	await writeFile(`${path}.moved`, shiftDate);
	await rename(`${path}.moved`, path);
}
