import type { Locator, Page } from 'playwright-core';
import { waitForFocus } from './accessibleState';

/** Resolves once the step is shown and its heading has the focus, so that a screen reader reads it from its beginning. */
export async function waitForStep(page: Page, name: string): Promise<void> {
	await waitForFocus(page.getByRole('heading', { level: 2, name, exact: true }));
}

export async function clickButton(page: Page, name: string): Promise<void> {
	await page.getByRole('button', { name, exact: true }).click();
}

/** From General to Expiration. */
export async function completeGeneral(page: Page, name = 'Nightly import'): Promise<void> {
	await page.getByRole('textbox', { name: 'Name' }).fill(name);
	await clickButton(page, 'Next');
	await waitForStep(page, 'Expiration');
}

/** From General to Extension. */
export async function goToExtension(page: Page, name?: string): Promise<void> {
	await completeGeneral(page, name);
	await clickButton(page, 'Next');
	await waitForStep(page, 'Extension');
}

/** From General to Permissions. */
export async function goToPermissions(page: Page): Promise<void> {
	await goToExtension(page);
	await clickButton(page, 'Next');
	await waitForStep(page, 'Permissions');
}

/** From General to a last step in which everything has been filled in. */
export async function fillAllSteps(page: Page): Promise<void> {
	await goToPermissions(page);
	await page.getByRole('checkbox', { name: 'Usage' }).click();
}

/** Resolves once there are so many of these elements. */
export async function waitForCount(elements: Locator, count: number): Promise<void> {
	await elements.nth(count).waitFor({ state: 'detached' });
	if (count > 0) {
		await elements.nth(count - 1).waitFor();
	}
}
