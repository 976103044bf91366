import { formatApiKey, hashSecret } from '../../src/domain/apiKey';
import { expect, test } from '../support/e2eTest';
import { createTestRecord, seedTokens } from '../support/seedTokens';
import { detailsPage, showTokensView, tokenRow } from '../support/workbenchDriver';

/** Created at run time, so that no file contains anything that looks like a key. */
const secret = 'ab'.repeat(20);

test('the usage of a token appears on the open page and in the tooltip as requests arrive', async ({ openWorkbench }) => {
	const record = createTestRecord(1, { name: 'Counted', permissions: ['usage'] });
	const token = { ...record, key: { ...record.key, sha256: hashSecret(secret) } };
	const workbench = await openWorkbench({
		settings: { 'connectTokens.gateway.port': 0 },
		seed: (folders) => seedTokens(folders, [token]),
	});
	const { page } = workbench;
	await showTokensView(workbench);

	await test.step('“Never” in the tooltip and on the page', async () => {
		await tokenRow(page, 'Counted').hover();
		await expect(page.locator('.monaco-hover', { hasText: /Last used: Never/ })).toBeVisible();
		await tokenRow(page, 'Counted').click();
		await expect((await detailsPage(page, 'Counted')).getByRole('definition').filter({ hasText: /^Never$/ })).toBeVisible();
	});

	const details = await detailsPage(page, 'Counted');
	await test.step('counted by a gateway that was started on the page', async () => {
		await details.getByRole('tab', { name: 'Statistics' }).click();
		await details.getByRole('button', { name: 'Start Gateway' }).click();
		await expect(details.getByRole('button', { name: 'Copy URL' })).toBeVisible();
		const url = await details.locator('code').innerText();
		const requestStatus = async (path: string) => {
			const response = await fetch(`${url}${path}`, { headers: { Authorization: formatApiKey({ tokenId: token.id, secret }) } });
			await response.arrayBuffer();
			return response.status;
		};
		expect(await requestStatus('/usage/files')).toBe(200);
		await expect(details.getByRole('slider', { name: 'Responses by day' })).toBeVisible();
		expect(await requestStatus('/usage/files')).toBe(200);
		expect(await requestStatus('/products')).toBe(403);
		expect(await requestStatus('/products')).toBe(403);
		for (const total of [/^400s2$/, /^200s2$/, /^Total4$/]) {
			await expect(details.locator('.totals .description-item', { hasText: total })).toBeVisible();
		}
		await expect(details.locator('[role=slider][aria-valuetext$="4 responses. 200: 2, 403: 2"]')).toBeVisible();
	});

	await test.step('the time of the last use on the page and in the tooltip', async () => {
		await details.getByRole('tab', { name: 'General' }).click();
		await expect(details.getByRole('definition').filter({ hasText: /\((this minute|\d minutes? ago)\)$/ })).toBeVisible();
		await tokenRow(page, 'Counted').hover();
		await expect(page.locator('.monaco-hover', { hasText: /Last used: .*\d:\d\d/ })).toBeVisible();
	});
});
