import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { FakeDetailsHost } from '../support/page/detailsHost';
import { usePages, type OpenedPage, type PageOptions } from '../support/page/openedPage';
import { press } from '../support/page/wizardDriver';

describe('The details page', function () {
	this.timeout(30_000);
	const pages = usePages();

	async function openDetails(token: ConstructorParameters<typeof FakeDetailsHost>[1] = {}, options: Partial<PageOptions> = {}) {
		const opened = await pages.open({ name: 'details', ...options });
		const host = new FakeDetailsHost(opened.wire, token);
		await opened.page.getByRole('heading', { level: 1 }).waitFor();
		return { ...opened, host };
	}

	/** The key's secret half is nowhere: not in the document, not in what outlives it. */
	async function keepsNoKey({ page, state }: OpenedPage, { authorization }: FakeDetailsHost): Promise<void> {
		const secret = authorization.split(':')[1]!;
		const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, location.href]));
		for (const text of [await page.content(), JSON.stringify(await state()), stored]) {
			assert.ok(!text.includes(secret));
		}
	}

	it('shows everything but the key', async () => {
		const { page, host, state } = await openDetails();
		await page.getByRole('heading', { level: 1, name: 'Nightly import' }).waitFor();
		for (const text of [
			/^SU-631-646-036$/,
			/^Active$/,
			/^3 modules$/,
			/\(in 30 days\)$/,
			/^billing-7$/,
			/^Reads the usage of yesterday\.$/,
			/^Custom \(EXT-000\)$/,
			/^19 May 2025,? (at )?11:54 by Ada$/,
			/^20 May 2025,? (at )?12:12 by Grace$/,
			/ApiKey SU-631-646-036:\*{10}/,
		]) {
			await page.getByRole('definition').filter({ hasText: text }).first().waitFor();
		}
		const permissions = page.getByRole('region', { name: 'Permissions' });
		assert.deepEqual(await permissions.getByRole('listitem').allInnerTexts(), ['Billing', 'DevOps', 'Usage']);
		assert.deepEqual(host.asked, ['ready']);
		assert.deepEqual(await state(), { tokenId: 'SU-631-646-036' });
	});

	for (const [status, text] of [
		['active', 'Active'],
		['expiring', 'Expiring'],
		['revitalised', 'Revitalised'],
		['expired', 'Expired'],
		['inactive', 'Disabled'],
	] as const) {
		it(`calls the status ${status} ${text}`, async () => {
			const { page } = await openDetails({ status });
			await page.getByRole('definition').filter({ hasText: text }).waitFor();
		});
	}

	it('shows a token without expiration, with all modules and nothing optional', async () => {
		const { page } = await openDetails({ expirationDate: null, permissions: ['MD-0000'], externalId: null, description: '' });
		await page.getByText('Never', { exact: true }).waitFor();
		await page.getByText('Full', { exact: true }).waitFor();
		await page.getByRole('region', { name: 'Permissions' }).getByText('All modules').waitFor();
		assert.equal(await page.getByText('–', { exact: true }).count(), 2);
	});

	it('shows the key on View and drops it on Hide', async () => {
		const opened = await openDetails();
		const { page, host } = opened;
		await press(page, 'View');
		await page.getByText(host.authorization).waitFor();
		await press(page, 'Hide');
		await page.getByText('ApiKey SU-631-646-036:**********').waitFor();
		await keepsNoKey(opened, host);
	});

	it('keeps no key in its state while it shows it', async () => {
		const { page, host, state } = await openDetails();
		await press(page, 'View');
		await page.getByText(host.authorization).waitFor();
		assert.deepEqual(await state(), { tokenId: 'SU-631-646-036' });
	});

	it('drops the key when it is no longer looked at', async () => {
		const opened = await openDetails();
		const { page, host } = opened;
		await press(page, 'View');
		await page.getByText(host.authorization).waitFor();
		await hide(page);
		await page.getByText('ApiKey SU-631-646-036:**********').waitFor();
		await keepsNoKey(opened, host);
	});

	it('drops the key when the token changes', async () => {
		const opened = await openDetails();
		const { page, host } = opened;
		await press(page, 'View');
		await page.getByText(host.authorization).waitFor();
		await host.show({ status: 'expiring' });
		await page.getByText('ApiKey SU-631-646-036:**********').waitFor();
		await keepsNoKey(opened, host);
	});

	it('does not show a key that arrives after it was hidden', async () => {
		const opened = await openDetails();
		const { page, host } = opened;
		let answer!: () => void;
		const asked = new Promise<void>((resolve) => {
			host.overrides.viewKey = () => {
				resolve();
				return new Promise((settle) => {
					answer = () => settle(host.usual.viewKey({}));
				});
			};
		});
		await press(page, 'View');
		await asked;
		await hide(page);
		answer();
		// The answer is on its way before the next one is, so that a page which shows the next one has had the key.
		await setImmediate();
		await press(page, 'Copy');
		await page.getByText('Copied').waitFor();
		await keepsNoKey(opened, host);
	});

	it('says politely that the key has been copied, without seeing it', async () => {
		const opened = await openDetails();
		const { page, host } = opened;
		await press(page, 'Copy');
		await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
		assert.deepEqual(host.asked, ['ready', 'copyKey']);
		await keepsNoKey(opened, host);
	});

	for (const [button, method] of [
		['View', 'viewKey'],
		['Copy', 'copyKey'],
	] as const) {
		it(`says in place of the key why ${button} cannot have it`, async () => {
			const { page, host } = await openDetails();
			host.overrides[method] = () => ({ unavailable: 'The vault is locked.' });
			await press(page, button);
			await page.getByRole('alert').filter({ hasText: 'The vault is locked.' }).waitFor();
			assert.equal(await page.getByText('**********').count(), 0);
			host.overrides = {};
			await press(page, 'View');
			await page.getByText(host.authorization).waitFor();
		});

		it(`shows that the host refused ${button}`, async () => {
			const { page, host } = await openDetails();
			host.overrides[method] = () => {
				throw new Error('Not now.');
			};
			await press(page, button);
			await page.getByRole('alert').filter({ hasText: 'Not now.' }).waitFor();
		});
	}

	it('follows every change of the token', async () => {
		const { page, host } = await openDetails();
		await host.show({ name: 'Renamed', status: 'inactive', permissions: ['billing'], description: 'Changed.' });
		await page.getByRole('heading', { level: 1, name: 'Renamed' }).waitFor();
		await page.getByText('Disabled').waitFor();
		await page.getByText('1 module', { exact: true }).waitFor();
		await page.getByText('Changed.').waitFor();
	});

	it('says plainly that the token has been deleted', async () => {
		const { page, host } = await openDetails();
		await press(page, 'View');
		await page.getByText(host.authorization).waitFor();
		await host.show(null);
		await page.getByRole('status').filter({ hasText: 'This token no longer exists' }).waitFor();
		assert.equal(await page.getByRole('button').count(), 0);
	});

	it('refuses a change of another shape and goes on showing the token', async () => {
		const { page, host } = await openDetails();
		await assert.rejects(host.show({ status: 'unheard of' as 'active' }), /wrong shape/);
		await page.getByText('Active', { exact: true }).waitFor();
	});

	it('shows hostile texts as the texts they are', async () => {
		const hostile = '<img src=x onerror="window.hacked = true"><b>bold</b> {0}';
		const { page } = await openDetails({
			name: hostile,
			description: hostile,
			externalId: hostile,
			permissions: [hostile],
			created: { at: '2025-05-19T09:54:00.000Z', by: hostile },
		});
		await page.getByRole('heading', { name: hostile }).waitFor();
		await page.getByRole('listitem').getByText(hostile, { exact: true }).waitFor();
		await page.getByText(`by ${hostile}`).waitFor();
		assert.equal(await page.getByRole('definition').getByText(hostile, { exact: true }).count(), 2);
		assert.equal(await page.locator('main img, main b').count(), 0);
		assert.equal(await page.evaluate(() => 'hacked' in window), false);
	});
});

/** What the browser does to a page in a tab that is left. */
async function hide(page: Page): Promise<void> {
	await page.evaluate(() => {
		Object.defineProperty(document, 'hidden', { value: true, configurable: true });
		document.dispatchEvent(new Event('visibilitychange'));
	});
}
