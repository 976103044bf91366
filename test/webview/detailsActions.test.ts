import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { chooseAction, comeBack, inDays, openDetails, openMenu, renewed, type OpenedDetails } from '../support/page/detailsDriver';
import type { ShownToken } from '../support/page/detailsHost';
import { accessible, focused } from '../support/page/focus';
import { usePages } from '../support/page/openedPage';
import { numbering, press } from '../support/page/wizardDriver';

describe('The details page, rotating and renewing', function () {
	this.timeout(30_000);
	const pages = usePages();

	const dialogue = (page: Page, name: string) => page.getByRole('dialog', { name });
	const closed = (page: Page) => numbering(page.getByRole('dialog'), 0);
	const alert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor();
	const days = (iso: string | null | undefined) => Math.round((Date.parse(iso ?? '') - Date.now()) / 86_400_000);

	async function openDialogue(action: 'Rotate' | 'Renew', token: Partial<ShownToken> = {}): Promise<OpenedDetails> {
		const opened = await openDetails(pages, token);
		await chooseAction(opened.page, `${action}…`);
		await dialogue(opened.page, `${action} Token`).waitFor();
		return opened;
	}

	for (const [action, token, effect] of [
		['Rotate', {}, 'A new key takes the place of the present one, which stops working at once.'],
		['Rotate', renewed(), 'A new key takes the place of both present keys, which stop working at once.'],
		['Rotate', { status: 'inactive' }, 'The token stays disabled.'],
		['Rotate', { status: 'expired', expirationDate: inDays(-1) }, 'the token works again'],
		['Renew', { expirationDate: '2040-07-01T10:00:00.000Z' }, 'The present key works until 1 Jul 2040, 12:00.'],
	] as const) {
		it(`says what ${action} does: ${effect}`, async () => {
			const { page } = await openDialogue(action, token);
			await accessible(dialogue(page, `${action} Token`), ({ description }) => assert.ok(description.includes(effect), description));
		});
	}

	for (const [action, expected] of [
		['Rotate', { action: 'rotate', expiration: { kind: 'same' } }],
		['Renew', { action: 'renew', expiration: { kind: 'same' } }],
	] as const) {
		it(`proposes the same lifetime to ${action}, by the keyboard alone`, async () => {
			const { page, host } = await openDetails(pages, { expirationDate: inDays(3) });
			const { keyboard } = page;
			const button = page.getByRole('button', { name: 'More Actions' });
			await button.focus();
			await keyboard.press('Enter');
			await focused(page.getByRole('menuitem', { name: 'Rotate…' }));
			if (action === 'Renew') {
				await keyboard.press('ArrowDown');
			}
			await keyboard.press('Enter');
			await focused(page.getByRole('heading', { name: `${action} Token` }));
			await keyboard.press('Tab');
			const same = page.getByRole('radio', { name: /^Same lifetime \(until / });
			await focused(same);
			assert.equal(await same.isChecked(), true);
			await page.getByText('The token expires in 30 days').waitFor();
			await keyboard.press('Tab');
			await focused(page.getByRole('button', { name: action }));
			await keyboard.press('Enter');
			await closed(page);
			await focused(button);
			await page.getByRole('status').filter({ hasText: 'Its new key can be copied below.' }).waitFor();
			assert.deepEqual(host.replacements, [expected]);
			await page.getByText(action === 'Renew' ? /New key: .*in 30 days/ : '(in 30 days)').waitFor();
		});
	}

	it('keeps the focus to itself', async () => {
		const { page } = await openDialogue('Renew');
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
		['Cancel', (page: Page) => press(page, 'Cancel')],
	] as const) {
		it(`does nothing on ${what}, and begins anew the next time`, async () => {
			const { page, host } = await openDialogue('Rotate');
			await page.getByRole('radio', { name: '7 days' }).click();
			await leave(page);
			await closed(page);
			await focused(page.getByRole('button', { name: 'More Actions' }));
			assert.deepEqual(host.asked, ['ready']);
			await chooseAction(page, 'Rotate…');
			await page.getByRole('radio', { name: 'Same lifetime', checked: true }).waitFor();
		});
	}

	it('proposes no expiration for a key that has none', async () => {
		const { page, host } = await openDialogue('Rotate', { expirationDate: null });
		assert.equal(await page.getByRole('radio', { name: 'Same lifetime' }).count(), 0);
		await page.getByRole('radio', { name: 'No expiration', checked: true }).waitFor();
		await press(page, 'Rotate');
		await closed(page);
		assert.deepEqual(host.replacements, [{ action: 'rotate', expiration: { kind: 'never' } }]);
	});

	it('counts the same lifetime from now, however long the page has been open', async () => {
		const { page } = await openDetails(pages, {}, { clock: true });
		await page.clock.fastForward(20 * 86_400_000);
		await chooseAction(page, 'Rotate…');
		await page.getByText('The token expires in 30 days').waitFor();
	});

	it('takes a preset, and a date of the user’s own with Enter', async () => {
		const { page, host } = await openDialogue('Rotate');
		await page.getByRole('radio', { name: '90 days' }).click();
		await press(page, 'Rotate');
		await closed(page);
		assert.equal(days(host.token?.expirationDate), 90);
		await chooseAction(page, 'Renew…');
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2040-07-01T12:00');
		await page.keyboard.press('Enter');
		await closed(page);
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
		['incomplete', '', 'Choose a date and a time.'],
		['past', '2001-01-01T10:00', 'Choose a date in the future'],
	] as const) {
		it(`says at the date that it is ${what}`, async () => {
			const { page, host } = await openDialogue('Rotate');
			await page.getByRole('radio', { name: 'Custom date and time' }).click();
			const input = page.getByLabel('Expiration date and time');
			await input.fill(date);
			await press(page, 'Rotate');
			await focused(input);
			await accessible(input, ({ description, invalid }) => assert.ok(invalid && description.includes(message), description));
			assert.equal(host.token?.updated.at, '2025-05-20T10:12:00.000Z');
			await page.getByRole('radio', { name: '7 days' }).click();
			await numbering(page.getByRole('alert'), 0);
			await press(page, 'Rotate');
			await closed(page);
		});
	}

	it('shows what the host refuses, and tries again', async () => {
		const { page, host } = await openDialogue('Renew');
		await page.getByRole('radio', { name: '7 days' }).click();
		host.overrides.replaceKey = () => {
			throw new Error('The vault is locked.');
		};
		await press(page, 'Renew');
		await alert(page, 'The token could not be renewed.');
		await alert(page, 'The vault is locked.');
		await focused(page.getByRole('button', { name: 'Try Again' }));
		await page.getByRole('radio', { name: '7 days', checked: true }).waitFor();
		host.overrides = {};
		await press(page, 'Try Again');
		await closed(page);
		assert.equal(days(host.token?.renewedExpirationDate), 7);
	});

	it('rotates once however often Rotate is pressed, and cannot be left meanwhile', async () => {
		const { page, host } = await openDialogue('Rotate');
		let release!: () => void;
		const released = new Promise<void>((resolve) => {
			release = resolve;
		});
		host.overrides.replaceKey = async (params) => {
			await released;
			return host.usual.replaceKey(params);
		};
		await page.getByRole('button', { name: 'Rotate' }).evaluate((button: HTMLElement) => {
			button.click();
			button.click();
		});
		await page.getByRole('button', { name: 'Rotate', disabled: true }).waitFor();
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'Cancel', disabled: true }).waitFor();
		release();
		await closed(page);
		assert.equal(host.replacements.length, 1);
	});

	it('comes back with what was chosen', async () => {
		const { page, host } = await openDialogue('Renew');
		await page.getByRole('radio', { name: '180 days' }).click();
		await comeBack(page);
		await dialogue(page, 'Renew Token').waitFor();
		await page.getByRole('radio', { name: '180 days', checked: true }).waitFor();
		await press(page, 'Renew');
		await closed(page);
		assert.equal(days(host.token?.renewedExpirationDate), 180);
	});

	for (const [what, change] of [
		['was rotated elsewhere', ({ host }) => host.show({ expirationDate: inDays(60) })],
		['cannot be renewed any more', ({ host }) => host.show({ status: 'expired', updated: host.token!.updated })],
		[
			'was changed while the page was away',
			({ host, page }) => {
				host.change({ expirationDate: inDays(60) });
				return comeBack(page);
			},
		],
	] as const satisfies readonly [string, (opened: OpenedDetails) => Promise<void>][]) {
		it(`does not renew a token that ${what} since`, async () => {
			const opened = await openDialogue('Renew');
			const { page, host, state } = opened;
			await change(opened);
			await page.getByText('The token has changed meanwhile. Look at it before you renew it.').waitFor();
			await closed(page);
			assert.equal(((await state()) as { replacement: unknown }).replacement, null);
			assert.deepEqual(host.replacements, []);
			await press(page, 'Dismiss');
			await numbering(page.getByText('meanwhile'), 0);
		});
	}

	it('does not rotate twice when it was reloaded while it rotated', async () => {
		const { page, host } = await openDialogue('Rotate');
		host.overrides.replaceKey = () => {
			host.change({ expirationDate: inDays(30) });
			return new Promise(() => undefined);
		};
		await press(page, 'Rotate');
		await page.getByRole('button', { name: 'Rotate', disabled: true }).waitFor();
		await comeBack(page);
		await closed(page);
	});

	it('disappears with the token', async () => {
		const { page, host } = await openDialogue('Rotate');
		await host.show(null);
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
		await closed(page);
	});

	it('says why a key it has just issued cannot be viewed', async () => {
		const { page, host } = await openDialogue('Rotate');
		await press(page, 'Rotate');
		await closed(page);
		host.overrides.viewKey = () => ({ unavailable: 'The key is not in the vault. Rotate the token.' });
		await press(page, 'View');
		await alert(page, 'The key is not in the vault.');
	});
});

describe('The details page, asked from elsewhere', function () {
	this.timeout(30_000);
	const pages = usePages();

	const found = (page: Page, what: 'edit' | 'rotate' | 'renew') =>
		what === 'edit'
			? focused(page.getByRole('textbox', { name: 'Name' }))
			: page.getByRole('dialog', { name: what === 'rotate' ? 'Rotate Token' : 'Renew Token' }).waitFor();

	for (const what of ['edit', 'rotate', 'renew'] as const) {
		it(`opens with what it was opened for: ${what}`, async () => {
			const { page } = await openDetails(pages, {}, { prepare: (host) => (host.begins = what) });
			await found(page, what);
		});

		it(`begins while it is open: ${what}`, async () => {
			const { page, host } = await openDetails(pages);
			await host.begin(what);
			await found(page, what);
			await press(page, 'Cancel');
			await host.begin(what);
			await found(page, what);
		});
	}

	it('says that it cannot begin what the token does not allow', async () => {
		const { page, host } = await openDetails(pages, { status: 'inactive' }, { prepare: (one) => (one.begins = 'renew') });
		await page.getByText('This token cannot be renewed now.').waitFor();
		assert.equal(await page.getByRole('dialog').count(), 0);
		await host.begin('rotate');
		await found(page, 'rotate');
		assert.equal(await page.getByText('This token cannot be renewed now.').count(), 0);
	});

	it('goes from one to another without losing an edit', async () => {
		const { page, host } = await openDetails(pages);
		await host.begin('rotate');
		await found(page, 'rotate');
		await host.begin('renew');
		await found(page, 'renew');
		await host.begin('edit');
		await found(page, 'edit');
		await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
		await host.begin('rotate');
		await found(page, 'rotate');
		await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
		await host.begin('edit');
		assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Mine');
	});

	it('ignores it for a token that is gone', async () => {
		const { page, host } = await openDetails(pages);
		await host.show(null);
		await host.begin('edit');
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
		assert.equal(await page.getByRole('textbox').count(), 0);
	});
});

describe('The details page, disabling, enabling and deleting', function () {
	this.timeout(30_000);
	const pages = usePages();

	it('disables and enables', async () => {
		const { page, host } = await openDetails(pages);
		await chooseAction(page, 'Disable');
		await page.getByRole('status').filter({ hasText: 'Disabled' }).waitFor();
		await focused(page.getByRole('button', { name: 'More Actions' }));
		await chooseAction(page, 'Enable');
		await page.getByRole('status').filter({ hasText: 'Active' }).waitFor();
		assert.deepEqual(host.runs, ['disable', 'enable']);
	});

	it('deletes, of which the host asks first', async () => {
		const { page, host } = await openDetails(pages);
		await chooseAction(page, 'Delete…');
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
		assert.deepEqual(host.runs, ['delete']);
	});

	it('goes on as before when the user did not want to delete', async () => {
		const { page, host } = await openDetails(pages);
		host.overrides.run = () => ({});
		await chooseAction(page, 'Delete…');
		await openMenu(page);
		await page.getByRole('heading', { name: 'Nightly import' }).waitFor();
	});

	it('waits for as long as the user thinks about the deletion', async () => {
		const { page, host } = await openDetails(pages, {}, { clock: true });
		let confirm!: () => void;
		const asked = new Promise<void>((resolve) => {
			host.overrides.run = async (params) => {
				resolve();
				await new Promise<void>((settle) => {
					confirm = settle;
				});
				return host.usual.run(params);
			};
		});
		await chooseAction(page, 'Delete…');
		await asked;
		await page.clock.fastForward(10 * 60_000);
		assert.equal(await page.getByRole('alert').count(), 0);
		confirm();
		await page.getByRole('heading', { name: 'Token deleted' }).waitFor();
	});

	for (const [token, item, title] of [
		[{}, 'Disable', 'The token could not be disabled.'],
		[{ status: 'inactive' }, 'Enable', 'The token could not be enabled.'],
		[{}, 'Delete…', 'The token could not be deleted.'],
	] as const) {
		it(`shows that the host refused to ${item}, and can try again`, async () => {
			const { page, host } = await openDetails(pages, token);
			host.overrides.run = () => {
				throw new Error('Another window was faster.');
			};
			await chooseAction(page, item);
			await page.getByRole('alert').filter({ hasText: title }).filter({ hasText: 'Another window was faster.' }).waitFor();
			host.overrides = {};
			await press(page, 'Try Again');
			await numbering(page.getByRole('alert'), 0);
			assert.equal(host.runs.length, 1);
		});
	}
});
