import assert from 'node:assert/strict';
import type { Page } from '@playwright/test';
import {
	chooseAction,
	reloadPage,
	inDays,
	openDetails,
	openMenu,
	renewedTokenChanges,
	type DetailsTestPage,
} from '../support/page/detailsDriver';
import type { ShownToken } from '../support/page/fakeDetailsHost';
import { waitForAccessibleState, waitForFocus } from '../support/page/accessibleState';
import { usePages } from '../support/page/testPages';
import { waitForCount, clickButton } from '../support/page/wizardDriver';

test.describe('Rotating and renewing on the details page', () => {
	const dialogByName = (page: Page, name: string) => page.getByRole('dialog', { name });
	const waitForDialogClosed = (page: Page) => waitForCount(page.getByRole('dialog'), 0);
	const waitForAlert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor();
	const daysFromNow = (iso: string | null | undefined) => Math.round((Date.parse(iso ?? '') - Date.now()) / 86_400_000);

	async function openActionDialog(action: 'Rotate' | 'Renew', token: Partial<ShownToken> = {}): Promise<DetailsTestPage> {
		const testPage = await openDetails(token);
		await chooseAction(testPage.page, `${action}…`);
		await expect(dialogByName(testPage.page, `${action} Token`)).toBeVisible();
		return testPage;
	}

	for (const [action, token, effect] of [
		['Rotate', {}, 'A new key replaces the current one, which stops working immediately.'],
		['Rotate', renewedTokenChanges(), 'A new key replaces both current keys, which stop working immediately.'],
		['Rotate', { status: 'inactive' }, 'The token stays disabled.'],
		['Rotate', { status: 'expired', expirationDate: inDays(-1) }, 'the token becomes active again'],
		['Renew', { expirationDate: '2040-07-01T10:00:00.000Z' }, 'The current key keeps working until 1 Jul 2040, 12:00.'],
	] as const) {
		test(`describes the effect of ${action}: ${effect}`, async ({ openActionDialog }) => {
			const { page } = await openActionDialog(action, token);
			await waitForAccessibleState(dialogByName(page, `${action} Token`), ({ description }) =>
				assert.ok(description.includes(effect), description),
			);
		});
	}

	for (const [action, expected] of [
		['Rotate', { action: 'rotate', expiration: { kind: 'same' } }],
		['Renew', { action: 'renew', expiration: { kind: 'same' } }],
	] as const) {
		test(`proposes the same lifetime for ${action}, with the keyboard only`, async ({ openDetails }) => {
			const { page, host } = await openDetails({ expirationDate: inDays(3) });
			const { keyboard } = page;
			const button = page.getByRole('button', { name: 'More Actions' });
			await button.focus();
			await keyboard.press('Enter');
			await expect(page.getByRole('menuitem', { name: 'Rotate…' })).toBeFocused();
			if (action === 'Renew') {
				await keyboard.press('ArrowDown');
			}
			await keyboard.press('Enter');
			await expect(page.getByRole('heading', { name: `${action} Token` })).toBeFocused();
			await keyboard.press('Tab');
			const same = page.getByRole('radio', { name: /^Same lifetime \(expires / });
			await expect(same).toBeFocused();
			assert.equal(await same.isChecked(), true);
			await expect(page.getByText('The token expires in 30 days')).toBeVisible();
			await keyboard.press('Tab');
			await expect(page.getByRole('button', { name: action })).toBeFocused();
			await keyboard.press('Enter');
			await waitForDialogClosed(page);
			await expect(button).toBeFocused();
			await expect(page.getByRole('status').filter({ hasText: 'You can copy its new key below.' })).toBeVisible();
			assert.deepEqual(host.replacements, [expected]);
			await expect(page.getByText(action === 'Renew' ? /New key: .*in 30 days/ : '(in 30 days)')).toBeVisible();
		});
	}

	test('keeps the focus in the dialog', async ({ openActionDialog }) => {
		const { page } = await openActionDialog('Renew');
		const outside = page.locator(':focus').and(page.locator('main :not(dialog, dialog *)'));
		for (const name of ['Renew', 'Cancel']) {
			await page.keyboard.press('Shift+Tab');
			await expect(outside).toHaveCount(0, name);
			await page.keyboard.press('Tab');
			await page.getByRole('button', { name }).focus();
			await page.keyboard.press('Tab');
			await expect(outside).toHaveCount(0, name);
		}
	});

	for (const [what, leave] of [
		['Escape', (page: Page) => page.keyboard.press('Escape')],
		['Cancel', (page: Page) => clickButton(page, 'Cancel')],
	] as const) {
		test(`does nothing on ${what}, and starts over the next time`, async ({ openActionDialog }) => {
			const { page, host } = await openActionDialog('Rotate');
			await page.getByRole('radio', { name: '7 days' }).click();
			await leave(page);
			await waitForDialogClosed(page);
			await expect(page.getByRole('button', { name: 'More Actions' })).toBeFocused();
			expect(host.connection.requests).toEqual(['ready']);
			await chooseAction(page, 'Rotate…');
			await expect(page.getByRole('radio', { name: 'Same lifetime', checked: true })).toBeVisible();
		});
	}

	test('proposes no expiration for a key that does not expire', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate', { expirationDate: null });
		await expect(page.getByRole('radio', { name: 'Same lifetime' })).toHaveCount(0);
		await expect(page.getByRole('radio', { name: 'No expiration', checked: true })).toBeVisible();
		await clickButton(page, 'Rotate');
		await waitForDialogClosed(page);
		assert.deepEqual(host.replacements, [{ action: 'rotate', expiration: { kind: 'never' } }]);
	});

	test('counts the same lifetime from now even if the page has been open for days', async ({ openDetails }) => {
		const { page } = await openDetails({}, { clock: true });
		await page.clock.fastForward(20 * 86_400_000);
		await chooseAction(page, 'Rotate…');
		await expect(page.getByText('The token expires in 30 days')).toBeVisible();
	});

	test('accepts a preset, and a custom date with Enter', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate');
		await page.getByRole('radio', { name: '90 days' }).click();
		await clickButton(page, 'Rotate');
		await waitForDialogClosed(page);
		assert.equal(daysFromNow(host.token?.expirationDate), 90);
		await chooseAction(page, 'Renew…');
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2040-07-01T12:00');
		await page.keyboard.press('Enter');
		await waitForDialogClosed(page);
		assert.equal(host.token?.renewedExpirationDate, '2040-07-01T10:00:00.000Z');
		assert.deepEqual(
			host.replacements.map(({ expiration }) => expiration),
			[
				{ kind: 'preset', preset: 'days90' },
				{ kind: 'custom', date: '2040-07-01T10:00:00.000Z' },
			],
		);
	});

	for (const [what, date, message] of [
		['an incomplete', '', 'Choose a date and time.'],
		['a past', '2001-01-01T10:00', 'Choose a date in the future'],
	] as const) {
		test(`shows an error for ${what} date`, async ({ openActionDialog }) => {
			const { page, host } = await openActionDialog('Rotate');
			await page.getByRole('radio', { name: 'Custom date and time' }).click();
			const input = page.getByLabel('Expiration date and time');
			await input.fill(date);
			await clickButton(page, 'Rotate');
			await expect(input).toBeFocused();
			await waitForAccessibleState(input, ({ description, invalid }) => assert.ok(invalid && description.includes(message), description));
			assert.equal(host.token?.updated.at, '2025-05-20T10:12:00.000Z');
			await page.getByRole('radio', { name: '7 days' }).click();
			await expect(page.getByRole('alert')).toHaveCount(0);
			await clickButton(page, 'Rotate');
			await waitForDialogClosed(page);
		});
	}

	test('shows why the host failed, and retries', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Renew');
		await page.getByRole('radio', { name: '7 days' }).click();
		host.handlerOverrides.replaceKey = () => {
			throw new Error('The vault is locked.');
		};
		await clickButton(page, 'Renew');
		await expect(alert(page, "Couldn't renew the token.")).toBeVisible();
		await expect(alert(page, 'The vault is locked.')).toBeVisible();
		await expect(page.getByRole('button', { name: 'Try Again' })).toBeFocused();
		await expect(page.getByRole('radio', { name: '7 days', checked: true })).toBeVisible();
		host.handlerOverrides = {};
		await clickButton(page, 'Try Again');
		await waitForDialogClosed(page);
		assert.equal(daysFromNow(host.token?.renewedExpirationDate), 7);
	});

	test('rotates once even if Rotate is pressed repeatedly, and cannot be canceled in the meantime', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate');
		let release!: () => void;
		const pendingResponse = new Promise<void>((resolve) => {
			release = resolve;
		});
		host.handlerOverrides.replaceKey = async (params) => {
			await pendingResponse;
			return host.defaultHandlers.replaceKey(params);
		};
		await page.getByRole('button', { name: 'Rotate' }).evaluate((button: HTMLElement) => {
			button.click();
			button.click();
		});
		await expect(page.getByRole('button', { name: 'Rotate', disabled: true })).toBeVisible();
		await page.keyboard.press('Escape');
		await expect(page.getByRole('button', { name: 'Cancel', disabled: true })).toBeVisible();
		release();
		await waitForDialogClosed(page);
		assert.equal(host.replacements.length, 1);
	});

	test('restores the selected expiration', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Renew');
		await page.getByRole('radio', { name: '180 days' }).click();
		await reloadPage(page);
		await expect(dialogByName(page, 'Renew Token')).toBeVisible();
		await expect(page.getByRole('radio', { name: '180 days', checked: true })).toBeVisible();
		await clickButton(page, 'Renew');
		await waitForDialogClosed(page);
		assert.equal(daysFromNow(host.token?.renewedExpirationDate), 180);
	});

	for (const [what, change] of [
		['was rotated elsewhere', ({ host }) => host.changeAndNotify({ expirationDate: inDays(60) })],
		['can no longer be renewed', ({ host }) => host.changeAndNotify({ status: 'expired', updated: host.token!.updated })],
		[
			'was changed while the page was hidden',
			({ host, page }) => {
				host.changeSilently({ expirationDate: inDays(60) });
				return reloadPage(page);
			},
		],
	] as const satisfies readonly [string, (opened: DetailsTestPage) => Promise<void>][]) {
		test(`does not renew a token that ${what}`, async ({ openActionDialog }) => {
			const opened = await openActionDialog('Renew');
			const { page, host, state } = opened;
			await change(opened);
			await expect(page.getByText('The token was changed while this dialog was open. Review the changes before you renew it.')).toBeVisible();
			await waitForDialogClosed(page);
			assert.equal(((await state()) as { replacement: unknown }).replacement, null);
			assert.deepEqual(host.replacements, []);
			await clickButton(page, 'Dismiss');
			await expect(page.getByText('while this dialog was open')).toHaveCount(0);
		});
	}

	test('does not rotate twice if the page is reloaded during the rotation', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate');
		host.handlerOverrides.replaceKey = () => {
			host.changeSilently({ expirationDate: inDays(30) });
			return new Promise(() => undefined);
		};
		await clickButton(page, 'Rotate');
		await expect(page.getByRole('button', { name: 'Rotate', disabled: true })).toBeVisible();
		await reloadPage(page);
		await waitForDialogClosed(page);
	});

	test('closes when the token is deleted', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate');
		await host.source.delete(TOKEN_ID);
		await expect(page.getByRole('heading', { name: 'Token deleted' })).toBeVisible();
		await waitForDialogClosed(page);
	});

	test('shows why a newly issued key cannot be viewed', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate');
		await clickButton(page, 'Rotate');
		await waitForDialogClosed(page);
		host.handlerOverrides.viewKey = () => ({ unavailable: "The API key isn't in secret storage. Rotate the token." });
		await clickButton(page, 'View');
		await expect(alert(page, "The API key isn't in secret storage.")).toBeVisible();
	});
});

test.describe('Actions started outside the details page', () => {
	const findAction = (page: Page, what: 'edit' | 'rotate' | 'renew') =>
		what === 'edit'
			? waitForFocus(page.getByRole('textbox', { name: 'Name' }))
			: page.getByRole('dialog', { name: what === 'rotate' ? 'Rotate Token' : 'Renew Token' }).waitFor();

	for (const what of ['edit', 'rotate', 'renew'] as const) {
		test(`start when the page opens: ${what}`, async ({ openDetails }) => {
			const { page } = await openDetails({}, { prepare: (host) => (host.initialAction = what) });
			await findAction(page, what);
		});

		test(`start while the page is open: ${what}`, async ({ openDetails }) => {
			const { page, host } = await openDetails();
			host.start(what);
			await findAction(page, what);
			await clickButton(page, 'Cancel');
			host.start(what);
			await findAction(page, what);
		});
	}

	test('show a message if the token does not allow them', async ({ openDetails }) => {
		const { page, host } = await openDetails({ status: 'inactive' }, { prepare: (item) => (item.initialAction = 'renew') });
		await expect(page.getByText("This token can't be renewed in its current state.")).toBeVisible();
		await expect(page.getByRole('dialog')).toHaveCount(0);
		host.start('rotate');
		await findAction(page, 'rotate');
		await expect(page.getByText("This token can't be renewed in its current state.")).toHaveCount(0);
	});

	test('replace each other without losing an edit', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		host.start('rotate');
		await findAction(page, 'rotate');
		host.start('renew');
		await findAction(page, 'renew');
		host.start('edit');
		await findAction(page, 'edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		host.start('rotate');
		await findAction(page, 'rotate');
		await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
		host.start('edit');
		await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Mine');
	});

	test('are ignored for a deleted token', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		await host.source.delete(TOKEN_ID);
		host.start('edit');
		await expect(page.getByRole('heading', { name: 'Token deleted' })).toBeVisible();
		await expect(page.getByRole('textbox')).toHaveCount(0);
	});
});

test.describe('Disabling, enabling, and deleting on the details page', () => {
	test('disables and enables the token', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		await chooseAction(page, 'Disable');
		await expect(page.getByRole('status').filter({ hasText: 'Disabled' })).toBeVisible();
		await expect(page.getByRole('button', { name: 'More Actions' })).toBeFocused();
		await chooseAction(page, 'Enable');
		await expect(page.getByRole('status').filter({ hasText: 'Active' })).toBeVisible();
		assert.deepEqual(host.runs, ['disable', 'enable']);
	});

	test('deletes the token after the host has asked for confirmation', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		await chooseAction(page, 'Delete');
		await expect(page.getByRole('heading', { name: 'Token deleted' })).toBeVisible();
		assert.deepEqual(host.runs, ['delete']);
	});

	test('changes nothing if the user cancels the deletion', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		host.handlerOverrides.run = () => ({});
		await chooseAction(page, 'Delete');
		await openMenu(page);
		await expect(page.getByRole('heading', { name: 'Nightly import' })).toBeVisible();
	});

	test('waits for the user to confirm the deletion', async ({ openDetails }) => {
		const { page, host } = await openDetails({}, { clock: true });
		let confirm!: () => void;
		const requestReceived = new Promise<void>((resolve) => {
			host.handlerOverrides.run = async (params) => {
				resolve();
				await new Promise<void>((settle) => {
					confirm = settle;
				});
				return host.defaultHandlers.run(params);
			};
		});
		await chooseAction(page, 'Delete');
		await requestReceived;
		await page.clock.fastForward(10 * 60_000);
		await expect(page.getByRole('alert')).toHaveCount(0);
		confirm();
		await expect(page.getByRole('heading', { name: 'Token deleted' })).toBeVisible();
	});

	for (const [token, item, title] of [
		[{}, 'Disable', "Couldn't disable the token."],
		[{ status: 'inactive' }, 'Enable', "Couldn't enable the token."],
		[{}, 'Delete', "Couldn't delete the token."],
	] as const) {
		test(`shows why the host failed to ${item}, and can retry`, async ({ openDetails }) => {
			const { page, host } = await openDetails(token);
			host.handlerOverrides.run = () => {
				throw new Error('The token files are in use.');
			};
			await chooseAction(page, item);
			await expect(page.getByRole('alert').filter({ hasText: title }).filter({ hasText: 'The token files are in use.' })).toBeVisible();
			host.handlerOverrides = {};
			await clickButton(page, 'Try Again');
			await expect(page.getByRole('alert')).toHaveCount(0);
			assert.equal(host.runs.length, 1);
		});
	}
});
