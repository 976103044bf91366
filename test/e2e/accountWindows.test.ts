import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { webviewFrame } from '../host/driving';
import type { Workbench } from '../host/workbench';
import { startPlatform, type Platform } from '../support/connect/platform';
import { eventually } from '../support/eventually';
import { inOrder } from '../support/inOrder';
import { openWorkbench } from '../support/openWorkbench';
import { addAccount, chooseInMenu, showTokens } from '../support/walk';

const NAME = 'Vallonia Software';
const TOKEN = 'Nightly Import';

describe('an account in two windows', function () {
	this.timeout(240_000);
	inOrder();
	let platform: Platform;
	let workbench: Workbench;
	let one: Page;
	let other: Page;

	before(async () => {
		platform = await startPlatform({ account: { name: NAME } });
		platform.account.add({ name: TOKEN });
		({ workbench } = await openWorkbench());
		one = workbench.page;
		await showTokens(one);
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await platform.stop();
	});

	it('comes to the other window, too, once the user turns to that', async () => {
		other = await workbench.newWindow();
		await showTokens(other);
		await one.bringToFront();
		await addAccount(one, platform.endpoint, platform.account.key);
		await row(one, `${TOKEN}, Active`).waitFor();
		// What one window writes reaches the others in a moment.
		await eventually(async () => {
			await turnTo(other);
			await row(other, NAME).waitFor({ timeout: 1000 });
		});
	});

	it('is asked for nothing by a window that only starts', async () => {
		// In a browser, a window has the keys of others only from its start on.
		const { length } = platform.requests;
		await workbench.reload(other);
		await row(other, `${TOKEN}, Active`).waitFor();
		assert.equal(platform.requests.length, length);
	});

	it('goes from the other window, with its pages, once it is removed', async () => {
		await row(other, TOKEN).click();
		const shown = await webviewFrame(other, TOKEN);
		await shown.getByRole('button', { name: 'Edit' }).waitFor();
		await one.bringToFront();
		await chooseInMenu(one, NAME, 'Remove Account');
		await one.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove' }).click();
		await row(one, NAME).waitFor({ state: 'detached' });
		await eventually(async () => {
			await turnTo(other);
			await row(other, NAME).waitFor({ state: 'detached', timeout: 1000 });
		});
		await other.getByRole('tab', { name: new RegExp(`^${TOKEN}`) }).waitFor({ state: 'detached' });
	});
});

function row(page: Page, name: string) {
	return page.getByRole('treeitem', { name: new RegExp(`^${name}`) });
}

/** Gives the window the focus that the driver of the browser has all pages believe in at once. */
async function turnTo(page: Page): Promise<void> {
	await page.bringToFront();
	for (const hasFocus of [true, false, true]) {
		await page.evaluate((has) => {
			document.hasFocus = () => has;
			window.dispatchEvent(new Event(has ? 'focus' : 'blur'));
		}, hasFocus);
	}
}
