import { expect, shareWorkbench, test } from '../support/e2eTest';
import type { OpenedWorkbench } from '../support/openWorkbench';
import {
	answerQuickInput,
	chooseMenuItem,
	chooseQuickPickItem,
	copyApiKey,
	detailsPage,
	gatewayAddress,
	hideTooltip,
	openContextMenu,
	closeMenu,
	readClipboard,
	runPaletteCommand,
	showNotifications,
	showTooltip,
	tokenRow,
	viewAction,
} from '../support/workbenchDriver';

const getWorkbench = shareWorkbench();

async function showRequestsView({ page, driver }: Pick<OpenedWorkbench, 'page' | 'driver'>): Promise<void> {
	await driver.executeCommand('connectTokens.requests.focus');
	await expect(page.locator('.pane-header.expanded', { hasText: 'Requests' })).toBeVisible();
}

test('requests appear, say why they were denied, and lead to the fix, the token, and another request', async () => {
	const workbench = getWorkbench();
	const { page, driver } = workbench;
	const { id } = await driver.createToken({ name: 'CRM sync', permissions: ['usage'] });
	const authorization = await copyApiKey(workbench, id);
	const row = (name: string | RegExp) => page.getByRole('treeitem', { name });
	const sendRequest = async (path: string, init: RequestInit = {}) => {
		const url = `http://${await gatewayAddress(page)}/public/v1${path}`;
		return (await fetch(url, { ...init, headers: { authorization } })).status;
	};

	await test.step('an empty view offers to start the gateway', async () => {
		await showRequestsView(workbench);
		await page.locator('.pane', { hasText: 'Requests to the gateway appear here' }).getByRole('button', { name: 'Start Gateway' }).click();
		await expect(page.getByText('The gateway is running. Requests to it appear here')).toBeVisible();
	});

	await test.step('requests appear with status, time, and token, the newest first', async () => {
		expect(await sendRequest('/usage/files?key=hidden')).toBe(200);
		expect(await sendRequest('/products', { method: 'POST' })).toBe(403);
		await expect(row(/^POST \/products, Denied, 403, no access to “Products”, CRM sync, /)).toBeVisible();
		await expect(row(/^GET \/usage\/files, 200, .* ms, CRM sync, /)).toBeVisible();
		await expect(page.getByText('hidden')).toHaveCount(0);
		await expect(page.getByRole('treeitem', { name: /^(GET|POST) / }).first()).toContainText('POST /products');
	});

	await test.step('a tooltip says why', async () => {
		await row(/^POST/).click();
		await showTooltip(workbench, /doesn't have access to “Products”. Add the module/);
		await hideTooltip(workbench);
	});

	expect(await sendRequest('/usage/reports')).toBe(200);

	await test.step('a filter shows the denied ones', async () => {
		await viewAction(page, 'Filter Requests…').click();
		await chooseQuickPickItem(page, 'Status');
		await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Denied' }).click();
		await page.keyboard.press('Enter');
		await expect(page.getByText('Status: Denied · 1 of 3')).toBeVisible();
		await expect(row(/^GET /)).toHaveCount(0);
		await runPaletteCommand(page, 'Connect Tokens: Clear Request Filter');
		await expect(row(/^GET /)).toHaveCount(2);
	});

	await test.step('a filter that hides all requests offers to clear it', async () => {
		await viewAction(page, 'Filter Requests…').click();
		await chooseQuickPickItem(page, 'Text');
		await answerQuickInput(page, '2/2', 'nothing like this');
		await page.getByRole('button', { name: 'Clear Filter' }).click();
		await expect(row(/^GET /)).toHaveCount(2);
	});

	await test.step('the request is copied without the key', async () => {
		await chooseMenuItem(page, row(/^POST/), 'Copy as cURL');
		await expect
			.poll(() => readClipboard(page))
			.toMatch(/^curl --request POST --header "Authorization: \$CONNECT_API_KEY" "http:\S+\/products"$/);
		await chooseMenuItem(page, row(/^POST/), 'New Request File');
		await expect(page.locator('.monaco-editor .view-line', { hasText: /^POST\s{{gateway}}\/products/ })).toBeVisible();
		await expect(page.locator('.monaco-editor .view-line', { hasText: 'Authorization' })).toContainText(id.replaceAll('-', '_'));
	});

	await test.step('a denial offers its fix', async () => {
		await chooseMenuItem(page, row(/^POST/), 'Grant Access to Token…');
		await chooseQuickPickItem(page, 'Products');
		await expect(await showNotifications(workbench, '“CRM sync” can now access Products.')).toBeVisible();
		expect(await sendRequest('/products')).toBe(200);
		// While the rows are replaced, VS Code doesn't tell the command for which row it was chosen.
		await expect(row(/^GET \/products, 200/)).toBeVisible();
		await chooseMenuItem(page, row(/^GET \/usage\/files/), 'Go to Token');
		await expect((await detailsPage(page, 'CRM sync')).getByRole('button', { name: 'Edit' })).toBeVisible();
		await driver.executeCommand('connectTokens.disableToken', { tokenId: id });
		expect(await sendRequest('/usage/off')).toBe(401);
		await chooseMenuItem(page, row(/^GET \/usage\/off, Denied, 401/), 'Enable Token');
		// A request that arrives while VS Code looks for the row of the command replaces the rows, and the command would ask for a token.
		await expect(tokenRow(page, 'CRM sync', 'Active')).toBeVisible();
		await expect.poll(() => sendRequest('/usage/on')).toBe(200);
		const menu = await openContextMenu(page, row(/^GET \/usage\/on, 200/));
		await expect(menu).toContainText('Go to Token');
		await expect(menu).not.toContainText('Enable Token');
		await closeMenu(page);
	});

	await test.step('the requests can be removed', async () => {
		await viewAction(page, 'Clear Requests').click();
		await expect(page.getByRole('treeitem', { name: /^(GET|POST) / })).toHaveCount(0);
	});
});
