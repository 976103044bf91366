import assert from 'node:assert/strict';
import { get } from 'node:http';
import { chromium, type Browser } from '@playwright/test';
import { ensureBrowser } from '../host/browser';
import { startGalleryServer, type GalleryServer } from '../support/page/gallery/galleryServer';
import { pageStates } from '../support/page/pageStates';

test.describe('The page gallery', () => {
	let browser: Browser;
	let server: GalleryServer;

	before(async () => {
		browser = await chromium.launch({ executablePath: await ensureBrowser(), args: ['--no-sandbox', '--disable-gpu'] });
		server = await startGalleryServer(0);
	});
	after(async () => {
		await browser.close();
		server.close();
	});

	test('lists every state and can show each of them', async () => {
		const page = await browser.newPage();
		const failures: string[] = [];
		page.on('pageerror', (error) => failures.push(error.message));
		for (const name of Object.keys(pageStates)) {
			await page.goto(`${server.url}?${new URLSearchParams({ state: name }).toString()}`);
			await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
			const figure = page.locator('figure[data-status]');
			await expect(figure).toBeVisible();
			if ((await figure.getAttribute('data-status')) !== 'ready') {
				failures.push(`${name}: ${await figure.locator('p').innerText()}`);
			}
		}
		assert.deepEqual(failures, []);
	});

	test('serves no file outside its folders', async () => {
		const { hostname, port } = new URL(server.url);
		const status = await new Promise<number | undefined>((resolve, reject) => {
			get({ hostname, port, path: '/gallery/../../../package.json' }, (response) => {
				response.resume();
				resolve(response.statusCode);
			}).once('error', reject);
		});
		assert.equal(status, 404);
	});

	test('shows a state in every theme at the same time', async () => {
		const page = await browser.newPage();
		await page.goto(`${server.url}?state=Rotate&theme=all&width=narrow`);
		await expect(page.locator('figure[data-status=ready]').nth(3)).toBeVisible();
		const themeKinds = page.frames().map((frame) => frame.evaluate(() => document.body.dataset.vscodeThemeKind));
		assert.deepEqual((await Promise.all(themeKinds)).slice(1), [
			'vscode-dark',
			'vscode-light',
			'vscode-high-contrast',
			'vscode-high-contrast-light',
		]);
	});
});
