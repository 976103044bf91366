import type { Frame, Page } from '@playwright/test';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import { eventually } from './eventually';

// User actions in the workbench, for the end-to-end tests and the screenshots.

/** Timeout of one attempt at a step before it's retried, in milliseconds. */
const STEP_RETRY_TIMEOUT_MS = 3_000;

/** Shows the Tokens view unless it's visible: clicking the tab of a visible view would hide it. */
export async function showTokensView(page: Page): Promise<void> {
	const title = page.locator('.part.sidebar .title-label', { hasText: /Connect Tokens/i });
	await eventually(async () => {
		if (!(await title.isVisible())) {
			await page.locator('.activitybar').getByRole('tab', { name: 'Connect Tokens' }).click({ timeout: 2000 });
		}
		await title.waitFor({ timeout: 2000 });
	});
}

/** Opens a file of the workspace by name. */
export async function openFile(page: Page, name: string): Promise<void> {
	await eventually(async () => {
		// While the workbench is starting, it may ignore keys or not know the files yet.
		await page.keyboard.press('Control+P');
		await page.locator('.quick-input-widget input[type="text"]').fill(name, { timeout: STEP_RETRY_TIMEOUT_MS });
		await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click({ timeout: STEP_RETRY_TIMEOUT_MS });
		await page.locator('.tab.active', { hasText: name }).waitFor({ timeout: STEP_RETRY_TIMEOUT_MS });
	});
}

/** Opens the wizard from the welcome content of the empty view. */
export async function openWizardFromWelcome(page: Page): Promise<Frame> {
	await page.locator('.welcome-view').getByRole('button', { name: 'Create Token' }).click();
	return wizardFrame(page);
}

/** @param source where to create the token; pass it if there are accounts, because the command then prompts for it */
export async function openWizardFromPalette(page: Page, source?: string): Promise<Frame> {
	await runPaletteCommand(page, 'Connect Tokens: Create Token');
	if (source !== undefined) {
		await page.locator('.quick-input-list').getByText(source, { exact: true }).click();
	}
	return wizardFrame(page);
}

/** Adds a Connect account from the Command Palette, and waits until the platform has accepted the key. */
export async function addAccount(page: Page, endpoint: string, apiKey: string): Promise<void> {
	await runPaletteCommand(page, 'Connect Tokens: Add Connect Account…');
	await answerQuickInput(page, '1/2', endpoint);
	await answerQuickInput(page, '2/2', apiKey);
	await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** Enters text in a step of a multi-step quick input. `count` identifies the step, for example `1/2`. */
export async function answerQuickInput(page: Page, count: string, text: string): Promise<void> {
	await page.locator('.quick-input-title', { hasText: `(${count})` }).waitFor();
	await page.locator('.quick-input-widget input[type="text"], .quick-input-widget input[type="password"]').first().fill(text);
	await page.keyboard.press('Enter');
}

function wizardFrame(page: Page): Promise<Frame> {
	return eventually(async () => {
		// A wizard that VS Code restores after a reload may be in front for a moment.
		const wizard = await waitForWebviewFrame(page, 'Create Token');
		await wizard.getByRole('heading', { name: 'General' }).waitFor({ timeout: STEP_RETRY_TIMEOUT_MS });
		return wizard;
	});
}

/** Waits for the wizard step with the given heading. */
export async function waitForWizardStep(wizard: Frame, heading: string): Promise<void> {
	await wizard.getByRole('heading', { name: heading }).waitFor();
}

export async function goToWizardStep(wizard: Frame, heading: string): Promise<void> {
	await wizard.getByRole('button', { name: 'Next' }).click();
	await waitForWizardStep(wizard, heading);
}

export async function fillGeneralStep(wizard: Frame, name: string, externalId = '', description = ''): Promise<void> {
	await wizard.getByRole('textbox', { name: 'Name' }).fill(name);
	await wizard.getByRole('textbox', { name: 'External ID' }).fill(externalId);
	await wizard.getByRole('textbox', { name: 'Description' }).fill(description);
}

/** Completes the wizard from the filled General step to the Summary, for a custom token with the given modules. */
export async function completeWizard(wizard: Frame, expiration: string, modules: readonly string[]): Promise<void> {
	await goToWizardStep(wizard, 'Expiration');
	await wizard.getByRole('radio', { name: expiration }).click();
	await goToWizardStep(wizard, 'Extension');
	await wizard.getByRole('radio', { name: 'Custom' }).click();
	await goToWizardStep(wizard, 'Permissions');
	for (const module of modules) {
		await wizard.getByRole('checkbox', { name: module }).click();
	}
	await clickCreate(wizard);
}

export async function clickCreate(wizard: Frame): Promise<void> {
	await wizard.getByRole('button', { name: 'Create', exact: true }).click();
	await waitForWizardStep(wizard, 'Summary');
}

/** Locates the row of a token in the Tokens view. */
export function tokenRow(page: Page, name: string) {
	return page.getByRole('treeitem', { name: new RegExp(`^${name}, `) });
}

/** Opens a token's context menu and focuses an item. */
export async function focusMenuItem(page: Page, name: string, item: string): Promise<void> {
	await eventually(async () => {
		try {
			// A menu closes when it loses focus, which can happen while the workbench is starting.
			await tokenRow(page, name).click({ button: 'right', timeout: STEP_RETRY_TIMEOUT_MS });
			await page.locator('.monaco-menu').getByText(item).hover({ timeout: STEP_RETRY_TIMEOUT_MS });
		} catch (error) {
			// A menu that opened too late would block the next attempt.
			await page.keyboard.press('Escape');
			throw error;
		}
	});
}

/** Chooses an item of a token's context menu, and retries if the menu closes prematurely. */
export async function chooseMenuItem(page: Page, name: string, item: string): Promise<void> {
	const menu = page.locator('.monaco-menu');
	await eventually(async () => {
		await focusMenuItem(page, name, item);
		await menu.getByText(item).click({ timeout: 2000 });
		// A menu ignores clicks for a moment after it has opened.
		while (
			!(await menu.waitFor({ state: 'detached', timeout: 500 }).then(
				() => true,
				() => false,
			))
		) {
			await menu.getByText(item).click({ timeout: 2000 });
		}
	});
}

/** Picks a token in the quick pick of a command, which may allow several tokens. */
export async function pickTokenInQuickPick(page: Page, name: string): Promise<void> {
	const widget = page.locator('.quick-input-widget');
	const row = widget.locator('.quick-input-list .monaco-list-row').filter({ has: page.getByText(name, { exact: true }) });
	await eventually(async () => {
		// Text typed before the list appears is lost.
		await widget.locator('input[type="text"]').fill(name, { timeout: STEP_RETRY_TIMEOUT_MS });
		await row.waitFor({ timeout: STEP_RETRY_TIMEOUT_MS });
	});
	const accept = widget.getByRole('button', { name: 'OK' });
	const isMultiSelect = await accept.isVisible();
	await row.click();
	if (isMultiSelect) {
		await accept.click();
	}
	// Another quick input may follow.
	await row.waitFor({ state: 'hidden' });
}

/** Inserts a token's header at the cursor of the active editor, from the Command Palette. */
export async function insertHeader(page: Page, tokenName: string): Promise<void> {
	await runPaletteCommand(page, 'Connect Tokens: Insert Authorization Header');
	await page.locator('.quick-input-list').getByText(tokenName).click();
}

export function readClipboard(page: Page): Promise<string> {
	return page.evaluate(() => navigator.clipboard.readText());
}

/** Locates the gateway's status bar item. */
export function gatewayStatusBarItem(page: Page) {
	return page.locator('.statusbar-item[id="connect-tokens.connect-tokens.connectTokens.gateway"]');
}
