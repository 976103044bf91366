import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findBrowser } from './host/browser';
import { cacheFolder } from './host/paths';

const executablePath = findBrowser();

const launchOptions = {
	...(executablePath === undefined ? {} : { executablePath }),
	args: ['--disable-gpu', '--disable-background-networking'],
	chromiumSandbox: false,
};

/** Each suite has a folder of its own, because Playwright empties it when it starts. */
const RESULTS_FOLDER = join(cacheFolder, 'results');

/** The suites that run in a browser: the pages alone, and the whole workbench. */
export default defineConfig({
	reporter: './support/runner/playwrightReporter.ts',
	// Tests also wait, so three workers keep two cores busy.
	workers: 3,
	fullyParallel: true,
	forbidOnly: Boolean(process.env.CI),
	// Locally, a test that fails once has failed.
	retries: process.env.CI ? 1 : 0,
	// A step that waits for something ends after 30 seconds. On a busy machine, a page needs more than 10 to show its heading.
	expect: { timeout: 30_000 },
	use: {
		launchOptions,
		actionTimeout: 30_000,
		screenshot: 'only-on-failure',
		// Pictures and snapshots of the page at each action would double the time.
		trace: { mode: 'retain-on-failure', snapshots: false, screenshots: false },
	},
	projects: [
		{
			name: 'webview',
			testDir: 'webview',
			outputDir: join(RESULTS_FOLDER, 'webview'),
			timeout: 120_000,
			use: {
				// Starting a process for each page would take a tenth of the time.
				launchOptions: { ...launchOptions, args: [...launchOptions.args, '--renderer-process-limit=1'] },
			},
		},
		{
			name: 'e2e',
			testDir: 'e2e',
			outputDir: join(RESULTS_FOLDER, 'e2e'),
			// Another suite runs at the same time. With three, each test took about twice as long.
			workers: 2,
			// On a busy machine, the longest stories take six minutes.
			timeout: 900_000,
		},
	],
});
