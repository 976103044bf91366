import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { MIN_READING_MS } from '../../src/broker/askUntilRead';
import { ALL_MODULES } from '../../src/domain/catalog';
import { readBrowserStorage } from './browserStorage';
import type { Platform } from './connect/simulatedPlatform';
import type { OpenedWorkbench } from './openWorkbench';
import type { Token } from './windowDriver';

// User actions in the workbench, for the end-to-end tests and the screenshots. Each acts once, on something that is ready for it.

/** Shows the Tokens view, even if the sidebar shows it already: clicking the tab of a visible view would hide it. */
export async function showTokensView({ page, driver }: Pick<OpenedWorkbench, 'page' | 'driver'>): Promise<void> {
	await driver.executeCommand('connectTokens.tokens.focus');
	await expect(page.locator('.part.sidebar .title-label', { hasText: /Connect Tokens/i })).toBeVisible();
}

/** Opens a file of the workspace by name, and waits until its editor has the focus. */
export async function openFile({ page, driver, folder }: Pick<OpenedWorkbench, 'page' | 'driver' | 'folder'>, name: string): Promise<void> {
	await driver.openFile(`${folder}/${name}`);
	await expect(page.locator('.tab.active', { hasText: name })).toBeVisible();
	await expect(page.locator('.part.editor .monaco-editor.focused')).toBeVisible();
}

/** Saves the active editor. */
export async function saveFile({ driver }: Pick<OpenedWorkbench, 'driver'>): Promise<void> {
	await driver.executeCommand('workbench.action.files.save');
}

/**
 * Runs a command from the Command Palette (F1). A webview that has the focus must have loaded, because the key press is lost before.
 * @param title the command as the palette shows it, with its category: `Connect Tokens: Create Token`
 */
export async function runPaletteCommand(page: Page, title: string): Promise<void> {
	// What closes the quick input of the command before could close the palette instead.
	await expect(page.locator('.quick-input-widget')).toBeHidden();
	await blurTree(page);
	await page.keyboard.press('F1');
	await page.locator('.quick-input-widget input[type="text"]').fill(`>${title}`);
	// Titles of other commands can start with this one. If the command has a keyboard shortcut, it follows the title after a comma.
	const row = [`="${title}"`, `^="${title}, "`].map((label) => `.quick-input-list .monaco-list-row.focused[aria-label${label}]`).join();
	await expect(page.locator(row)).toBeVisible();
	await page.keyboard.press('Enter');
	// Otherwise, F1 for the next command could be pressed in the palette of this one, which is about to close.
	await expect(page.locator(row)).toBeHidden();
}

/** If a refresh of a tree ends just after the tree has lost the focus, VS Code focuses it again. The palette would then close. */
async function blurTree(page: Page): Promise<void> {
	await page.evaluate(async () => {
		document.activeElement?.closest<HTMLElement>('.monaco-list')?.blur();
		// VS Code processes the blur in a later task.
		await new Promise((resolve) => setTimeout(resolve));
	});
}

/** Locates the document of the webview in the active editor. It follows the webview when that is hidden, shown again, or reloaded. */
export function activeWebview(page: Page): FrameLocator {
	return page.locator('iframe.webview.ready').filter({ visible: true }).last().contentFrame().frameLocator('#active-frame');
}

/** Locates the details page of a token in the active editor, and waits until it shows the token. */
export async function detailsPage(page: Page, name: string): Promise<FrameLocator> {
	const details = activeWebview(page);
	await expect(details.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
	return details;
}

/** Locates the wizard in the active editor, and waits for the step with the given heading. */
export async function wizardPage(page: Page, step = 'General'): Promise<FrameLocator> {
	const wizard = activeWebview(page);
	await expect(wizard.getByRole('heading', { name: step, exact: true })).toBeVisible();
	return wizard;
}

/** Opens the wizard from the welcome content of the empty view. */
export async function openWizardFromWelcome(page: Page): Promise<FrameLocator> {
	await page.locator('.welcome-view').getByRole('button', { name: 'Create Token' }).click();
	return wizardPage(page);
}

/** @param source where to create the token; pass it if there are accounts, because the command then prompts for it */
export async function openWizardFromPalette(page: Page, source?: string): Promise<FrameLocator> {
	await runPaletteCommand(page, 'Connect Tokens: Create Token');
	if (source !== undefined) {
		await chooseQuickPickItem(page, source);
	}
	return wizardPage(page);
}

export async function goToWizardStep(wizard: FrameLocator, heading: string): Promise<void> {
	await wizard.getByRole('button', { name: 'Next' }).click();
	await expect(wizard.getByRole('heading', { name: heading, exact: true })).toBeVisible();
}

export async function fillGeneralStep(wizard: FrameLocator, name: string, externalId = '', description = ''): Promise<void> {
	await wizard.getByRole('textbox', { name: 'Name' }).fill(name);
	await wizard.getByRole('textbox', { name: 'External ID' }).fill(externalId);
	await wizard.getByRole('textbox', { name: 'Description' }).fill(description);
}

/** Completes the wizard from the filled General step to the Summary, for a custom token with the given modules. */
export async function completeWizard(wizard: FrameLocator, expiration: string, modules: readonly string[]): Promise<void> {
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

export async function clickCreate(wizard: FrameLocator): Promise<void> {
	await wizard.getByRole('button', { name: 'Create', exact: true }).click();
	await expect(wizard.getByRole('heading', { name: 'Summary', exact: true })).toBeVisible();
}

/** Adds the platform's first account from the Command Palette, and waits until the Tokens view shows it and has the focus. */
export async function addAccount(page: Page, { endpoint, account }: Platform): Promise<void> {
	await runPaletteCommand(page, 'Connect Tokens: Add Connect Account…');
	await answerQuickInput(page, '1/2', endpoint);
	await answerQuickInput(page, '2/2', account.key);
	await expectAddedAccount(page, account.reference.name);
}

/** Removes an account, which other tests of the same window don't expect. */
export async function removeAccount(page: Page, name: string): Promise<void> {
	await chooseMenuItem(page, name, 'Remove Account');
	await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove' }).click();
	await expect(tokenRow(page, name)).toHaveCount(0);
}

/** Waits until the command that adds an account has ended: it focuses the view last, which would close another quick input. */
export async function expectAddedAccount(page: Page, name: string): Promise<void> {
	await expect(selectedRow(page, name)).toBeVisible();
	await expect(page.locator('.part.sidebar .monaco-list:focus-within')).toBeVisible();
}

/** Waits until the added account, its tokens, and its catalog are saved, so that a window that opens or reloads finds them. */
export async function waitForSavedAccount(
	{ page, userDataDir }: OpenedWorkbench,
	{ account: { reference, tokens } }: Platform,
): Promise<void> {
	await expect.poll(() => readBrowserStorage(page)).toMatch(new RegExp(`connectTokens\\.accounts.{1,200}${reference.name}`));
	const hash = createHash('sha256').update(reference.id).digest('hex');
	const cacheFile = join(userDataDir, 'User/globalStorage/connect-tokens.connect-tokens/accounts', `${hash.slice(0, 32)}.json`);
	await expect
		.poll(async () => {
			const text = await readFile(cacheFile, 'utf8').catch(() => '');
			return [...tokens.keys(), '"catalogue":{'].filter((part) => !text.includes(part));
		})
		.toEqual([]);
}

/** Locates the text field of the open quick input. */
export function quickInputField(page: Page): Locator {
	return page.locator('.quick-input-widget input[type="text"], .quick-input-widget input[type="password"]').first();
}

/** Enters text in a step of a multi-step quick input. `count` identifies the step, for example `1/2`. */
export async function answerQuickInput(page: Page, count: string, text: string): Promise<void> {
	await expect(page.locator('.quick-input-title', { hasText: `(${count})` })).toBeVisible();
	await quickInputField(page).fill(text);
	await page.keyboard.press('Enter');
}

/** Chooses an item in a step of a multi-step quick input with the keyboard. */
export async function answerQuickPick(page: Page, count: string, label: string): Promise<void> {
	await expect(page.locator('.quick-input-title', { hasText: `(${count})` })).toBeVisible();
	await quickInputField(page).fill(label);
	const focused = page.locator('.quick-input-list .monaco-list-row.focused');
	await expect(focused.filter({ has: page.getByText(label, { exact: true }) })).toBeVisible();
	await page.keyboard.press('Enter');
}

/** Chooses the item of the open quick pick that has exactly this label. */
export async function chooseQuickPickItem(page: Page, label: string): Promise<void> {
	await page
		.locator('.quick-input-list .monaco-list-row')
		.filter({ has: page.getByText(label, { exact: true }) })
		.click();
}

/** Chooses a token in the quick pick of a command, which may allow several tokens. */
export async function pickTokenInQuickPick(page: Page, name: string): Promise<void> {
	const widget = page.locator('.quick-input-widget');
	const row = widget.locator('.quick-input-list .monaco-list-row').filter({ has: page.getByText(name, { exact: true }) });
	await expect(row).toBeVisible();
	const accept = widget.getByRole('button', { name: 'OK' });
	const isMultiSelect = await accept.isVisible();
	await row.click();
	if (isMultiSelect) {
		await accept.click();
	}
	// Another quick input may follow.
	await expect(row).toBeHidden();
}

/** Inserts a token's header at the cursor of the active editor, from the Command Palette. */
export async function insertHeader(page: Page, tokenName: string): Promise<void> {
	await runPaletteCommand(page, 'Connect Tokens: Insert Authorization Header');
	await pickTokenInQuickPick(page, tokenName);
}

/** Locates the row of a token in the Tokens view; with a status, only while the token has that status. */
export function tokenRow(page: Page, name: string, status?: string): Locator {
	const escapedName = name.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
	return page.getByRole('treeitem', { name: new RegExp(`^${escapedName}, ${status === undefined ? '' : `${status},`}`) });
}

/** Locates the row of a token or an account in the Tokens view, only while it's selected. */
export function selectedRow(page: Page, name: string): Locator {
	return tokenRow(page, name).and(page.locator('[aria-selected="true"]'));
}

/** Expects the Tokens view to show exactly these tokens, in this order. */
export async function expectTokenRows(page: Page, names: readonly string[]): Promise<void> {
	await expect(page.locator('.part.sidebar [role="treeitem"][aria-level="2"] .label-name')).toHaveText([...names]);
}

/** Locates a button in the title bar of the Tokens view. */
export function viewAction(page: Page, name: string): Locator {
	return page.locator('.part.sidebar').getByRole('button', { name }).first();
}

/** Locates the status bar item for expiring and expired tokens. */
export function expiryStatusBarItem(page: Page): Locator {
	return page.locator('.statusbar-item[id$="connectTokens.attention"]');
}

/** Opens the context menu of a row in the Tokens view, and returns it. */
export async function openContextMenu(page: Page, row: Locator): Promise<Locator> {
	await row.click({ button: 'right' });
	const menu = page.locator('.monaco-menu');
	await expect(menu).toBeVisible();
	return menu;
}

/** Locates the item of an open menu with exactly this label, which a keyboard shortcut may follow. */
export function menuItem(menu: Locator, label: string): Locator {
	return menu.getByRole('menuitem').filter({ has: menu.page().getByText(label, { exact: true }) });
}

/** Opens the context menu of a row in the Tokens view, and focuses an item. Enter then chooses it. */
export async function focusMenuItem(page: Page, row: Locator, item: string): Promise<void> {
	const menu = await openContextMenu(page, row);
	await menuItem(menu, item).hover();
	await expect(menu.locator('.action-item.focused').filter({ has: page.getByText(item, { exact: true }) })).toBeVisible();
}

/** Chooses an item of the context menu of a row in the Tokens view, by default of a token's row. */
export async function chooseMenuItem(page: Page, row: string | Locator, item: string): Promise<void> {
	await focusMenuItem(page, typeof row === 'string' ? tokenRow(page, row) : row, item);
	// A menu ignores clicks for a moment after it has opened, but no keys.
	await page.keyboard.press('Enter');
	await expect(page.locator('.monaco-menu')).toBeHidden();
}

/** Closes the open context menu. */
export async function closeMenu(page: Page): Promise<void> {
	await page.keyboard.press('Escape');
	await expect(page.locator('.monaco-menu')).toBeHidden();
}

/** Shows the tooltip of the row that was clicked last. */
export async function showTooltip({ page, driver }: Pick<OpenedWorkbench, 'page' | 'driver'>, text: string | RegExp): Promise<Locator> {
	await driver.executeCommand('list.showHover');
	const tooltip = page.locator('.monaco-hover', { hasText: text });
	await expect(tooltip).toBeVisible();
	return tooltip;
}

/** Hides the tooltip that is shown. */
export async function hideTooltip({ page }: Pick<OpenedWorkbench, 'page'>): Promise<void> {
	await page.keyboard.press('Escape');
	await expect(page.locator('.monaco-hover')).toBeHidden();
}

/** Shows the notifications, and returns those that contain the text. */
export async function showNotifications(
	{ page, driver }: Pick<OpenedWorkbench, 'page' | 'driver'>,
	text: string | RegExp,
): Promise<Locator> {
	// While the window is starting, VS Code ignores the command.
	await expect(page.locator('.statusbar .codicon-bell-dot').or(page.locator('.notifications-center.visible')).first()).toBeVisible();
	await driver.executeCommand('notifications.showList');
	return page.locator('.notifications-center .notification-list-item', { hasText: text });
}

/** Creates a token that can access all modules, and copies its API key. */
export async function createTokenWithKey(
	window: Pick<OpenedWorkbench, 'page' | 'driver'>,
	name: string,
): Promise<{ token: Token; apiKey: string }> {
	const token = await window.driver.createToken({ name, permissions: [ALL_MODULES] });
	return { token, apiKey: await copyApiKey(window, token.id) };
}

/** Copies a token's API key for the first time in a window, as another extension does, which the user has to allow. Returns the key. */
export async function copyApiKey({ page, driver }: Pick<OpenedWorkbench, 'page' | 'driver'>, tokenId: string): Promise<string> {
	await driver.startCommand('connectTokens.copyApiKey', { tokenId });
	await allowKeyCopy(page);
	return copiedApiKey(page);
}

/** Allows *Copy API Key* to use a key, which it asks for the first time in a window. */
export async function allowKeyCopy(page: Page): Promise<void> {
	await allowKeyUse(page, 'Copy API Key');
}

/** Allows a command to use a key, which it asks for the first time in a window. */
export async function allowKeyUse(page: Page, command: string): Promise<void> {
	await answerKeyQuestion(page.getByRole('dialog', { name: `Allow the command “${command}” to use the API key` }), 'Allow in This Window');
}

/** Allows the use of a key in a dialog, like a user who reads it first: an answer that's too fast doesn't count. */
export async function answerKeyQuestion(dialog: Locator, button: string): Promise<void> {
	await expect(dialog).toBeVisible();
	await dialog.page().waitForTimeout(2 * MIN_READING_MS);
	await dialog.getByRole('button', { name: button, exact: true }).click();
}

export function readClipboard(page: Page): Promise<string> {
	return page.evaluate(() => navigator.clipboard.readText());
}

/** Waits until the clipboard contains an API key, and returns it. */
export async function copiedApiKey(page: Page): Promise<string> {
	await expect.poll(() => readClipboard(page)).toMatch(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/);
	return readClipboard(page);
}

/** Locates the gateway's status bar item. */
export function gatewayStatusBarItem(page: Page): Locator {
	return page.locator('.statusbar-item[id="connect-tokens.connect-tokens.connectTokens.gateway"]');
}

/** Locates the status bar item that shows how many keys are exposed. */
export function exposedKeysStatusBarItem(page: Page): Locator {
	return page.locator('.statusbar-item[id="connect-tokens.connect-tokens.connectTokens.exposedKeys"]');
}

/** Waits until the status bar shows the gateway's port, and returns its address: the host and the port. */
export async function gatewayAddress(page: Page): Promise<string> {
	const port = gatewayStatusBarItem(page).getByText(/Gateway :\d+/);
	await expect(port).toBeVisible();
	return `127.0.0.1:${/:(\d+)/.exec(await port.innerText())![1]!}`;
}

/** Runs commands of a shell in a terminal outside of the editor, in the workbench's first folder. Resolves with their output and exit code. */
export function runOutside({ home, folder }: Pick<OpenedWorkbench, 'home' | 'folder'>, commands: string): Promise<string> {
	const PATH = [join(home, '.connect-tokens/bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(':');
	return new Promise((resolve) => {
		execFile('/bin/sh', ['-c', commands], { cwd: folder, env: { HOME: home, PATH } }, (error, stdout, stderr) =>
			resolve(`${stdout}${stderr}exit ${error?.code ?? 0}`),
		);
	});
}

/** Waits until the command line finds the window, which opens its socket after startup. */
export async function waitForCommandLine(workbench: Pick<OpenedWorkbench, 'home' | 'folder'>): Promise<void> {
	await expect.poll(() => runOutside(workbench, 'connect-tokens list')).toContain('exit 0');
}
