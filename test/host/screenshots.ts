// npm run screenshots: pictures of the real thing, in every theme under .vscode-test/screenshots and the README's in media/.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { referenceTo } from '../../src/http/references';
import { startPlatform, type Platform } from '../support/connect/platform';
import { eventually } from '../support/eventually';
import { openWorkbench } from '../support/openWorkbench';
import { busyMonth } from '../support/page/use';
import { everyStatus, seedStatistics, seedTokens } from '../support/seed';
import {
	addAccount,
	answerStep,
	chooseInMenu,
	create,
	createFromPalette,
	createFromWelcome,
	fillGeneral,
	insertHeader,
	next,
	openFile,
	showTokens,
	step,
	tokenRow,
} from '../support/walk';
import { runCommand, webviewFrame } from './driving';
import { cache, root } from './paths';
import { themes, writeMachineSettings, type Theme } from './settings';
import type { Workbench, WorkbenchOptions } from './workbench';

/** The themes, each with the class that the workbench has once it shows it, which may be well after it has started. */
const THEMES: Record<Theme, string> = { dark: 'vs-dark', light: 'vs', highContrast: 'hc-black', highContrastLight: 'hc-light' };
/** An extension that sends requests, as the lens needs one. */
const CLIENT = join(root, 'test/support/clients/httpyac');
/** A reference to a token of each kind, to none, and one to be completed. */
const REFERENCES = [
	...[...everyStatus().map(({ id }) => id), 'SU-000-000-000'].flatMap((id, index) => [
		`### ${index + 1}`,
		'GET https://api.connect.cloudblue.com/public/v1/accounts?limit=1',
		`Authorization: ${referenceTo(id)}`,
		'',
	]),
	'### To be completed',
	'GET https://api.connect.cloudblue.com/public/v1/accounts?limit=1',
	'Authorization:',
].join('\n');
const FOLDER = join(cache, 'screenshots');

async function main(): Promise<void> {
	await mkdir(FOLDER, { recursive: true });
	for (const theme of Object.keys(THEMES) as Theme[]) {
		await withWorkbench(theme, false, (workbench) => firstSteps(workbench, shooter(workbench.page, theme)));
		await withWorkbench(theme, true, (workbench) => manage(workbench, shooter(workbench.page, theme)));
		await withWorkbench(theme, true, (workbench) => references(workbench, shooter(workbench.page, theme)), { extraExtensions: [CLIENT] });
		await withPlatform((platform) =>
			withWorkbench(theme, true, (workbench) => accounts(workbench, shooter(workbench.page, theme), platform)),
		);
		console.log(`${theme}: done`);
	}
	await withWorkbench('dark', true, readme);
	await withPlatform((platform) => withWorkbench('dark', true, (workbench) => readmeOfAccounts(workbench, platform)));
	console.log(`Pictures are in ${FOLDER} and ${join(root, 'media')}.`);
}

type Shoot = (name: string) => Promise<unknown>;

function shooter(page: Page, theme: Theme): Shoot {
	return (name) => page.screenshot({ path: join(FOLDER, `${name}-${theme}.png`), animations: 'disabled' });
}

/** A newcomer: the empty view, the wizard's steps, the details, the header in a request file. */
async function firstSteps({ page }: Workbench, shoot: Shoot): Promise<void> {
	await showTokens(page);
	await page.locator('.welcome-view').getByRole('button', { name: 'Create Token' }).waitFor();
	await shoot('01-welcome');
	const wizard = await createFromWelcome(page);
	await shoot('02-wizard-general');
	await wizard.getByRole('button', { name: 'Next' }).click();
	await wizard.getByText('Enter a name').waitFor();
	await shoot('03-wizard-error');
	await fillGeneral(wizard, 'Tutorial Token', 'crm-42', 'The token of the tutorial');
	await next(wizard, 'Expiration');
	await shoot('04-wizard-expiration');
	await next(wizard, 'Extension');
	await wizard.getByRole('radio', { name: 'Custom' }).click();
	await shoot('05-wizard-extension');
	await next(wizard, 'Permissions');
	await wizard.getByRole('checkbox', { name: 'Subscriptions' }).click();
	await shoot('06-wizard-permissions');
	await create(wizard);
	await shoot('07-wizard-summary');
	await wizard.getByRole('button', { name: 'Go to Details' }).click();
	const details = await webviewFrame(page, 'Tutorial Token');
	await details.getByText(/:\*{10}$/).waitFor();
	await shoot('08-details');
	await openFile(page, 'requests.http');
	await page.locator('.view-line', { hasText: 'Content-Type' }).click();
	await insertHeader(page, 'Tutorial Token');
	await page.locator('.view-line', { hasText: 'Authorization' }).waitFor();
	await shoot('09-request-file');
}

/** Somebody with tokens of every status: the tree, its menu, and the details' tabs, edit and dialogue. */
async function manage({ page }: Workbench, shoot: Shoot): Promise<void> {
	await showTokens(page);
	const row = tokenRow(page, 'Tutorial Token');
	await row.waitFor();
	await shoot('10-tree');
	await row.click({ button: 'right' });
	await page.locator('.monaco-menu').first().waitFor();
	await shoot('11-tree-menu');
	await page.keyboard.press('Escape');
	await row.click();
	const details = await webviewFrame(page, 'Tutorial Token');
	for (const tab of ['Statistics', 'Permissions', 'General']) {
		await details.getByRole('tab', { name: tab }).click();
		await shoot(`12-details-${tab.toLowerCase()}`);
	}
	await details.getByRole('button', { name: 'Edit' }).click();
	await shoot('13-details-edit');
	await details.getByRole('button', { name: 'Cancel' }).click();
	await chooseInMenu(page, 'Tutorial Token', 'Renew Token');
	await details.getByRole('radio', { name: /Same lifetime/ }).waitFor();
	await shoot('14-details-renew');
	await tokenRow(page, 'CRM sync').click();
	await (await webviewFrame(page, 'CRM sync')).getByText('Previous key').first().waitFor();
	await shoot('15-details-overlap');
	await createFromPalette(page);
	await page.setViewportSize({ width: 700, height: 800 });
	await step(await webviewFrame(page, 'Create Token'), 'General');
	await shoot('16-narrow');
}

/** A request file that refers to tokens: lens and inlay hints, hover, completion. */
async function references({ page }: Workbench, shoot: Shoot): Promise<void> {
	await openFile(page, 'references.http');
	await page.locator('.codelens-decoration a', { hasText: 'Send as Tutorial Token' }).waitFor();
	await page.locator('.view-line', { hasText: 'unknown token' }).waitFor();
	await shoot('17-references');
	await page.locator('.view-line', { hasText: 'Authorization' }).first().click();
	await runCommand(page, 'Show or Focus Hover');
	await page.locator('.monaco-hover', { hasText: 'Replace' }).waitFor();
	await shoot('18-reference-hover');
	await page.locator('.view-line', { hasText: 'Authorization' }).last().click();
	await page.keyboard.press('End');
	await page.keyboard.type(' ');
	await page.locator('.suggest-widget .monaco-list-row', { hasText: 'Nightly report' }).waitFor();
	await page.keyboard.press('Control+Space');
	await page.locator('.suggest-details').waitFor();
	await shoot('19-reference-completion');
}

/** Somebody with an account of the platform: a key that is refused, the account's tokens, its wizard, and the account out of reach. */
async function accounts({ page }: Workbench, shoot: Shoot, platform: Platform): Promise<void> {
	await showTokens(page);
	await runCommand(page, 'Connect Tokens: Add Connect Account');
	await answerStep(page, '1/2', platform.endpoint);
	await answerStep(page, '2/2', `${platform.account.ownToken.id}:${'0'.repeat(40)}`);
	await page
		.locator('.quick-input-message')
		.getByText(/does not accept the key/)
		.waitFor();
	await shoot('20-account-refused');
	await page.keyboard.press('Escape');
	await showStatistics(page, platform);
	await shoot('21-account-statistics');
	await account(page).click({ button: 'right' });
	await page.locator('.monaco-menu').first().waitFor();
	await shoot('22-account-menu');
	await page.keyboard.press('Escape');
	await account(page).getByRole('button', { name: 'Create Token' }).click();
	const wizard = await webviewFrame(page, 'Create Token');
	await fillGeneral(wizard, 'Invoice export');
	await next(wizard, 'Expiration');
	await next(wizard, 'Extension');
	await shoot('23-account-wizard');
	await platform.stop();
	await account(page).getByRole('button', { name: 'Reload Account' }).click();
	await page.getByRole('treeitem', { name: /cannot be reached/ }).waitFor();
	await shoot('24-account-offline');
}

/** Adds the account, and opens the statistics of one of its tokens. */
async function showStatistics(page: Page, platform: Platform): Promise<void> {
	await addAccount(page, platform.endpoint, platform.account.key);
	await tokenRow(page, 'Order import').click();
	const details = await webviewFrame(page, 'Order import');
	await details.getByRole('tab', { name: 'Statistics' }).click();
	await details.getByText('Show as Table').waitFor();
	await details.evaluate(() => document.fonts.ready.then(() => undefined));
}

function account(page: Page) {
	return page.getByRole('treeitem', { name: /^Vallonia Software, / });
}

async function withPlatform(use: (platform: Platform) => Promise<void>): Promise<void> {
	const platform = await startPlatform({ account: { name: 'Vallonia Software' } });
	const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
	const statistics = Object.fromEntries(busyMonth().days.map(({ date, statuses }) => [date, { ...statuses }]));
	platform.account.add({ name: 'Order import', permissions: ['MD-0011', 'MD-0012'], expirationDate: inDays(80), statistics });
	platform.account.add({ name: 'Usage reports', permissions: ['MD-0013'], expirationDate: inDays(3) });
	platform.account.add({ name: 'Old portal', enabled: false });
	try {
		await use(platform);
	} finally {
		await platform.stop();
	}
}

/** The picture of the README's section on accounts. */
async function readmeOfAccounts({ page }: Workbench, platform: Platform): Promise<void> {
	await page.setViewportSize({ width: 1120, height: 640 });
	await showTokens(page);
	await showStatistics(page, platform);
	await page.screenshot({ path: join(root, 'media', 'accounts.png') });
}

/** The picture at the top of the README. */
async function readme({ page }: Workbench): Promise<void> {
	await page.setViewportSize({ width: 1120, height: 640 });
	await showTokens(page);
	await tokenRow(page, 'Tutorial Token').click();
	const details = await webviewFrame(page, 'Tutorial Token');
	await details.getByText(/:\*{10}$/).waitFor();
	await details.evaluate(() => document.fonts.ready.then(() => undefined));
	await page.screenshot({ path: join(root, 'media', 'readme.png') });
}

async function withWorkbench(
	theme: Theme,
	seeded: boolean,
	use: (workbench: Workbench) => Promise<void>,
	options: Partial<WorkbenchOptions> = {},
): Promise<void> {
	const userDataDir = await mkdtemp(join(tmpdir(), 'connect-tokens-screenshots-'));
	const { workbench } = await openWorkbench({
		...options,
		theme,
		userDataDir,
		seed: async (folder) => {
			if (seeded) {
				const tokens = everyStatus();
				await writeFile(join(folder, 'references.http'), REFERENCES);
				await seedTokens(userDataDir, folder, tokens);
				await seedStatistics(userDataDir, folder, { [tokens[0]!.id]: busyMonth() });
			}
		},
	});
	try {
		await showTheme(workbench, theme);
		await use(workbench);
	} finally {
		await workbench.close();
		await rm(userDataDir, { recursive: true, force: true });
	}
}

/**
 * The workbench may look for its theme before it knows any; it then shows its own until the setting becomes another one. So the setting
 * goes through other themes until the workbench follows.
 */
async function showTheme({ page, userDataDir }: Workbench, theme: Theme): Promise<void> {
	const become = (name: string, sign: string) =>
		writeMachineSettings(userDataDir, { 'workbench.colorTheme': name }).then(() =>
			page.locator(`.monaco-workbench.${sign}`).waitFor({ timeout: 3_000 }),
		);
	let turn = 0;
	await eventually(() =>
		turn++ % 2 === 0
			? become('Monokai', 'vscode-theme-monokai-themes-monokai-color-theme-json')
			: become('Abyss', 'vscode-theme-abyss-themes-abyss-color-theme-json'),
	);
	await become(themes[theme], THEMES[theme]);
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
