import type { Page } from '@playwright/test';
import { silentLog } from '../../../src/domain/log';
import type { WorkspaceTokenSource } from '../../../src/domain/ports';
import { TokenSources } from '../../../src/domain/tokenSources';
import type { TeamUsage } from '../../../src/domain/teamUsage';
import type { ReportedUsage } from '../../../src/domain/tokenUsage';
import type { Drafts } from '../../../src/models/drafts';
import { createExampleDrafts } from '../exampleDrafts';
import { chooseAction, openMenu, selectTab } from './detailsDriver';
import { ExampleSource } from './exampleSource';
import { earlierToken, exampleAuthorization, type ExampleChanges, exampleLease, renewedToken, TOKEN_ID } from './exampleToken';
import { busyMonthUsage, busyTeamUsage, daysAgo, GATEWAY_URL, moduleUsage, usageByDaysAgo } from './exampleUsage';
import { DENIED_TEST, DetailsHost, fail, WizardHost, type PageHostOptions } from './pageHosts';
import type { TestPage, PageOptions } from './pageTest';
import { reviewStates } from './reviewStates';
import { waitForStep, clickButton, fillAllSteps, completeGeneral, goToExtension, goToPermissions } from './wizardDriver';

/** A state that a page can be in. */
export interface PageState {
	readonly page: PageOptions['name'];
	/** Brings a newly opened page into the state. */
	readonly open: (testPage: Pick<TestPage, 'page' | 'transport'>) => Promise<unknown>;
}

/** The hosts of a details page in a state. */
interface ExampleDetails {
	readonly host: DetailsHost;
	readonly source: ExampleSource;
}

const LONG_TEXT = 'x'.repeat(128);

/** The input of a wizard that was closed. */
const DRAFT_INPUT = {
	name: LONG_TEXT,
	externalId: '',
	description: '',
	expiration: { kind: 'never' },
	extension: 'EXT-000',
	permissions: ['usage'],
};

const ACCOUNT = { id: 'VA-100-000-000', name: `Vallonia ${LONG_TEXT}`, endpoint: 'https://api.example/public/v1' };

const STORE_LOCKED = new Error('The token files are in use by another window.');

/** Every state of the pages, by its name. */
export const pageStates: Readonly<Record<string, PageState>> = {
	...reviewStates,
	Loading: { page: 'wizard', open: ({ page }) => page.getByText('Loading…').waitFor() },
	'Wizard that failed to load': wizardState(
		async (page) => page.getByRole('alert').waitFor(),
		(source) => fail(source, 'getCatalog', STORE_LOCKED),
	),
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
	'General in an account': wizardState(
		(page) => page.getByText('Valid at').waitFor(),
		() => undefined,
		new ExampleSource({}, ACCOUNT),
	),
	Expiration: wizardState((page) => completeGeneral(page)),
	'Expiration on a custom date': wizardState(async (page) => {
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.locator('.date-input').waitFor();
	}),
	'No expiration': wizardState(async (page) => {
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'No expiration' }).click();
		await page.getByText('If its key leaks').waitFor();
	}),
	'Expiration with an error': wizardState(async (page) => {
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.locator('.date-input').fill('');
		await clickButton(page, 'Next');
		await page.getByRole('alert').waitFor();
	}),
	Extension: wizardState((page) => goToExtension(page)),
	Permissions: wizardState(fillAllSteps),
	'Extension with all modules': wizardState(
		(page) => page.getByText('can access all modules').waitFor(),
		() => undefined,
		undefined,
		createExampleDrafts({ 'create workspace': { step: 'extension', input: { ...DRAFT_INPUT, extension: 'zapier' } } }),
	),
	'Filtered permissions': wizardState(async (page) => {
		await fillAllSteps(page);
		await page.getByRole('textbox', { name: 'Filter' }).fill('/assets');
		await page.getByText('1 of 22').waitFor();
	}),
	'Filtered permissions without a match': wizardState(async (page) => {
		await fillAllSteps(page);
		await page.getByRole('textbox', { name: 'Filter' }).fill(LONG_TEXT);
		await page.getByText('No modules match the filter.').waitFor();
	}),
	'All permissions': wizardState(async (page) => {
		await goToPermissions(page);
		await page.getByRole('checkbox', { name: 'All Modules', exact: true }).click();
		await page.getByText('If the key leaks').waitFor();
	}),
	'Read-only permissions': wizardState(async (page) => {
		await goToPermissions(page);
		await page.getByRole('checkbox', { name: 'All Modules', exact: true }).click();
		await page.getByRole('checkbox', { name: 'All Modules Read-only', exact: true }).click();
		await page.getByRole('checkbox', { name: 'Billing Read-only', exact: true }).click();
	}),
	'Limits and approval': wizardState(async (page) => {
		await fillAllSteps(page);
		await fillLimits(page, '10', '1,000');
		await page.getByRole('combobox', { name: 'Period' }).selectOption('per hour');
		await page.getByRole('radio', { name: 'For writes' }).click();
		await page.getByRole('radio', { name: 'For writes', checked: true }).scrollIntoViewIfNeeded();
	}),
	'Limits with errors': wizardState(async (page) => {
		await fillAllSteps(page);
		await fillLimits(page, 'ten', '0');
		await clickButton(page, 'Create');
		await page.getByRole('alert').nth(1).waitFor();
	}),
	'Limits of a token with fixed permissions': wizardState(
		(page) => page.getByRole('textbox', { name: 'Rate' }).scrollIntoViewIfNeeded(),
		() => undefined,
		undefined,
		createExampleDrafts({
			'create workspace': {
				step: 'permissions',
				input: { ...DRAFT_INPUT, extension: 'reports', limits: { rate: '10', per: 'day', total: '' }, approval: 'always' },
			},
		}),
	),
	'Summary of a token with limits': wizardState(async (page) => {
		await fillAllSteps(page);
		await fillLimits(page, '10', '1,000');
		await page.getByRole('radio', { name: 'Always' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
	}),
	'Restored wizard': wizardState(
		(page) => page.getByText('Continue with your draft').waitFor(),
		() => undefined,
		undefined,
		createExampleDrafts({ 'create workspace': { step: 'permissions', input: DRAFT_INPUT } }),
	),
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
		(source) => fail(source, 'create', STORE_LOCKED),
	),
	Summary: wizardState(async (page) => {
		await page.getByRole('textbox', { name: 'External ID' }).fill(LONG_TEXT);
		await fillAllSteps(page);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
	}),
	'Summary with a successful test': wizardState(async (page) => {
		await fillAllSteps(page);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await clickButton(page, 'Copy');
		await page.getByText('Copied').waitFor();
		await clickButton(page, 'Test Token');
		await page.getByText('200 OK').waitFor();
	}),

	Details: detailsState(() => Promise.resolve()),
	'Details with long texts': detailsState(() => Promise.resolve(), {
		name: LONG_TEXT,
		externalId: LONG_TEXT,
		description: LONG_TEXT,
		created: { at: '2025-05-19T09:54:00.000Z', by: LONG_TEXT },
	}),
	'Details of an expired token': detailsState(() => Promise.resolve(), { expires: -1 }),
	'Details of a lease': detailsState(() => Promise.resolve(), exampleLease),
	'Details of a lease with long texts': detailsState(() => Promise.resolve(), {
		...exampleLease,
		name: LONG_TEXT,
		lease: { task: `${LONG_TEXT}${'x'.repeat(72)}`, agent: 'x'.repeat(60) },
	}),
	'Details of a lease that has ended': detailsState(() => Promise.resolve(), { ...exampleLease, expires: -0.1 }),
	'Rotation of a lease': detailsState((page) => chooseAction(page, 'Rotate…'), exampleLease),
	'Details of an account token': detailsState((page) => page.getByText('Valid at Vallonia').waitFor(), new ExampleSource({}, ACCOUNT)),
	'Details of an account token that might not be current': detailsState(
		() => Promise.resolve(),
		new ExampleSource({}, ACCOUNT),
		({ source }) => {
			source.problem = { field: null, template: "Couldn't reach {0}. Check your network connection and try again.", args: ['api.example'] };
		},
	),
	'Details with a long history': detailsState(
		(page) => clickButton(page, 'Show All 12 Changes'),
		{ updated: { at: '2025-05-20T20:00:00.000Z', by: 'Grace' } },
		({ source }) => {
			source.history = Array.from({ length: 11 }, (_, index) => ({
				kind: (['edited', 'rotated', 'renewed', 'disabled', 'enabled'] as const)[index % 5]!,
				at: new Date(Date.parse('2025-05-20T10:00:00.000Z') + index * 3_600_000).toISOString(),
				by: index === 5 ? LONG_TEXT : 'Grace',
				...(index % 5 === 0 && { fields: ['name', 'permissions'] as const }),
			}));
		},
	),
	'Details of a token with an unrecognized status': detailsState(
		(page) => page.getByText('This token has an unrecognized status').waitFor(),
		new ExampleSource({}, ACCOUNT, 'quarantined'),
	),
	'Details of a disabled token': detailsState(() => Promise.resolve(), { enabled: false }),
	'Details of an expiring token': detailsState(() => Promise.resolve(), { expires: 3 }),
	'Details of a renewed token': detailsState(() => Promise.resolve(), renewedToken),
	'Key shown in plain text': detailsState(async (page) => {
		await clickButton(page, 'View');
		await page.getByText(exampleAuthorization()).waitFor();
		await clickButton(page, 'Copy');
		await page.getByText('Copied').waitFor();
	}),
	'Key that is unavailable': detailsState(async (page, { source }) => {
		source.readKey = () => Promise.resolve({ unavailable: 'notFound' });
		await clickButton(page, 'View');
		await page.getByRole('alert').waitFor();
	}),
	'Open menu': detailsState(openMenu),
	'Statistics of an unused token': statisticsState(),
	'Statistics of an unused account token': statisticsState({ source: new ExampleSource({}, ACCOUNT) }),
	'Statistics of an account token': statisticsState({ usage: busyMonthUsage(), source: new ExampleSource({}, ACCOUNT) }),
	'Statistics that are loading': statisticsState({ usage: new Promise<never>(() => undefined), source: new ExampleSource({}, ACCOUNT) }),
	'Statistics that the platform failed to return': statisticsState({
		problem: `Couldn't reach ${LONG_TEXT}.`,
		source: new ExampleSource({}, ACCOUNT),
	}),
	'Statistics of an unused token while the gateway is running': statisticsState({ gatewayUrl: GATEWAY_URL }, (page) =>
		clickButton(page, 'Copy URL'),
	),
	'Statistics of a single day': statisticsState({ usage: usageByDaysAgo({ 0: { 200: 3, 403: 1 } }), gatewayUrl: GATEWAY_URL }),
	'Statistics of a busy month with a selected day': statisticsState({ usage: busyMonthUsage(), gatewayUrl: GATEWAY_URL }, (page) =>
		page.getByRole('slider').focus(),
	),
	'Statistics of the last 24 hours': statisticsState({ usage: busyMonthUsage(), gatewayUrl: GATEWAY_URL }, (page) =>
		page.getByText('24 hours').click(),
	),
	'Statistics of a period without responses': statisticsState(
		{ usage: usageByDaysAgo({ 12: { 200: 3 } }), gatewayUrl: GATEWAY_URL },
		(page) => page.getByText('7 days').click(),
	),
	'Statistics as a table while the gateway is stopped': statisticsState({ usage: busyMonthUsage() }, (page) =>
		page.getByText('Show as Table').click(),
	),
	'Statistics with huge numbers': statisticsState(
		{
			usage: usageByDaysAgo({ 0: { 200: 123_456_789_012 }, 1: { 304: 98_765_432_109 }, 9: { 404: 1 }, 28: { 500: 55_555_555_555 } }),
			gatewayUrl: `http://127.0.0.1:7357/${LONG_TEXT}`,
		},
		(page) => page.getByText('Show as Table').click(),
	),
	'Statistics of a token with counts of the team': statisticsState({
		usage: busyMonthUsage(),
		gatewayUrl: GATEWAY_URL,
		teamUsage: busyTeamUsage(),
	}),
	'Statistics of the team': statisticsState({ usage: busyMonthUsage(), teamUsage: busyTeamUsage() }, async (page) => {
		await page.getByText('Team').click();
		await page.getByText('Show as Table').click();
		await page.getByText('Days with responses').waitFor();
	}),
	'Statistics of a token that only the team uses': statisticsState(
		{ teamUsage: { ...busyTeamUsage(), instances: Array.from({ length: 16 }, (_, index) => `${LONG_TEXT.slice(0, 28)}-${index}`) } },
		(page) => page.getByText('Counted by the team').waitFor(),
	),
	'Statistics that failed to load': statisticsState({ problem: `You don't have permission to read /${LONG_TEXT}.` }),
	'Gateway that failed to start': statisticsState({}, async (page, { host }) => {
		fail(host.gateway, 'start', STORE_LOCKED);
		await clickButton(page, 'Start Gateway');
		await page.getByRole('alert').waitFor();
	}),
	'Permissions tab': detailsState((page) => selectTab(page, 'Permissions')),
	'Permissions tab with used and unused modules': detailsState(
		(page) => selectTab(page, 'Permissions'),
		{ permissions: ['MD-0024', 'billing', 'usage:read'] },
		({ source }) => {
			source.usage = moduleUsage();
		},
	),
	'Permissions tab of a token with all modules that used some': detailsState(
		(page) => selectTab(page, 'Permissions'),
		{ extension: { id: 'EXT-000', name: 'Custom' }, permissions: ['MD-0000'] },
		({ source }) => {
			const { days, lastUsed } = moduleUsage();
			source.usage = { days: [...days, { ...days.at(-1)!, modules: { 'MD-0000': { read: 1, write: 0 } } }], lastUsed };
		},
	),
	'Permissions tab after a reduction that led to denials': detailsState(
		(page) => selectTab(page, 'Permissions'),
		{ permissions: ['billing', 'usage:read'] },
		({ host, source }) => {
			source.usage = { ...moduleUsage(), modulesSince: daysAgo(20) };
			host.reduction = { at: `${daysAgo(2)}T12:00:00.000Z`, denied: 12 };
		},
	),
	'Permissions tab after a reduction': detailsState(
		(page) => selectTab(page, 'Permissions'),
		{ permissions: ['billing', 'usage:read'] },
		({ host }) => {
			host.reduction = { at: `${daysAgo(2)}T12:00:00.000Z`, denied: 0 };
		},
	),
	'Permissions tab with the other modules and paths': detailsState(async (page) => {
		await selectTab(page, 'Permissions');
		await page.locator('.module-access summary').first().click();
		await page.locator('.other-modules > summary').click();
		await page.locator('.paths').first().waitFor();
	}),
	'Permissions tab of a token with all modules': detailsState((page) => selectTab(page, 'Permissions'), {
		extension: { id: 'zapier', name: 'Zapier' },
		permissions: ['MD-0000'],
	}),
	'Permissions tab of a token with read-only access': detailsState((page) => selectTab(page, 'Permissions'), {
		permissions: ['MD-0024:read', 'billing', 'usage:read'],
	}),
	'Permissions tab of a token that can read all modules': detailsState((page) => selectTab(page, 'Permissions'), {
		permissions: ['MD-0000:read', 'billing'],
	}),
	"Permissions tab with limits and what's left of them": detailsState(
		(page) => selectTab(page, 'Permissions'),
		{ limits: { rate: { requests: 10, per: 'minute' }, total: 1000 }, approval: 'writes' },
		({ source }) => {
			source.remaining = { rate: 7, total: 250 };
		},
	),
	'Permissions tab with exhausted limits': detailsState(
		(page) => selectTab(page, 'Permissions'),
		{ limits: { rate: { requests: 1_000_000_000, per: 'second' }, total: 1_000_000_000 }, approval: 'always' },
		({ source }) => {
			source.remaining = { rate: 0, total: 0 };
		},
	),
	'Test that was denied': detailsState(async (page, { host }) => {
		host.testResult = DENIED_TEST;
		await clickButton(page, 'Test Token');
		await page.getByText('401 Unauthorized').waitFor();
	}),
	'Test that failed': detailsState(async (page, { host }) => {
		host.testError = STORE_LOCKED;
		await clickButton(page, 'Test Token');
		await page.getByRole('alert').waitFor();
	}),
	'Allowed hosts': detailsState(async (page, { host }) => {
		await allowExampleHosts(host);
		await page.getByRole('button', { name: 'Revoke http://intranet.test' }).waitFor();
	}),
	'Allowed host that failed to be revoked': detailsState(async (page, { host }) => {
		await allowExampleHosts(host);
		host.hosts.nextError = STORE_LOCKED;
		await page.getByRole('button', { name: 'Revoke api.example.com' }).click();
		await page.getByRole('alert').waitFor();
	}),
	Edit: detailsState((page) => clickButton(page, 'Edit')),
	'Interrupted edit': detailsState(
		(page) => page.getByText('You have unsaved changes').waitFor(),
		{},
		() => undefined,
		createExampleDrafts({ [`edit workspace ${TOKEN_ID}`]: { seen: earlierToken, entered: { name: LONG_TEXT } } }),
	),
	'Edit with errors': detailsState(async (page) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('');
		await page.getByRole('textbox', { name: 'Description' }).fill('x'.repeat(256));
		await clickButton(page, 'Save');
		await page.getByRole('alert').nth(1).waitFor();
	}),
	'Edit of limits and approval': detailsState(
		async (page) => {
			await clickButton(page, 'Edit');
			await page.getByRole('radio', { name: 'Always', checked: true }).scrollIntoViewIfNeeded();
		},
		{ limits: { rate: { requests: 10, per: 'minute' }, total: 1000 }, approval: 'always' },
	),
	'Edit of limits with errors': detailsState(async (page) => {
		await clickButton(page, 'Edit');
		await fillLimits(page, '0', 'many');
		await clickButton(page, 'Save');
		await page.getByRole('alert').nth(1).waitFor();
	}),
	'Edit with fixed permissions': detailsState((page) => clickButton(page, 'Edit'), {
		extension: { id: 'reports', name: 'Reports' },
		permissions: ['reports'],
	}),
	'Edit of a token that was changed elsewhere': detailsState(async (page, { source }) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		source.change({
			name: LONG_TEXT,
			description: LONG_TEXT,
			externalId: null,
			permissions: ['billing'],
			enabled: false,
			expires: null,
			updated: { at: '2025-05-21T10:12:00.000Z', by: 'Ada' },
		});
		await page.getByText('was changed while you were editing').waitFor();
	}),
	'Failed save': detailsState(async (page, { source }) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		fail(source, 'update', STORE_LOCKED);
		await clickButton(page, 'Save');
		await page.getByRole('alert').waitFor();
	}),
	'Saved changes': detailsState(async (page) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		await clickButton(page, 'Save');
		await page.getByText('Changes saved.').waitFor();
	}),
	'Discarded changes': detailsState(async (page) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		await clickButton(page, 'Cancel');
		await page.getByText('Changes discarded.').waitFor();
	}),
	Rotate: detailsState((page) => chooseAction(page, 'Rotate…')),
	'Rotate with an error': detailsState(async (page) => {
		await chooseAction(page, 'Rotate…');
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.locator('.date-input').fill('');
		await page.getByRole('button', { name: 'Rotate' }).click();
		await page.getByRole('alert').waitFor();
	}),
	Renew: detailsState((page) => chooseAction(page, 'Renew…')),
	'Failed renewal': detailsState(async (page, { source }) => {
		fail(source, 'renew', STORE_LOCKED);
		await chooseAction(page, 'Renew…');
		await page.getByRole('button', { name: 'Renew' }).click();
		await page.getByRole('alert').waitFor();
	}),
	'Renewal that is not allowed': detailsState(
		async (page, { host }) => {
			host.start('renew');
			await page.getByText("This token can't be renewed in its current state.").waitFor();
		},
		{ enabled: false },
	),
	'Failed deletion': detailsState(async (page, { source }) => {
		fail(source, 'delete', STORE_LOCKED);
		await chooseAction(page, 'Delete');
		await page.getByRole('alert').waitFor();
	}),
	'Deleted token': detailsState(async (page, { source }) => {
		source.change(null);
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
	}),
	'Token deleted during an edit': detailsState(async (page, { source }) => {
		await clickButton(page, 'Edit');
		await page.getByRole('textbox', { name: 'Name' }).fill(LONG_TEXT);
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		source.change(null);
		await page.getByRole('heading', { name: 'Your unsaved changes' }).waitFor();
	}),
};

async function fillLimits(page: Page, rate: string, total: string): Promise<void> {
	await page.getByRole('textbox', { name: 'Rate' }).fill(rate);
	await page.getByRole('textbox', { name: 'Total' }).fill(total);
}

async function allowExampleHosts(host: DetailsHost): Promise<void> {
	for (const origin of ['https://api.example.com', 'http://intranet.test', `https://${'x'.repeat(63)}.${'y'.repeat(63)}.test`]) {
		await host.allow({ origin });
	}
	await host.allow({ file: 'file:///home/ada/project/requests/subscriptions%20with%20environments.http' });
}

/** @param prepare changes the source before the page loads */
function wizardState(
	navigate: (page: Page) => Promise<unknown>,
	prepare: (source: ExampleSource) => unknown = () => undefined,
	source = new ExampleSource({ name: 'Tutorial Token' }),
	drafts?: Drafts,
): PageState {
	return {
		page: 'wizard',
		open: async ({ page, transport }) => {
			prepare(source);
			new WizardHost({ ...createHostOptions(transport, source), drafts });
			await page.locator('h2, .notice').first().waitFor();
			await navigate(page);
		},
	};
}

interface StatisticsOptions {
	readonly usage?: ReportedUsage | Promise<ReportedUsage>;
	/** Why the usage can't be read. */
	readonly problem?: string;
	/** Base URL of the gateway; by default, it isn't running. */
	readonly gatewayUrl?: string;
	readonly source?: ExampleSource;
	readonly teamUsage?: TeamUsage;
}

function statisticsState(
	{ usage, problem, gatewayUrl, source, teamUsage }: StatisticsOptions = {},
	navigate: (page: Page, details: ExampleDetails) => Promise<unknown> = () => Promise.resolve(),
): PageState {
	return detailsState(
		async (page, details) => {
			await selectTab(page, 'Statistics');
			await navigate(page, details);
		},
		source,
		(details) => {
			details.host.gateway.url = gatewayUrl;
			details.source.usage = usage ?? details.source.usage;
			details.source.teamUsage = teamUsage;
			if (problem !== undefined) {
				fail(details.source, 'getUsage', new Error(problem));
			}
		},
	);
}

/**
 * @param token the example token's changes, or another source of it
 * @param prepare changes the host and the source before the page loads
 */
function detailsState(
	navigate: (page: Page, details: ExampleDetails) => Promise<unknown>,
	token: ExampleChanges | ExampleSource = {},
	prepare: (details: ExampleDetails) => void = () => undefined,
	drafts?: Drafts,
): PageState {
	return {
		page: 'details',
		open: async ({ page, transport }) => {
			const source = token instanceof ExampleSource ? token : new ExampleSource(token);
			const host = new DetailsHost({ ...createHostOptions(transport, source), drafts }, TOKEN_ID);
			prepare({ host, source });
			await page.getByRole('heading', { level: 1 }).waitFor();
			await navigate(page, { host, source });
		},
	};
}

function createHostOptions(transport: PageHostOptions['transport'], source: ExampleSource): PageHostOptions {
	// The details page needs the first source only for events.
	return { transport, source, sources: new TokenSources(source as unknown as WorkspaceTokenSource, silentLog), clock: () => new Date() };
}
