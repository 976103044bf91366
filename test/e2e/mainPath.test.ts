import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { runCommand, webviewFrame } from '../host/driving';
import { root } from '../host/paths';
import { launchWorkbench, type Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';

const REQUESTS = `### List accounts
GET https://api.connect.cloudblue.com/public/v1/accounts?limit=1
Accept: application/json

### Create a product
POST https://api.connect.cloudblue.com/public/v1/products
Content-Type: application/json

{ "name": "Tutorial" }
`;

describe('the main path, as a person goes it', function () {
	this.timeout(180_000);
	// Each step stands on the one before.
	this.bail(true);
	let folder: string;
	let workbench: Workbench;
	let page: Page;

	before(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-e2e-'));
		await writeFile(join(folder, 'requests.http'), REQUESTS);
		workbench = await launchWorkbench({ folder, extensionDevelopmentPath: root, openFile: join(folder, 'requests.http') });
		({ page } = workbench);
	});

	after(async () => {
		await workbench.close();
		await rm(folder, { recursive: true, force: true });
	});

	it('opens the wizard from the welcome of the empty Tokens view', async () => {
		await page.locator('.activitybar').getByRole('tab', { name: 'Connect Tokens' }).click();
		await page.locator('.welcome-view').getByRole('button', { name: 'Create Token' }).click();
		const wizard = await webviewFrame(page, 'Create Token');
		await wizard.getByRole('heading', { name: 'General' }).waitFor();
	});

	it('types through all five steps', async () => {
		const wizard = await webviewFrame(page, 'Create Token');
		await wizard.getByRole('textbox', { name: 'Name' }).fill('Tutorial Token');
		await wizard.getByRole('textbox', { name: 'External ID' }).fill('crm-42');
		await wizard.getByRole('textbox', { name: 'Description' }).fill('The token of the tutorial');
		await next(wizard, 'Expiration');
		await wizard.getByRole('radio', { name: '90 days' }).click();
		await next(wizard, 'Extension');
		await wizard.getByRole('radio', { name: 'Custom' }).click();
		await next(wizard, 'Permissions');
		await wizard.getByRole('checkbox', { name: 'Subscriptions' }).click();
		await wizard.getByRole('checkbox', { name: 'Account' }).click();
		await wizard.getByRole('button', { name: 'Create', exact: true }).click();
		await wizard.getByRole('heading', { name: 'Summary' }).waitFor();
		for (const text of ['Tutorial Token', 'crm-42', 'The token of the tutorial', 'Custom', 'Subscriptions', 'Account']) {
			await wizard.getByText(text, { exact: true }).first().waitFor();
		}
	});

	it('goes to the details, views the key and copies it', async () => {
		const wizard = await webviewFrame(page, 'Create Token');
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		const details = await webviewFrame(page, 'Tutorial Token');
		await details.getByText(/^ApiKey SU-[\d-]+:\*{10}$/).waitFor();
		await details.getByRole('button', { name: 'View' }).click();
		const shown = await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).textContent();
		await details.getByRole('button', { name: 'Copy' }).click();
		await details.getByText('Copied').waitFor();
		assert.equal(await page.evaluate(() => navigator.clipboard.readText()), shown);
	});

	it('finds the token in the tree', async () => {
		const row = page.getByRole('treeitem', { name: /Tutorial Token, Active/ });
		await row.waitFor();
		assert.match((await row.textContent())!, /Tutorial Token\s*SU-\d{3}-\d{3}-\d{3} · Custom · Account, Subscriptions · expires in 8\d days/);
	});

	it('inserts its header into the request under the cursor of the request file', async () => {
		await page.getByRole('tab', { name: 'requests.http' }).click();
		await page.locator('.view-line', { hasText: 'Content-Type' }).click();
		await runCommand(page, 'Connect Tokens: Insert Authorization Header');
		await page.locator('.quick-input-list').getByText('Tutorial Token').click();
		await page.locator('.view-line', { hasText: 'Authorization' }).waitFor();
		const authorization = await page.evaluate(() => navigator.clipboard.readText());
		await runCommand(page, 'File: Save');
		const expected = REQUESTS.replace('/products\n', `/products\nAuthorization: ${authorization}\n`);
		await eventually(async () => assert.equal(await readFile(join(folder, 'requests.http'), 'utf8'), expected));
	});
});

async function next(wizard: Frame, heading: string): Promise<void> {
	await wizard.getByRole('button', { name: 'Next' }).click();
	await wizard.getByRole('heading', { name: heading }).waitFor();
}
