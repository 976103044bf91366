import type { Page } from '@playwright/test';

/** Waits until the step is shown and its heading has the focus, from where a screen reader starts reading. */
export async function waitForStep(page: Page, name: string): Promise<void> {
	await page.getByRole('heading', { level: 2, name, exact: true }).and(page.locator(':focus')).waitFor();
}

export async function clickButton(page: Page, name: string): Promise<void> {
	await page.getByRole('button', { name, exact: true }).click();
}

/** Goes from General to Expiration. */
export async function completeGeneral(page: Page, name = 'Nightly import'): Promise<void> {
	await page.getByRole('textbox', { name: 'Name' }).fill(name);
	await clickButton(page, 'Next');
	await waitForStep(page, 'Expiration');
}

/** Goes from General to Extension. */
export async function goToExtension(page: Page, name?: string): Promise<void> {
	await completeGeneral(page, name);
	await clickButton(page, 'Next');
	await waitForStep(page, 'Extension');
}

/** Goes from General to Permissions. */
export async function goToPermissions(page: Page): Promise<void> {
	await goToExtension(page);
	await clickButton(page, 'Next');
	await waitForStep(page, 'Permissions');
}

/** Goes from General to Permissions and selects a module, so that the token can be created. */
export async function fillAllSteps(page: Page): Promise<void> {
	await goToPermissions(page);
	await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
}
