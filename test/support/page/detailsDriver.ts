import type { Page } from '@playwright/test';
import { clickButton } from './wizardDriver';

export async function openMenu(page: Page): Promise<void> {
	await clickButton(page, 'More Actions');
	await page.getByRole('menu').waitFor();
}

export async function chooseAction(page: Page, name: string): Promise<void> {
	await openMenu(page);
	await page.getByRole('menuitem', { name, exact: true }).click();
}

export async function selectTab(page: Page, name: string): Promise<void> {
	await page.getByRole('tab', { name }).click();
	await page.getByRole('tabpanel', { name }).waitFor();
}

/** Reloads the page, as VS Code does when a hidden page is shown again. */
export async function reloadPage(page: Page): Promise<void> {
	await page.reload({ waitUntil: 'commit' });
	await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Makes the page believe that its tab was hidden. */
export async function hidePage(page: Page): Promise<void> {
	await page.evaluate(() => {
		Object.defineProperty(document, 'hidden', { value: true, configurable: true });
		document.dispatchEvent(new Event('visibilitychange'));
	});
}
