import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findBrowser } from './host/browser';
import { cacheFolder } from './host/paths';

const executablePath = findBrowser();

/** The suites that run in a browser: the pages alone, and the whole workbench. */
export default defineConfig({
	outputDir: join(cacheFolder, 'results'),
	reporter: './support/runner/playwrightReporter.ts',
	// A workbench needs most of a core, and pages little more than the browser that the tests of a worker share.
	workers: 2,
	fullyParallel: true,
	forbidOnly: Boolean(process.env.CI),
	// Locally, a test that fails once has failed.
	retries: process.env.CI ? 1 : 0,
	use: {
		launchOptions: {
			...(executablePath === undefined ? {} : { executablePath }),
			args: ['--disable-gpu', '--disable-background-networking'],
			chromiumSandbox: false,
		},
		screenshot: 'only-on-failure',
		trace: 'retain-on-failure',
	},
	projects: [
		{ name: 'webview', testDir: 'webview', timeout: 60_000, expect: { timeout: 10_000 }, use: { actionTimeout: 10_000 } },
		{ name: 'e2e', testDir: 'e2e', timeout: 180_000, expect: { timeout: 30_000 }, use: { actionTimeout: 30_000 } },
	],
});
