import { setTimeout } from 'node:timers/promises';
import type { Frame, Page } from 'playwright-core';

/** How long a driven step may take, in milliseconds, before it is given up. */
const STEP_LIMIT = 60_000;

/** How long the palette is waited for at first, in milliseconds, before it is opened anew: it lists only what was there when it opened. */
const LOOK = 2_000;

/** How often a frame is looked for, in milliseconds. */
const AGAIN = 100;

/**
 * Runs a command through the palette (F1), as a user does.
 * @param title the command as the palette shows it, with its category: `Connect Tokens: Create Token…`
 * Waits for the command to appear, so it may be called while the extension is still starting; rejects when it never does.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
	const input = page.locator('.quick-input-widget input[type="text"]');
	// Where another title begins with this one, what is typed is a part of that as well. A key binding stands behind a comma.
	const row = page.locator(
		['=', '^='].map((is) => `.quick-input-list .monaco-list-row[aria-label${is}"${title}${is === '=' ? '' : ', '}"]`).join(),
	);
	const deadline = Date.now() + STEP_LIMIT;
	for (let timeout = LOOK; ; timeout *= 2) {
		await page.keyboard.press('F1');
		try {
			await input.fill(`>${title}`, { timeout });
			await row.first().click({ timeout });
			return;
		} catch (error) {
			if (Date.now() > deadline) {
				throw new Error(`The palette has no command "${title}".`, { cause: error });
			}
			await page.keyboard.press('Escape');
		}
	}
}

/**
 * The inner frame of the webview whose page has the given `<title>`, once it is there.
 * A page that is reloaded gets a new frame, so ask again afterwards. Rejects when none appears within a minute.
 */
export async function webviewFrame(page: Page, title: string): Promise<Frame> {
	const deadline = Date.now() + STEP_LIMIT;
	for (;;) {
		for (const frame of page.frames()) {
			if (await isShown(frame, title)) {
				return frame;
			}
		}
		if (Date.now() > deadline) {
			throw new Error(`There is no webview titled "${title}".`);
		}
		await setTimeout(AGAIN);
	}
}

/** The workbench loads a page aside, then makes its frame the active one, and keeps the frames of tabs in the background. */
async function isShown(frame: Frame, title: string): Promise<boolean> {
	try {
		const container = frame.parentFrame();
		if (!container?.parentFrame() || !(await (await container.frameElement()).isVisible())) {
			return false;
		}
		return (await (await frame.frameElement()).getAttribute('id')) === 'active-frame' && (await frame.title()) === title;
	} catch {
		// It went away while it was asked.
		return false;
	}
}
