import assert from 'node:assert/strict';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from '@playwright/test';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { readExtensionLogs } from '../support/extensionLogs';
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

describe('the lifecycle of a token, in the real workbench', function () {
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

	it('starts as active', async () => {
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, TOKEN_NAME);
		await completeWizard(wizard, '30 days', ['Usage']);
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		await waitForStatus(page, 'Active');
	});

	it('is expiring when less than a week is left', async () => {
		await shiftStoredDates(workbench, 25);
		await waitForStatus(page, 'Expiring');
		await (await findDetailsFrame(page)).getByText('Expiring').first().waitFor();
	});

	it('is revitalised after Renew from the tree, and then shows both keys', async () => {
		await chooseMenuItem(page, TOKEN_NAME, 'Renew Token…');
		const details = await findDetailsFrame(page);
		await details.getByRole('radio', { name: /Same lifetime/ }).waitFor();
		await details.getByRole('button', { name: 'Renew', exact: true }).click();
		await waitForStatus(page, 'Revitalised');
		await details.getByText('Previous key').first().waitFor();
		await eventually(async () => assert.equal(await details.getByText(/^ApiKey SU-[\d-]+:\*{10}$/).count(), 2));
	});

	it("isn't renewable from any menu while it's revitalised", async () => {
		await focusMenuItem(page, TOKEN_NAME, 'Rotate Token…');
		assert.equal(await page.locator('.monaco-menu').getByText('Renew Token…').count(), 0);
		await page.keyboard.press('Escape');
		await page.locator('.monaco-menu').waitFor({ state: 'detached' });
		const menu = await openMenu(await findDetailsFrame(page));
		assert.equal(await menu.getByRole('menuitem', { name: 'Renew…' }).count(), 0);
		await menu.getByRole('menuitem').first().press('Escape');
	});

	it('is active again after the previous key has expired, and finally expired', async () => {
		await shiftStoredDates(workbench, 10);
		await waitForStatus(page, 'Active');
		await shiftStoredDates(workbench, 25);
		await waitForStatus(page, 'Expired');
	});

	it('is active again after Rotate from the details page', async () => {
		const details = await findDetailsFrame(page);
		await (await openMenu(details)).getByRole('menuitem', { name: 'Rotate…' }).click();
		await details.getByRole('radio', { name: '90 days' }).click();
		await details.getByRole('button', { name: 'Rotate', exact: true }).click();
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

	it('is edited on the details page', async () => {
		const details = await findDetailsFrame(page);
		await details.getByRole('button', { name: 'Edit' }).click();
		await details.getByRole('textbox', { name: 'Description' }).fill('Edited in place');
		await details.getByRole('button', { name: 'Save' }).click();
		await details.getByText('Edited in place').first().waitFor();
		await details.getByRole('button', { name: 'Edit' }).waitFor();
	});

	it('is deleted from the details page after a confirmation that names it', async () => {
		const details = await findDetailsFrame(page);
		await (await openMenu(details)).getByRole('menuitem', { name: 'Delete' }).click();
		const dialog = page.locator('.monaco-dialog-box');
		await dialog.getByText(TOKEN_NAME).waitFor();
		await dialog.getByRole('button', { name: 'Delete' }).click();
		await details.getByText('Token deleted').waitFor();
		await tokenRow(page, TOKEN_NAME).waitFor({ state: 'detached' });
	});

	it('logs the activation, and each action with its duration', async () => {
		const log = Object.values(await readExtensionLogs(workbench.userDataDir)).join('\n');
		assert.match(log, /\[info\] .*\bactivated\b/i);
		assert.match(log, /\[info\] .* completed in \d+ ms/);
	});
});

async function waitForStatus(page: Page, text: string): Promise<void> {
	await page.getByRole('treeitem', { name: new RegExp(`^${TOKEN_NAME}, ${text},`) }).waitFor();
}

function findDetailsFrame(page: Page): Promise<Frame> {
	return waitForWebviewFrame(page, TOKEN_NAME);
}

async function openMenu(details: Frame) {
	await details.getByRole('button', { name: 'More Actions' }).click();
	const menu = details.getByRole('menu');
	await menu.waitFor();
	return menu;
}

/** Simulates that days have passed by moving all dates of the stored tokens into the past. */
async function shiftStoredDates({ userDataDir }: Workbench, days: number): Promise<void> {
	const workspaces = join(userDataDir, 'User', 'globalStorage', 'connect-tokens.connect-tokens', 'workspaces');
	const [workspace] = await readdir(workspaces);
	const path = join(workspaces, workspace!, 'tokens.json');
	const text = await readFile(path, 'utf8');
	const shifted = text.replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, (date) => new Date(Date.parse(date) - days * DAY_MS).toISOString());
	await writeFile(`${path}.moved`, shifted);
	await rename(`${path}.moved`, path);
}
