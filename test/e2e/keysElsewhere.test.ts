import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../host/paths';
import { expect, test } from '../support/e2eTest';
import { answerKeyQuestion, chooseQuickPickItem, showNotifications } from '../support/workbenchDriver';

const CONSUMER = join(repositoryRoot, 'test/support/consumer');
/** Sends a request with the header's value in `API_KEY`, and reports the status to `REPORT`. */
const PROGRAM = `
const { API_KEY, URL, REPORT, NAME } = process.env;
fetch(URL, { headers: { Authorization: API_KEY } }).then(({ status }) => fetch(REPORT + '/' + NAME + '/' + status));
`;

test('debugged programs, tasks, and other extensions get keys after a question', async ({ api, openWorkbench }) => {
	const workbench = await openWorkbench({ extraExtensions: [CONSUMER] });
	const { page, driver, folder } = workbench;
	const token = await driver.createToken({ name: 'Shop', permissions: ['MD-0000'] });
	const url = `${String(await driver.executeCommand('consumer.startGateway'))}/collections`;
	const env = { API_KEY: `connect://${token.id}`, URL: url, REPORT: api.origin };
	await writeFile(join(folder, 'program.js'), PROGRAM);
	await mkdir(join(folder, '.vscode'));
	const task = {
		type: 'connectTokens',
		label: 'Import Products',
		command: 'node',
		args: ['program.js'],
		options: { env: { ...env, NAME: 'task' } },
		problemMatcher: [],
	};
	await writeFile(join(folder, '.vscode/tasks.json'), JSON.stringify({ version: '2.0.0', tasks: [task] }));
	const dialog = page.locator('.monaco-dialog-box');
	const reports = () => api.received.map(({ url: path }) => path);

	await test.step('a program is debugged with a reference in launch.json', async () => {
		const launch = {
			version: '0.2.0',
			configurations: [
				{ type: 'node', request: 'launch', name: 'Debug Shop', program: '${workspaceFolder}/program.js', env: { ...env, NAME: 'debug' } },
			],
		};
		await writeFile(join(folder, '.vscode/launch.json'), JSON.stringify(launch));
		// The list shows only a few notifications at a time.
		await driver.executeCommand('notifications.clearAll');
		await driver.startCommand('workbench.action.debug.start');
		await expect(dialog).toContainText(`Allow the launch configuration “Debug Shop” in “${folder}” to use the API key of “Shop”`);
		await dialog.getByRole('button', { name: 'Deny' }).click();
		await expect(await showNotifications(workbench, "wasn't released because you didn't allow it")).toBeVisible();
		expect(reports()).toEqual([]);

		await driver.startCommand('workbench.action.debug.start');
		await answerKeyQuestion(dialog, 'Allow for This Session');
		await expect.poll(reports).toEqual(['/debug/200']);
		await driver.startCommand('workbench.action.debug.start');
		await expect.poll(reports).toEqual(['/debug/200', '/debug/200']);
	});

	await test.step('a task runs with a reference in tasks.json', async () => {
		await driver.startCommand('workbench.action.tasks.runTask', 'Import Products');
		await expect(dialog).toContainText(`Allow the task “Import Products” in “${folder}” to use the API key of “Shop”`);
		await answerKeyQuestion(dialog, 'Allow Once');
		await expect.poll(() => reports().at(-1)).toBe('/task/200');
	});

	await test.step('an extension signs in, and is named', async () => {
		const sending = driver.executeCommand('consumer.send', url, { createIfNone: true });
		await expect(dialog).toContainText("The extension 'Product Import' wants to sign in using Connect Tokens");
		await dialog.getByRole('button', { name: 'Allow' }).click();
		await chooseQuickPickItem(page, 'Shop');
		await expect(dialog).toContainText("Allow VS Code's accounts to use the API key of “Shop”");
		await answerKeyQuestion(dialog, 'Allow');
		expect(await sending).toBe(200);
		expect(await driver.executeCommand('consumer.send', url, { silent: true })).toBe(200);
	});

	await test.step('an extension that names an account gets no key that the user was not asked about', async () => {
		const other = await driver.createToken({ name: 'Other', permissions: ['MD-0000'] });
		const account = { id: `workspace/${other.id}`, label: `Other (${other.id})` };
		expect(await driver.executeCommand('consumer.send', url, { silent: true, account })).toBe(null);
		const sending = driver.executeCommand('consumer.send', url, { createIfNone: true, account }).catch(() => 'denied');
		await expect(dialog).toContainText('Product Import');
		await dialog.getByRole('button', { name: 'Allow' }).click();
		await expect(dialog).toContainText("Allow VS Code's accounts to use the API key of “Other”");
		await dialog.getByRole('button', { name: 'Deny' }).click();
		expect(await sending).toBe('denied');
	});

	await test.step('the session ends with the token', async () => {
		await driver.executeCommand('connectTokens.disableToken', { tokenId: token.id });
		await expect.poll(() => driver.executeCommand('consumer.send', url, { silent: true })).toBe(null);
	});
});
