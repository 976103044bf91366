import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { repositoryRoot } from '../../host/paths';
import { getCoverageFolder } from './coverageFolder';

/** Starts to measure the coverage of the page's scripts, unless this run doesn't measure coverage. */
export async function startPageCoverage(page: Page): Promise<void> {
	if (getCoverageFolder() !== undefined) {
		await page.coverage.startJSCoverage({ resetOnNavigation: false });
	}
}

/**
 * Measures the coverage of all pages of a browser, unless this run doesn't measure coverage. Resolves with a function that writes it; call
 * that before the browser is closed.
 */
export async function recordPageCoverage(context: BrowserContext): Promise<() => Promise<void>> {
	const started: Promise<unknown>[] = context.pages().map(startPageCoverage);
	context.on('page', (page) => started.push(startPageCoverage(page)));
	await Promise.all(started);
	return async () => {
		await Promise.all(started);
		await Promise.all(context.pages().map(savePageCoverage));
	};
}

/** Writes the coverage of the built pages' scripts in the format of Node.js. Call this before the page is closed. */
export async function savePageCoverage(page: Page): Promise<void> {
	const folder = getCoverageFolder();
	if (folder === undefined || page.isClosed()) {
		return;
	}
	const result = (await page.coverage.stopJSCoverage())
		.map(({ scriptId, url, functions }) => ({ scriptId, url: toFileUrl(url), functions }))
		.filter(({ url }) => url !== undefined);
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, `coverage-page-${randomUUID()}.json`), JSON.stringify({ result }));
}

/** Maps the URL of a page's script to that of the file that it's served from; undefined if it's another script. */
function toFileUrl(url: string): string | undefined {
	const name = URL.canParse(url) ? basename(new URL(url).pathname) : '';
	return ['wizard.js', 'details.js'].includes(name) ? pathToFileURL(join(repositoryRoot, 'out/webview', name)).href : undefined;
}
