import type { Page } from 'playwright-core';
import { chooseAction, inDays, openMenu, renewed, selectTab } from './detailsDriver';
import { FakeDetailsHost, type ShownToken } from './detailsHost';
import type { OpenedPage, PageOptions } from './openedPage';
import { busyMonth, GATEWAY_URL, usedOn } from './use';
import { onStep, press, readyToCreate, throughGeneral, toExtension, toPermissions } from './wizardDriver';
import { FakeWizardHost } from './wizardHost';

/** Something that a page can look like. */
export interface PageState {
	readonly page: PageOptions['name'];
	/** Brings a page that has just been opened there. */
	readonly reach: (opened: OpenedPage) => Promise<unknown>;
}

const LONG = 'x'.repeat(128);

const ACCOUNT = { id: 'VA-100-000-000', account: `Vallonia ${LONG}` };

const refuse = () => {
	throw new Error('Another window has locked the store.');
};

/** Every state of the wizard and of the details page, by a name that tells what is to be seen. */
export const pageStates: Readonly<Record<string, PageState>> = {
	'a page that loads': { page: 'wizard', reach: ({ page }) => page.getByText('Loading…').waitFor() },
	'the wizard that its host refuses': wizard(async (page) => page.getByRole('alert').waitFor(), { ready: refuse }),
	General: wizard((page) => page.getByRole('heading', { name: 'General' }).waitFor()),
	'General with a name in use': wizard(async (page) => {
		await page.getByRole('textbox', { name: 'Name' }).fill('Tutorial Token');
		await page.getByText('Another token has this name.').waitFor();
	}),
	'General with errors': wizard(async (page) => {
		await page.getByRole('textbox', { name: 'External ID' }).fill(`${LONG}x`);
		await press(page, 'Next');
		await page.getByRole('alert').nth(1).waitFor();
	}),
	'General in an account': wizard((page) => page.getByText('In the account').waitFor(), {}, { source: ACCOUNT }),
	Expiration: wizard((page) => throughGeneral(page)),
	'Expiration with an error': wizard(async (page) => {
		await throughGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await press(page, 'Next');
		await page.getByRole('alert').waitFor();
	}),
	Extension: wizard((page) => toExtension(page)),
	Permissions: wizard(readyToCreate),
	'Permissions with an error': wizard(async (page) => {
		await toPermissions(page);
		await press(page, 'Create');
		await page.getByRole('alert').waitFor();
	}),
	'a creation that its host refuses': wizard(
		async (page) => {
			await readyToCreate(page);
			await press(page, 'Create');
			await page.getByRole('alert').waitFor();
		},
		{ create: refuse },
	),
	Summary: wizard(async (page) => {
		await page.getByRole('textbox', { name: 'External ID' }).fill(LONG);
		await readyToCreate(page);
		await press(page, 'Create');
		await onStep(page, 'Summary');
	}),

	'the details': details(() => Promise.resolve()),
	'the details with long texts': details(() => Promise.resolve(), {
		name: LONG,
		externalId: LONG,
		description: LONG,
		created: { at: inDays(0), by: LONG },
	}),
	'the details of an expired token': details(() => Promise.resolve(), { status: 'expired', expirationDate: inDays(-1) }),
	'the details of a token of an account': details(inAccount),
	'the details of a token with a status that is not known': details(
		async (page, host) => {
			await inAccount(page, host);
			await page.getByText('This status is not known here').waitFor();
		},
		{ status: 'other', platformStatus: 'quarantined' },
	),
	'the details of a disabled token': details(() => Promise.resolve(), { status: 'inactive' }),
	'the details of a token that expires soon': details(() => Promise.resolve(), { status: 'expiring', expirationDate: inDays(3) }),
	'both keys': details(() => Promise.resolve(), renewed()),
	'a key viewed': details(async (page, host) => {
		await press(page, 'View');
		await page.getByText(host.authorization()).waitFor();
		await press(page, 'Copy');
		await page.getByText('Copied').waitFor();
	}),
	'a key that is not to be had': details(async (page, host) => {
		host.overrides.viewKey = () => ({ unavailable: 'The key is not in the vault. Rotate the token.' });
		await press(page, 'View');
		await page.getByRole('alert').waitFor();
	}),
	'the menu': details(openMenu),
	'the statistics of an unused token': statistics(),
	'the statistics of an unused token of an account': statistics({ differingUsage: { counting: 'platform' } }),
	'the statistics of an account’s token': statistics({ statistics: busyMonth(), differingUsage: { counting: 'platform' } }),
	'statistics that are being read': statistics({ differingUsage: { counting: 'reading' } }),
	'statistics that a platform refuses': statistics({ differingUsage: { counting: 'platform', problem: `${LONG} cannot be reached.` } }),
	'the statistics of an unused token while the gateway runs': statistics({ gatewayUrl: GATEWAY_URL }, (page) => press(page, 'Copy URL')),
	'the statistics of one day': statistics({ statistics: usedOn({ 0: { 200: 3, 403: 1 } }), gatewayUrl: GATEWAY_URL }),
	'the statistics of a busy month, a day of it read': statistics({ statistics: busyMonth(), gatewayUrl: GATEWAY_URL }, (page) =>
		page.getByRole('slider').focus(),
	),
	'the statistics as a table, of a gateway that does not run': statistics({ statistics: busyMonth() }, (page) =>
		page.getByText('Show as Table').click(),
	),
	'the statistics in huge numbers': statistics(
		{
			statistics: usedOn({ 0: { 200: 123_456_789_012 }, 1: { 304: 98_765_432_109 }, 9: { 404: 1 }, 28: { 500: 55_555_555_555 } }),
			gatewayUrl: `http://127.0.0.1:7357/${LONG}`,
		},
		(page) => page.getByText('Show as Table').click(),
	),
	'statistics that cannot be read': statistics({ differingUsage: { problem: `You have no permission to read /${LONG}.` } }),
	'a gateway that cannot be started': statistics({}, async (page, host) => {
		host.overrides.run = refuse;
		await press(page, 'Start Gateway');
		await page.getByRole('alert').waitFor();
	}),
	'the permissions': details((page) => selectTab(page, 'Permissions')),
	'the permissions of a token with all modules': details((page) => selectTab(page, 'Permissions'), {
		extension: { id: 'zapier', name: 'Zapier' },
		permissions: ['MD-0000'],
	}),
	Edit: details((page) => press(page, 'Edit')),
	'Edit with errors': details(async (page) => {
		await press(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('');
		await page.getByRole('textbox', { name: 'Description' }).fill('x'.repeat(256));
		await press(page, 'Save');
		await page.getByRole('alert').nth(1).waitFor();
	}),
	'Edit with fixed permissions': details((page) => press(page, 'Edit'), {
		extension: { id: 'reports', name: 'Reports' },
		permissions: ['reports'],
	}),
	'Edit of a token that was changed meanwhile': details(async (page, host) => {
		await press(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		await host.show({
			name: LONG,
			description: LONG,
			externalId: null,
			permissions: ['billing'],
			status: 'inactive',
			expirationDate: null,
		});
		await page.getByText('changed meanwhile').waitFor();
	}),
	'a save that its host refuses': details(async (page, host) => {
		await press(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		host.overrides.save = refuse;
		await press(page, 'Save');
		await page.getByRole('alert').waitFor();
	}),
	'changes that have been saved': details(async (page) => {
		await press(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		await press(page, 'Save');
		await page.getByText('The changes have been saved.').waitFor();
	}),
	Rotate: details((page) => chooseAction(page, 'Rotate…')),
	'Rotate with an error': details(async (page) => {
		await chooseAction(page, 'Rotate…');
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByRole('button', { name: 'Rotate' }).click();
		await page.getByRole('alert').waitFor();
	}),
	Renew: details((page) => chooseAction(page, 'Renew…')),
	'a renewal that its host refuses': details(async (page, host) => {
		host.overrides.replaceKey = refuse;
		await chooseAction(page, 'Renew…');
		await page.getByRole('button', { name: 'Renew' }).click();
		await page.getByRole('alert').waitFor();
	}),
	'a renewal that is not allowed': details(
		async (page, host) => {
			await host.begin('renew');
			await page.getByText('This token cannot be renewed now.').waitFor();
		},
		{ status: 'inactive' },
	),
	'a deletion that its host refuses': details(async (page, host) => {
		host.overrides.run = refuse;
		await chooseAction(page, 'Delete…');
		await page.getByRole('alert').waitFor();
	}),
	'a deleted token': details(async (page, host) => {
		await host.show(null);
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
	}),
	'a token deleted during an edit': details(async (page, host) => {
		await press(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill(LONG);
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await host.show(null);
		await page.getByRole('heading', { name: 'Your unsaved changes' }).waitFor();
	}),
};

function wizard(
	go: (page: Page) => Promise<unknown>,
	overrides: FakeWizardHost['overrides'] = {},
	differing: FakeWizardHost['differing'] = {},
): PageState {
	return {
		page: 'wizard',
		reach: async ({ page, wire }) => {
			Object.assign(new FakeWizardHost(wire), { overrides, differing });
			await page.locator('h2, .notice').first().waitFor();
			await go(page);
		},
	};
}

function statistics(
	use: Partial<Pick<FakeDetailsHost, 'statistics' | 'gatewayUrl' | 'differingUsage'>> = {},
	go: (page: Page, host: FakeDetailsHost) => Promise<unknown> = () => Promise.resolve(),
): PageState {
	return details(async (page, host) => {
		await host.use(use);
		await selectTab(page, 'Statistics');
		await go(page, host);
	});
}

/** The page is told that its token is one of an account. */
async function inAccount(page: Page, host: FakeDetailsHost): Promise<void> {
	host.differing = { source: ACCOUNT };
	await host.show({});
	await page.getByText('Vallonia').waitFor();
}

function details(go: (page: Page, host: FakeDetailsHost) => Promise<unknown>, token: Partial<ShownToken> = {}): PageState {
	return {
		page: 'details',
		reach: async ({ page, wire }) => {
			const host = new FakeDetailsHost(wire, token);
			await page.getByRole('heading', { level: 1 }).waitFor();
			await go(page, host);
		},
	};
}
