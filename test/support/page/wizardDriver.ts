import type { Locator, Page } from 'playwright-core';
import { focused } from './focus';

/** Resolves once the step is shown and its heading has the focus, so that a screen reader reads it from its beginning. */
export async function onStep(page: Page, name: string): Promise<void> {
	await focused(page.getByRole('heading', { level: 2, name, exact: true }));
}

export async function press(page: Page, name: string): Promise<void> {
	await page.getByRole('button', { name, exact: true }).click();
}

/** From General to Expiration. */
export async function throughGeneral(page: Page, name = 'Nightly import'): Promise<void> {
	await page.getByRole('textbox', { name: 'Name' }).fill(name);
	await press(page, 'Next');
	await onStep(page, 'Expiration');
}

/** From General to Extension. */
export async function toExtension(page: Page, name?: string): Promise<void> {
	await throughGeneral(page, name);
	await press(page, 'Next');
	await onStep(page, 'Extension');
}

/** From General to Permissions. */
export async function toPermissions(page: Page): Promise<void> {
	await toExtension(page);
	await press(page, 'Next');
	await onStep(page, 'Permissions');
}

/** From General to a last step in which everything has been filled in. */
export async function readyToCreate(page: Page): Promise<void> {
	await toPermissions(page);
	await page.getByRole('checkbox', { name: 'Usage' }).click();
}

/** Resolves once there are so many of these elements. */
export async function numbering(elements: Locator, wanted: number): Promise<void> {
	await elements.nth(wanted).waitFor({ state: 'detached' });
	if (wanted > 0) {
		await elements.nth(wanted - 1).waitFor();
	}
}
