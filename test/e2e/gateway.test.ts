import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/e2eTest';
import { sendAllRequests } from '../support/httpyac';
import {
	chooseMenuItem,
	chooseQuickPickItem,
	detailsPage,
	gatewayStatusBarItem,
	insertHeader,
	openFile,
	saveFile,
	showTokensView,
	tokenRow,
} from '../support/workbenchDriver';

const NAME = 'Products Only';
const REQUEST_FILE = 'shop.http';

test('a token at the gateway: started in the status bar, enforced by module, disabled, rotated, and counted', async ({ openWorkbench }) => {
	const workbench = await openWorkbench({ settings: { 'connectTokens.gateway.port': 0 } });
	const { page, folder, driver } = workbench;
	const file = join(folder, REQUEST_FILE);
	await showTokensView(workbench);
	await driver.createToken({ name: NAME, permissions: ['products'] });

	await test.step('the address is in the status bar and in the tree', async () => {
		await gatewayStatusBarItem(page).click();
		await chooseQuickPickItem(page, 'Start');
		const address = await gatewayAddress(page);
		await expect(page.getByRole('treeitem', { name: `Workspace, gateway ${address}` })).toContainText(`gateway ${address}`);
		await writeFile(
			file,
			`@gateway = http://${address}\n\n### Products\nGET {{gateway}}/products\n\n### Listings\nGET {{gateway}}/listings\n`,
		);
	});

	await test.step('a client that sends requests from a file has access only to the module', async () => {
		await openFile(workbench, REQUEST_FILE);
		for (const [index, request] of ['### Products', '### Listings'].entries()) {
			await page.locator('.monaco-editor .view-line', { hasText: request }).click();
			await insertHeader(page, NAME);
			await expect(page.locator('.monaco-editor .view-line', { hasText: 'Authorization' })).toHaveCount(index + 1);
		}
		await saveFile(workbench);
		await expect.poll(() => readFile(file, 'utf8')).toMatch(/(^Authorization: ApiKey SU-[^]*){2}/m);
		const [products, listings] = await sendAllRequests(file);
		expect(products!.statusCode).toBe(200);
		expect(listings!.statusCode).toBe(403);
		expect(listings!.body).toContain('Listings');
	});

	await test.step('a disabled token is denied with the reason', async () => {
		await chooseMenuItem(page, NAME, 'Disable Token');
		await expect(tokenRow(page, NAME, 'Disabled')).toBeVisible();
		for (const { statusCode, body } of await sendAllRequests(file)) {
			expect(statusCode).toBe(401);
			expect(body).toMatch(/disabled/i);
		}
		await chooseMenuItem(page, NAME, 'Enable Token');
		await expect(tokenRow(page, NAME, 'Active')).toBeVisible();
	});

	await test.step('a key from before a rotation is denied without a reason', async () => {
		await chooseMenuItem(page, NAME, 'Rotate Token…');
		const details = await detailsPage(page, NAME);
		await details.getByRole('button', { name: 'Rotate', exact: true }).click();
		await expect(details.getByText('Token rotated.')).toBeVisible();
		for (const { statusCode, body } of await sendAllRequests(file)) {
			expect(statusCode).toBe(401);
			expect(body).not.toMatch(/SU-|rotat|disabled/i);
		}
	});

	await test.step('the statistics have only the responses to its own keys', async () => {
		const details = await detailsPage(page, NAME);
		await details.getByRole('tab', { name: 'Statistics' }).click();
		for (const total of [/^Total4$/, /^200s1$/, /^300s0$/, /^400s3$/, /^500s0$/]) {
			await expect(details.locator('.totals .description-item', { hasText: total })).toBeVisible();
		}
		await expect(details.locator('[role=slider][aria-valuetext$="4 responses. 200: 1, 401: 2, 403: 1"]')).toBeVisible();
	});
});

/** Waits until the status bar shows the gateway's address, and returns it. */
async function gatewayAddress(page: Page): Promise<string> {
	const address = gatewayStatusBarItem(page).getByText(/127\.0\.0\.1:\d+/);
	await expect(address).toBeVisible();
	return /127\.0\.0\.1:\d+/.exec(await address.innerText())![0];
}
