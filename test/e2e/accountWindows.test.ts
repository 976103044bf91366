import assert from 'node:assert/strict';
import type { Page } from '@playwright/test';
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

	it('appears in the other window once that window gets the focus', async () => {
		secondWindow = await workbench.newWindow();
		await showTokensView(secondWindow);
		await firstWindow.bringToFront();
		await addAccount(firstWindow, platform.endpoint, platform.account.key);
		await row(firstWindow, `${TOKEN_NAME}, Active`).waitFor();
		// It takes a moment until a change in one window is visible in others.
		await eventually(async () => {
			await focusWindow(secondWindow);
			await row(secondWindow, ACCOUNT_NAME).waitFor({ timeout: 1000 });
		});
	});

	it("isn't called by a window that is only starting", async () => {
		// In a browser, a window reads secrets that other windows have stored only when it starts.
		const { length } = platform.requests;
		await workbench.reload(secondWindow);
		await row(secondWindow, `${TOKEN_NAME}, Active`).waitFor();
		assert.equal(platform.requests.length, length);
	});

	it('disappears from the other window with its pages once it has been removed', async () => {
		await row(secondWindow, TOKEN_NAME).click();
		const details = await waitForWebviewFrame(secondWindow, TOKEN_NAME);
		await details.getByRole('button', { name: 'Edit' }).waitFor();
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

/** Focuses the window and fires the focus events, because the browser automation makes all pages believe that they have the focus. */
async function focusWindow(page: Page): Promise<void> {
	await page.bringToFront();
	for (const hasFocus of [true, false, true]) {
		await page.evaluate((hasFocusNow) => {
			document.hasFocus = () => hasFocusNow;
			window.dispatchEvent(new Event(hasFocusNow ? 'focus' : 'blur'));
		}, hasFocus);
	}
}
