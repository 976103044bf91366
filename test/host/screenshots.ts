// npm run screenshots: takes screenshots of the real workbench, in every theme in .vscode-test/screenshots, and for the README and the walkthrough in
// media/. `npm run screenshots -- media` takes only the latter.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FrameLocator, Page } from '@playwright/test';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { startPlatform, type Platform } from '../support/connect/simulatedPlatform';
import { eventually } from '../support/eventually';
import { openWorkbench, type OpenedWorkbench } from '../support/openWorkbench';
import { busyMonthUsage } from '../support/page/exampleUsage';
import { tokensOfEveryStatus, seedUsage, seedTokens } from '../support/seedTokens';
import {
	activeWebview,
	addAccount,
	answerQuickInput,
	answerQuickPick,
	chooseMenuItem,
	chooseQuickPickItem,
	clickCreate,
	copyApiKey,
	detailsPage,
	exposedKeysStatusBarItem,
	openContextMenu,
	openWizardFromPalette,
	openWizardFromWelcome,
	fillGeneralStep,
	gatewayAddress,
	gatewayStatusBarItem,
	insertHeader,
	goToWizardStep,
	openFile,
	runPaletteCommand,
	showTokensView,
	showTooltip,
	tokenRow,
	wizardPage,
} from '../support/workbenchDriver';
import { cacheFolder, repositoryRoot } from './paths';
import { colorThemes, writeMachineSettings, type ColorTheme } from './editorSettings';
import { captureWalkthrough } from './walkthroughScreenshots';
import type { WorkbenchOptions } from './workbench';

/** CSS class that the workbench has while it shows a theme. */
const WORKBENCH_THEME_CLASSES: Record<ColorTheme, string> = {
	dark: 'vs-dark',
	light: 'vs',
	highContrast: 'hc-black',
	highContrastLight: 'hc-light',
};
/** An extension that sends requests, because the CodeLens appears only if one is installed. */
const CLIENT_EXTENSION = join(repositoryRoot, 'test/support/clients/httpyac');
/** References to a token in each status and to an unknown one, and a header to be completed. */
const REFERENCES_FILE = [
	...[...tokensOfEveryStatus().map(({ id }) => id), 'SU-000-000-000'].flatMap((id, index) => [
		`### ${index + 1}`,
		'GET http://127.0.0.1:7357/accounts?limit=1',
		`Authorization: ${formatAuthorizationReference(id)}`,
		'',
	]),
	'### To be completed',
	'GET http://127.0.0.1:7357/accounts?limit=1',
	'Authorization:',
].join('\n');
/** Without the title of a window that develops an extension, a reminder that would cover something, and the number of the tests' ports. */
const AS_USERS_SEE_IT: Partial<WorkbenchOptions> = {
	isInstalled: true,
	settings: { 'connectTokens.expiryReminders': false },
};
const SCREENSHOTS_FOLDER = join(cacheFolder, 'screenshots');

async function main(): Promise<void> {
	if (process.argv[2] !== 'media') {
		await captureThemes();
	}
	await withWorkbench('dark', true, captureReadme, AS_USERS_SEE_IT);
	await withWorkbench('dark', true, captureReadmeLeastPrivilege, AS_USERS_SEE_IT);
	await withPlatform((platform) => withWorkbench('dark', true, (workbench) => captureReadmeAccounts(workbench, platform), AS_USERS_SEE_IT));
	await withPlatform((platform) =>
		withWorkbench(
			'dark',
			true,
			(workbench) =>
				captureWalkthrough(workbench, {
					switchTheme: (theme) => applyTheme(workbench, theme),
					showAccount: () => showStatistics(workbench.page, platform),
				}),
			AS_USERS_SEE_IT,
		),
	);
	console.log(`The pictures of the README and the walkthrough are in ${join(repositoryRoot, 'media')}.`);
}

async function captureThemes(): Promise<void> {
	await mkdir(SCREENSHOTS_FOLDER, { recursive: true });
	for (const theme of Object.keys(WORKBENCH_THEME_CLASSES) as ColorTheme[]) {
		await withWorkbench(theme, false, (workbench) => captureFirstSteps(workbench, createScreenshotTaker(workbench.page, theme)));
		await withWorkbench(theme, true, (workbench) => captureManagement(workbench, createScreenshotTaker(workbench.page, theme)));
		await withWorkbench(theme, true, (workbench) => captureReferences(workbench, createScreenshotTaker(workbench.page, theme)), {
			extraExtensions: [CLIENT_EXTENSION],
		});
		await withWorkbench(theme, false, (workbench) => captureKeyAccess(workbench, createScreenshotTaker(workbench.page, theme)), {
			extraExtensions: [CLIENT_EXTENSION],
		});
		await withWorkbench(theme, true, (workbench) => captureLeastPrivilege(workbench, createScreenshotTaker(workbench.page, theme)));
		await withWorkbench(theme, true, (workbench) => captureLeases(workbench, createScreenshotTaker(workbench.page, theme)));
		await withPlatform((platform) =>
			withWorkbench(theme, true, (workbench) => captureAccounts(workbench, createScreenshotTaker(workbench.page, theme), platform)),
		);
		console.log(`${theme}: done`);
	}
	console.log(`Screenshots are in ${SCREENSHOTS_FOLDER}.`);
}

type TakeScreenshot = (name: string) => Promise<unknown>;

function createScreenshotTaker(page: Page, theme: ColorTheme): TakeScreenshot {
	return (name) => page.screenshot({ path: join(SCREENSHOTS_FOLDER, `${name}-${theme}.png`), animations: 'disabled' });
}

/** A new user: the empty view, the wizard's steps, the details page, and a header in a request file. */
async function captureFirstSteps(workbench: OpenedWorkbench, takeScreenshot: TakeScreenshot): Promise<void> {
	const { page } = workbench;
	await showTokensView(workbench);
	await page.locator('.welcome-view').getByRole('button', { name: 'Create Token' }).waitFor();
	await takeScreenshot('01-welcome');
	const wizard = await openWizardFromWelcome(page);
	await takeScreenshot('02-wizard-general');
	await wizard.getByRole('button', { name: 'Next' }).click();
	await wizard.getByText('Enter a name').waitFor();
	await takeScreenshot('03-wizard-error');
	await fillGeneralStep(wizard, 'Tutorial Token', 'crm-42', 'The token of the tutorial');
	await goToWizardStep(wizard, 'Expiration');
	await takeScreenshot('04-wizard-expiration');
	await goToWizardStep(wizard, 'Extension');
	await wizard.getByRole('radio', { name: 'Custom' }).click();
	await takeScreenshot('05-wizard-extension');
	await goToWizardStep(wizard, 'Permissions');
	await wizard.getByRole('checkbox', { name: 'Subscriptions', exact: true }).click();
	await takeScreenshot('06-wizard-permissions');
	await clickCreate(wizard);
	await takeScreenshot('07-wizard-summary');
	await wizard.getByRole('button', { name: 'Go to Details' }).click();
	const details = await detailsPage(page, 'Tutorial Token');
	await details.getByText(/:\*{10}$/).waitFor();
	await takeScreenshot('08-details');
	await openFile(workbench, 'requests.http');
	await page.locator('.view-line', { hasText: 'Content-Type' }).click();
	await insertHeader(page, 'Tutorial Token');
	await chooseQuickPickItem(page, 'Insert Reference');
	await page.locator('.view-line', { hasText: 'Authorization' }).waitFor();
	await takeScreenshot('09-request-file');
}

/** A user with tokens in every status: the tree, its menu, and the details page with its tabs, form, and dialog. */
async function captureManagement(workbench: OpenedWorkbench, takeScreenshot: TakeScreenshot): Promise<void> {
	const { page } = workbench;
	await showTokensView(workbench);
	const row = tokenRow(page, 'Tutorial Token');
	await row.waitFor();
	await takeScreenshot('10-tree');
	await openContextMenu(page, row);
	await takeScreenshot('11-tree-menu');
	await page.keyboard.press('Escape');
	await row.click();
	const details = await detailsPage(page, 'Tutorial Token');
	for (const tab of ['Statistics', 'Permissions', 'General']) {
		await details.getByRole('tab', { name: tab }).click();
		await takeScreenshot(`12-details-${tab.toLowerCase()}`);
	}
	await details.getByRole('button', { name: 'Edit' }).click();
	await takeScreenshot('13-details-edit');
	await details.getByRole('button', { name: 'Cancel' }).click();
	await chooseMenuItem(page, 'Tutorial Token', 'Renew Token…');
	await details.getByRole('radio', { name: /Same lifetime/ }).waitFor();
	await takeScreenshot('14-details-renew');
	await tokenRow(page, 'CRM sync').click();
	await (await detailsPage(page, 'CRM sync')).getByText('Previous key').first().waitFor();
	await takeScreenshot('15-details-overlap');
	await openWizardFromPalette(page);
	await page.setViewportSize({ width: 700, height: 800 });
	await wizardPage(page);
	await takeScreenshot('16-narrow');
}

/** A request file that references tokens: CodeLens, inlay hints, hover, and completion. */
async function captureReferences(workbench: OpenedWorkbench, takeScreenshot: TakeScreenshot): Promise<void> {
	const { page } = workbench;
	await openFile(workbench, 'references.http');
	await page.locator('.codelens-decoration a', { hasText: 'Send as Tutorial Token' }).waitFor();
	await page.locator('.view-line', { hasText: 'unknown token' }).waitFor();
	await takeScreenshot('17-references');
	await page.locator('.view-line', { hasText: 'Authorization' }).first().click();
	await runPaletteCommand(page, 'Show or Focus Hover');
	await page.locator('.monaco-hover', { hasText: 'Change Referenced Token' }).waitFor();
	await takeScreenshot('18-reference-hover');
	await page.locator('.view-line', { hasText: 'Authorization' }).last().click();
	await page.keyboard.press('End');
	await page.keyboard.type(' ');
	await page.locator('.suggest-widget .monaco-list-row', { hasText: 'Nightly report' }).waitFor();
	await page.keyboard.press('Control+Space');
	await page.locator('.suggest-details').waitFor();
	await takeScreenshot('19-reference-completion');
}

/** What can get keys: nothing at first, then an exposed key, a host, and a file. Also the links above requests to hosts that aren't allowed. */
async function captureKeyAccess(workbench: OpenedWorkbench, takeScreenshot: TakeScreenshot): Promise<void> {
	const { page, driver, folder } = workbench;
	const rows = page.locator('.quick-input-list .monaco-list-row');
	await runPaletteCommand(page, 'Connect Tokens: Manage Key Access');
	await rows.filter({ hasText: 'No API keys are exposed' }).waitFor();
	await takeScreenshot('25-key-access-empty');
	await page.keyboard.press('Escape');
	const { id } = await driver.createToken({ name: 'Order import' });
	await writeFile(
		join(folder, 'access.http'),
		['https://api.connect.cloudblue.com', 'http://staging.example']
			.map((origin) => `GET ${origin}/public/v1/accounts\nAuthorization: ${formatAuthorizationReference(id)}\n`)
			.join('\n###\n'),
	);
	await openFile(workbench, 'access.http');
	await page.locator('.codelens-decoration a', { hasText: 'Send as Order import' }).first().waitFor();
	await takeScreenshot('26-key-access-links');
	for (const origin of ['https://api.connect.cloudblue.com', 'http://staging.example']) {
		await allow(workbench, { tokenId: id, sourceId: 'workspace', origin });
	}
	await allow(workbench, { tokenId: id, sourceId: 'workspace', file: pathToFileURL(join(folder, 'requests.http')).toString() });
	const statusBarItem = exposedKeysStatusBarItem(page);
	await statusBarItem.waitFor();
	await statusBarItem.click();
	await rows.filter({ hasText: 'staging.example' }).waitFor();
	await takeScreenshot('27-key-access');
}

/** Allows a host or a file for a token, and confirms it. */
async function allow({ page, driver }: OpenedWorkbench, allowance: object): Promise<void> {
	await driver.startCommand('connectTokens.allowHost', allowance);
	const button = page.getByRole('dialog').getByRole('button', { name: 'Allow', exact: true });
	await button.click();
	await button.waitFor({ state: 'detached' });
}

/** A user with a Connect account: a rejected key, the account's tokens, its wizard, and the account while it's unreachable. */
async function captureAccounts(workbench: OpenedWorkbench, takeScreenshot: TakeScreenshot, platform: Platform): Promise<void> {
	const { page } = workbench;
	await showTokensView(workbench);
	await runPaletteCommand(page, 'Connect Tokens: Add Connect Account…');
	await answerQuickInput(page, '1/2', platform.endpoint);
	await answerQuickInput(page, '2/2', `${platform.account.ownToken.id}:${'0'.repeat(40)}`);
	await page
		.locator('.quick-input-message')
		.getByText(/rejected the API key/)
		.waitFor();
	await takeScreenshot('20-account-rejected');
	await page.keyboard.press('Escape');
	await showStatistics(page, platform);
	await takeScreenshot('21-account-statistics');
	await openContextMenu(page, accountRow(page));
	await takeScreenshot('22-account-menu');
	await page.keyboard.press('Escape');
	await accountRow(page).getByRole('button', { name: 'Create Token' }).click();
	const wizard = await wizardPage(page);
	await fillGeneralStep(wizard, 'Invoice export');
	await goToWizardStep(wizard, 'Expiration');
	await goToWizardStep(wizard, 'Extension');
	await takeScreenshot('23-account-wizard');
	await platform.stop();
	await accountRow(page).getByRole('button', { name: 'Reload Account' }).click();
	await page.getByRole('treeitem', { name: /Couldn't reach/ }).waitFor();
	await takeScreenshot('24-account-offline');
}

/** What tokens do and need: the requests to the gateway with a denial, and the review of all tokens. */
async function captureLeastPrivilege(workbench: OpenedWorkbench, takeScreenshot: TakeScreenshot): Promise<void> {
	await showTokensView(workbench);
	await showReview(workbench);
	await takeScreenshot('28-review');
	await showRequests(workbench);
	await takeScreenshot('29-requests');
}

/** Leases: the last step of the command, and a lease in the tree and on its page, before and after its end. */
async function captureLeases(workbench: OpenedWorkbench, takeScreenshot: TakeScreenshot): Promise<void> {
	const { page, driver } = workbench;
	await showTokensView(workbench);
	await runPaletteCommand(page, 'Connect Tokens: Lease Token to Agent…');
	await answerQuickInput(page, '1/7', 'Compare the prices of all listings');
	await answerQuickInput(page, '2/7', 'Claude Code');
	const rows = page.locator('.quick-input-list .monaco-list-row');
	await rows.filter({ hasText: 'Listings' }).click();
	await takeScreenshot('30-lease-modules');
	await page.getByRole('button', { name: 'OK', exact: true }).click();
	await answerQuickPick(page, '3/7', 'Read-Only');
	await answerQuickPick(page, '4/7', '1 hour');
	await answerQuickInput(page, '5/7', '60');
	await answerQuickPick(page, '6/7', 'For writes');
	await rows.filter({ hasText: '60 requests per minute' }).waitFor();
	await takeScreenshot('31-lease-summary');
	await chooseQuickPickItem(page, 'Lease Token');
	await tokenRow(page, 'Compare the prices of all listings').waitFor();
	const { id } = await driver.createToken({
		name: 'Delete drafts',
		lease: { task: 'Delete drafts', agent: 'Cursor' },
		expirationDate: new Date(Date.now() + 20 * 60_000).toISOString(),
	});
	await driver.executeCommand('connectTokens.endLease', { tokenId: id });
	await tokenRow(page, 'Compare the prices of all listings').click();
	const details = await detailsPage(page, 'Compare the prices of all listings');
	await details.getByText(/:\*{10}$/).waitFor();
	await takeScreenshot('32-lease');
	await openContextMenu(page, tokenRow(page, 'Compare the prices of all listings'));
	await takeScreenshot('33-lease-menu');
	await page.keyboard.press('Escape');
	await tokenRow(page, 'Delete drafts').click();
	await (await detailsPage(page, 'Delete drafts')).getByText('This lease has ended.').waitFor();
	await takeScreenshot('34-lease-ended');
}

/** Sends requests to the gateway as a limited token, and shows why one was denied. */
async function showRequests(workbench: OpenedWorkbench): Promise<void> {
	const { page, driver } = workbench;
	const { id } = await driver.createToken({
		name: 'Order import',
		permissions: ['products', 'usage:read'],
		limits: { rate: { requests: 4, per: 'minute' } },
	});
	const authorization = await copyApiKey(workbench, id);
	await gatewayStatusBarItem(page).click();
	await chooseQuickPickItem(page, 'Start');
	const url = `http://${await gatewayAddress(page)}/public/v1`;
	for (const [method, path] of [
		['GET', '/usage/files'],
		['POST', '/usage/files'],
		['GET', '/products'],
		['POST', '/products'],
		['GET', '/accounts/VA-000-000'],
		['GET', '/products/PRD-000-000-001'],
		['GET', '/products/PRD-000-000-002'],
	] as const) {
		await fetch(url + path, { method, headers: { authorization } });
	}
	await runPaletteCommand(page, 'Notifications: Clear All Notifications');
	await driver.executeCommand('connectTokens.requests.focus');
	await page.locator('.pane-header', { hasText: /^Tokens/ }).click();
	await widenSidebar(page);
	await page.getByRole('treeitem', { name: /^POST .usage.files, Denied, 403/ }).click();
	await showTooltip(workbench, /read/);
}

/** Drags the border of the sidebar to the right, so that descriptions are complete. */
async function widenSidebar(page: Page): Promise<void> {
	const { x, y, width, height } = (await page.locator('.part.sidebar').boundingBox())!;
	await page.mouse.move(x + width, y + height / 2);
	await page.mouse.down();
	await page.mouse.move(x + width + 220, y + height / 2, { steps: 5 });
	await page.mouse.up();
}

/** Shows which tokens need attention. */
async function showReview({ page }: OpenedWorkbench): Promise<void> {
	await runPaletteCommand(page, 'Connect Tokens: Review Tokens');
	await activeWebview(page)
		.getByText(/need attention\./)
		.waitFor();
	await activeWebview(page)
		.locator('body')
		.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** Adds the account and opens the statistics of one of its tokens. */
async function showStatistics(page: Page, platform: Platform): Promise<FrameLocator> {
	await addAccount(page, platform);
	await runPaletteCommand(page, 'Notifications: Clear All Notifications');
	await tokenRow(page, 'Order import').click();
	const details = await detailsPage(page, 'Order import');
	await details.getByRole('tab', { name: 'Statistics' }).click();
	await details.getByText('Show as Table').waitFor();
	await details.locator('body').evaluate(() => document.fonts.ready.then(() => undefined));
	return details;
}

function accountRow(page: Page) {
	return page.getByRole('treeitem', { name: /^Vallonia Software, / });
}

async function withPlatform(action: (platform: Platform) => Promise<void>): Promise<void> {
	const platform = await startPlatform({ account: { name: 'Vallonia Software' } });
	const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
	const statistics = Object.fromEntries(busyMonthUsage().days.map(({ date, statuses }) => [date, { ...statuses }]));
	platform.account.add({ name: 'Order import', permissions: ['MD-0011', 'MD-0012'], expirationDate: inDays(80), statistics });
	platform.account.add({ name: 'Usage reports', permissions: ['MD-0013'], expirationDate: inDays(3) });
	platform.account.add({ name: 'Old portal', enabled: false });
	try {
		await action(platform);
	} finally {
		await platform.stop();
	}
}

/** The screenshot in the README's section on accounts. */
async function captureReadmeAccounts(workbench: OpenedWorkbench, platform: Platform): Promise<void> {
	const { page } = workbench;
	await page.setViewportSize({ width: 1120, height: 720 });
	await showTokensView(workbench);
	await showStatistics(page, platform);
	await page.screenshot({ path: join(repositoryRoot, 'media', 'accounts.png') });
}

/** The screenshot at the top of the README. */
async function captureReadme(workbench: OpenedWorkbench): Promise<void> {
	const { page } = workbench;
	await page.setViewportSize({ width: 1120, height: 640 });
	await showTokensView(workbench);
	await tokenRow(page, 'Tutorial Token').click();
	const details = await detailsPage(page, 'Tutorial Token');
	await details.getByText(/:\*{10}$/).waitFor();
	await details.locator('body').evaluate(() => document.fonts.ready.then(() => undefined));
	await page.screenshot({ path: join(repositoryRoot, 'media', 'readme.png') });
}

/** The screenshots of the request log and the review in the README. */
async function captureReadmeLeastPrivilege(workbench: OpenedWorkbench): Promise<void> {
	const { page } = workbench;
	await page.setViewportSize({ width: 1120, height: 640 });
	await showTokensView(workbench);
	await showReview(workbench);
	await page.screenshot({ path: join(repositoryRoot, 'media', 'review.png') });
	await page.setViewportSize({ width: 1120, height: 480 });
	await showRequests(workbench);
	await page.screenshot({ path: join(repositoryRoot, 'media', 'requests.png'), animations: 'disabled' });
}

async function withWorkbench(
	theme: ColorTheme,
	hasTokens: boolean,
	action: (workbench: OpenedWorkbench) => Promise<void>,
	options: Partial<WorkbenchOptions> = {},
): Promise<void> {
	const workbench = await openWorkbench({
		...options,
		theme,
		seed: async (folders) => {
			if (hasTokens) {
				const tokens = tokensOfEveryStatus();
				await writeFile(join(folders.folder, 'references.http'), REFERENCES_FILE);
				await seedTokens(folders, tokens);
				await seedUsage(folders, { [tokens[0]!.id]: busyMonthUsage() });
			}
		},
	});
	try {
		await applyTheme(workbench, theme);
		await action(workbench);
	} finally {
		await workbench.close();
	}
}

/**
 * If the workbench reads the setting before it knows the theme, it shows its default theme until the setting changes. So this switches
 * between other themes until the workbench applies one, and then to the wanted theme.
 */
async function applyTheme({ page, userDataDir }: OpenedWorkbench, theme: ColorTheme): Promise<void> {
	const switchTo = (name: string, themeClass: string) =>
		writeMachineSettings(userDataDir, { 'workbench.colorTheme': name }).then(() =>
			page.locator(`.monaco-workbench.${themeClass}`).waitFor({ timeout: 3_000 }),
		);
	let attempt = 0;
	await eventually(() =>
		attempt++ % 2 === 0
			? switchTo('Monokai', 'vscode-theme-monokai-themes-monokai-color-theme-json')
			: switchTo('Abyss', 'vscode-theme-abyss-themes-abyss-color-theme-json'),
	);
	// The other themes have the class of the dark theme, too.
	await switchTo(colorThemes[theme], `${WORKBENCH_THEME_CLASSES[theme]}:not([class*=monokai]):not([class*=abyss])`);
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
