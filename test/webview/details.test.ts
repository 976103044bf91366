import type { Page } from '@playwright/test';
import { BUILT_IN_MODULES } from '../../src/domain/catalog';
import type { RemainingRequests } from '../../src/domain/tokenLimits';
import { reloadPage, hidePage, openMenu, selectTab } from '../support/page/detailsDriver';
import { addDays, exampleAuthorization, renewedToken, TOKEN_ID } from '../support/page/exampleToken';
import { expectNoKey } from '../support/page/keyAssertions';
import { DetailsHost, fail } from '../support/page/pageHosts';
import { expect, test } from '../support/page/pageTest';
import { clickButton } from '../support/page/wizardDriver';

const MASKED_KEY = 'ApiKey SU-631-646-036:**********';

test.describe('The details page', () => {
	test('shows everything except the key', async ({ openDetails }) => {
		const { page, host, state } = await openDetails();
		await expect(page.getByRole('heading', { level: 1, name: 'Nightly import' })).toBeVisible();
		for (const text of [
			/^SU-631-646-036$/,
			/^Active$/,
			/^3 modules$/,
			/\(in 30 days\)$/,
			/^billing-7$/,
			/^Reads the usage of yesterday\.$/,
			/^Custom \(EXT-000\)\s*Use your own integration with the modules you choose\.$/,
			/ApiKey SU-631-646-036:\*{10}/,
		]) {
			await expect(page.getByRole('definition').filter({ hasText: text }).first()).toBeVisible();
		}
		for (const text of [/^Changed 20 May 2025,? (at )?12:12 by Grace$/, /^Created 19 May 2025,? (at )?11:54 by Ada$/]) {
			await expect(page.getByRole('listitem').filter({ hasText: text })).toBeVisible();
		}
		expect(host.connection.requests).toEqual(['ready']);
		expect(await state()).toEqual({
			tokenId: 'SU-631-646-036',
			sourceId: 'workspace',
			tab: 'general',
			period: 'days30',
			isEditing: false,
			replacement: null,
		});
	});

	for (const [status, token, text, actions] of [
		['active', {}, 'Active', ['Rotate…', 'Renew…', 'Disable', 'Delete']],
		['expiring', { expires: 3 }, 'Expiring', ['Rotate…', 'Renew…', 'Disable', 'Delete']],
		['revitalised', renewedToken, 'Revitalised', ['Rotate…', 'Disable', 'Delete']],
		['expired', { expires: -1 }, 'Expired', ['Rotate…', 'Delete']],
		['inactive', { enabled: false }, 'Disabled', ['Rotate…', 'Enable', 'Delete']],
	] as const) {
		test(`shows the status ${status} as ${text} and offers the allowed actions`, async ({ openDetails }) => {
			const { page } = await openDetails(token);
			await expect(page.getByRole('definition').filter({ hasText: text })).toBeVisible();
			await openMenu(page);
			await expect(page.getByRole('menuitem', { name: /^(Rotate|Renew|Disable|Enable|Delete)/ })).toHaveText(actions);
			await expect(page.getByRole('button', { name: 'Edit', disabled: false })).toBeVisible();
		});
	}

	test('shows a token with no expiration, all modules, and no optional values', async ({ openDetails }) => {
		const { page } = await openDetails({ expires: null, permissions: ['MD-0000'], externalId: null, description: '' });
		await expect(page.locator('header').getByText('Never', { exact: true })).toBeVisible();
		await expect(page.getByText('Full', { exact: true })).toBeVisible();
		await expect(page.getByText('–', { exact: true })).toHaveCount(2);
	});

	test('shows both keys of a renewed token with their expiration dates', async ({ openDetails }) => {
		const opened = await openDetails(renewedToken);
		const { page } = opened;
		const expires = page.getByRole('definition').filter({ hasText: /Previous key: .*\(in 3 days\)\s*New key: .*\(in 30 days\)/ });
		await expect(expires).toBeVisible();
		for (const [name, which, days] of [
			['Previous key', 'previous', 3],
			['New key', 'current', 30],
		] as const) {
			const key = page.getByRole('group', { name });
			await expect(
				page
					.getByRole('definition')
					.filter({ has: key })
					.filter({ hasText: `(in ${days} days)` }),
			).toBeVisible();
			await key.getByRole('button', { name: 'View' }).click();
			await expect(key.getByText(exampleAuthorization(which))).toBeVisible();
			await key.getByRole('button', { name: 'Hide' }).click();
			await expect(key.getByText(MASKED_KEY)).toBeVisible();
			await key.getByRole('button', { name: 'Copy' }).click();
			await expect(key.getByText('Copied')).toBeVisible();
		}
		await expectNoKey(opened);
	});

	test('shows that the new key of a renewed token does not expire', async ({ openDetails }) => {
		const { page } = await openDetails({ ...renewedToken, expires: null });
		await expect(page.getByText("Doesn't expire")).toBeVisible();
		await expect(page.getByRole('definition').filter({ hasText: 'New key: Never' })).toBeVisible();
	});

	test('shows the key on View and removes it on Hide', async ({ openDetails }) => {
		const opened = await openDetails();
		const { page } = opened;
		await clickButton(page, 'View');
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
		await clickButton(page, 'Hide');
		await expect(page.getByText(MASKED_KEY)).toBeVisible();
		await expectNoKey(opened);
	});

	test('does not store the key in its state while showing it', async ({ openDetails }) => {
		const { page, state } = await openDetails();
		const before = await state();
		await clickButton(page, 'View');
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
		expect(await state()).toEqual(before);
	});

	test('hides the key after 30 seconds', async ({ openDetails }) => {
		const opened = await openDetails({}, { clock: true });
		const { page } = opened;
		await clickButton(page, 'View');
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
		await page.clock.fastForward(20_000);
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
		await page.clock.fastForward(10_000);
		await expect(page.getByText(MASKED_KEY)).toBeVisible();
		await expectNoKey(opened);
	});

	for (const [event, leavePage, returnToKey] of [
		['is hidden', hidePage, () => Promise.resolve()],
		['switches to another tab', (page) => selectTab(page, 'Permissions'), (page) => selectTab(page, 'General')],
		['starts an edit', (page) => clickButton(page, 'Edit'), (page) => clickButton(page, 'Cancel')],
		['is shown again after it was hidden', reloadPage, () => Promise.resolve()],
	] as const satisfies readonly [string, ...((page: Page) => Promise<void>)[]][]) {
		test(`removes the key when it ${event}`, async ({ openDetails }) => {
			const opened = await openDetails();
			const { page } = opened;
			await clickButton(page, 'View');
			await expect(page.getByText(exampleAuthorization())).toBeVisible();
			await leavePage(page);
			await expect(page.getByText(exampleAuthorization())).toHaveCount(0);
			await expectNoKey(opened);
			await returnToKey(page);
			await expect(page.getByText(MASKED_KEY)).toBeVisible();
		});
	}

	test('hides the key when the token changes', async ({ openDetails }) => {
		const opened = await openDetails();
		const { page, host } = opened;
		await clickButton(page, 'View');
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
		await host.source.update(TOKEN_ID, { description: 'Changed.' });
		await expect(page.getByText(MASKED_KEY)).toBeVisible();
		await expectNoKey(opened);
	});

	test('does not show a key that arrives after it was hidden', async ({ openDetails }) => {
		const opened = await openDetails();
		const { page, host } = opened;
		const response = host.connection.holdResponses('viewKey');
		await clickButton(page, 'View');
		await expect.poll(() => response.count).toBe(1);
		await hidePage(page);
		response.release();
		// Once the page shows the next response, it must have received this one, too.
		await clickButton(page, 'Copy');
		await expect(page.getByText('Copied')).toBeVisible();
		await expectNoKey(opened);
	});

	test('announces that the key was copied, without receiving the key', async ({ openDetails }) => {
		const opened = await openDetails();
		const { page, host } = opened;
		await clickButton(page, 'Copy');
		await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
		expect(host.connection.requests).toEqual(['ready', 'copyKey']);
		expect(host.copied).toEqual([exampleAuthorization()]);
		await expectNoKey(opened);
		host.clearClipboard();
		await expect(page.getByText('Copied')).toHaveCount(0);
	});

	test('shows why the key is unavailable on View and Copy', async ({ openDetails }) => {
		const { page, workspace } = await openDetails();
		for (const button of ['View', 'Copy']) {
			const restoreVault = fail(workspace.vault, 'get', new Error('The vault is locked.'));
			await clickButton(page, button);
			await expect(page.getByRole('alert')).toContainText(`Couldn't read the API key of ${TOKEN_ID} from secret storage.`);
			await expect(page.getByText('**********')).toHaveCount(0);
			restoreVault();
			await clickButton(page, 'View');
			await expect(page.getByText(exampleAuthorization())).toBeVisible();
			await clickButton(page, 'Hide');
			await expect(page.getByText(MASKED_KEY)).toBeVisible();
		}
	});

	test('shows why the host failed on View and Copy', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		for (const [button, method] of [
			['View', 'viewKey'],
			['Copy', 'copyKey'],
		] as const) {
			host.connection.answer(method, new Error(`No ${method} now.`));
			await clickButton(page, button);
			await expect(page.getByRole('alert')).toContainText(`No ${method} now.`);
		}
	});

	test('moves between tabs with the arrow keys, Home, and End, and restores the selected tab', async ({ openDetails }) => {
		const { page } = await openDetails();
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
			await expect(tab(name)).toBeFocused();
			await expect(page.getByRole('tabpanel', { name })).toBeVisible();
		}
		await expect(page.getByRole('tabpanel')).toHaveCount(1);
		await reloadPage(page);
		await expect(tab('Permissions')).toBeVisible();
	});

	test('explains how responses are counted', async ({ openDetails }) => {
		const { page } = await openDetails();
		await selectTab(page, 'Statistics');
		await expect(page.getByRole('heading', { name: 'Responses in the last 30 days' })).toBeVisible();
		await expect(page.getByRole('tabpanel').filter({ hasText: 'local gateway' })).toBeVisible();
	});

	test('shows the enabled modules first, the others and the paths on demand', async ({ openDetails }) => {
		const { page, host } = await openDetails({ permissions: ['billing', 'usage', 'gone'] });
		await selectTab(page, 'Permissions');
		const enabled = page.getByRole('list', { name: 'Enabled (3)' });
		const others = page.getByRole('list', { name: `Not Enabled (${BUILT_IN_MODULES.length - 2})` });
		await expect(enabled.getByRole('listitem')).toHaveText([/^Billing/, /^Usage/, 'goneNot used in 30 days']);
		await expect(page.getByText('/billing', { exact: true })).toBeHidden();
		await enabled.getByText(/^Billing/).click();
		await expect(page.getByText('/billing', { exact: true })).toBeVisible();
		await expect(others).toBeHidden();
		await page.getByText('Not Enabled').click();
		await expect(others.getByText('Account', { exact: true })).toBeVisible();
		await host.source.update(TOKEN_ID, { permissions: ['MD-0000'] });
		await expect(page.getByText('Full:')).toBeVisible();
		await expect(page.getByRole('list', { name: `Enabled (${BUILT_IN_MODULES.length})` })).toBeVisible();
		await expect(others).toHaveCount(0);
	});

	test("shows the limits with what's left of them, the approval, and their changes", async ({ openDetails }) => {
		let remaining: RemainingRequests = { rate: 1, total: 1250 };
		const { page, host } = await openDetails(
			{ limits: { rate: { requests: 10, per: 'minute' }, total: 2000 }, approval: 'writes' },
			{ prepare: ({ source }) => Object.assign(source, { getRemainingRequests: () => Promise.resolve(remaining) }) },
		);
		const value = (label: string) => page.locator('.description-item', { hasText: label }).getByRole('definition');
		await selectTab(page, 'Permissions');
		await expect(value('Limits').getByRole('listitem')).toHaveText([
			/10 requests per minute\s*\(1 left right now\)/,
			/2,000 requests in total\s*\(1,250 left\)$/,
		]);
		await expect(value('Approval')).toContainText('For writes');
		await expect(value('Approval')).toContainText('asks in this window');
		remaining = { total: 0 };
		await host.source.update(TOKEN_ID, { limits: { total: 1 }, approval: 'never' });
		await expect(value('Limits').getByRole('listitem')).toHaveText([/^1 request in total\s*0 left\s*The gateway denies all requests\./]);
		await expect(value('Approval')).toHaveText('Never');
		await host.source.update(TOKEN_ID, { limits: null });
		await expect(value('Limits')).toHaveText('None');
		await selectTab(page, 'General');
		await expect(value('History')).toContainText(/Edited: Limits\b.*Edited: Limits, Approval/s);
	});

	test('supports the keyboard in its menu', async ({ openDetails }) => {
		const { page } = await openDetails();
		const button = page.getByRole('button', { name: 'More Actions' });
		const item = (name: string) => page.getByRole('menuitem', { name });
		await button.focus();
		await page.keyboard.press('ArrowUp');
		await expect(item('Delete')).toBeFocused();
		for (const [key, name] of [
			['ArrowDown', 'Used In'],
			['ArrowDown', 'Test Token'],
			['ArrowUp', 'Used In'],
			['End', 'Delete'],
			['ArrowUp', 'Duplicate…'],
			['Home', 'Used In'],
		] as const) {
			await page.keyboard.press(key);
			await expect(item(name)).toBeFocused();
		}
		await page.keyboard.press('Escape');
		await expect(button).toBeFocused();
		await expect(page.getByRole('menu')).toHaveCount(0);
		await expect(button).toHaveAttribute('aria-expanded', 'false');
		await page.keyboard.press('Enter');
		await expect(item('Used In')).toBeFocused();
		await expect(button).toHaveAttribute('aria-expanded', 'true');
		await page.keyboard.press('Tab');
		await expect(page.getByRole('tab', { name: 'General' })).toBeFocused();
		await expect(page.getByRole('menu')).toHaveCount(0);
	});

	test('closes its menu when something else is clicked or its items change', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		await openMenu(page);
		await page.getByRole('heading', { level: 1 }).click();
		await expect(page.getByRole('menu')).toHaveCount(0);
		await openMenu(page);
		await host.source.disable(TOKEN_ID);
		await expect(page.getByRole('menu')).toHaveCount(0);
		await expect(page.getByRole('button', { name: 'More Actions' })).toBeFocused();
	});

	test('shows who changed the token and when, at first only the latest changes', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		const entries = page.locator('.history li');
		await expect(entries).toHaveText(['Changed 20 May 2025, 12:12 by Grace', 'Created 19 May 2025, 11:54 by Ada']);
		await host.source.update(TOKEN_ID, { name: 'Renamed', description: 'Changed.' });
		await expect(entries.first()).toHaveText(/^Edited: Name, Description .* by somebody$/);
		for (const change of ['disable', 'enable', 'rotate', 'renew'] as const) {
			await host.source[change](TOKEN_ID, ...(change === 'renew' ? [{ expirationDate: addDays(new Date(), 90) }] : []));
		}
		await expect(entries.first()).toHaveText(/^Renewed /);
		await expect(entries).toHaveCount(5);
		await clickButton(page, 'Show All 6 Changes');
		await expect(entries).toHaveCount(6);
		await expect(page.locator('.history')).toBeFocused();
		await expect(entries.last()).toHaveText('Created 19 May 2025, 11:54 by Ada');
	});

	test('shows every change of the token', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		await host.source.rotate(TOKEN_ID, { expirationDate: addDays(new Date(), 60) });
		await host.source.update(TOKEN_ID, { name: 'Renamed', permissions: ['billing'], description: 'Changed.' });
		await host.source.disable(TOKEN_ID);
		await expect(page.getByRole('heading', { level: 1, name: 'Renamed' })).toBeVisible();
		await expect(page.getByRole('status').filter({ hasText: 'Disabled' })).toBeVisible();
		await expect(page.getByText('1 module', { exact: true })).toBeVisible();
		await expect(page.getByText('Changed.')).toBeVisible();
		await expect(page.getByText('(in 60 days)')).toBeVisible();
	});

	test('keeps a change that arrived before the response to its first request', async ({ openWorkspace, pages }) => {
		const { page, transport } = await pages.open({ name: 'details' });
		const workspace = await openWorkspace();
		const host = new DetailsHost({ transport, ...workspace }, TOKEN_ID);
		const response = host.connection.holdResponses('ready');
		host.start('edit');
		await expect.poll(() => response.count).toBe(1);
		await workspace.source.update(TOKEN_ID, { name: 'Newer' });
		await expect.poll(() => host.connection.answers).toContain('show');
		response.release();
		await expect(page.getByRole('heading', { name: 'Edit Token' })).toBeVisible();
		await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Newer');
		host.dispose();
	});

	test('shows that the token has been deleted', async ({ openDetails }) => {
		const { page, host, state } = await openDetails();
		await clickButton(page, 'View');
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
		await host.source.delete(TOKEN_ID);
		await expect(page.getByRole('status').filter({ hasText: 'This token no longer exists' })).toBeVisible();
		await expect(page.getByRole('button')).toHaveCount(0);
		await reloadPage(page);
		await expect(page.getByRole('heading', { name: 'Token deleted' })).toBeVisible();
		expect(await state()).toMatchObject({ tokenId: TOKEN_ID });
	});

	test('rejects an invalid snapshot and keeps showing the token', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		host.connection.changeUpdates('show', (snapshot) => ({ ...snapshot, actions: ['unknown'] }));
		await host.source.update(TOKEN_ID, { name: 'Renamed' });
		// The history, which is recorded later, can send another one.
		await expect.poll(() => host.connection.answers).toContain('Invalid parameters for "show".');
		expect(host.connection.answers).not.toContain('show');
		await expect(page.getByRole('heading', { level: 1, name: 'Nightly import' })).toBeVisible();
		await expect(page.getByText('Active', { exact: true })).toBeVisible();
	});

	test('starts over if the saved state is invalid', async ({ openDetails }) => {
		const { page } = await openDetails({}, { state: { tokenId: 'SU-631-646-036', tab: 'somewhere', edit: 7 } });
		await expect(page.getByRole('tab', { name: 'General', selected: true })).toBeVisible();
	});

	test('shows markup in texts as plain text', async ({ openDetails }) => {
		const hostile = '<img src=x onerror="window.hacked = true"><b>bold</b> {0}';
		const { page } = await openDetails({
			name: hostile,
			description: hostile,
			externalId: hostile,
			permissions: [hostile],
			created: { at: '2025-05-19T09:54:00.000Z', by: hostile },
		});
		await expect(page.getByRole('heading', { name: hostile })).toBeVisible();
		await expect(page.getByText(`by ${hostile}`)).toBeVisible();
		await expect(page.getByRole('definition').getByText(hostile, { exact: true })).toHaveCount(2);
		await selectTab(page, 'Permissions');
		await expect(page.getByRole('list', { name: 'Enabled (1)' }).getByText(hostile)).toBeVisible();
		await clickButton(page, 'Edit');
		await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue(hostile);
		await expect(page.locator('main img, main b')).toHaveCount(0);
		expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
	});
});
