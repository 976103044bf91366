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
	test('lists every state', async ({ gallery, page }) => {
		await page.goto(gallery.url);
		expect(await page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual(expect.arrayContaining(Object.keys(pageStates)));
	});

	// That each state can be shown is tested with its accessibility.
	for (const state of ['Summary', 'Statistics as a table while the gateway is stopped']) {
		test(`shows the state “${state}”`, async ({ context, gallery, page }) => {
			const failures: string[] = [];
			context.on('weberror', (error) => failures.push(error.error().message));
			await page.goto(`${gallery.url}?${new URLSearchParams({ state }).toString()}`);
			await expect(page.locator('figure[data-status=ready]')).toBeVisible();
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
