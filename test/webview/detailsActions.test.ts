import type { Page } from '@playwright/test';
import { commandIds } from '../../src/models/manifestIds';
import { DAY_MS } from '../../src/domain/token';
import { expectAccessibleState } from '../support/page/accessibleState';
import { chooseAction, reloadPage, openMenu } from '../support/page/detailsDriver';
import { exampleLease, renewedToken, TOKEN_ID, type ExampleChanges } from '../support/page/exampleToken';
import { ACCEPTED_TEST, DENIED_TEST, fail, type DetailsHost } from '../support/page/pageHosts';
import { expect, test as base, type DetailsTestPage } from '../support/page/pageTest';
import { clickButton } from '../support/page/wizardDriver';

const dialogByName = (page: Page, name: string) => page.getByRole('dialog', { name });

const test = base.extend<{ openActionDialog: (action: 'Rotate' | 'Renew', token?: ExampleChanges) => Promise<DetailsTestPage> }>({
	openActionDialog: async ({ openDetails }, use) => {
		await use(async (action, token) => {
			const testPage = await openDetails(token);
			await chooseAction(testPage.page, `${action}…`);
			await expect(dialogByName(testPage.page, `${action} Token`)).toBeVisible();
			return testPage;
		});
	},
});

test.describe('Testing a token on the details page', () => {
	test('shows why it was denied, and fixes that', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		await expect(page.getByText('Valid at your local gateway')).toBeVisible();
		host.testResult = DENIED_TEST;
		await clickButton(page, 'Test Token');
		const result = page.getByRole('status').filter({ hasText: DENIED_TEST.title });
		await expect(result).toContainText('Set a credential that the gateway can use there.');
		await clickButton(page, 'Set Gateway Credential');
		await expect.poll(() => host.commands).toEqual([commandIds.setGatewayCredential]);
		host.testResult = ACCEPTED_TEST;
		await clickButton(page, 'Test Token');
		await expect(page.getByRole('status').filter({ hasText: '200 OK' })).toBeVisible();
		await expect(result).toHaveCount(0);
	});

	test('keeps the focus on the button, so that Enter tests again', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		const button = page.getByRole('button', { name: 'Test Token' });
		await button.focus();
		const request = host.connection.holdRequests('testToken');
		await page.keyboard.press('Enter');
		await expect(page.getByRole('button', { name: 'Test Token', disabled: true })).toBeFocused();
		request.release();
		await expect(page.getByText('200 OK')).toBeVisible();
		await expect(button).toBeFocused();
		await page.keyboard.press('Enter');
		await expect.poll(() => host.connection.paramsOf('testToken')).toHaveLength(2);
	});

	test('can be repeated if it failed, and its result disappears when the token changes', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		host.testError = new Error('The token files are in use.');
		await clickButton(page, 'Test Token');
		await expect(page.getByRole('alert')).toContainText('The token files are in use.');
		await clickButton(page, 'Try Again');
		const result = page.getByText('200 OK');
		await expect(result).toBeVisible();
		await host.source.disable(TOKEN_ID);
		await expect(result).toHaveCount(0);
	});
});

test.describe('Rotating and renewing on the details page', () => {
	const expectDialogClosed = (page: Page) => expect(page.getByRole('dialog')).toHaveCount(0);
	const alert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text });
	const getReplacements = (host: DetailsHost) => host.connection.paramsOf('replaceKey');
	const daysFromNow = (iso: string | null | undefined) => Math.round((Date.parse(iso ?? '') - Date.now()) / DAY_MS);

	for (const [action, token, effect] of [
		['Rotate', {}, 'A new key replaces the current one, which stops working immediately.'],
		['Rotate', renewedToken, 'A new key replaces both current keys, which stop working immediately.'],
		['Rotate', { enabled: false }, 'The token stays disabled.'],
		['Rotate', { expires: -1 }, 'the token becomes active again'],
		['Renew', { expires: '2040-07-01T10:00:00.000Z' }, 'The current key stays valid until 1 Jul 2040, 12:00.'],
	] as const) {
		test(`describes the effect of ${action}: ${effect}`, async ({ openActionDialog }) => {
			const { page } = await openActionDialog(action, token);
			await expectAccessibleState(dialogByName(page, `${action} Token`), effect);
		});
	}

	for (const [action, expected] of [
		['Rotate', { action: 'rotate', expiration: { kind: 'same' } }],
		['Renew', { action: 'renew', expiration: { kind: 'same' } }],
	] as const) {
		test(`proposes the same lifetime for ${action}, with the keyboard only`, async ({ openDetails }) => {
			const { page, host } = await openDetails({ expires: 3 });
			const { keyboard } = page;
			const button = page.getByRole('button', { name: 'More Actions' });
			await button.focus();
			await keyboard.press('Enter');
			const item = page.getByRole('menuitem', { name: `${action}…` });
			await expect(page.getByRole('menuitem').first()).toBeFocused();
			while (!(await item.evaluate((element) => element === document.activeElement))) {
				await keyboard.press('ArrowDown');
			}
			await keyboard.press('Enter');
			await expect(page.getByRole('heading', { name: `${action} Token` })).toBeFocused();
			await keyboard.press('Tab');
			const same = page.getByRole('radio', { name: /^Same lifetime \(expires / });
			await expect(same).toBeFocused();
			await expect(same).toBeChecked();
			await expect(page.getByText('The token expires in 30 days')).toBeVisible();
			await keyboard.press('Tab');
			await expect(page.getByRole('button', { name: action, exact: true })).toBeFocused();
			await keyboard.press('Enter');
			await expectDialogClosed(page);
			await expect(button).toBeFocused();
			await expect(page.getByRole('status').filter({ hasText: 'You can copy its new key below.' })).toBeVisible();
			expect(getReplacements(host)).toEqual([expected]);
			await expect(page.getByText(action === 'Renew' ? /New key: .*in 30 days/ : '(in 30 days)')).toBeVisible();
		});
	}

	test('says before a rotation which token it is, when it was last used, and where', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate');
		const dialog = dialogByName(page, 'Rotate Token');
		await expect(dialog).toContainText(TOKEN_ID);
		for (const line of host.usageLines ?? []) {
			await expect(dialog.getByText(line)).toBeVisible();
		}
		await clickButton(page, 'Cancel');
		host.usageLines = undefined;
		await chooseAction(page, 'Rotate…');
		await expect(dialog.getByText('The disk failed.')).toBeVisible();
		await clickButton(page, 'Cancel');
		await chooseAction(page, 'Renew…');
		await expect(dialogByName(page, 'Renew Token')).toBeVisible();
		expect(host.connection.paramsOf('describeUses'), 'not before a renewal, which keeps the current key').toHaveLength(2);
	});

	test('keeps the focus in the dialog', async ({ openActionDialog }) => {
		const { page } = await openActionDialog('Renew');
		const outside = page.locator(':focus').and(page.locator('main :not(dialog, dialog *)'));
		for (const name of ['Renew', 'Cancel']) {
			await page.keyboard.press('Shift+Tab');
			await expect(outside, name).toHaveCount(0);
			await page.keyboard.press('Tab');
			await page.getByRole('button', { name }).focus();
			await page.keyboard.press('Tab');
			await expect(outside, name).toHaveCount(0);
		}
	});

	test('does nothing on Escape or Cancel, and starts over the next time', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate');
		for (const leave of [() => page.keyboard.press('Escape'), () => clickButton(page, 'Cancel')]) {
			await page.getByRole('radio', { name: '7 days' }).click();
			await leave();
			await expectDialogClosed(page);
			await expect(page.getByRole('button', { name: 'More Actions' })).toBeFocused();
			expect(getReplacements(host)).toEqual([]);
			await chooseAction(page, 'Rotate…');
			await expect(page.getByRole('radio', { name: 'Same lifetime', checked: true })).toBeVisible();
		}
	});

	test('proposes no expiration for a key that does not expire', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate', { expires: null });
		await expect(page.getByRole('radio', { name: 'Same lifetime' })).toHaveCount(0);
		await expect(page.getByRole('radio', { name: 'No expiration', checked: true })).toBeVisible();
		await clickButton(page, 'Rotate');
		await expectDialogClosed(page);
		expect(getReplacements(host)).toEqual([{ action: 'rotate', expiration: { kind: 'never' } }]);
	});

	test('counts the same lifetime from now even if the page has been open for days', async ({ openDetails }) => {
		const { page } = await openDetails({}, { clock: true });
		await page.clock.fastForward(20 * 86_400_000);
		await chooseAction(page, 'Rotate…');
		await expect(page.getByText('The token expires in 30 days')).toBeVisible();
	});

	test('accepts a preset, and a custom date with Enter', async ({ openActionDialog }) => {
		const { page, host, readToken } = await openActionDialog('Rotate');
		await page.getByRole('radio', { name: '90 days' }).click();
		await clickButton(page, 'Rotate');
		await expectDialogClosed(page);
		expect(daysFromNow((await readToken())?.expirationDate)).toBe(90);
		await chooseAction(page, 'Renew…');
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2040-07-01T12:00');
		await page.keyboard.press('Enter');
		await expectDialogClosed(page);
		expect((await readToken())?.renewedExpirationDate).toBe('2040-07-01T10:00:00.000Z');
		expect(getReplacements(host).map(({ expiration }) => expiration)).toEqual([
			{ kind: 'preset', preset: 'days90' },
			{ kind: 'custom', date: '2040-07-01T10:00:00.000Z' },
		]);
	});

	test('shows an error for an incomplete date and for one in the past', async ({ openActionDialog }) => {
		const { page, readToken } = await openActionDialog('Rotate');
		const input = page.getByLabel('Expiration date and time');
		for (const [date, message] of [
			['', 'Choose a date and time.'],
			['2001-01-01T10:00', 'Choose a date in the future'],
		] as const) {
			await page.getByRole('radio', { name: 'Custom date and time' }).click();
			await input.fill(date);
			await clickButton(page, 'Rotate');
			await expect(input).toBeFocused();
			await expectAccessibleState(input, message, { invalid: true });
			expect((await readToken())?.updated.at).toBe('2025-05-20T10:12:00.000Z');
			await page.getByRole('radio', { name: '7 days' }).click();
			await expect(page.getByRole('alert')).toHaveCount(0);
		}
		await clickButton(page, 'Rotate');
		await expectDialogClosed(page);
	});

	test('shows why the host failed, and retries', async ({ openActionDialog }) => {
		const { page, host, readToken } = await openActionDialog('Renew');
		await page.getByRole('radio', { name: '60 days' }).click();
		const restoreSource = fail(host.source, 'renew', new Error('The vault is locked.'));
		await clickButton(page, 'Renew');
		await expect(alert(page, "Couldn't renew the token.")).toContainText('The vault is locked.');
		await expect(page.getByRole('button', { name: 'Try Again' })).toBeFocused();
		await expect(page.getByRole('radio', { name: '60 days', checked: true })).toBeVisible();
		restoreSource();
		await clickButton(page, 'Try Again');
		await expectDialogClosed(page);
		expect(daysFromNow((await readToken())?.renewedExpirationDate)).toBe(60);
	});

	test('shows an error for a new key that would expire before the current one', async ({ openActionDialog }) => {
		const { page, readToken } = await openActionDialog('Renew');
		await page.getByRole('radio', { name: '7 days' }).click();
		await clickButton(page, 'Renew');
		await expect(alert(page, 'when the current key expires.')).toBeVisible();
		expect((await readToken())?.status).toBe('active');
	});

	test('rotates once even if Rotate is pressed repeatedly, and cannot be canceled in the meantime', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate');
		const request = host.connection.holdRequests('replaceKey');
		await page.getByRole('button', { name: 'Rotate' }).evaluate((button: HTMLElement) => {
			button.click();
			button.click();
		});
		await expect(page.getByRole('button', { name: 'Rotate', disabled: true })).toBeVisible();
		await page.keyboard.press('Escape');
		await expect(page.getByRole('button', { name: 'Cancel', disabled: true })).toBeVisible();
		request.release();
		await expectDialogClosed(page);
		expect(getReplacements(host)).toHaveLength(1);
	});

	test('restores the selected expiration', async ({ openActionDialog }) => {
		const { page, readToken } = await openActionDialog('Renew');
		await page.getByRole('radio', { name: '180 days' }).click();
		await reloadPage(page);
		await expect(dialogByName(page, 'Renew Token')).toBeVisible();
		await expect(page.getByRole('radio', { name: '180 days', checked: true })).toBeVisible();
		await clickButton(page, 'Renew');
		await expectDialogClosed(page);
		expect(daysFromNow((await readToken())?.renewedExpirationDate)).toBe(180);
	});

	for (const [what, change] of [
		['was rotated elsewhere', ({ host }) => host.source.rotate(TOKEN_ID)],
		[
			'can no longer be renewed',
			({ workspace }) => {
				workspace.advanceClock(31 * DAY_MS);
				return workspace.changeAnotherToken();
			},
		],
		[
			'was changed while the page was hidden',
			async ({ host, page }) => {
				host.hide();
				await host.source.rotate(TOKEN_ID);
				await reloadPage(page);
			},
		],
	] as const satisfies readonly [string, (opened: DetailsTestPage) => Promise<unknown>][]) {
		test(`does not renew a token that ${what}`, async ({ openActionDialog }) => {
			const opened = await openActionDialog('Renew');
			const { page, host, state } = opened;
			await change(opened);
			await expect(
				page.getByText('The token was changed while this dialog was open. Review the changes before you renew it.'),
			).toBeVisible();
			await expectDialogClosed(page);
			await expect.poll(state).toMatchObject({ replacement: null });
			expect(getReplacements(host)).toEqual([]);
			await clickButton(page, 'Dismiss');
			await expect(page.getByText('while this dialog was open')).toHaveCount(0);
		});
	}

	test('does not rotate twice if the page is reloaded during the rotation', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate');
		const response = host.connection.holdResponses('replaceKey');
		await clickButton(page, 'Rotate');
		await expect.poll(() => response.count).toBe(1);
		await reloadPage(page);
		await expectDialogClosed(page);
		expect(getReplacements(host)).toHaveLength(1);
	});

	test('closes when the token is deleted', async ({ openActionDialog }) => {
		const { page, host } = await openActionDialog('Rotate');
		await host.source.delete(TOKEN_ID);
		await expect(page.getByRole('heading', { name: 'Token deleted' })).toBeVisible();
		await expectDialogClosed(page);
	});

	test('shows why a newly issued key cannot be viewed', async ({ openActionDialog }) => {
		const { page, workspace } = await openActionDialog('Rotate');
		await clickButton(page, 'Rotate');
		await expectDialogClosed(page);
		workspace.vault.secrets.clear();
		await clickButton(page, 'View');
		await expect(alert(page, `The API key of ${TOKEN_ID} isn't in VS Code's secret storage.`)).toBeVisible();
	});
});

test.describe('The banner of the details page', () => {
	const banner = (page: Page) => page.getByRole('region');
	const menuButton = (page: Page) => page.getByRole('button', { name: 'More Actions' });

	for (const [token, text, action] of [
		[{ expires: -1 }, /has expired.*are denied/, 'Rotate'],
		[{ expires: 3 }, /expires in 3 days.*stays valid until/, 'Renew'],
	] as const) {
		test(`says that the token ${text.source}, and offers ${action}`, async ({ openDetails }) => {
			const { page } = await openDetails(token);
			await expect(banner(page)).toContainText(text);
			const button = banner(page).getByRole('button', { name: `${action}…` });
			await button.click();
			await page.keyboard.press('Escape');
			await expect(button).toBeFocused();
			await button.click();
			await page.getByRole('radio', { name: '90 days' }).click();
			await page.getByRole('dialog').getByRole('button', { name: action }).click();
			await expect(banner(page).filter({ hasText: text })).toHaveCount(0);
			await expect(menuButton(page).or(banner(page).getByRole('button')).and(page.locator(':focus'))).toHaveCount(1);
		});
	}

	test('enables a disabled token, and returns the focus to the menu', async ({ openDetails }) => {
		const { page, host } = await openDetails({ enabled: false });
		await expect(banner(page)).toContainText('denied until you enable it');
		await banner(page).getByRole('button', { name: 'Enable' }).click();
		await expect(banner(page)).toHaveCount(0);
		await expect(menuButton(page)).toBeFocused();
		expect(host.commands).toEqual([commandIds.enableToken]);
	});

	test('ends the previous key of a renewed token', async ({ openDetails }) => {
		const { page, host } = await openDetails(renewedToken);
		await expect(banner(page)).toContainText(/The previous API key is valid until .* \(in 3 days\)/);
		await banner(page).getByRole('button', { name: 'End Previous Key Now' }).click();
		await expect.poll(() => host.commands).toEqual(['connectTokens.endPreviousKey']);
	});

	test('says that a lease has ended, and offers nothing but to wait for its deletion', async ({ openDetails }) => {
		const { page } = await openDetails({ ...exampleLease, expires: -0.1 });
		await expect(banner(page)).toContainText('This lease has ended.');
		await expect(banner(page)).toContainText('A day after its end, the lease is deleted.');
		await expect(banner(page).getByRole('button')).toHaveCount(0);
		await expect(page.getByRole('button', { name: 'End Lease' })).toHaveCount(0);
		await expect(page.getByRole('status').filter({ hasText: 'Ended' })).toBeVisible();
	});

	test('is shown only where there is something to do, and not during an edit', async ({ openDetails }) => {
		const { page } = await openDetails({ enabled: false });
		await clickButton(page, 'Edit');
		await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
		await expect(banner(page).filter({ hasText: 'disabled' })).toHaveCount(0);
		const { page: other } = await openDetails({ expires: 30 });
		await expect(banner(other)).toHaveCount(0);
	});
});

test.describe('The menu of the details page', () => {
	test('shows why a command failed, while another one waits for the user', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		const waiting = host.connection.holdResponses('run');
		await chooseAction(page, 'Copy As…');
		await expect.poll(() => waiting.count).toBe(1);
		host.connection.answer('run', new Error('Open a file.'));
		await chooseAction(page, 'Insert Authorization Header');
		await expect(page.getByRole('alert').filter({ hasText: "Couldn't insert the header." })).toContainText('Open a file.');
		expect(host.connection.paramsOf('run')).toEqual([{ command: 'copyAs' }, { command: 'insertAuthorization' }]);
	});

	test('offers nothing else that changes the token while a command changes it', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		const waiting = host.connection.holdResponses('run');
		await chooseAction(page, 'Disable');
		await expect(page.getByRole('status').filter({ hasText: /^Disabled$/ })).toBeVisible();
		await page.getByRole('button', { name: 'More Actions' }).click();
		await expect(page.getByRole('menuitem', { name: 'Delete', disabled: true })).toBeVisible();
		await expect(page.getByRole('menuitem', { name: 'Copy As…', disabled: false })).toBeVisible();
		waiting.release();
		await page.getByRole('menuitem', { name: 'Delete', disabled: false }).click();
		await expect.poll(() => host.connection.paramsOf('run')).toEqual([{ command: 'disableToken' }, { command: 'deleteToken' }]);
	});
});

test.describe('Actions started outside the details page', () => {
	const expectAction = (page: Page, what: 'edit' | 'rotate' | 'renew') =>
		what === 'edit'
			? expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()
			: expect(dialogByName(page, what === 'rotate' ? 'Rotate Token' : 'Renew Token')).toBeVisible();

	for (const what of ['edit', 'rotate', 'renew'] as const) {
		test(`start when the page opens and while it is open: ${what}`, async ({ openDetails }) => {
			const { page, host } = await openDetails({}, { prepare: (opened) => opened.start(what) });
			await expectAction(page, what);
			await clickButton(page, 'Cancel');
			host.start(what);
			await expectAction(page, what);
			await clickButton(page, 'Cancel');
			host.start(what);
			await expectAction(page, what);
		});
	}

	test('show a message if the token does not allow them', async ({ openDetails }) => {
		const { page, host } = await openDetails({ enabled: false }, { prepare: (opened) => opened.start('renew') });
		await expect(page.getByText("This token can't be renewed in its current state.")).toBeVisible();
		await expect(page.getByRole('dialog')).toHaveCount(0);
		host.start('rotate');
		await expectAction(page, 'rotate');
		await expect(page.getByText("This token can't be renewed in its current state.")).toHaveCount(0);
	});

	test('replace each other without losing an edit', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		host.start('rotate');
		await expectAction(page, 'rotate');
		host.start('renew');
		await expectAction(page, 'renew');
		host.start('edit');
		await expectAction(page, 'edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		host.start('rotate');
		await expectAction(page, 'rotate');
		await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
		host.start('edit');
		await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Mine');
	});

	test('are ignored for a deleted token', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		await host.source.delete(TOKEN_ID);
		await expect(page.getByRole('heading', { name: 'Token deleted' })).toBeVisible();
		host.start('edit');
		await expect.poll(() => host.connection.answers).toContain('startAction');
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
		expect(host.commands).toEqual([commandIds.disableToken, commandIds.enableToken]);
	});

	test('deletes the token after the host has asked for confirmation', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		await chooseAction(page, 'Delete');
		await expect(page.getByRole('heading', { name: 'Token deleted' })).toBeVisible();
		expect(host.commands).toEqual([commandIds.deleteToken]);
	});

	test('changes nothing if the user cancels the deletion', async ({ openDetails }) => {
		const { page, host, readToken } = await openDetails();
		host.confirm = () => Promise.resolve(false);
		await chooseAction(page, 'Delete');
		await openMenu(page);
		await expect(page.getByRole('heading', { name: 'Nightly import' })).toBeVisible();
		expect(await readToken()).toBeDefined();
	});

	test('waits for the user to confirm the deletion', async ({ openDetails }) => {
		const { page, host } = await openDetails({}, { clock: true });
		const questions: ((answer: boolean) => void)[] = [];
		host.confirm = () => new Promise((resolve) => questions.push(resolve));
		await chooseAction(page, 'Delete');
		await expect.poll(() => questions.length).toBe(1);
		await page.clock.fastForward(10 * 60_000);
		await expect(page.getByRole('alert')).toHaveCount(0);
		questions[0]!(true);
		await expect(page.getByRole('heading', { name: 'Token deleted' })).toBeVisible();
	});

	for (const [token, item, method, title] of [
		[{}, 'Disable', 'disable', "Couldn't disable the token."],
		[{ enabled: false }, 'Enable', 'enable', "Couldn't enable the token."],
		[{}, 'Delete', 'delete', "Couldn't delete the token."],
	] as const) {
		test(`shows why the host failed to ${item}, and can retry`, async ({ openDetails }) => {
			const { page, host } = await openDetails(token);
			const restoreSource = fail(host.source, method, new Error('The token files are in use.'));
			await chooseAction(page, item);
			await expect(page.getByRole('alert').filter({ hasText: title })).toContainText('The token files are in use.');
			restoreSource();
			await clickButton(page, 'Try Again');
			await expect(page.getByRole('alert')).toHaveCount(0);
			expect(host.commands).toHaveLength(2);
		});
	}
});

test.describe('A lease on the details page', () => {
	test('shows its agent, its task, and when it ends, and can be ended', async ({ openDetails }) => {
		const { page, host, readToken } = await openDetails(exampleLease);
		const properties = page.getByRole('banner').or(page.locator('header'));
		await expect(properties).toContainText('Claude Code');
		await expect(properties).toContainText('in 1 hour');
		await expect(page.getByRole('tabpanel')).toContainText('Compare the prices of all listings');
		await expect(page.getByText('expires in')).toHaveCount(0);
		await clickButton(page, 'End Lease');
		await expect(page.getByRole('status').filter({ hasText: 'Ended' })).toBeVisible();
		await expect(properties.getByText('Ends', { exact: true })).toHaveCount(0);
		await expect(page.getByRole('button', { name: 'More Actions' })).toBeFocused();
		await expect(page.getByText('Ended the lease')).toBeVisible();
		expect(host.commands).toEqual([commandIds.endLease]);
		expect((await readToken())?.status).toBe('expired');
	});

	test('cannot be copied, or get a key for longer than 8 hours', async ({ openDetails }) => {
		const { page, readToken } = await openDetails(exampleLease);
		await openMenu(page);
		await expect(page.getByRole('menuitem', { name: 'Test Token' })).toBeVisible();
		await expect(page.getByRole('menuitem', { name: 'Duplicate…' })).toHaveCount(0);
		await page.keyboard.press('Escape');
		await chooseAction(page, 'Rotate…');
		const dialog = dialogByName(page, 'Rotate Token');
		await expect(dialog.getByRole('radio')).toHaveCount(2);
		await dialog.getByRole('radio', { name: 'Custom date and time' }).click();
		await dialog.locator('.date-input').fill('2099-01-01T00:00');
		await dialog.getByRole('button', { name: 'Rotate' }).click();
		await expect(dialog.getByText("A lease lasts at most 8 hours. Choose a date that isn't later.")).toBeVisible();
		await dialog.getByRole('radio', { name: /Same lifetime/ }).click();
		await expect(dialog.getByRole('radio', { name: /Same lifetime/ })).toBeChecked();
		expect((await readToken())?.status).toBe('active');
	});
});
