import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { reloadPage, hidePage, inDays, openDetails, openMenu, renewedTokenChanges, selectTab } from '../support/page/detailsDriver';
import { assertKeepsNoKey } from '../support/page/keyAssertions';
import { FakeDetailsHost } from '../support/page/fakeDetailsHost';
import { waitForFocus } from '../support/page/accessibleState';
import { usePages } from '../support/page/testPages';
import { waitForCount, clickButton } from '../support/page/wizardDriver';

const MASKED_KEY = 'ApiKey SU-631-646-036:**********';

describe('The details page', function () {
	this.timeout(30_000);
	const pages = usePages();

	it('shows everything except the key', async () => {
		const { page, host, state } = await openDetails(pages);
		await page.getByRole('heading', { level: 1, name: 'Nightly import' }).waitFor();
		for (const text of [
			/^SU-631-646-036$/,
			/^Active$/,
			/^3 modules$/,
			/\(in 30 days\)$/,
			/^billing-7$/,
			/^Reads the usage of yesterday\.$/,
			/^Custom \(EXT-000\)\s*Use your own integration with the modules you choose\.$/,
			/^19 May 2025,? (at )?11:54 by Ada$/,
			/^20 May 2025,? (at )?12:12 by Grace$/,
			/ApiKey SU-631-646-036:\*{10}/,
		]) {
			await page.getByRole('definition').filter({ hasText: text }).first().waitFor();
		}
		assert.deepEqual(host.requests, ['ready']);
		assert.deepEqual(await state(), { tokenId: 'SU-631-646-036', sourceId: 'workspace', tab: 'general', edit: null, replacement: null });
	});

	for (const [status, text, actions] of [
		['active', 'Active', ['Rotate…', 'Renew…', 'Disable', 'Delete']],
		['expiring', 'Expiring', ['Rotate…', 'Renew…', 'Disable', 'Delete']],
		['revitalised', 'Revitalised', ['Rotate…', 'Disable', 'Delete']],
		['expired', 'Expired', ['Rotate…', 'Delete']],
		['inactive', 'Disabled', ['Rotate…', 'Enable', 'Delete']],
	] as const) {
		it(`shows the status ${status} as ${text} and offers the allowed actions`, async () => {
			const { page } = await openDetails(pages, { status });
			await page.getByRole('definition').filter({ hasText: text }).waitFor();
			await openMenu(page);
			assert.deepEqual(await page.getByRole('menuitem').allInnerTexts(), actions);
			await page.getByRole('button', { name: 'Edit', disabled: false }).waitFor();
		});
	}

	it('shows a token with no expiration, all modules, and no optional values', async () => {
		const { page } = await openDetails(pages, { expirationDate: null, permissions: ['MD-0000'], externalId: null, description: '' });
		await page.locator('header').getByText('Never', { exact: true }).waitFor();
		await page.getByText('Full', { exact: true }).waitFor();
		assert.equal(await page.getByText('–', { exact: true }).count(), 2);
	});

	it('shows both keys of a renewed token with their expiration dates', async () => {
		const opened = await openDetails(pages, renewedTokenChanges());
		const { page, host } = opened;
		const expires = page.getByRole('definition').filter({ hasText: /Previous key: .*\(in 3 days\)\s*New key: .*\(in 30 days\)/ });
		await expires.waitFor();
		for (const [name, which, days] of [
			['Previous key', 'previous', 3],
			['New key', 'current', 30],
		] as const) {
			const key = page.getByRole('group', { name });
			await page
				.getByRole('definition')
				.filter({ has: key })
				.filter({ hasText: `(in ${days} days)` })
				.waitFor();
			await key.getByRole('button', { name: 'View' }).click();
			await key.getByText(host.authorization(which)).waitFor();
			await key.getByRole('button', { name: 'Hide' }).click();
			await key.getByText(MASKED_KEY).waitFor();
			await key.getByRole('button', { name: 'Copy' }).click();
			await key.getByText('Copied').waitFor();
		}
		await assertKeepsNoKey(opened);
	});

	it('shows that the new key of a renewed token does not expire', async () => {
		const { page } = await openDetails(pages, { ...renewedTokenChanges(), renewedExpirationDate: null });
		await page.getByText("Doesn't expire").waitFor();
		await page.getByRole('definition').filter({ hasText: 'New key: Never' }).waitFor();
	});

	it('shows the key on View and removes it on Hide', async () => {
		const opened = await openDetails(pages);
		const { page, host } = opened;
		await clickButton(page, 'View');
		await page.getByText(host.authorization()).waitFor();
		await clickButton(page, 'Hide');
		await page.getByText(MASKED_KEY).waitFor();
		await assertKeepsNoKey(opened);
	});

	it('does not store the key in its state while showing it', async () => {
		const { page, host, state } = await openDetails(pages);
		const before = await state();
		await clickButton(page, 'View');
		await page.getByText(host.authorization()).waitFor();
		assert.deepEqual(await state(), before);
	});

	it('hides the key after 30 seconds', async () => {
		const opened = await openDetails(pages, {}, { clock: true });
		const { page, host } = opened;
		await clickButton(page, 'View');
		await page.getByText(host.authorization()).waitFor();
		await page.clock.fastForward(20_000);
		await page.getByText(host.authorization()).waitFor();
		await page.clock.fastForward(10_000);
		await page.getByText(MASKED_KEY).waitFor();
		await assertKeepsNoKey(opened);
	});

	for (const [event, leavePage, returnToKey] of [
		['is hidden', hidePage, () => Promise.resolve()],
		['switches to another tab', (page) => selectTab(page, 'Permissions'), (page) => selectTab(page, 'General')],
		['starts an edit', (page) => clickButton(page, 'Edit'), (page) => clickButton(page, 'Cancel')],
		['is shown again after it was hidden', reloadPage, () => Promise.resolve()],
	] as const satisfies readonly [string, ...((page: Parameters<typeof hidePage>[0]) => Promise<void>)[]][]) {
		it(`removes the key when it ${event}`, async () => {
			const opened = await openDetails(pages);
			const { page, host } = opened;
			await clickButton(page, 'View');
			await page.getByText(host.authorization()).waitFor();
			await leavePage(page);
			await page.getByText(host.authorization()).waitFor({ state: 'detached' });
			await assertKeepsNoKey(opened);
			await returnToKey(page);
			await page.getByText(MASKED_KEY).waitFor();
		});
	}

	it('hides the key when the token changes', async () => {
		const opened = await openDetails(pages);
		const { page, host } = opened;
		await clickButton(page, 'View');
		await page.getByText(host.authorization()).waitFor();
		await host.changeAndNotify({ status: 'expiring' });
		await page.getByText(MASKED_KEY).waitFor();
		await assertKeepsNoKey(opened);
	});

	it('does not show a key that arrives after it was hidden', async () => {
		const opened = await openDetails(pages);
		const { page, host } = opened;
		let respond!: () => void;
		const requestReceived = new Promise<void>((resolve) => {
			host.handlerOverrides.viewKey = () => {
				resolve();
				return new Promise((settle) => {
					respond = () => settle(host.defaultHandlers.viewKey({ which: 'current' }));
				});
			};
		});
		await clickButton(page, 'View');
		await requestReceived;
		await hidePage(page);
		respond();
		// Once the page shows the next response, it must have received this one, too.
		await setImmediate();
		await clickButton(page, 'Copy');
		await page.getByText('Copied').waitFor();
		await assertKeepsNoKey(opened);
	});

	it('announces that the key was copied, without receiving the key', async () => {
		const opened = await openDetails(pages);
		const { page, host } = opened;
		await clickButton(page, 'Copy');
		await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
		assert.deepEqual(host.requests, ['ready', 'copyKey']);
		await assertKeepsNoKey(opened);
	});

	for (const [button, method] of [
		['View', 'viewKey'],
		['Copy', 'copyKey'],
	] as const) {
		it(`shows why the key is unavailable on ${button}`, async () => {
			const { page, host } = await openDetails(pages);
			host.handlerOverrides[method] = () => ({ unavailable: 'The vault is locked.' });
			await clickButton(page, button);
			await page.getByRole('alert').filter({ hasText: 'The vault is locked.' }).waitFor();
			assert.equal(await page.getByText('**********').count(), 0);
			host.handlerOverrides = {};
			await clickButton(page, 'View');
			await page.getByText(host.authorization()).waitFor();
		});

		it(`shows why the host failed on ${button}`, async () => {
			const { page, host } = await openDetails(pages);
			host.handlerOverrides[method] = () => {
				throw new Error('Not now.');
			};
			await clickButton(page, button);
			await page.getByRole('alert').filter({ hasText: 'Not now.' }).waitFor();
		});
	}

	it('moves between tabs with the arrow keys, Home, and End, and restores the selected tab', async () => {
		const { page } = await openDetails(pages);
		const tab = (name: string) => page.getByRole('tab', { name, selected: true });
		await page.getByRole('tab', { name: 'General' }).focus();
		for (const [key, name] of [
			['ArrowRight', 'Statistics'],
			['ArrowRight', 'Permissions'],
			['ArrowRight', 'General'],
			['ArrowLeft', 'Permissions'],
			['Home', 'General'],
			['End', 'Permissions'],
		] as const) {
			await page.keyboard.press(key);
			await waitForFocus(tab(name));
			await page.getByRole('tabpanel', { name }).waitFor();
		}
		await waitForCount(page.getByRole('tabpanel'), 1);
		await reloadPage(page);
		await tab('Permissions').waitFor();
	});

	it('explains how responses are counted', async () => {
		const { page } = await openDetails(pages);
		await selectTab(page, 'Statistics');
		await page.getByRole('heading', { name: 'Responses in the last 30 days' }).waitFor();
		await page.getByRole('tabpanel').filter({ hasText: 'local gateway' }).waitFor();
	});

	it('shows for every module whether it is enabled', async () => {
		const { page, host } = await openDetails(pages, { permissions: ['billing', 'usage', 'gone'] });
		await selectTab(page, 'Permissions');
		const moduleCell = (module: string) =>
			page
				.getByRole('row')
				.filter({ has: page.getByRole('rowheader', { name: module, exact: true }) })
				.getByRole('cell');
		assert.equal(await page.getByRole('rowheader').count(), host.snapshot().modules.length + 1);
		for (const [module, text] of [
			['Billing', 'Enabled'],
			['Usage', 'Enabled'],
			['gone', 'Enabled'],
			['Account', 'Not enabled'],
		] as const) {
			assert.equal(await moduleCell(module).innerText(), text);
		}
		await host.changeAndNotify({ permissions: ['MD-0000'] });
		await page.getByText('Full:').waitFor();
		await waitForCount(page.getByRole('cell').filter({ hasText: /^Enabled$/ }), host.snapshot().modules.length);
	});

	it('supports the keyboard in its menu', async () => {
		const { page } = await openDetails(pages);
		const button = page.getByRole('button', { name: 'More Actions' });
		const item = (name: string) => page.getByRole('menuitem', { name });
		await button.focus();
		await page.keyboard.press('ArrowUp');
		await waitForFocus(item('Delete'));
		for (const [key, name] of [
			['ArrowDown', 'Rotate…'],
			['ArrowDown', 'Renew…'],
			['ArrowUp', 'Rotate…'],
			['End', 'Delete'],
			['Home', 'Rotate…'],
		] as const) {
			await page.keyboard.press(key);
			await waitForFocus(item(name));
		}
		await page.keyboard.press('Escape');
		await waitForFocus(button);
		assert.equal(await page.getByRole('menu').count(), 0);
		assert.equal(await button.getAttribute('aria-expanded'), 'false');
		await page.keyboard.press('Enter');
		await waitForFocus(item('Rotate…'));
		assert.equal(await button.getAttribute('aria-expanded'), 'true');
		await page.keyboard.press('Tab');
		await waitForFocus(page.getByRole('tab', { name: 'General' }));
		assert.equal(await page.getByRole('menu').count(), 0);
	});

	it('closes its menu when something else is clicked or its items change', async () => {
		const { page, host } = await openDetails(pages);
		await openMenu(page);
		await page.getByRole('heading', { level: 1 }).click();
		await waitForCount(page.getByRole('menu'), 0);
		await openMenu(page);
		await host.changeAndNotify({ status: 'inactive' });
		await waitForCount(page.getByRole('menu'), 0);
		await waitForFocus(page.getByRole('button', { name: 'More Actions' }));
	});

	it('shows every change of the token', async () => {
		const { page, host } = await openDetails(pages);
		await host.changeAndNotify({
			name: 'Renamed',
			status: 'inactive',
			permissions: ['billing'],
			description: 'Changed.',
			expirationDate: inDays(60),
		});
		await page.getByRole('heading', { level: 1, name: 'Renamed' }).waitFor();
		await page.getByRole('status').filter({ hasText: 'Disabled' }).waitFor();
		await page.getByText('1 module', { exact: true }).waitFor();
		await page.getByText('Changed.').waitFor();
		await page.getByText('(in 60 days)').waitFor();
	});

	it('keeps a change that arrived before the response to its first request', async () => {
		const opened = await pages.open({ name: 'details' });
		const host = new FakeDetailsHost(opened.transport);
		const old = host.snapshot();
		host.handlerOverrides.ready = async () => {
			await host.changeAndNotify({ name: 'Newer' });
			return { snapshot: old, usage: host.usage(), initialAction: 'edit' };
		};
		await opened.page.getByRole('heading', { name: 'Edit Token' }).waitFor();
		assert.equal(await opened.page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Newer');
	});

	it('shows that the token has been deleted', async () => {
		const { page, host, state } = await openDetails(pages);
		await clickButton(page, 'View');
		await page.getByText(host.authorization()).waitFor();
		await host.changeAndNotify(null);
		await page.getByRole('status').filter({ hasText: 'This token no longer exists' }).waitFor();
		assert.equal(await page.getByRole('button').count(), 0);
		await reloadPage(page);
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
		assert.equal(((await state()) as { tokenId: string }).tokenId, 'SU-631-646-036');
	});

	it('rejects an invalid snapshot and keeps showing the token', async () => {
		const { page, host } = await openDetails(pages);
		host.snapshotOverrides = { actions: ['unknown' as 'edit'] };
		await assert.rejects(host.changeAndNotify({ name: 'Renamed' }), /Invalid (response|parameters)/);
		await page.getByRole('heading', { level: 1, name: 'Nightly import' }).waitFor();
		await page.getByText('Active', { exact: true }).waitFor();
	});

	it('starts over if the saved state is invalid', async () => {
		const { page } = await openDetails(pages, {}, { state: { tokenId: 'SU-631-646-036', tab: 'somewhere', edit: 7 } });
		await page.getByRole('tab', { name: 'General', selected: true }).waitFor();
	});

	it('shows markup in texts as plain text', async () => {
		const hostile = '<img src=x onerror="window.hacked = true"><b>bold</b> {0}';
		const { page } = await openDetails(pages, {
			name: hostile,
			description: hostile,
			externalId: hostile,
			permissions: [hostile],
			created: { at: '2025-05-19T09:54:00.000Z', by: hostile },
		});
		await page.getByRole('heading', { name: hostile }).waitFor();
		await page.getByText(`by ${hostile}`).waitFor();
		assert.equal(await page.getByRole('definition').getByText(hostile, { exact: true }).count(), 2);
		await selectTab(page, 'Permissions');
		await page.getByRole('rowheader').getByText(hostile, { exact: true }).waitFor();
		await clickButton(page, 'Edit');
		assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), hostile);
		assert.equal(await page.locator('main img, main b').count(), 0);
		assert.equal(await page.evaluate(() => 'hacked' in window), false);
	});
});
