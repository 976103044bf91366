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

describe('Rotating and renewing on the details page', function () {
	this.timeout(30_000);
	const pages = usePages();

	const dialogByName = (page: Page, name: string) => page.getByRole('dialog', { name });
	const waitForDialogClosed = (page: Page) => waitForCount(page.getByRole('dialog'), 0);
	const waitForAlert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor();
	const daysFromNow = (iso: string | null | undefined) => Math.round((Date.parse(iso ?? '') - Date.now()) / 86_400_000);

	async function openActionDialog(action: 'Rotate' | 'Renew', token: Partial<ShownToken> = {}): Promise<DetailsTestPage> {
		const testPage = await openDetails(pages, token);
		await chooseAction(testPage.page, `${action}…`);
		await dialogByName(testPage.page, `${action} Token`).waitFor();
		return testPage;
	}

	for (const [action, token, effect] of [
		['Rotate', {}, 'A new key replaces the current one, which stops working immediately.'],
		['Rotate', renewedTokenChanges(), 'A new key replaces both current keys, which stop working immediately.'],
		['Rotate', { status: 'inactive' }, 'The token stays disabled.'],
		['Rotate', { status: 'expired', expirationDate: inDays(-1) }, 'the token becomes active again'],
		['Renew', { expirationDate: '2040-07-01T10:00:00.000Z' }, 'The current key keeps working until 1 Jul 2040, 12:00.'],
	] as const) {
		it(`describes the effect of ${action}: ${effect}`, async () => {
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
		it(`proposes the same lifetime for ${action}, with the keyboard only`, async () => {
			const { page, host } = await openDetails(pages, { expirationDate: inDays(3) });
			const { keyboard } = page;
			const button = page.getByRole('button', { name: 'More Actions' });
			await button.focus();
			await keyboard.press('Enter');
			await waitForFocus(page.getByRole('menuitem', { name: 'Rotate…' }));
			if (action === 'Renew') {
				await keyboard.press('ArrowDown');
			}
			await keyboard.press('Enter');
			await waitForFocus(page.getByRole('heading', { name: `${action} Token` }));
			await keyboard.press('Tab');
			const same = page.getByRole('radio', { name: /^Same lifetime \(expires / });
			await waitForFocus(same);
			assert.equal(await same.isChecked(), true);
			await page.getByText('The token expires in 30 days').waitFor();
			await keyboard.press('Tab');
			await waitForFocus(page.getByRole('button', { name: action }));
			await keyboard.press('Enter');
			await waitForDialogClosed(page);
			await waitForFocus(button);
			await page.getByRole('status').filter({ hasText: 'You can copy its new key below.' }).waitFor();
			assert.deepEqual(host.replacements, [expected]);
			await page.getByText(action === 'Renew' ? /New key: .*in 30 days/ : '(in 30 days)').waitFor();
		});
	}

	it('keeps the focus in the dialog', async () => {
		const { page } = await openActionDialog('Renew');
		const outside = page.locator(':focus').and(page.locator('main :not(dialog, dialog *)'));
		for (const name of ['Renew', 'Cancel']) {
			await page.keyboard.press('Shift+Tab');
			assert.equal(await outside.count(), 0, name);
			await page.keyboard.press('Tab');
			await page.getByRole('button', { name }).focus();
			await page.keyboard.press('Tab');
			assert.equal(await outside.count(), 0, name);
		}
	});

	for (const [what, leave] of [
		['Escape', (page: Page) => page.keyboard.press('Escape')],
		['Cancel', (page: Page) => clickButton(page, 'Cancel')],
	] as const) {
		it(`does nothing on ${what}, and starts over the next time`, async () => {
			const { page, host } = await openActionDialog('Rotate');
			await page.getByRole('radio', { name: '7 days' }).click();
			await leave(page);
			await waitForDialogClosed(page);
			await waitForFocus(page.getByRole('button', { name: 'More Actions' }));
			assert.deepEqual(host.requests, ['ready']);
			await chooseAction(page, 'Rotate…');
			await page.getByRole('radio', { name: 'Same lifetime', checked: true }).waitFor();
		});
	}

	it('proposes no expiration for a key that does not expire', async () => {
		const { page, host } = await openActionDialog('Rotate', { expirationDate: null });
		assert.equal(await page.getByRole('radio', { name: 'Same lifetime' }).count(), 0);
		await page.getByRole('radio', { name: 'No expiration', checked: true }).waitFor();
		await clickButton(page, 'Rotate');
		await waitForDialogClosed(page);
		assert.deepEqual(host.replacements, [{ action: 'rotate', expiration: { kind: 'never' } }]);
	});

	it('counts the same lifetime from now even if the page has been open for days', async () => {
		const { page } = await openDetails(pages, {}, { clock: true });
		await page.clock.fastForward(20 * 86_400_000);
		await chooseAction(page, 'Rotate…');
		await page.getByText('The token expires in 30 days').waitFor();
	});

	it('accepts a preset, and a custom date with Enter', async () => {
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
		it(`shows an error for ${what} date`, async () => {
			const { page, host } = await openActionDialog('Rotate');
			await page.getByRole('radio', { name: 'Custom date and time' }).click();
			const input = page.getByLabel('Expiration date and time');
			await input.fill(date);
			await clickButton(page, 'Rotate');
			await waitForFocus(input);
			await waitForAccessibleState(input, ({ description, invalid }) => assert.ok(invalid && description.includes(message), description));
			assert.equal(host.token?.updated.at, '2025-05-20T10:12:00.000Z');
			await page.getByRole('radio', { name: '7 days' }).click();
			await waitForCount(page.getByRole('alert'), 0);
			await clickButton(page, 'Rotate');
			await waitForDialogClosed(page);
		});
	}

	it('shows why the host failed, and retries', async () => {
		const { page, host } = await openActionDialog('Renew');
		await page.getByRole('radio', { name: '7 days' }).click();
		host.handlerOverrides.replaceKey = () => {
			throw new Error('The vault is locked.');
		};
		await clickButton(page, 'Renew');
		await waitForAlert(page, "Couldn't renew the token.");
		await waitForAlert(page, 'The vault is locked.');
		await waitForFocus(page.getByRole('button', { name: 'Try Again' }));
		await page.getByRole('radio', { name: '7 days', checked: true }).waitFor();
		host.handlerOverrides = {};
		await clickButton(page, 'Try Again');
		await waitForDialogClosed(page);
		assert.equal(daysFromNow(host.token?.renewedExpirationDate), 7);
	});

	it('rotates once even if Rotate is pressed repeatedly, and cannot be canceled in the meantime', async () => {
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
		await page.getByRole('button', { name: 'Rotate', disabled: true }).waitFor();
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'Cancel', disabled: true }).waitFor();
		release();
		await waitForDialogClosed(page);
		assert.equal(host.replacements.length, 1);
	});

	it('restores the selected expiration', async () => {
		const { page, host } = await openActionDialog('Renew');
		await page.getByRole('radio', { name: '180 days' }).click();
		await reloadPage(page);
		await dialogByName(page, 'Renew Token').waitFor();
		await page.getByRole('radio', { name: '180 days', checked: true }).waitFor();
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
		it(`does not renew a token that ${what}`, async () => {
			const opened = await openActionDialog('Renew');
			const { page, host, state } = opened;
			await change(opened);
			await page.getByText('The token was changed while this dialog was open. Review the changes before you renew it.').waitFor();
			await waitForDialogClosed(page);
			assert.equal(((await state()) as { replacement: unknown }).replacement, null);
			assert.deepEqual(host.replacements, []);
			await clickButton(page, 'Dismiss');
			await waitForCount(page.getByText('while this dialog was open'), 0);
		});
	}

	it('does not rotate twice if the page is reloaded during the rotation', async () => {
		const { page, host } = await openActionDialog('Rotate');
		host.handlerOverrides.replaceKey = () => {
			host.changeSilently({ expirationDate: inDays(30) });
			return new Promise(() => undefined);
		};
		await clickButton(page, 'Rotate');
		await page.getByRole('button', { name: 'Rotate', disabled: true }).waitFor();
		await reloadPage(page);
		await waitForDialogClosed(page);
	});

	it('closes when the token is deleted', async () => {
		const { page, host } = await openActionDialog('Rotate');
		await host.changeAndNotify(null);
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
		await waitForDialogClosed(page);
	});

	it('shows why a newly issued key cannot be viewed', async () => {
		const { page, host } = await openActionDialog('Rotate');
		await clickButton(page, 'Rotate');
		await waitForDialogClosed(page);
		host.handlerOverrides.viewKey = () => ({ unavailable: "The API key isn't in secret storage. Rotate the token." });
		await clickButton(page, 'View');
		await waitForAlert(page, "The API key isn't in secret storage.");
	});
});

describe('Actions started outside the details page', function () {
	this.timeout(30_000);
	const pages = usePages();

	const findAction = (page: Page, what: 'edit' | 'rotate' | 'renew') =>
		what === 'edit'
			? waitForFocus(page.getByRole('textbox', { name: 'Name' }))
			: page.getByRole('dialog', { name: what === 'rotate' ? 'Rotate Token' : 'Renew Token' }).waitFor();

	for (const what of ['edit', 'rotate', 'renew'] as const) {
		it(`start when the page opens: ${what}`, async () => {
			const { page } = await openDetails(pages, {}, { prepare: (host) => (host.initialAction = what) });
			await findAction(page, what);
		});

		it(`start while the page is open: ${what}`, async () => {
			const { page, host } = await openDetails(pages);
			await host.requestAction(what);
			await findAction(page, what);
			await clickButton(page, 'Cancel');
			await host.requestAction(what);
			await findAction(page, what);
		});
	}

	it('show a message if the token does not allow them', async () => {
		const { page, host } = await openDetails(pages, { status: 'inactive' }, { prepare: (item) => (item.initialAction = 'renew') });
		await page.getByText("This token can't be renewed in its current state.").waitFor();
		assert.equal(await page.getByRole('dialog').count(), 0);
		await host.requestAction('rotate');
		await findAction(page, 'rotate');
		assert.equal(await page.getByText("This token can't be renewed in its current state.").count(), 0);
	});

	it('replace each other without losing an edit', async () => {
		const { page, host } = await openDetails(pages);
		await host.requestAction('rotate');
		await findAction(page, 'rotate');
		await host.requestAction('renew');
		await findAction(page, 'renew');
		await host.requestAction('edit');
		await findAction(page, 'edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		await host.requestAction('rotate');
		await findAction(page, 'rotate');
		await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
		await host.requestAction('edit');
		assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Mine');
	});

	it('are ignored for a deleted token', async () => {
		const { page, host } = await openDetails(pages);
		await host.changeAndNotify(null);
		await host.requestAction('edit');
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
		assert.equal(await page.getByRole('textbox').count(), 0);
	});
});

describe('Disabling, enabling, and deleting on the details page', function () {
	this.timeout(30_000);
	const pages = usePages();

	it('disables and enables the token', async () => {
		const { page, host } = await openDetails(pages);
		await chooseAction(page, 'Disable');
		await page.getByRole('status').filter({ hasText: 'Disabled' }).waitFor();
		await waitForFocus(page.getByRole('button', { name: 'More Actions' }));
		await chooseAction(page, 'Enable');
		await page.getByRole('status').filter({ hasText: 'Active' }).waitFor();
		assert.deepEqual(host.runs, ['disable', 'enable']);
	});

	it('deletes the token after the host has asked for confirmation', async () => {
		const { page, host } = await openDetails(pages);
		await chooseAction(page, 'Delete');
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
		assert.deepEqual(host.runs, ['delete']);
	});

	it('changes nothing if the user cancels the deletion', async () => {
		const { page, host } = await openDetails(pages);
		host.handlerOverrides.run = () => ({});
		await chooseAction(page, 'Delete');
		await openMenu(page);
		await page.getByRole('heading', { name: 'Nightly import' }).waitFor();
	});

	it('waits for the user to confirm the deletion', async () => {
		const { page, host } = await openDetails(pages, {}, { clock: true });
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
		assert.equal(await page.getByRole('alert').count(), 0);
		confirm();
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
	});

	for (const [token, item, title] of [
		[{}, 'Disable', "Couldn't disable the token."],
		[{ status: 'inactive' }, 'Enable', "Couldn't enable the token."],
		[{}, 'Delete', "Couldn't delete the token."],
	] as const) {
		it(`shows why the host failed to ${item}, and can retry`, async () => {
			const { page, host } = await openDetails(pages, token);
			host.handlerOverrides.run = () => {
				throw new Error('The token files are in use.');
			};
			await chooseAction(page, item);
			await page.getByRole('alert').filter({ hasText: title }).filter({ hasText: 'The token files are in use.' }).waitFor();
			host.handlerOverrides = {};
			await clickButton(page, 'Try Again');
			await waitForCount(page.getByRole('alert'), 0);
			assert.equal(host.runs.length, 1);
		});
	}
});
