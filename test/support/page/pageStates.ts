import type { Page } from 'playwright-core';
import { chooseAction, inDays, openMenu, renewedTokenChanges, selectTab } from './detailsDriver';
import { FakeDetailsHost, type ShownToken } from './fakeDetailsHost';
import type { TestPage, PageOptions } from './testPages';
import { busyMonthUsage, GATEWAY_URL, usageByDaysAgo } from './exampleUsage';
import { waitForStep, clickButton, fillAllSteps, completeGeneral, goToExtension, goToPermissions } from './wizardDriver';
import { FakeWizardHost } from './fakeWizardHost';

/** Something that a page can look like. */
export interface PageState {
	readonly page: PageOptions['name'];
	/** Brings a page that has just been opened there. */
	readonly open: (opened: TestPage) => Promise<unknown>;
}

const LONG_TEXT = 'x'.repeat(128);

const ACCOUNT_SOURCE = { id: 'VA-100-000-000', account: `Vallonia ${LONG_TEXT}` };

const failWithLock = () => {
	throw new Error('The token files are in use by another window.');
};

/** Every state of the wizard and of the details page, by a name that tells what is to be seen. */
export const pageStates: Readonly<Record<string, PageState>> = {
	'a page that loads': { page: 'wizard', open: ({ page }) => page.getByText('Loading…').waitFor() },
	'the wizard that its host refuses': wizardState(async (page) => page.getByRole('alert').waitFor(), { ready: failWithLock }),
	General: wizardState((page) => page.getByRole('heading', { name: 'General' }).waitFor()),
	'General with a name in use': wizardState(async (page) => {
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
	'a creation that its host refuses': wizardState(
		async (page) => {
			await fillAllSteps(page);
			await clickButton(page, 'Create');
			await page.getByRole('alert').waitFor();
		},
		{ create: failWithLock },
	),
	Summary: wizardState(async (page) => {
		await page.getByRole('textbox', { name: 'External ID' }).fill(LONG_TEXT);
		await fillAllSteps(page);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
	}),

	'the details': detailsState(() => Promise.resolve()),
	'the details with long texts': detailsState(() => Promise.resolve(), {
		name: LONG_TEXT,
		externalId: LONG_TEXT,
		description: LONG_TEXT,
		created: { at: inDays(0), by: LONG_TEXT },
	}),
	'the details of an expired token': detailsState(() => Promise.resolve(), { status: 'expired', expirationDate: inDays(-1) }),
	'the details of a token of an account': detailsState(showAsAccountToken),
	'the details of a token with a status that is not known': detailsState(
		async (page, host) => {
			await showAsAccountToken(page, host);
			await page.getByText('This token has an unrecognized status').waitFor();
		},
		{ status: 'other', platformStatus: 'quarantined' },
	),
	'the details of a disabled token': detailsState(() => Promise.resolve(), { status: 'inactive' }),
	'the details of a token that expires soon': detailsState(() => Promise.resolve(), { status: 'expiring', expirationDate: inDays(3) }),
	'both keys': detailsState(() => Promise.resolve(), renewedTokenChanges()),
	'a key viewed': detailsState(async (page, host) => {
		await clickButton(page, 'View');
		await page.getByText(host.authorization()).waitFor();
		await clickButton(page, 'Copy');
		await page.getByText('Copied').waitFor();
	}),
	'a key that is not to be had': detailsState(async (page, host) => {
		host.handlerOverrides.viewKey = () => ({ unavailable: "The API key isn't in secret storage. Rotate the token." });
		await clickButton(page, 'View');
		await page.getByRole('alert').waitFor();
	}),
	'the menu': detailsState(openMenu),
	'the statistics of an unused token': statisticsState(),
	'the statistics of an unused token of an account': statisticsState({ usageOverrides: { source: 'platform' } }),
	'the statistics of an account’s token': statisticsState({ statistics: busyMonthUsage(), usageOverrides: { source: 'platform' } }),
	'statistics that are being read': statisticsState({ usageOverrides: { source: 'loading' } }),
	'statistics that a platform refuses': statisticsState({
		usageOverrides: { source: 'platform', problem: `Couldn't reach ${LONG_TEXT}.` },
	}),
	'the statistics of an unused token while the gateway runs': statisticsState({ gatewayUrl: GATEWAY_URL }, (page) =>
		clickButton(page, 'Copy URL'),
	),
	'the statistics of one day': statisticsState({ statistics: usageByDaysAgo({ 0: { 200: 3, 403: 1 } }), gatewayUrl: GATEWAY_URL }),
	'the statistics of a busy month, a day of it read': statisticsState({ statistics: busyMonthUsage(), gatewayUrl: GATEWAY_URL }, (page) =>
		page.getByRole('slider').focus(),
	),
	'the statistics as a table, of a gateway that does not run': statisticsState({ statistics: busyMonthUsage() }, (page) =>
		page.getByText('Show as Table').click(),
	),
	'the statistics in huge numbers': statisticsState(
		{
			statistics: usageByDaysAgo({ 0: { 200: 123_456_789_012 }, 1: { 304: 98_765_432_109 }, 9: { 404: 1 }, 28: { 500: 55_555_555_555 } }),
			gatewayUrl: `http://127.0.0.1:7357/${LONG_TEXT}`,
		},
		(page) => page.getByText('Show as Table').click(),
	),
	'statistics that cannot be read': statisticsState({ usageOverrides: { problem: `You don't have permission to read /${LONG_TEXT}.` } }),
	'a gateway that cannot be started': statisticsState({}, async (page, host) => {
		host.handlerOverrides.run = failWithLock;
		await clickButton(page, 'Start Gateway');
		await page.getByRole('alert').waitFor();
	}),
	'the permissions': detailsState((page) => selectTab(page, 'Permissions')),
	'the permissions of a token with all modules': detailsState((page) => selectTab(page, 'Permissions'), {
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
	'Edit of a token that was changed meanwhile': detailsState(async (page, host) => {
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
	'a save that its host refuses': detailsState(async (page, host) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		host.handlerOverrides.save = failWithLock;
		await clickButton(page, 'Save');
		await page.getByRole('alert').waitFor();
	}),
	'changes that have been saved': detailsState(async (page) => {
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
	'a renewal that its host refuses': detailsState(async (page, host) => {
		host.handlerOverrides.replaceKey = failWithLock;
		await chooseAction(page, 'Renew…');
		await page.getByRole('button', { name: 'Renew' }).click();
		await page.getByRole('alert').waitFor();
	}),
	'a renewal that is not allowed': detailsState(
		async (page, host) => {
			await host.requestAction('renew');
			await page.getByText("This token can't be renewed right now.").waitFor();
		},
		{ status: 'inactive' },
	),
	'a deletion that its host refuses': detailsState(async (page, host) => {
		host.handlerOverrides.run = failWithLock;
		await chooseAction(page, 'Delete…');
		await page.getByRole('alert').waitFor();
	}),
	'a deleted token': detailsState(async (page, host) => {
		await host.changeAndNotify(null);
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
	}),
	'a token deleted during an edit': detailsState(async (page, host) => {
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
		open: async ({ page, wire }) => {
			Object.assign(new FakeWizardHost(wire), { overrides: handlerOverrides, differing: snapshotOverrides });
			await page.locator('h2, .notice').first().waitFor();
			await navigate(page);
		},
	};
}

function statisticsState(
	changes: Partial<Pick<FakeDetailsHost, 'statistics' | 'gatewayUrl' | 'usageOverrides'>> = {},
	navigate: (page: Page, host: FakeDetailsHost) => Promise<unknown> = () => Promise.resolve(),
): PageState {
	return detailsState(async (page, host) => {
		await host.showUsage(changes);
		await selectTab(page, 'Statistics');
		await navigate(page, host);
	});
}

/** The page is told that its token is one of an account. */
async function showAsAccountToken(page: Page, host: FakeDetailsHost): Promise<void> {
	host.snapshotOverrides = { source: ACCOUNT_SOURCE };
	await host.changeAndNotify({});
	await page.getByText('Vallonia').waitFor();
}

function detailsState(navigate: (page: Page, host: FakeDetailsHost) => Promise<unknown>, token: Partial<ShownToken> = {}): PageState {
	return {
		page: 'details',
		open: async ({ page, wire }) => {
			const host = new FakeDetailsHost(wire, token);
			await page.getByRole('heading', { level: 1 }).waitFor();
			await navigate(page, host);
		},
	};
}
