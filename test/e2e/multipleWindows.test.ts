import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/connect/platformTest';
import { shareWorkbench } from '../support/e2eTest';
import type { OpenedWorkbench } from '../support/openWorkbench';
import {
	addAccount,
	copyApiKey,
	detailsPage,
	gatewayAddress,
	removeAccount,
	runOutside,
	showTokensView,
	tokenRow,
	waitForCommandLine,
	waitForSavedAccount,
} from '../support/workbenchDriver';

const ACCOUNT = 'Vallonia Software';
const TOKEN = 'Nightly Import';

/** More are in the test of the source in two processes. */
const TOKENS_PER_WINDOW = 25;

const getWorkbench = shareWorkbench();

test('two windows show what the other one changes and receives, and one of them answers the command line', async ({ startPlatform }) => {
	const platform = await startPlatform({ account: { name: ACCOUNT } });
	platform.account.add({ name: TOKEN });
	const workbench = getWorkbench();
	const firstWindow = workbench.page;
	await showTokensView(workbench);
	await addAccount(firstWindow, platform);
	await waitForSavedAccount(workbench, platform);
	const { id } = await workbench.driver.createToken({ name: 'Shop', permissions: ['usage'] });
	const authorization = await copyApiKey(workbench, id);
	await workbench.driver.executeCommand('connectTokens.startGateway');
	const sendRequest = async (path: string, method = 'GET') => {
		const url = `http://${await gatewayAddress(firstWindow)}/public/v1${path}`;
		return (await fetch(url, { method, headers: { authorization } })).status;
	};
	expect(await sendRequest('/products', 'POST')).toBe(403);
	await waitForCommandLine(workbench);
	const windowsFolder = join(workbench.home, '.connect-tokens/windows');
	const earlierFiles = await readdir(windowsFolder);
	const { length } = platform.requests;
	const second = await workbench.newWindow();
	const secondWindow = second.page;

	await test.step("an account isn't called by a window that is only starting", async () => {
		await showTokensView(second);
		await expect(tokenRow(secondWindow, TOKEN, 'Active')).toBeVisible();
		expect(platform.requests.slice(length)).toEqual([]);
	});

	await test.step('the second window shows requests to the gateway of the first one, and those that follow', async () => {
		await second.driver.executeCommand('connectTokens.requests.focus');
		const row = (name: RegExp) => secondWindow.getByRole('treeitem', { name });
		await expect(row(/^POST \/products, Denied, 403/)).toBeVisible();
		expect(await sendRequest('/usage/reports')).toBe(200);
		await expect(row(/^GET \/usage\/reports, 200/)).toBeVisible();
	});

	const keyQuestion = (page: Page, command: string) =>
		page.getByRole('dialog', { name: `Allow “connect-tokens ${command}” in “${workbench.folder}” to use the API key of “Shop”` });
	await test.step('the command line asks the window that was opened last', async () => {
		// Each window has a file, and before that a temporary one, which the command line ignores.
		const listNewFiles = async () =>
			(await readdir(windowsFolder)).filter((name) => name.endsWith('.json') && !earlierFiles.includes(name));
		await expect.poll(listNewFiles).toHaveLength(1);
		const running = runOutside(workbench, `connect-tokens get ${id}`);
		await expect(keyQuestion(secondWindow, 'get')).toBeVisible();
		await expect(keyQuestion(firstWindow, 'get')).toBeHidden();
		await keyQuestion(secondWindow, 'get').getByRole('button', { name: 'Deny' }).click();
		expect(await running).toContain("wasn't released because you didn't allow it");
	});

	const receivedState = await recordReceivedState(secondWindow);

	await test.step('an account disappears with its pages from a window that gets the focus after another one has removed it', async () => {
		await tokenRow(secondWindow, TOKEN).click();
		const details = await detailsPage(secondWindow, TOKEN);
		await expect(details.getByRole('button', { name: 'Edit' })).toBeVisible();
		await firstWindow.bringToFront();
		await removeAccount(firstWindow, ACCOUNT);
		await expect.poll(receivedState).toContain('"connectTokens.accounts":[]');
		await focusWindow(second);
		await expect(tokenRow(secondWindow, ACCOUNT)).toHaveCount(0);
		await expect(secondWindow.getByRole('tab', { name: new RegExp(`^${TOKEN}`) })).toHaveCount(0);
	});

	await test.step('an account appears in a window that gets the focus after another one has added it', async () => {
		await firstWindow.bringToFront();
		await addAccount(firstWindow, platform);
		await expect.poll(receivedState).toContain(ACCOUNT);
		await focusWindow(second);
		await expect(tokenRow(secondWindow, ACCOUNT)).toBeVisible();
	});

	await firstWindow.bringToFront();
	await removeAccount(firstWindow, ACCOUNT);

	await test.step('both show the tokens that both windows create at the same time', async () => {
		const windows = [workbench, second];
		await Promise.all(
			windows.flatMap(({ driver }, index) =>
				Array.from({ length: TOKENS_PER_WINDOW }, (_, number) => driver.createToken({ name: `Token ${index + 1}.${number + 1}` })),
			),
		);
		for (const window of windows) {
			await window.page.bringToFront();
			await showTokensView(window);
			// Only visible rows exist as elements, but each has the number of tokens as an attribute. “Shop” is one of them.
			const row = window.page.getByRole('treeitem', { name: /^Token \d\.\d+, Active, / }).first();
			await expect(row).toHaveAttribute('aria-setsize', String(windows.length * TOKENS_PER_WINDOW + 1));
		}
	});

	await test.step('a command that waits for an answer ends with its window, and the next one asks the other window', async () => {
		const waiting = runOutside(workbench, `connect-tokens run --token API_KEY=${id} -- node -e 0`);
		await expect(keyQuestion(secondWindow, 'run node')).toBeVisible();
		// Closing the page at once can end its process before VS Code's server hears of it. The server would then wait for the window to return.
		await secondWindow.goto('about:blank');
		await secondWindow.close();
		expect(await waiting).toContain('The window was closed or reloaded before it answered. Try again when it has opened.');
		const next = runOutside(workbench, `connect-tokens get ${id}`);
		await keyQuestion(firstWindow, 'get').getByRole('button', { name: 'Deny' }).click();
		expect(await next).toContain("wasn't released because you didn't allow it");
	});
});

/**
 * Records the global state of the extension that VS Code receives from other windows from now on.
 * @returns a function that returns the latest, as JSON; an empty string if there is none yet
 */
async function recordReceivedState(page: Page): Promise<() => Promise<string>> {
	const received = await page.evaluateHandle(async () => {
		const received = { state: '' };
		for (const { name = '' } of await indexedDB.databases()) {
			// VS Code shares what it stores in a database with the same name. It listens since the window started, so it has passed the state
			// to the extension host when this listener is called.
			new BroadcastChannel(name).addEventListener('message', ({ data }: MessageEvent<{ changed?: Map<string, string> }>) => {
				received.state = data.changed?.get('connect-tokens.connect-tokens') ?? received.state;
			});
		}
		return received;
	});
	return () => received.evaluate(({ state }) => state);
}

/** Focuses a window in place of another one. Fires the events, because the browser automation makes all pages believe that they have the focus. */
async function focusWindow({ page, driver }: Pick<OpenedWorkbench, 'page' | 'driver'>): Promise<void> {
	const setFocus = (hasFocus: boolean) =>
		page.evaluate((hasFocusNow) => {
			document.hasFocus = () => hasFocusNow;
			window.dispatchEvent(new Event(hasFocusNow ? 'focus' : 'blur'));
		}, hasFocus);
	await page.bringToFront();
	// If a webview has the focus, VS Code ignores that the window loses it.
	await setFocus(true);
	await setFocus(false);
	await expect.poll(() => driver.isFocused()).toBe(false);
	await setFocus(true);
	await expect.poll(() => driver.isFocused()).toBe(true);
}
