import assert from 'node:assert/strict';
import type { Frame, Page } from '@playwright/test';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { startPlatform, type Platform } from '../support/connect/simulatedPlatform';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import {
	answerQuickInput,
	chooseMenuItem,
	clickCreate,
	fillGeneralStep,
	insertHeader,
	goToWizardStep,
	openFile,
	showTokensView,
	waitForWizardStep,
	tokenRow,
} from '../support/workbenchDriver';

const TOKEN_NAME = 'Nightly Import';

describe('a Connect account, in the real workbench', function () {
	this.timeout(240_000);
	skipRestAfterFailure();
	let platform: Platform;
	let workbench: Workbench;
	let page: Page;

	before(async () => {
		platform = await startPlatform({ account: { name: 'Vallonia Software' } });
		platform.account.add({ name: 'Somebody’s Token', permissions: ['MD-0001'] });
		({ workbench } = await openWorkbench({ settings: { 'connectTokens.http.authorizationFormat': 'reference' } }));
		({ page } = workbench);
		await showTokensView(page);
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await platform.stop();
	});

	it('explains why a key is rejected, and is added with a valid key', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Add Connect Account…');
		await answerQuickInput(page, '1/2', platform.endpoint);
		await answerQuickInput(page, '2/2', `ApiKey ${platform.account.ownToken.id}:${'0'.repeat(40)}`);
		await page
			.locator('.quick-input-message')
			.getByText(/rejected the API key/)
			.waitFor();
		await answerQuickInput(page, '2/2', platform.account.key);
		await page.getByRole('treeitem', { name: /^Vallonia Software, /, selected: true }).waitFor();
		await waitForStatus('Somebody’s Token', 'Active');
	});

	it("creates a token in the wizard, with the account's own modules", async () => {
		await accountRow().hover();
		await accountRow().getByRole('button', { name: 'Create Token' }).click();
		const wizard = await waitForWebviewFrame(page, 'Create Token');
		await waitForWizardStep(wizard, 'General');
		await wizard.getByText('In account Vallonia Software').waitFor();
		await fillGeneralStep(wizard, TOKEN_NAME, 'crm-7', 'Reads the usage of yesterday');
		await goToWizardStep(wizard, 'Expiration');
		await wizard.getByRole('radio', { name: '30 days' }).click();
		await goToWizardStep(wizard, 'Extension');
		await wizard.getByRole('radio', { name: 'Custom' }).click();
		await goToWizardStep(wizard, 'Permissions');
		await wizard.getByRole('checkbox', { name: 'Account' }).click();
		await clickCreate(wizard);
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		await waitForStatus(TOKEN_NAME, 'Active');
		const { name, externalId, description, permissions } = createdToken();
		assert.deepEqual(
			{ name, externalId, description, permissions },
			{ name: TOKEN_NAME, externalId: 'crm-7', description: 'Reads the usage of yesterday', permissions: ['MD-0001'] },
		);
	});

	it("shows the token's key from the platform, and hides it again", async () => {
		const detailsFrame = await openDetailsFrame();
		await detailsFrame.getByRole('button', { name: 'View' }).click();
		await detailsFrame.getByText(platform.account.authorization(createdToken())).waitFor();
		await detailsFrame.getByRole('button', { name: 'Hide' }).click();
	});

	it('shows the usage that the platform reports', async () => {
		createdToken().statistics = { [new Date().toISOString().slice(0, 10)]: { '200': 41, '403': 1 } };
		const detailsFrame = await openDetailsFrame();
		await detailsFrame.getByRole('tab', { name: 'Statistics' }).click();
		await detailsFrame.getByText('No responses for this token yet.').waitFor();
		await detailsFrame.getByRole('button', { name: 'Reload' }).click();
		await detailsFrame.getByRole('definition').filter({ hasText: /^42$/ }).waitFor();
		await detailsFrame.getByRole('tab', { name: 'General' }).click();
	});

	it('saves edits of the token, including its permissions', async () => {
		const detailsFrame = await openDetailsFrame();
		await detailsFrame.getByRole('button', { name: 'Edit' }).click();
		await detailsFrame.getByRole('textbox', { name: 'Description' }).fill('Edited in place');
		await detailsFrame.getByRole('checkbox', { name: 'Integrations' }).click();
		await detailsFrame.getByRole('button', { name: 'Save' }).click();
		await detailsFrame.getByRole('button', { name: 'Edit' }).waitFor();
		assert.equal(createdToken().description, 'Edited in place');
		assert.deepEqual([...createdToken().permissions].sort(), ['MD-0001', 'MD-0007']);
	});

	it('inserts its header as a reference with an inlay hint that names the account', async () => {
		await openFile(page, 'requests.http');
		await page.keyboard.press('Control+Home');
		await page.keyboard.press('ArrowDown');
		await insertHeader(page, TOKEN_NAME);
		await page
			.locator('.view-lines')
			.getByText(`CONNECT_${createdToken().id.replaceAll('-', '_')}`)
			.waitFor();
		await page.locator('.view-lines').getByText('Vallonia Software').waitFor();
	});

	it('rotates the token from the tree', async () => {
		const before = platform.account.authorization(createdToken());
		await chooseMenuItem(page, TOKEN_NAME, 'Rotate Token…');
		const detailsFrame = await openDetailsFrame();
		await detailsFrame.getByRole('radio', { name: '90 days' }).click();
		await detailsFrame.getByRole('button', { name: 'Rotate', exact: true }).click();
		await eventually(() => assert.notEqual(platform.account.authorization(createdToken()), before));
	});

	it('renews the token, and then shows both keys', async () => {
		await chooseMenuItem(page, TOKEN_NAME, 'Renew Token…');
		const detailsFrame = await openDetailsFrame();
		await detailsFrame.getByRole('radio', { name: '1 year' }).click();
		await detailsFrame.getByRole('button', { name: 'Renew', exact: true }).click();
		await waitForStatus(TOKEN_NAME, 'Revitalised');
		await detailsFrame.getByText('Previous key').first().waitFor();
	});

	it('disables and enables the token', async () => {
		await chooseMenuItem(page, TOKEN_NAME, 'Disable Token');
		await waitForStatus(TOKEN_NAME, 'Disabled');
		assert.equal(createdToken().enabled, false);
		await chooseMenuItem(page, TOKEN_NAME, 'Enable Token');
		await waitForStatus(TOKEN_NAME, 'Revitalised');
		assert.equal(createdToken().enabled, true);
	});

	it('stays readable while the platform is unreachable, and shows the time of the last update', async () => {
		await platform.stop();
		await workbench.reload(page);
		await showTokensView(page);
		await waitForStatus(TOKEN_NAME, 'Revitalised');
		await runPaletteCommand(page, 'Connect Tokens: Reload Account');
		await page.getByRole('treeitem', { name: /^Vallonia Software, as of .+ · 127\.0\.0\.1:\d+$/ }).waitFor();
		await tokenRow(page, TOKEN_NAME).click();
		const detailsFrame = await openDetailsFrame();
		await detailsFrame.getByRole('tab', { name: 'Statistics' }).click();
		await detailsFrame
			.getByRole('alert')
			.getByText(/Couldn't reach/)
			.waitFor();
		await detailsFrame.getByRole('tab', { name: 'General' }).click();
		await platform.start();
		await runPaletteCommand(page, 'Connect Tokens: Reload Account');
		await page.getByRole('treeitem', { name: /^Vallonia Software, 127\.0\.0\.1:\d+$/ }).waitFor();
	});

	it("becomes the gateway's upstream and credential in one step", async () => {
		await chooseMenuItem(page, 'Vallonia Software', 'Use Account in Gateway');
		await page.getByText(/forwards requests to “Vallonia Software” using the account's key/).waitFor();
	});

	it('deletes the token after a confirmation that names it', async () => {
		const { id } = createdToken();
		await chooseMenuItem(page, TOKEN_NAME, 'Delete Token');
		const dialog = page.locator('.monaco-dialog-box');
		await dialog.getByText(TOKEN_NAME).waitFor();
		await dialog.getByRole('button', { name: 'Delete' }).click();
		await tokenRow(page, TOKEN_NAME).waitFor({ state: 'detached' });
		assert.equal(platform.account.tokens.has(id), false);
	});

	it('is removed without changing its tokens, and its pages are closed', async () => {
		const { size } = platform.account.tokens;
		await tokenRow(page, 'Somebody’s Token').click();
		await waitForWebviewFrame(page, 'Somebody’s Token');
		await chooseMenuItem(page, 'Vallonia Software', 'Remove Account');
		await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove' }).click();
		await accountRow().waitFor({ state: 'detached' });
		await page.locator('.tab', { hasText: 'Somebody’s Token' }).waitFor({ state: 'detached' });
		assert.equal(platform.account.tokens.size, size);
	});

	it('sent only requests that the API contract allows', () => {
		assert.deepEqual(platform.violations, []);
	});

	function accountRow() {
		return page.getByRole('treeitem', { name: /^Vallonia Software, / });
	}

	function createdToken() {
		return [...platform.account.tokens.values()].find(({ name }) => name === TOKEN_NAME)!;
	}

	function openDetailsFrame(): Promise<Frame> {
		return waitForWebviewFrame(page, TOKEN_NAME);
	}

	async function waitForStatus(name: string, text: string): Promise<void> {
		await page.getByRole('treeitem', { name: new RegExp(`^${name}, ${text},`) }).waitFor();
	}
});
