import { get } from 'node:http';
import { expect, test as base } from '@playwright/test';
import { startGalleryServer, type GalleryServer } from '../support/page/gallery/galleryServer';
import { pageStates } from '../support/page/pageStates';

const test = base.extend<object, { readonly gallery: GalleryServer }>({
	gallery: [
		async ({}, use) => {
			const gallery = await startGalleryServer(0);
			await use(gallery);
			gallery.close();
		},
		{ scope: 'worker' },
	],
});

test.describe('The page gallery', () => {
	for (const shownPage of ['wizard', 'details'] as const) {
		test(`lists every state of the ${shownPage} page and can show each of them`, async ({ context, gallery, page }) => {
			// It loads the gallery once for each state.
			test.slow();
			const failures: string[] = [];
			context.on('weberror', (error) => failures.push(error.error().message));
			for (const [name] of Object.entries(pageStates).filter(([, state]) => state.page === shownPage)) {
				await page.goto(`${gallery.url}?${new URLSearchParams({ state: name }).toString()}`);
				await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
				const figure = page.locator('figure[data-status]');
				await expect(figure).toBeVisible();
				if ((await figure.getAttribute('data-status')) !== 'ready') {
					failures.push(`${name}: ${await figure.locator('p').innerText()}`);
				}
			}
			expect(failures).toEqual([]);
		});
	}

	test('serves no file outside its folders', async ({ gallery }) => {
		const { hostname, port } = new URL(gallery.url);
		const status = await new Promise<number | undefined>((resolve, reject) => {
			get({ hostname, port, path: '/gallery/../../../package.json' }, (response) => {
				response.resume();
				resolve(response.statusCode);
			}).once('error', reject);
		});
		expect(status).toBe(404);
	});

	test('shows a state in every theme at the same time', async ({ gallery, page }) => {
		await page.goto(`${gallery.url}?state=Rotate&theme=all&width=narrow`);
		await expect(page.locator('figure[data-status=ready]')).toHaveCount(4);
		const themeKinds = page
			.frames()
			.slice(1)
			.map((frame) => frame.evaluate(() => document.body.dataset.vscodeThemeKind));
		expect(await Promise.all(themeKinds)).toEqual(['vscode-dark', 'vscode-light', 'vscode-high-contrast', 'vscode-high-contrast-light']);
	});
});
