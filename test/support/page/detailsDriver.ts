import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { FakeDetailsHost, type ShownToken } from './fakeDetailsHost';
import type { TestPage, PageOptions, usePages } from './testPages';
import { clickButton } from './wizardDriver';

export interface DetailsTestPage extends TestPage {
	readonly host: FakeDetailsHost;
}

export interface DetailsOptions extends Partial<PageOptions> {
	/** Changes the host before the page has asked it anything. */
	readonly prepare?: (host: FakeDetailsHost) => void;
}

/** Opens the details page of the example token, with some of it changed. */
export async function openDetails(
	pages: ReturnType<typeof usePages>,
	token: Partial<ShownToken> = {},
	{ prepare, ...options }: DetailsOptions = {},
): Promise<DetailsTestPage> {
	const testPage = await pages.open({ name: 'details', ...options });
	const host = new FakeDetailsHost(testPage.transport, token);
	prepare?.(host);
	await testPage.page.getByRole('heading', { level: 1 }).waitFor();
	return { ...testPage, host };
}

/** A token that was renewed and whose previous key still works for three days. */
export function renewedTokenChanges(): Partial<ShownToken> {
	return { status: 'revitalised', expirationDate: inDays(3), renewedExpirationDate: inDays(30) };
}

export function inDays(days: number): string {
	return new Date(Date.now() + days * 86_400_000).toISOString();
}

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

/** Reloads the page, as the editor does with one that was hidden. */
export async function reloadPage(page: Page): Promise<void> {
	await page.reload({ waitUntil: 'commit' });
	await page.getByRole('heading', { level: 1 }).waitFor();
}

/** What the browser does to a page in a tab that is left. */
export async function hidePage(page: Page): Promise<void> {
	await page.evaluate(() => {
		Object.defineProperty(document, 'hidden', { value: true, configurable: true });
		document.dispatchEvent(new Event('visibilitychange'));
	});
}

/** The secret half of no key is anywhere: not in the document, not in what outlives it. */
export async function assertKeepsNoKey({ page, state, host }: DetailsTestPage): Promise<void> {
	const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, location.href]));
	for (const text of [await page.content(), JSON.stringify(await state()), stored]) {
		for (const which of ['current', 'previous'] as const) {
			assert.ok(!text.includes(host.authorization(which).split(':')[1]!));
		}
	}
}
