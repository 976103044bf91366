import type { Page } from '@playwright/test';
import { chooseAction, inDays, openMenu, renewedTokenChanges, selectTab } from './detailsDriver';
import { FakeDetailsHost, type ShownToken } from './fakeDetailsHost';
import type { TestPage, PageOptions } from './testPages';
import { busyMonthUsage, GATEWAY_URL, usageByDaysAgo } from './exampleUsage';
import { waitForStep, clickButton, fillAllSteps, completeGeneral, goToExtension, goToPermissions } from './wizardDriver';
import { FakeWizardHost } from './fakeWizardHost';

/** A state that a page can be in. */
export interface PageState {
	readonly page: PageOptions['name'];
	/** Brings a newly opened page into the state. */
	readonly open: (testPage: Pick<TestPage, 'page' | 'transport'>) => Promise<unknown>;
}

const LONG_TEXT = 'x'.repeat(128);

const ACCOUNT_SOURCE = { id: 'VA-100-000-000', account: `Vallonia ${LONG_TEXT}` };

const failBecauseStoreIsLocked = () => {
	throw new Error('The token files are in use by another window.');
};

/** Every state of the wizard and the details page, by its name. */
export const pageStates: Readonly<Record<string, PageState>> = {
	Loading: { page: 'wizard', open: ({ page }) => page.getByText('Loading…').waitFor() },
	'Wizard that failed to load': wizardState(async (page) => page.getByRole('alert').waitFor(), { ready: failBecauseStoreIsLocked }),
	General: wizardState((page) => page.getByRole('heading', { name: 'General' }).waitFor()),
	'General with a duplicate name': wizardState(async (page) => {
		await page.getByRole('textbox', { name: 'Name' }).fill('Tutorial Token');
		await page.getByText('Another token already has this name.').waitFor();
	}),
	'General with errors': wizardState(async (page) => {
		await page.getByRole('textbox', { name: 'External ID' }).fill(`${LONG_TEXT}x`);
		await clickButton(page, 'Next');
		await page.getByRole('alert').nth(1).waitFor();
	}),
	'General in an account': wizardState((page) => page.getByText('In account').waitFor(), {}, { source: ACCOUNT_SOURCE }),
	Expiration: wizardState((page) => completeGeneral(page)),
	'Expiration with an error': wizardState(async (page) => {
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await clickButton(page, 'Next');
		await page.getByRole('alert').waitFor();
	}),
	Extension: wizardState((page) => goToExtension(page)),
	Permissions: wizardState(fillAllSteps),
	'Permissions with an error': wizardState(async (page) => {
		await goToPermissions(page);
		await clickButton(page, 'Create');
		await page.getByRole('alert').waitFor();
	}),
	'Failed creation': wizardState(
		async (page) => {
			await fillAllSteps(page);
			await clickButton(page, 'Create');
			await page.getByRole('alert').waitFor();
		},
		{ create: failBecauseStoreIsLocked },
	),
	Summary: wizardState(async (page) => {
		await page.getByRole('textbox', { name: 'External ID' }).fill(LONG_TEXT);
		await fillAllSteps(page);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
	}),

	Details: detailsState(() => Promise.resolve()),
	'Details with long texts': detailsState(() => Promise.resolve(), {
		name: LONG_TEXT,
		externalId: LONG_TEXT,
		description: LONG_TEXT,
		created: { at: inDays(0), by: LONG_TEXT },
	}),
	'Details of an expired token': detailsState(() => Promise.resolve(), { status: 'expired', expirationDate: inDays(-1) }),
	'Details of an account token': detailsState(showAsAccountToken),
	'Details of a token with an unrecognized status': detailsState(
		async (page, host) => {
			await showAsAccountToken(page, host);
			await page.getByText('This token has an unrecognized status').waitFor();
		},
		{ status: 'other', platformStatus: 'quarantined' },
	),
	'Details of a disabled token': detailsState(() => Promise.resolve(), { status: 'inactive' }),
	'Details of an expiring token': detailsState(() => Promise.resolve(), { status: 'expiring', expirationDate: inDays(3) }),
	'Details of a renewed token': detailsState(() => Promise.resolve(), renewedTokenChanges()),
	'Key shown in plain text': detailsState(async (page, host) => {
		await clickButton(page, 'View');
		await page.getByText(host.authorization()).waitFor();
		await clickButton(page, 'Copy');
		await page.getByText('Copied').waitFor();
	}),
	'Key that is unavailable': detailsState(async (page, host) => {
		host.handlerOverrides.viewKey = () => ({ unavailable: "The API key isn't in secret storage. Rotate the token." });
		await clickButton(page, 'View');
		await page.getByRole('alert').waitFor();
	}),
	'Open menu': detailsState(openMenu),
	'Statistics of an unused token': statisticsState(),
	'Statistics of an unused account token': statisticsState({ usageOverrides: { source: 'platform' } }),
	'Statistics of an account token': statisticsState({ tokenUsage: busyMonthUsage(), usageOverrides: { source: 'platform' } }),
	'Statistics that are loading': statisticsState({ usageOverrides: { source: 'loading' } }),
	'Statistics that the platform failed to return': statisticsState({
		usageOverrides: { source: 'platform', problem: `Couldn't reach ${LONG_TEXT}.` },
	}),
	'Statistics of an unused token while the gateway is running': statisticsState({ gatewayUrl: GATEWAY_URL }, (page) =>
		clickButton(page, 'Copy URL'),
	),
	'Statistics of a single day': statisticsState({ tokenUsage: usageByDaysAgo({ 0: { 200: 3, 403: 1 } }), gatewayUrl: GATEWAY_URL }),
	'Statistics of a busy month with a selected day': statisticsState({ tokenUsage: busyMonthUsage(), gatewayUrl: GATEWAY_URL }, (page) =>
		page.getByRole('slider').focus(),
	),
	'Statistics as a table while the gateway is stopped': statisticsState({ tokenUsage: busyMonthUsage() }, (page) =>
		page.getByText('Show as Table').click(),
	),
	'Statistics with huge numbers': statisticsState(
		{
			tokenUsage: usageByDaysAgo({ 0: { 200: 123_456_789_012 }, 1: { 304: 98_765_432_109 }, 9: { 404: 1 }, 28: { 500: 55_555_555_555 } }),
			gatewayUrl: `http://127.0.0.1:7357/${LONG_TEXT}`,
		},
		(page) => page.getByText('Show as Table').click(),
	),
	'Statistics that failed to load': statisticsState({ usageOverrides: { problem: `You don't have permission to read /${LONG_TEXT}.` } }),
	'Gateway that failed to start': statisticsState({}, async (page, host) => {
		host.handlerOverrides.run = failBecauseStoreIsLocked;
		await clickButton(page, 'Start Gateway');
		await page.getByRole('alert').waitFor();
	}),
	'Permissions tab': detailsState((page) => selectTab(page, 'Permissions')),
	'Permissions tab of a token with all modules': detailsState((page) => selectTab(page, 'Permissions'), {
		extension: { id: 'zapier', name: 'Zapier' },
		permissions: ['MD-0000'],
	}),
	Edit: detailsState((page) => clickButton(page, 'Edit')),
	'Edit with errors': detailsState(async (page) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('');
		await page.getByRole('textbox', { name: 'Description' }).fill('x'.repeat(256));
		await clickButton(page, 'Save');
		await page.getByRole('alert').nth(1).waitFor();
	}),
	'Edit with fixed permissions': detailsState((page) => clickButton(page, 'Edit'), {
		extension: { id: 'reports', name: 'Reports' },
		permissions: ['reports'],
	}),
	'Edit of a token that was changed elsewhere': detailsState(async (page, host) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		await host.changeAndNotify({
			name: LONG_TEXT,
			description: LONG_TEXT,
			externalId: null,
			permissions: ['billing'],
			status: 'inactive',
			expirationDate: null,
		});
		await page.getByText('was changed while you were editing').waitFor();
	}),
	'Failed save': detailsState(async (page, host) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		host.handlerOverrides.save = failBecauseStoreIsLocked;
		await clickButton(page, 'Save');
		await page.getByRole('alert').waitFor();
	}),
	'Saved changes': detailsState(async (page) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		await clickButton(page, 'Save');
		await page.getByText('Changes saved.').waitFor();
	}),
	Rotate: detailsState((page) => chooseAction(page, 'Rotate…')),
	'Rotate with an error': detailsState(async (page) => {
		await chooseAction(page, 'Rotate…');
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByRole('button', { name: 'Rotate' }).click();
		await page.getByRole('alert').waitFor();
	}),
	Renew: detailsState((page) => chooseAction(page, 'Renew…')),
	'Failed renewal': detailsState(async (page, host) => {
		host.handlerOverrides.replaceKey = failBecauseStoreIsLocked;
		await chooseAction(page, 'Renew…');
		await page.getByRole('button', { name: 'Renew' }).click();
		await page.getByRole('alert').waitFor();
	}),
	'Renewal that is not allowed': detailsState(
		async (page, host) => {
			await host.requestAction('renew');
			await page.getByText("This token can't be renewed in its current state.").waitFor();
		},
		{ status: 'inactive' },
	),
	'Failed deletion': detailsState(async (page, host) => {
		host.handlerOverrides.run = failBecauseStoreIsLocked;
		await chooseAction(page, 'Delete');
		await page.getByRole('alert').waitFor();
	}),
	'Deleted token': detailsState(async (page, host) => {
		await host.changeAndNotify(null);
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
	}),
	'Token deleted during an edit': detailsState(async (page, host) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill(LONG_TEXT);
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await host.changeAndNotify(null);
		await page.getByRole('heading', { name: 'Your unsaved changes' }).waitFor();
	}),
};

function wizardState(
	navigate: (page: Page) => Promise<unknown>,
	handlerOverrides: FakeWizardHost['handlerOverrides'] = {},
	snapshotOverrides: FakeWizardHost['snapshotOverrides'] = {},
): PageState {
	return {
		page: 'wizard',
		open: async ({ page, transport }) => {
			Object.assign(new FakeWizardHost(transport), { handlerOverrides, snapshotOverrides });
			await page.locator('h2, .notice').first().waitFor();
			await navigate(page);
		},
	};
}

function statisticsState(
	changes: Partial<Pick<FakeDetailsHost, 'tokenUsage' | 'gatewayUrl' | 'usageOverrides'>> = {},
	navigate: (page: Page, host: FakeDetailsHost) => Promise<unknown> = () => Promise.resolve(),
): PageState {
	return detailsState(async (page, host) => {
		await host.showUsage(changes);
		await selectTab(page, 'Statistics');
		await navigate(page, host);
	});
}

/** Makes the token one of an account. */
async function showAsAccountToken(page: Page, host: FakeDetailsHost): Promise<void> {
	host.snapshotOverrides = { source: ACCOUNT_SOURCE };
	await host.changeAndNotify({});
	await page.getByText('Vallonia').waitFor();
}

function detailsState(navigate: (page: Page, host: FakeDetailsHost) => Promise<unknown>, token: Partial<ShownToken> = {}): PageState {
	return {
		page: 'details',
		open: async ({ page, transport }) => {
			const host = new FakeDetailsHost(transport, token);
			await page.getByRole('heading', { level: 1 }).waitFor();
			await navigate(page, host);
		},
	};
}
