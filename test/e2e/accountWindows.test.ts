import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { startPlatform, type Platform } from '../support/connect/simulatedPlatform';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import { addAccount, chooseMenuItem, showTokensView } from '../support/workbenchDriver';

const ACCOUNT_NAME = 'Vallonia Software';
const TOKEN_NAME = 'Nightly Import';

describe('an account in two windows', function () {
	this.timeout(240_000);
	skipRestAfterFailure();
	let platform: Platform;
	let workbench: Workbench;
	let firstWindow: Page;
	let secondWindow: Page;

	before(async () => {
		platform = await startPlatform({ account: { name: ACCOUNT_NAME } });
		platform.account.add({ name: TOKEN_NAME });
		({ workbench } = await openWorkbench());
		firstWindow = workbench.page;
		await showTokensView(firstWindow);
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await platform.stop();
	});

	it('comes to the other window, too, once the user turns to that', async () => {
		secondWindow = await workbench.newWindow();
		await showTokensView(secondWindow);
		await firstWindow.bringToFront();
		await addAccount(firstWindow, platform.endpoint, platform.account.key);
		await row(firstWindow, `${TOKEN_NAME}, Active`).waitFor();
		// What one window writes reaches the others in a moment.
		await eventually(async () => {
			await focusWindow(secondWindow);
			await row(secondWindow, ACCOUNT_NAME).waitFor({ timeout: 1000 });
		});
	});

	it('is asked for nothing by a window that only starts', async () => {
		// In a browser, a window has the keys of others only from its start on.
		const { length } = platform.requests;
		await workbench.reload(secondWindow);
		await row(secondWindow, `${TOKEN_NAME}, Active`).waitFor();
		assert.equal(platform.requests.length, length);
	});

	it('goes from the other window, with its pages, once it is removed', async () => {
		await row(secondWindow, TOKEN_NAME).click();
		const rowsIn = await waitForWebviewFrame(secondWindow, TOKEN_NAME);
		await rowsIn.getByRole('button', { name: 'Edit' }).waitFor();
		await firstWindow.bringToFront();
		await chooseMenuItem(firstWindow, ACCOUNT_NAME, 'Remove Account');
		await firstWindow.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove' }).click();
		await row(firstWindow, ACCOUNT_NAME).waitFor({ state: 'detached' });
		await eventually(async () => {
			await focusWindow(secondWindow);
			await row(secondWindow, ACCOUNT_NAME).waitFor({ state: 'detached', timeout: 1000 });
		});
		await secondWindow.getByRole('tab', { name: new RegExp(`^${TOKEN_NAME}`) }).waitFor({ state: 'detached' });
	});
});

function row(page: Page, name: string) {
	return page.getByRole('treeitem', { name: new RegExp(`^${name}`) });
}

/** Gives the window the focus that the driver of the browser has all pages believe in at once. */
async function focusWindow(page: Page): Promise<void> {
	await page.bringToFront();
	for (const hasFocus of [true, false, true]) {
		await page.evaluate((hasFocusNow) => {
			document.hasFocus = () => hasFocusNow;
			window.dispatchEvent(new Event(hasFocusNow ? 'focus' : 'blur'));
		}, hasFocus);
	}
}
