import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { eventually } from '../support/eventually';
import { openWorkbench, REQUESTS_FILE } from '../support/openWorkbench';
import {
	clickCreate,
	openWizardFromWelcome,
	fillGeneralStep,
	insertHeader,
	goToWizardStep,
	openFile,
	readClipboard,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

describe('the main path: from an empty view to a request with a token', function () {
	this.timeout(180_000);
	skipRestAfterFailure();
	let workbench: Workbench;
	let folder: string;
	let page: Page;

	before(async () => {
		({ workbench, folder } = await openWorkbench());
		({ page } = workbench);
	});

	after(() => workbench.close());

	it('opens the wizard from the empty Tokens view', async () => {
		await showTokensView(page);
		await openWizardFromWelcome(page);
	});

	it('completes all five steps', async () => {
		const wizard = await waitForWebviewFrame(page, 'Create Token');
		await fillGeneralStep(wizard, 'Tutorial Token', 'crm-42', 'The token of the tutorial');
		await goToWizardStep(wizard, 'Expiration');
		await wizard.getByRole('radio', { name: '90 days' }).click();
		await goToWizardStep(wizard, 'Extension');
		await wizard.getByRole('radio', { name: 'Custom' }).click();
		await goToWizardStep(wizard, 'Permissions');
		await wizard.getByRole('checkbox', { name: 'Subscriptions' }).click();
		await wizard.getByRole('checkbox', { name: 'Account' }).click();
		await clickCreate(wizard);
		for (const text of ['Tutorial Token', 'crm-42', 'The token of the tutorial', 'Custom', 'Subscriptions', 'Account']) {
			await wizard.getByText(text, { exact: true }).first().waitFor();
		}
	});

	it('shows and copies the key on the details page', async () => {
		const wizard = await waitForWebviewFrame(page, 'Create Token');
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		const details = await waitForWebviewFrame(page, 'Tutorial Token');
		await details.getByText(/^ApiKey SU-[\d-]+:\*{10}$/).waitFor();
		await details.getByRole('button', { name: 'View' }).click();
		const shown = await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).textContent();
		await details.getByRole('button', { name: 'Copy' }).click();
		await details.getByText('Copied').waitFor();
		assert.equal(await readClipboard(page), shown);
	});

	it('shows the token in the tree', async () => {
		const row = tokenRow(page, 'Tutorial Token');
		await row.waitFor();
		const text = await row.textContent();
		assert.match(text!, /Tutorial Token\s*SU-\d{3}-\d{3}-\d{3} · Custom · Account, Subscriptions · expires in 90 days/);
	});

	it('inserts the header into the request at the cursor', async () => {
		await openFile(page, 'requests.http');
		await page.locator('.view-line', { hasText: 'Content-Type' }).click();
		await insertHeader(page, 'Tutorial Token');
		await page.locator('.view-line', { hasText: 'Authorization' }).waitFor();
		await runPaletteCommand(page, 'File: Save');
		const expected = REQUESTS_FILE.replace('/products\n', `/products\nAuthorization: ${await readClipboard(page)}\n`);
		await eventually(async () => assert.equal(await readFile(join(folder, 'requests.http'), 'utf8'), expected));
	});
});
