import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from '@playwright/test';
import { formatApiKey, hashSecret } from '../../src/domain/apiKey';
import type { TokenRecord } from '../../src/domain/token';
import { waitForWebviewFrame } from '../host/workbenchAutomation';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import { seedTokens, createTestRecord } from '../support/seedTokens';
import { showTokensView, tokenRow } from '../support/workbenchDriver';

/** Created at run time, so that no file contains anything that looks like a key. */
const secret = 'ab'.repeat(20);

describe('the usage of a token, in the real workbench', function () {
	this.timeout(180_000);
	skipRestAfterFailure();
	const token = setKnownSecret(createTestRecord(1, { name: 'Counted', permissions: ['usage'] }));
	let userDataDir: string;
	let workbench: Workbench;
	let page: Page;
	let details: Frame;

	before(async () => {
		userDataDir = await mkdtemp(join(tmpdir(), 'connect-tokens-statistics-'));
		({ workbench } = await openWorkbench({ userDataDir, seed: (folder) => seedTokens(userDataDir, folder, [token]) }));
		({ page } = workbench);
		await showTokensView(page);
	});

	after(async () => {
		await workbench.close();
		await rm(userDataDir, { recursive: true, force: true });
	});

	it('starts as “Never”', async () => {
		await tokenRow(page, 'Counted').hover();
		await page.locator('.monaco-hover', { hasText: /Last used: Never/ }).waitFor();
	});

	it('is recorded once the gateway has been started from the details page', async () => {
		await tokenRow(page, 'Counted').click();
		details = await waitForWebviewFrame(page, 'Counted');
		await details
			.getByRole('definition')
			.filter({ hasText: /^Never$/ })
			.waitFor();
		await details.getByRole('tab', { name: 'Statistics' }).click();
		await details.getByRole('button', { name: 'Start Gateway' }).click();
		await details.getByRole('button', { name: 'Copy URL' }).waitFor();
	});

	it('appears on the open page as requests arrive', async () => {
		const url = (await details.locator('code').textContent())!;
		const requestStatus = async (path: string) => {
			const response = await fetch(`${url}${path}`, { headers: { Authorization: formatApiKey({ tokenId: token.id, secret }) } });
			await response.arrayBuffer();
			return response.status;
		};
		assert.equal(await requestStatus('/usage/files'), 200);
		await details.getByRole('slider', { name: 'Responses by day' }).waitFor();
		assert.deepEqual(
			[await requestStatus('/usage/files'), await requestStatus('/products'), await requestStatus('/products')],
			[200, 403, 403],
		);
		await details.locator('.totals .description-item', { hasText: /^400s2$/ }).waitFor();
		await details.locator('.totals .description-item', { hasText: /^200s2$/ }).waitFor();
		await details.locator('.totals .description-item', { hasText: /^Total4$/ }).waitFor();
		await details.locator('[role=slider][aria-valuetext$="4 responses. 200: 2, 403: 2"]').waitFor();
	});

	it('appears as the last use on the page and in the tooltip', async () => {
		await details.getByRole('tab', { name: 'General' }).click();
		await details
			.getByRole('definition')
			.filter({ hasText: /\((this minute|\d minutes? ago)\)$/ })
			.waitFor();
		// An open tooltip doesn't update, so it's reopened.
		await eventually(async () => {
			await details.getByRole('heading', { level: 1 }).hover();
			await tokenRow(page, 'Counted').hover();
			await page.locator('.monaco-hover', { hasText: /Last used: .*\d:\d\d/ }).waitFor({ timeout: 3_000 });
		});
	});
});

function setKnownSecret(record: TokenRecord): TokenRecord {
	return { ...record, key: { ...record.key, sha256: hashSecret(secret) } };
}
