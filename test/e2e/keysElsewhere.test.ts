import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ALL_MODULES } from '../../src/domain/catalog';
import { expect, shareWorkbench, test } from '../support/e2eTest';
import { readCodeBlocks, readInlineCode, readTableCode } from '../support/readme';
import {
	answerKeyQuestion,
	chooseQuickPickItem,
	completeWizard,
	fillGeneralStep,
	runOutside,
	runPaletteCommand,
	showNotifications,
	waitForCommandLine,
	wizardPage,
} from '../support/workbenchDriver';

const SECTION = 'Keys in debuggers, tasks, and other extensions';
/** Sends a request with the header's value in each variable, and reports the statuses. */
const PROGRAM = `
const { url, report } = require('./addresses.json');
const keys = Object.keys(process.env).filter((name) => name === 'API_KEY' || name === 'OTHER_KEY').sort();
const send = (name) => fetch(url, { headers: { Authorization: process.env[name] } }).then(({ status }) => name + '=' + status);
Promise.all(keys.map(send)).then((statuses) => fetch(report + '/' + statuses.join(',')));
`;
const ONE_KEY = '/API_KEY=200';
const BOTH_KEYS = '/API_KEY=200,OTHER_KEY=200';

const getWorkbench = shareWorkbench();

test('debugged programs, tasks, and other extensions get keys after a question, as the README describes it', async ({ api }) => {
	const workbench = getWorkbench();
	const { page, driver, folder } = workbench;
	const token = await driver.createToken({ name: 'Shop', permissions: [ALL_MODULES] });
	const other = await driver.createToken({ name: 'Catalog', permissions: ['products'] });
	const url = `${String(await driver.executeCommand('consumer.startGateway'))}/products`;
	await writeFile(join(folder, 'import.js'), PROGRAM);
	await writeFile(join(folder, 'addresses.json'), JSON.stringify({ url, report: api.origin }));
	const [launchConfiguration, task, input] = readCodeBlocks(SECTION, 'json', token.id, other.id).map(
		(block) => JSON.parse(block) as Record<string, unknown>,
	);
	const [extensionCode] = readCodeBlocks(SECTION, 'ts', token.id);
	const options = JSON.parse(`{${readInlineCode(SECTION, '"options"')}}`) as object;
	const withInput = { type: 'process', label: 'Import with Input', command: 'node', args: ['import.js'], ...options };
	const tasks = [task, withInput].map((definition) => ({ ...definition, problemMatcher: [] }));
	await mkdir(join(folder, '.vscode'));
	await writeFile(join(folder, '.vscode/tasks.json'), JSON.stringify({ version: '2.0.0', tasks, inputs: [input] }));
	const dialog = page.locator('.monaco-dialog-box');
	const reports = () => api.received.map(({ url: path }) => path);
	const answer = async (question: string, button: string) => {
		await expect(dialog).toContainText(question);
		await answerKeyQuestion(dialog, button);
	};

	await test.step('a program is debugged with references in launch.json', async () => {
		await writeFile(join(folder, '.vscode/launch.json'), JSON.stringify({ version: '0.2.0', configurations: [launchConfiguration] }));
		const question = `Allow the launch configuration “Import Products” in “${folder}” to use the API key of`;
		// The list shows only a few notifications at a time.
		await driver.executeCommand('notifications.clearAll');
		await driver.startCommand('workbench.action.debug.start');
		await answer(`${question} “Catalog”`, 'Deny');
		await expect(await showNotifications(workbench, "wasn't released because you didn't allow it")).toBeVisible();
		expect(reports()).toEqual([]);

		await driver.startCommand('workbench.action.debug.start');
		await answer(`${question} “Catalog”`, 'Allow in This Window');
		await answer(`${question} “Shop”`, 'Allow in This Window');
		await expect.poll(reports).toEqual([BOTH_KEYS]);
		await driver.startCommand('workbench.action.debug.start');
		await expect.poll(reports).toEqual([BOTH_KEYS, BOTH_KEYS]);
	});

	await test.step('a task runs with a reference in tasks.json', async () => {
		await driver.startCommand('workbench.action.tasks.runTask', 'Import Products');
		await answer(`Allow the task “Import Products” in “${folder}” to use the API key of “Shop”`, 'Allow Once');
		await expect.poll(() => reports().slice(2)).toEqual([ONE_KEY]);
	});

	await test.step('a task of another type runs with an input variable', async () => {
		await driver.startCommand('workbench.action.tasks.runTask', 'Import with Input');
		await answer('Allow an extension or a file in this window to use the API key of “Shop”', 'Allow Once');
		await expect.poll(() => reports().slice(3)).toEqual([ONE_KEY]);
	});

	await test.step('a program runs with a reference in .env, in a terminal outside of the editor', async () => {
		const [variable, command] = readTableCode('an `.env` file', token.id);
		await writeFile(join(folder, '.env'), `COMPOSE_PROJECT_NAME=shop\n${variable!}\n`);
		await waitForCommandLine(workbench);
		const running = runOutside(workbench, command!.replace('…', 'node import.js'));
		await answer(`Allow “connect-tokens run node” in “${folder}” to use the API key of “Shop”`, 'Allow Once');
		expect(await running).toBe('exit 0');
		expect(reports().slice(4)).toEqual([ONE_KEY]);
	});

	const send = (signInOptions: object) => driver.executeCommand('consumer.send', url, signInOptions);
	await test.step('an extension signs in, and is named', async () => {
		const sending = driver.executeCommand('consumer.sendWith', extensionCode, url);
		await answer("The extension 'Product Import' wants to sign in using Connect Tokens", 'Allow');
		await chooseQuickPickItem(page, 'Shop');
		await answer("Allow VS Code's accounts to use the API key of “Shop”", 'Allow');
		expect(await sending).toBe(200);
		expect(await send({ silent: true })).toBe(200);
	});

	await test.step('the extension is revoked, and has to ask again', async () => {
		await runPaletteCommand(page, 'Accounts: Manage Trusted Extensions For Account');
		await chooseQuickPickItem(page, `Shop (${token.id})`);
		const list = page.locator('.quick-input-widget');
		const row = list.locator('.monaco-list-row', { hasText: 'Product Import' });
		await expect(row.getByRole('checkbox')).toBeChecked();
		await row.click();
		await list.getByRole('button', { name: 'OK' }).click();
		await expect.poll(() => send({ silent: true })).toBe(null);
		const sending = send({ createIfNone: true });
		await answer("The extension 'Product Import' wants to sign in using Connect Tokens", 'Allow');
		await chooseQuickPickItem(page, `Shop (${token.id})`);
		expect(await sending).toBe(200);
	});

	await test.step('an extension that names an account gets no key that the user was not asked about', async () => {
		const named = await driver.createToken({ name: 'Named', permissions: [ALL_MODULES] });
		const account = { id: `workspace/${named.id}`, label: `Named (${named.id})` };
		expect(await send({ silent: true, account })).toBe(null);
		const sending = send({ createIfNone: true, account }).catch(() => 'denied');
		await answer('Product Import', 'Allow');
		await answer("Allow VS Code's accounts to use the API key of “Named”", 'Deny');
		expect(await sending).toBe('denied');
		await driver.executeCommand('connectTokens.disableToken', { tokenId: named.id });
	});

	await test.step('the session ends with the token', async () => {
		await driver.executeCommand('connectTokens.disableToken', { tokenId: token.id });
		await expect.poll(() => send({ silent: true })).toBe(null);
	});

	await test.step('an extension gets the key of a token that the user creates for it', async () => {
		const sending = driver.executeCommand('consumer.sendWith', extensionCode, url.replace(/products$/, 'extensions'));
		await answer("The extension 'Product Import' wants to sign in using Connect Tokens", 'Allow');
		await expect(page.locator('.quick-input-list .monaco-list-row')).toHaveCount(1);
		await chooseQuickPickItem(page, 'Create Token…');
		const wizard = await wizardPage(page);
		await fillGeneralStep(wizard, 'Import');
		await completeWizard(wizard, 'No expiration', ['Integrations']);
		await answer("Allow VS Code's accounts to use the API key of “Import”", 'Allow');
		expect(await sending).toBe(200);
	});
});
