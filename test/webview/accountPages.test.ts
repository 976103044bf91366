import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/domain/log';
import { DAY_MS } from '../../src/domain/token';
import { toUtcDate } from '../../src/domain/tokenUsage';
import { ConnectSource } from '../../src/sources/connect/connectSource';
import type { NewToken } from '../support/connect/platformAccount';
import { errorResponse } from '../support/connect/platformFaults';
import { startPlatform, type Platform } from '../support/connect/simulatedPlatform';
import { MemoryAccountKeyStore } from '../support/connect/testAccounts';
import { chooseAction, openMenu, selectTab } from '../support/page/detailsDriver';
import { addDays } from '../support/page/exampleToken';
import { DetailsHost, WizardHost, type PageHostOptions } from '../support/page/pageHosts';
import { expect, expectLoaded, test as base, type TestPage } from '../support/page/pageTest';
import { clickButton, goToExtension, waitForStep } from '../support/page/wizardDriver';

const ACCOUNT_NAME = 'Account 001';
const USAGE_OPERATION = 'GET /statistics/tokens/{id}/aggregates';

interface AccountFixtures {
	readonly platform: Platform;
	/** The hosts' options besides the connection to the page, with the platform's first account. */
	readonly account: Omit<PageHostOptions, 'transport'>;
	/** Opens the details page of a new token of the account. */
	readonly openAccountDetails: (token?: NewToken) => Promise<TestPage & { readonly host: DetailsHost }>;
}

const test = base.extend<AccountFixtures>({
	platform: async ({}, use) => {
		const platform = await startPlatform();
		await use(platform);
		await platform.stop();
		expect(platform.violations.map(({ problems }) => problems)).toEqual([]);
	},

	account: async ({ openWorkspace, platform }, use) => {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-pages-'));
		const { reference, key } = platform.account;
		const { clock, sources } = await openWorkspace();
		const source = new ConnectSource({
			id: reference.id,
			account: { ...reference, endpoint: platform.endpoint },
			accountKeyStore: new MemoryAccountKeyStore(key),
			cacheFile: join(folder, 'account.json'),
			clock,
			expiringDays: () => 7,
			log: silentLog,
			retryDelayMs: 1,
		});
		sources.setAccounts([source]);
		await use({ clock, source, sources });
		source.dispose();
		await source.whenCacheWritten;
		await rm(folder, { recursive: true, force: true, maxRetries: 10 });
	},

	openAccountDetails: async ({ account, pages, platform }, use) => {
		const hosts: DetailsHost[] = [];
		await use(async (token = {}) => {
			const { id } = platform.account.add({ name: 'Nightly import', expirationDate: addDays(new Date(), 30), ...token });
			const testPage = await pages.open({ name: 'details' });
			const host = new DetailsHost({ ...account, transport: testPage.transport }, id);
			hosts.push(host);
			await expectLoaded(testPage.page, 1);
			return { ...testPage, host };
		});
		hosts.forEach((host) => host.dispose());
	},
});

test.describe('The details page of an account token', () => {
	test('shows the account and the key, and saves changes on the platform', async ({ openAccountDetails, platform }) => {
		const { page, host } = await openAccountDetails();
		const token = platform.account.token(host.tokenId);
		await expect(page.locator('header').getByText(ACCOUNT_NAME)).toHaveText(`Valid at ${ACCOUNT_NAME}`);
		await host.source.list();
		await expect(page.locator('header').getByText('As of', { exact: true })).toBeVisible();
		await clickButton(page, 'View');
		await expect(page.getByText(platform.account.authorization(token))).toBeVisible();
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Changed');
		await clickButton(page, 'Save');
		await expect(page.getByRole('heading', { level: 1, name: 'Changed' })).toBeVisible();
		expect(token.name).toBe('Changed');
	});

	test('offers no limits and no approval, which the platform does not support', async ({ openAccountDetails }) => {
		const { page } = await openAccountDetails();
		await selectTab(page, 'Permissions');
		await expect(page.getByRole('heading', { name: /^Enabled/ })).toBeVisible();
		await expect(page.getByText(/^(Limits|Approval)$/)).toHaveCount(0);
		await clickButton(page, 'Edit');
		await expect(page.getByRole('textbox', { name: 'Filter Modules' })).toBeVisible();
		await expect(page.getByText(/^(Limits|Approval)$/)).toHaveCount(0);
	});

	test('shows why the account key cannot be used to view the API key', async ({ openAccountDetails }) => {
		const { page, host } = await openAccountDetails({ extra: { token: undefined } });
		await clickButton(page, 'View');
		await expect(page.getByRole('alert')).toContainText(`doesn't have permission to view the API key of ${host.tokenId}`);
	});

	test('renews and disables the token on the platform', async ({ openAccountDetails, platform }) => {
		const { page, host } = await openAccountDetails();
		const token = platform.account.token(host.tokenId);
		await chooseAction(page, 'Renew…');
		await page.getByRole('radio', { name: '60 days' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Renew' }).click();
		await expect(page.getByRole('dialog')).toHaveCount(0);
		await expect(page.getByRole('group', { name: 'New key' })).toBeVisible();
		expect(platform.account.statusOf(token)).toBe('revitalised');
		await chooseAction(page, 'Disable');
		await expect(page.getByRole('status').filter({ hasText: 'Disabled' })).toBeVisible();
		expect(platform.account.statusOf(token)).toBe('inactive');
	});

	test('allows only deletion if the status is not recognized', async ({ openAccountDetails, platform }) => {
		const { page, host } = await openAccountDetails({ extra: { status: 'quarantined' } });
		await expect(page.getByText('This token has an unrecognized status')).toBeVisible();
		await expect(page.getByRole('button', { name: 'Edit' })).toHaveCount(0);
		await openMenu(page);
		await expect(page.getByRole('menuitem', { name: /^(Rotate|Renew|Disable|Enable)/ })).toHaveCount(0);
		await page.getByRole('menuitem', { name: 'Delete' }).click();
		await expect(page.getByRole('heading', { name: 'Token deleted' })).toBeVisible();
		expect(platform.account.tokens.has(host.tokenId)).toBe(false);
	});

	test('shows that responses are loading, and then those that the platform counted', async ({ openAccountDetails, platform }) => {
		let release!: () => void;
		const released = new Promise<void>((resolve) => {
			release = resolve;
		});
		platform.fault(USAGE_OPERATION, { before: () => released });
		const { page } = await openAccountDetails({ statistics: { [toUtcDate(new Date(Date.now() - DAY_MS))]: { 200: 41, 404: 1 } } });
		await selectTab(page, 'Statistics');
		await expect(page.getByRole('status').filter({ hasText: 'Loading responses…' })).toBeVisible();
		release();
		await expect(page.getByRole('definition').filter({ hasText: /^42$/ })).toBeVisible();
		await expect(page.getByRole('button', { name: 'Start Gateway' })).toHaveCount(0);
	});

	test('shows why the responses cannot be loaded, and loads them again', async ({ openAccountDetails, platform }) => {
		const removeFault = platform.fault(USAGE_OPERATION, { outcome: errorResponse(403) });
		const { page } = await openAccountDetails();
		await selectTab(page, 'Statistics');
		await expect(page.getByRole('alert').filter({ hasText: "Couldn't load responses." })).toBeVisible();
		removeFault();
		await clickButton(page, 'Reload');
		await expect(page.getByText('No responses for this token yet.')).toBeVisible();
	});
});

test.describe('The wizard in an account', () => {
	test('creates the token on the platform with the extensions and modules of the account', async ({ account, pages, platform }) => {
		const { page, transport } = await pages.open({ name: 'wizard' });
		const host = new WizardHost({ ...account, transport });
		await expectLoaded(page, 2);
		await expect(page.getByText(`Valid at ${ACCOUNT_NAME}`)).toBeVisible();
		await goToExtension(page);
		await expect(page.getByRole('radio')).toHaveCount(platform.account.extensions.length);
		await page.getByRole('radio', { name: 'custom' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Permissions');
		await expect(page.getByRole('checkbox', { name: 'All Modules' })).toBeVisible();
		await expect(page.getByText(/^(Limits|Approval)$/)).toHaveCount(0);
		await clickButton(page, 'Back');
		await page.getByRole('radio', { name: 'zapier' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		expect([...platform.account.tokens.values()].find(({ name }) => name === 'Nightly import')).toMatchObject({
			extension: { name: 'zapier' },
			permissions: ['MD-0000'],
		});
		host.dispose();
	});
});
