import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, shareWorkbench, test } from '../support/e2eTest';
import { sendAllRequests } from '../support/httpyac';
import {
	activeWebview,
	allowKeyCopy,
	answerKeyQuestion,
	chooseMenuItem,
	chooseQuickPickItem,
	clickCreate,
	copiedApiKey,
	detailsPage,
	fillGeneralStep,
	gatewayAddress,
	goToWizardStep,
	openWizardFromPalette,
	runOutside,
	runPaletteCommand,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

const NAME = 'Cart sync';

const OPENAPI = `
openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /carts: { get: { tags: [Carts] }, post: { tags: [Carts] } }
`;

/** The parts of the platform's SDK that this test uses. It has no types. */
const { ConnectClient } = createRequire(__filename)('@cloudblueconnect/connect-javascript-sdk') as {
	ConnectClient: new (
		endpoint: string,
		key: string,
	) => { readonly products: { search(query: object): Promise<unknown>; create(product: object): Promise<unknown> } };
};

const getWorkbench = shareWorkbench();

/** Accepts the single item that a quick pick has preselected. */
async function acceptPreselected(page: Page): Promise<void> {
	const widget = page.locator('.quick-input-widget');
	await expect(widget.getByText('1 Selected')).toBeVisible();
	await widget.getByRole('button', { name: 'OK' }).click();
}

test('a token that can do only what it needs: imported modules, read-only access, limits, approval, the log, and what it used', async () => {
	const workbench = getWorkbench();
	const { page, folder, userDataDir } = workbench;
	await showTokensView(workbench);

	await test.step('a module comes from an OpenAPI document', async () => {
		await writeFile(join(folder, 'shop.yaml'), OPENAPI);
		await runPaletteCommand(page, 'Connect Tokens: Import Modules from OpenAPI File…');
		// The dialog replaces what's entered before it has listed the folder.
		await chooseQuickPickItem(page, 'shop.yaml');
		await expect(page.locator('.quick-input-list .monaco-list-row', { hasText: 'Carts' })).toBeVisible();
		await acceptPreselected(page);
		// VS Code creates the file with the first setting.
		await expect.poll(() => readFile(join(userDataDir, 'Machine', 'settings.json'), 'utf8').catch(() => '')).toContain('"Carts"');
		await runPaletteCommand(page, 'Notifications: Clear All Notifications');
	});

	await test.step('the wizard creates a token with read-only access, a rate, and approval for writes', async () => {
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, NAME);
		await goToWizardStep(wizard, 'Expiration');
		await wizard.getByRole('radio', { name: 'No expiration' }).click();
		await goToWizardStep(wizard, 'Extension');
		await wizard.getByRole('radio', { name: 'Custom' }).click();
		await goToWizardStep(wizard, 'Permissions');
		for (const name of ['Carts', 'Carts Read-only', 'Products', 'Subscriptions']) {
			await wizard.getByRole('checkbox', { name, exact: true }).click();
		}
		await wizard.getByRole('textbox', { name: 'Rate (optional)' }).fill('6');
		await wizard.getByRole('combobox', { name: 'Period of the rate' }).selectOption({ label: 'per hour' });
		await wizard.getByRole('radio', { name: 'For writes' }).click();
		await clickCreate(wizard);
	});

	await chooseMenuItem(page, NAME, 'Copy API Key');
	await allowKeyCopy(page);
	const authorization = await copiedApiKey(page);
	await runPaletteCommand(page, 'Connect Tokens: Start Gateway');
	const url = `http://${await gatewayAddress(page)}/public/v1`;

	await test.step('httpYac can only read the module', async () => {
		const file = join(folder, 'carts.http');
		await writeFile(file, ['GET', 'POST'].map((method) => `${method} ${url}/carts\nAuthorization: ${authorization}\n`).join('\n###\n'));
		const [read, write] = await sendAllRequests(file);
		expect(read!.statusCode).toBe(200);
		expect(write!.statusCode).toBe(403);
		expect(write!.body).toContain('only allowed to read');
	});

	await test.step('a write of the SDK waits until the user allows it', async () => {
		const client = new ConnectClient(url, authorization);
		expect(await client.products.search({})).toMatchObject({ method: 'GET' });
		const created = client.products.create({ name: 'Tutorial' });
		const dialog = page.locator('.monaco-dialog-box');
		await expect(dialog).toContainText('POST /products');
		await answerKeyQuestion(dialog, 'Allow');
		expect(await created).toMatchObject({ method: 'POST' });
	});

	await test.step('curl reaches the limit', async () => {
		const get = () => runOutside(workbench, `curl -sSi -H 'Authorization: ${authorization}' '${url}/products/PRD-1'`);
		await expect
			.poll(get, { intervals: [0] })
			.toMatch(/^HTTP\/1\.1 429 [^]*^retry-after: \d+[^]*^ratelimit: "hour";r=0;t=\d+[^]*limit of 6 requests per hour/im);
	});

	await test.step('the Requests view shows each of them, and why it was denied', async () => {
		await workbench.driver.executeCommand('connectTokens.requests.focus');
		// Only rows that fit into the view exist.
		await page.locator('.pane-header', { hasText: /^Tokens/ }).click();
		for (const name of [
			/^GET \/carts, 200, /,
			/^POST \/carts, Denied, 403, /,
			/^POST \/products, 200, /,
			/^GET \/products\/PRD-1, Denied, 429, /,
		]) {
			await expect(page.getByRole('treeitem', { name }).first()).toBeVisible();
		}
	});

	await test.step('the Permissions tab shows what was used, and reduces the permissions to that', async () => {
		await showTokensView(workbench);
		await tokenRow(page, NAME).click();
		const details = await detailsPage(page, NAME);
		await details.getByRole('tab', { name: 'Permissions' }).click();
		await expect(details.getByText('6 requests per hour')).toBeVisible();
		await expect(details.getByRole('listitem').filter({ hasText: /Carts.*1 read · last on/ })).toBeVisible();
		await expect(details.getByRole('listitem').filter({ hasText: /Products.*\d reads, 1 write · last on/ })).toBeVisible();
		await details.getByRole('button', { name: 'Reduce to What It Uses…' }).click();
		await expect(page.locator('.quick-input-list .monaco-list-row', { hasText: 'Subscriptions' })).toBeVisible();
		await acceptPreselected(page);
		await expect(details.getByText(/^Permissions reduced on/)).toBeVisible();
	});

	await test.step('the review says that the token never expires', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Review Tokens');
		const review = activeWebview(page);
		await expect(review.getByText(/needs attention\./)).toBeVisible();
		await expect(review.getByText('Never expires').first()).toBeVisible();
	});
});
