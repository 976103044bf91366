import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { sendAllRequests } from '../support/httpyac';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import {
	chooseMenuItem,
	openWizardFromPalette,
	fillGeneralStep,
	completeWizard,
	gatewayStatusBarItem,
	insertHeader,
	openFile,
	showTokensView,
} from '../support/workbenchDriver';

const TOKEN_NAME = 'Products Only';
const REQUEST_FILE = 'shop.http';

describe('a token at the gateway, in the real workbench', function () {
	this.timeout(180_000);
	skipRestAfterFailure();
	let workbench: Workbench;
	let folder: string;
	let page: Page;
	const send = () => sendAllRequests(join(folder, REQUEST_FILE));

	before(async () => {
		({ workbench, folder } = await openWorkbench({ settings: { 'connectTokens.gateway.port': 0 } }));
		({ page } = workbench);
		await showTokensView(page);
	});

	after(() => workbench.close());

	it('is created with access to one module', async () => {
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, TOKEN_NAME);
		await completeWizard(wizard, '30 days', ['Products']);
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		await waitForWebviewFrame(page, TOKEN_NAME);
	});

	it('is enforced by a gateway whose address is in the status bar and in the tree', async () => {
		await gatewayStatusBarItem(page).click();
		await page.locator('.quick-input-list').getByText('Start', { exact: true }).click();
		await gatewayStatusBarItem(page)
			.getByText(/127\.0\.0\.1:\d+/)
			.waitFor();
		const [host] = /127\.0\.0\.1:\d+/.exec((await gatewayStatusBarItem(page).textContent()) ?? '') ?? [];
		await page
			.getByRole('treeitem', { name: `Workspace, gateway ${host}` })
			.getByText(`gateway ${host}`)
			.waitFor();
		await writeFile(
			join(folder, REQUEST_FILE),
			`@gateway = http://${host}\n\n### Products\nGET {{gateway}}/products\n\n### Listings\nGET {{gateway}}/listings\n`,
		);
	});

	it('has access only to its module when a client sends requests from a file', async () => {
		await openFile(page, REQUEST_FILE);
		for (const [index, request] of ['### Products', '### Listings'].entries()) {
			await goToLine(page, request);
			await insertHeader(page, TOKEN_NAME);
			await page.locator('.monaco-editor .view-line', { hasText: 'Authorization' }).nth(index).waitFor();
		}
		await runPaletteCommand(page, 'File: Save');
		await eventually(async () =>
			assert.equal((await readFile(join(folder, REQUEST_FILE), 'utf8')).match(/^Authorization: ApiKey SU-/gm)?.length, 2),
		);
		const [products, listings] = await send();
		assert.equal(products!.statusCode, 200);
		assert.equal(listings!.statusCode, 403);
		assert.match(listings!.body, /Listings/);
	});

	it('is denied once it is disabled, with the reason in the response', async () => {
		await chooseMenuItem(page, TOKEN_NAME, 'Disable Token');
		await page.getByRole('treeitem', { name: new RegExp(`^${TOKEN_NAME}, Disabled`) }).waitFor();
		for (const { statusCode, body } of await send()) {
			assert.equal(statusCode, 401);
			assert.match(body, /disabled/i);
		}
		await chooseMenuItem(page, TOKEN_NAME, 'Enable Token');
		await page.getByRole('treeitem', { name: new RegExp(`^${TOKEN_NAME}, Active`) }).waitFor();
	});

	it('is denied with the key from before a rotation, without a reason', async () => {
		await chooseMenuItem(page, TOKEN_NAME, 'Rotate Token…');
		const details = await waitForWebviewFrame(page, TOKEN_NAME);
		await details.getByRole('button', { name: 'Rotate', exact: true }).click();
		await details.getByRole('dialog').waitFor({ state: 'detached' });
		for (const { statusCode, body } of await send()) {
			assert.equal(statusCode, 401);
			assert.doesNotMatch(body, /SU-|rotat|disabled/i);
		}
	});

	it('shows only the responses to its own keys in the statistics', async () => {
		const details = await waitForWebviewFrame(page, TOKEN_NAME);
		await details.getByRole('tab', { name: 'Statistics' }).click();
		for (const total of [/^Total4$/, /^200s1$/, /^300s0$/, /^400s3$/, /^500s0$/]) {
			await details.locator('.totals .description-item', { hasText: total }).waitFor();
		}
		await details.locator('[role=slider][aria-valuetext$="4 responses. 200: 1, 401: 2, 403: 1"]').waitFor();
	});
});

/** Places the cursor in a line of the active editor. */
async function goToLine(page: Page, line: string): Promise<void> {
	await page.locator('.monaco-editor .view-line', { hasText: line }).click();
}
