import type { Page } from '@playwright/test';
import { FakeDetailsHost, type ShownToken } from './fakeDetailsHost';
import type { TestPage, PageOptions, usePages } from './testPages';
import { clickButton } from './wizardDriver';

export interface DetailsTestPage extends TestPage {
	readonly host: FakeDetailsHost;
}

export interface DetailsOptions extends Partial<PageOptions> {
	/** Changes the host before it receives the first request. */
	readonly prepare?: (host: FakeDetailsHost) => void;
}

/** Opens the details page of the example token, with the given changes. */
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

/** Makes the example token a renewed one whose previous key is valid for three more days. */
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
