import { setTimeout } from 'node:timers/promises';
import type { Frame, Page } from '@playwright/test';

const STEP_TIMEOUT_MS = 60_000;

/** Timeout of the first attempt, in milliseconds. The palette lists only commands that existed when it was opened, so it's reopened. */
const INITIAL_PALETTE_TIMEOUT_MS = 2_000;

const POLL_INTERVAL_MS = 100;

/**
 * Runs a command from the Command Palette (F1). Waits for the command to appear, so the extension may still be starting.
 * Rejects if it doesn't appear within a minute.
 * @param title the command as the palette shows it, with its category: `Connect Tokens: Create Token`
 */
export async function runPaletteCommand(page: Page, title: string): Promise<void> {
	const input = page.locator('.quick-input-widget input[type="text"]');
	// Titles of other commands can start with this one. If the command has a keyboard shortcut, it follows the title after a comma.
	const row = page.locator(
		[`="${title}"`, `^="${title}, "`].map((label) => `.quick-input-list .monaco-list-row[aria-label${label}]`).join(),
	);
	const deadline = Date.now() + STEP_TIMEOUT_MS;
	for (let timeout = INITIAL_PALETTE_TIMEOUT_MS; ; timeout *= 2) {
		await page.keyboard.press('F1');
		try {
			await input.fill(`>${title}`, { timeout });
			await row.first().click({ timeout });
			return;
		} catch (error) {
			if (Date.now() > deadline) {
				throw new Error(`The Command Palette doesn't contain "${title}".`, { cause: error });
			}
			await page.keyboard.press('Escape');
		}
	}
}

/**
 * Waits for the visible webview whose page has the given `<title>` and returns its inner frame. If the page is reloaded, it gets a new
 * frame. Rejects if there is no such webview within a minute.
 */
export async function waitForWebviewFrame(page: Page, title: string): Promise<Frame> {
	const deadline = Date.now() + STEP_TIMEOUT_MS;
	for (;;) {
		for (const frame of page.frames()) {
			if (await isActiveFrame(frame, title)) {
				return frame;
			}
		}
		if (Date.now() > deadline) {
			throw new Error(`Couldn't find a webview with the title "${title}".`);
		}
		await setTimeout(POLL_INTERVAL_MS);
	}
}

/** Excludes pages that are still loading and pages of background tabs, which have frames of their own. */
async function isActiveFrame(frame: Frame, title: string): Promise<boolean> {
	try {
		const container = frame.parentFrame();
		if (!container?.parentFrame() || !(await (await container.frameElement()).isVisible())) {
			return false;
		}
		return (await (await frame.frameElement()).getAttribute('id')) === 'active-frame' && (await frame.title()) === title;
	} catch {
		// The frame was removed in the meantime.
		return false;
	}
}
