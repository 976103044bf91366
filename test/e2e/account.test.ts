import assert from 'node:assert/strict';
import type { Frame, Page } from 'playwright-core';
import { runCommand, webviewFrame } from '../host/driving';
import type { Workbench } from '../host/workbench';
import { startPlatform, type Platform } from '../support/connect/platform';
import { eventually } from '../support/eventually';
import { inOrder } from '../support/inOrder';
import { openWorkbench } from '../support/openWorkbench';
import { answerStep, chooseInMenu, create, fillGeneral, insertHeader, next, openFile, showTokens, step, tokenRow } from '../support/walk';

const NAME = 'Nightly Import';

describe('a Connect account, in the real workbench', function () {
	this.timeout(240_000);
	inOrder();
	let platform: Platform;
	let workbench: Workbench;
	let page: Page;

	before(async () => {
		platform = await startPlatform({ account: { name: 'Vallonia Software' } });
		platform.account.add({ name: 'Somebody’s Token', permissions: ['MD-0001'] });
		({ workbench } = await openWorkbench({ settings: { 'connectTokens.http.insertForm': 'reference' } }));
		({ page } = workbench);
		await showTokens(page);
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await platform.stop();
	});

	it('says why a key is refused, and is added with one that is not', async () => {
		await runCommand(page, 'Connect Tokens: Add Connect Account');
		await answerStep(page, '1/2', platform.endpoint);
		await answerStep(page, '2/2', `ApiKey ${platform.account.ownToken.id}:${'0'.repeat(40)}`);
		await page
			.locator('.quick-input-message')
			.getByText(/does not accept the key/)
			.waitFor();
		await answerStep(page, '2/2', platform.account.key);
		await page.getByRole('treeitem', { name: /^Vallonia Software, /, selected: true }).waitFor();
		await status('Somebody’s Token', 'Active');
	});

	it('creates a token by the wizard, with the modules that the account has', async () => {
		await account().hover();
		await account().getByRole('button', { name: 'Create Token' }).click();
		const wizard = await webviewFrame(page, 'Create Token');
		await step(wizard, 'General');
		await wizard.getByText('In the account Vallonia Software').waitFor();
		await fillGeneral(wizard, NAME, 'crm-7', 'Reads the usage of yesterday');
		await next(wizard, 'Expiration');
		await wizard.getByRole('radio', { name: '30 days' }).click();
		await next(wizard, 'Extension');
		await wizard.getByRole('radio', { name: 'Custom' }).click();
		await next(wizard, 'Permissions');
		await wizard.getByRole('checkbox', { name: 'Account' }).click();
		await create(wizard);
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		await status(NAME, 'Active');
		const { name, externalId, description, permissions } = created();
		assert.deepEqual(
			{ name, externalId, description, permissions },
			{ name: NAME, externalId: 'crm-7', description: 'Reads the usage of yesterday', permissions: ['MD-0001'] },
		);
	});

	it('shows the key that the platform has, and drops it again', async () => {
		const shown = await details();
		await shown.getByRole('button', { name: 'View' }).click();
		await shown.getByText(platform.account.authorization(created())).waitFor();
		await shown.getByRole('button', { name: 'Hide' }).click();
	});

	it('shows the responses that the platform has counted', async () => {
		created().statistics = { [new Date().toISOString().slice(0, 10)]: { '200': 41, '403': 1 } };
		const shown = await details();
		await shown.getByRole('tab', { name: 'Statistics' }).click();
		await shown.getByText('The platform has counted no response to this token.').waitFor();
		await shown.getByRole('button', { name: 'Reload' }).click();
		await shown.getByRole('definition').filter({ hasText: /^42$/ }).waitFor();
		await shown.getByRole('tab', { name: 'General' }).click();
	});

	it('has it edited in place, its permissions too', async () => {
		const shown = await details();
		await shown.getByRole('button', { name: 'Edit' }).click();
		await shown.getByRole('textbox', { name: 'Description' }).fill('Edited in place');
		await shown.getByRole('checkbox', { name: 'Integrations' }).click();
		await shown.getByRole('button', { name: 'Save' }).click();
		await shown.getByRole('button', { name: 'Edit' }).waitFor();
		assert.equal(created().description, 'Edited in place');
		assert.deepEqual([...created().permissions].sort(), ['MD-0001', 'MD-0007']);
	});

	it('inserts its header as a reference, and hands the key of each time to the clients', async () => {
		await openFile(page, 'requests.http');
		await page.keyboard.press('Control+Home');
		await page.keyboard.press('ArrowDown');
		await insertHeader(page, NAME);
		await page
			.locator('.view-lines')
			.getByText(`CONNECT_${created().id.replaceAll('-', '_')}`)
			.waitFor();
		await page.locator('.view-lines').getByText('Vallonia Software').waitFor();
	});

	it('has it rotated from the tree', async () => {
		const before = platform.account.authorization(created());
		await chooseInMenu(page, NAME, 'Rotate Token');
		const shown = await details();
		await shown.getByRole('radio', { name: '90 days' }).click();
		await shown.getByRole('button', { name: 'Rotate', exact: true }).click();
		await eventually(() => assert.notEqual(platform.account.authorization(created()), before));
	});

	it('has it renewed, and then shows both keys', async () => {
		await chooseInMenu(page, NAME, 'Renew Token');
		const shown = await details();
		await shown.getByRole('radio', { name: '1 year' }).click();
		await shown.getByRole('button', { name: 'Renew', exact: true }).click();
		await status(NAME, 'Revitalised');
		await shown.getByText('Previous key').first().waitFor();
	});

	it('has it disabled and enabled', async () => {
		await chooseInMenu(page, NAME, 'Disable Token');
		await status(NAME, 'Disabled');
		assert.equal(created().enabled, false);
		await chooseInMenu(page, NAME, 'Enable Token');
		await status(NAME, 'Revitalised');
		assert.equal(created().enabled, true);
	});

	it('stays readable while the platform is out of reach, and says as of when', async () => {
		await platform.stop();
		await workbench.reload(page);
		await showTokens(page);
		await status(NAME, 'Revitalised');
		await runCommand(page, 'Connect Tokens: Reload Account');
		await page.getByRole('treeitem', { name: /^Vallonia Software, as of .+ · 127\.0\.0\.1:\d+$/ }).waitFor();
		await tokenRow(page, NAME).click();
		const shown = await details();
		await shown.getByRole('tab', { name: 'Statistics' }).click();
		await shown
			.getByRole('alert')
			.getByText(/cannot be reached/)
			.waitFor();
		await shown.getByRole('tab', { name: 'General' }).click();
		await platform.start();
		await runCommand(page, 'Connect Tokens: Reload Account');
		await page.getByRole('treeitem', { name: /^Vallonia Software, 127\.0\.0\.1:\d+$/ }).waitFor();
	});

	it('is the gateway’s upstream and credential in one step', async () => {
		await chooseInMenu(page, 'Vallonia Software', 'Use Account in Gateway');
		await page.getByText(/calls “Vallonia Software” with that account’s key/).waitFor();
	});

	it('has the token deleted, after a question that names it', async () => {
		const { id } = created();
		await chooseInMenu(page, NAME, 'Delete Token');
		const dialog = page.locator('.monaco-dialog-box');
		await dialog.getByText(NAME).waitFor();
		await dialog.getByRole('button', { name: 'Delete' }).click();
		await tokenRow(page, NAME).waitFor({ state: 'detached' });
		assert.equal(platform.account.tokens.has(id), false);
	});

	it('is removed, with its tokens untouched and its pages closed', async () => {
		const { size } = platform.account.tokens;
		await tokenRow(page, 'Somebody’s Token').click();
		await webviewFrame(page, 'Somebody’s Token');
		await chooseInMenu(page, 'Vallonia Software', 'Remove Account');
		await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove' }).click();
		await account().waitFor({ state: 'detached' });
		await page.locator('.tab', { hasText: 'Somebody’s Token' }).waitFor({ state: 'detached' });
		assert.equal(platform.account.tokens.size, size);
	});

	it('kept the contract with every request', () => {
		assert.deepEqual(platform.violations, []);
	});

	function account() {
		return page.getByRole('treeitem', { name: /^Vallonia Software, / });
	}

	function created() {
		return [...platform.account.tokens.values()].find(({ name }) => name === NAME)!;
	}

	function details(): Promise<Frame> {
		return webviewFrame(page, NAME);
	}

	async function status(name: string, text: string): Promise<void> {
		await page.getByRole('treeitem', { name: new RegExp(`^${name}, ${text},`) }).waitFor();
	}
});
