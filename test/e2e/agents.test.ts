import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { delimiter, dirname, join } from 'node:path';
import { HOUR_MS } from '../../src/domain/tokenUsage';
import { expect, shareWorkbench, test } from '../support/e2eTest';
import { REQUESTS_FILE_NAME } from '../support/openWorkbench';
import {
	answerKeyQuestion,
	answerQuickInput,
	answerQuickPick,
	chooseMenuItem,
	chooseQuickPickItem,
	detailsPage,
	runPaletteCommand,
	showTokensView,
	tokenRow,
	waitForCommandLine,
} from '../support/workbenchDriver';

const TASK = 'Correct the name of a product';
/** A key as it would look in a result. */
const SECRET = /[0-9a-f]{40}/i;

const getWorkbench = shareWorkbench();

test('an agent leases a token for a task: narrowed, used for reads and an approved write, ended, and explained', async () => {
	const workbench = getWorkbench();
	const { page, driver } = workbench;
	const dialog = page.locator('.monaco-dialog-box');
	const results: unknown[] = [];
	const invoke = async (name: string, input: object) => {
		const result = await driver.invokeTool(`connect_tokens_${name}`, input);
		results.push(result);
		return result;
	};
	await showTokensView(workbench);

	const token = await test.step('a language model requests a lease, which the user narrows', async () => {
		const modules = [{ module: 'products', write: true }, { module: 'subscriptions' }];
		const requested = invoke('request_lease', { purpose: TASK, modules, minutes: 120 });
		await expect(dialog).toContainText(`for the task “${TASK}”?`);
		await answerKeyQuestion(dialog, 'Change…');
		await chooseQuickPickItem(page, 'Subscriptions');
		await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
		// The second list of the step has only the modules with full access.
		await expect(page.locator('.quick-input-list .monaco-list-row')).toHaveText([/Products/]);
		await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
		await answerQuickPick(page, '2/5', '30 minutes');
		await answerQuickInput(page, '3/5', '20');
		await answerQuickPick(page, '4/5', 'For writes');
		await answerQuickPick(page, '5/5', 'Lease Token');
		const lease = await requested;
		expect(lease).toMatchObject({
			isGranted: true,
			permissions: ['products'],
			notGranted: ['subscriptions:read'],
			limits: { rate: { requests: 20, per: 'minute' } },
			approval: 'writes',
		});
		await expect(tokenRow(page, TASK)).toBeVisible();
		return String(lease.token);
	});

	await test.step('three reads are allowed without a question, and another module is not', async () => {
		for (const path of ['/products?limit=1', '/products/PRD-000-000-000', '/categories']) {
			expect(await invoke('call', { token, method: 'GET', path })).toMatchObject({ status: 200 });
		}
		expect(await invoke('call', { token, method: 'GET', path: '/subscriptions' })).toMatchObject({ status: 403, reason: 'missingModule' });
	});

	await test.step('a write waits until the user allows it', async () => {
		const written = invoke('call', { token, method: 'PUT', path: '/products/PRD-000-000-000', body: '{"name":"Tutorial"}' });
		await expect(dialog).toContainText('PUT /products/PRD-000-000-000');
		await answerKeyQuestion(dialog, 'Allow');
		expect(await written).toMatchObject({ status: 200 });
	});

	await test.step('VS Code asks about a write that the lease allows without approval', async () => {
		const lease = { task: 'Write without approval', agent: 'Test' };
		const expirationDate = new Date(Date.now() + HOUR_MS).toISOString();
		const { id } = await driver.createToken({ name: lease.task, permissions: ['products'], lease, expirationDate });
		const canceled = expect(invoke('call', { token: id, method: 'POST', path: '/products', body: '{}' })).rejects.toThrow(/cancel/i);
		await expect(dialog).toContainText(`POST /products as ${id}`);
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		await canceled;
		expect(await invoke('statistics', { token: id })).toMatchObject({ total: 0 });
	});

	await test.step('a reference is inserted into a request file after a question', async () => {
		const inserted = invoke('insert_authorization', { token, file: REQUESTS_FILE_NAME, line: 2 });
		await expect(dialog).toContainText(`Insert a reference to the token “${TASK}”`);
		await answerKeyQuestion(dialog, 'Insert');
		expect(await inserted).toMatchObject({ isInserted: true });
		await expect(page.locator('.view-lines', { hasText: 'Authorization:' })).toContainText(
			`{{$processEnv CONNECT_${token.replaceAll('-', '_')}}}`,
		);
		await driver.executeCommand('workbench.action.revertAndCloseActiveEditor');
	});

	await test.step('the lease is listed with its task, and its requests are counted', async () => {
		expect(await invoke('list', { onlyLeases: true })).toMatchObject({
			tokens: expect.arrayContaining([
				expect.objectContaining({ token, isLease: true, untrustedData: { name: TASK, task: TASK, agent: 'VS Code' } }),
			]),
		});
		await expect.poll(async () => (await invoke('statistics', { token })).responses).toMatchObject({ '2xx': 4, '4xx': 1 });
	});

	await test.step('an agent outside the editor uses the same lease', async () => {
		await waitForCommandLine(workbench);
		const client = new Client({ name: 'Release bot', version: '1.0.0' });
		await client.connect(
			new StdioClientTransport({
				command: 'connect-tokens',
				args: ['mcp'],
				cwd: workbench.folder,
				env: {
					HOME: workbench.home,
					PATH: [join(workbench.home, '.connect-tokens/bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
				},
				stderr: 'ignore',
			}),
		);
		const result = await client.callTool(
			{ name: 'connect_tokens_call', arguments: { token, method: 'GET', path: '/products' } },
			CallToolResultSchema,
		);
		await client.close();
		results.push(result);
		expect(JSON.stringify(result.content)).toContain('\\"status\\":200');
	});

	await test.step('the user ends the lease', async () => {
		await tokenRow(page, TASK).click();
		const details = await detailsPage(page, TASK);
		await expect(details.getByText('Agent', { exact: true }).first()).toBeVisible();
		await chooseMenuItem(page, TASK, 'End Lease');
		await expect(tokenRow(page, TASK, 'Ended')).toBeVisible();
	});

	await test.step('the next call is denied, and explained', async () => {
		await expect(invoke('call', { token, method: 'GET', path: '/products' })).rejects.toThrow(/ended|expired/i);
		expect(await invoke('explain', { token, method: 'GET', path: '/products' })).toMatchObject({
			isAllowed: false,
			reasons: [{ reason: 'expired' }],
		});
		await runPaletteCommand(page, 'Connect Tokens: Show Key Access Log');
		await expect(page.locator('.tab', { hasText: 'audit' })).toBeVisible();
	});

	expect(JSON.stringify(results)).not.toMatch(SECRET);
});
