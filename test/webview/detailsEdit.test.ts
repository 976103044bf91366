import assert from 'node:assert/strict';
import type { Page } from '@playwright/test';
import { reloadPage, openDetails, type DetailsOptions } from '../support/page/detailsDriver';
import type { ShownToken } from '../support/page/fakeDetailsHost';
import { waitForAccessibleState, waitForFocus } from '../support/page/accessibleState';
import { usePages } from '../support/page/testPages';
import { waitForCount, clickButton } from '../support/page/wizardDriver';

describe('Editing on the details page', function () {
	this.timeout(30_000);
	const pages = usePages();

	async function openEdit(token: Partial<ShownToken> = {}, options: DetailsOptions = {}) {
		const testPage = await openDetails(pages, token, options);
		await clickButton(testPage.page, 'Edit');
		await testPage.page.getByRole('heading', { name: 'Edit Token' }).waitFor();
		return testPage;
	}

	const field = (page: Page, name: string) => page.getByRole('textbox', { name });
	const savedName = (page: Page) => page.getByRole('heading', { name: 'Edit Token' }).waitFor({ state: 'detached' });
	const waitForAlert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor();
	/** The notice about changes made elsewhere. */
	const concurrentChangesNotice = (page: Page) => page.getByRole('status').filter({ hasText: 'was changed while you were editing' });

	it('edits a token with the keyboard only', async () => {
		const { page, host } = await openDetails(pages);
		const { keyboard } = page;
		const tabToElement = async (role: 'button' | 'textbox' | 'checkbox', name: string) => {
			const target = page.getByRole(role, { name, exact: true }).and(page.locator(':focus'));
			do {
				await keyboard.press('Tab');
			} while ((await target.count()) === 0);
		};
		await tabToElement('button', 'Edit');
		await keyboard.press('Enter');
		await waitForFocus(field(page, 'Name'));
		await keyboard.press('End');
		await keyboard.type(' of usage');
		await keyboard.press('Tab');
		await waitForFocus(field(page, 'External ID'));
		await keyboard.press('Tab');
		await waitForFocus(field(page, 'Description'));
		await keyboard.press('Control+End');
		await keyboard.press('Enter');
		await keyboard.type('And more.');
		await tabToElement('checkbox', 'Billing');
		await keyboard.press('Space');
		await tabToElement('button', 'Save');
		await keyboard.press('Enter');
		await savedName(page);
		await waitForFocus(page.getByRole('button', { name: 'Edit' }));
		await page.getByRole('status').filter({ hasText: 'Changes saved.' }).waitFor();
		await page.getByRole('heading', { level: 1, name: 'Nightly import of usage' }).waitFor();
		assert.deepEqual(host.saves, [
			{
				changes: {
					name: 'Nightly import of usage',
					description: 'Reads the usage of yesterday.\nAnd more.',
					permissions: ['usage', 'MD-0024'],
				},
				expected: '2025-05-20T10:12:00.000Z',
			},
		]);
	});

	it('sends only changed fields, and saves when Enter is pressed in a single-line field', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed and changed back');
		await field(page, 'Name').fill('Nightly import');
		await field(page, 'External ID').fill('');
		await field(page, 'External ID').press('Enter');
		await savedName(page);
		assert.deepEqual(
			host.saves.map(({ changes }) => changes),
			[{ externalId: null }],
		);
		await page.getByText('–', { exact: true }).waitFor();
	});

	for (const [what, change] of [
		['nothing', () => Promise.resolve()],
		['only surrounding spaces', (page) => field(page, 'Name').fill(' Nightly import ')],
		[
			'the order of its modules',
			async (page) => {
				await page.getByRole('checkbox', { name: 'Billing' }).click();
				await page.getByRole('checkbox', { name: 'Billing' }).click();
			},
		],
	] as const satisfies readonly [string, (page: Page) => Promise<void>][]) {
		it(`does not send a request to save ${what}`, async () => {
			const { page, host } = await openEdit();
			await change(page);
			await clickButton(page, 'Save');
			await savedName(page);
			assert.deepEqual(host.requests, ['ready']);
		});
	}

	it('discards all changes on Cancel', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Never mind');
		await page.getByRole('checkbox', { name: 'All Modules' }).click();
		await clickButton(page, 'Cancel');
		await savedName(page);
		await waitForFocus(page.getByRole('button', { name: 'Edit' }));
		await page.getByText('3 modules', { exact: true }).waitFor();
		await clickButton(page, 'Edit');
		assert.equal(await field(page, 'Name').inputValue(), 'Nightly import');
		await page.getByRole('checkbox', { name: 'All Modules', checked: false }).waitFor();
		assert.deepEqual(host.requests, ['ready']);
	});

	it('cancels with Escape only if nothing has been changed', async () => {
		const { page } = await openEdit();
		await field(page, 'Name').fill('Changed');
		await page.keyboard.press('Escape');
		await field(page, 'Name').fill('Nightly import');
		await page.getByRole('checkbox', { name: 'Billing' }).press('Escape');
		await savedName(page);
	});

	it('selects all modules and deselects one of them', async () => {
		const { page, host } = await openEdit();
		const total = await page.getByRole('checkbox').count();
		await page.getByRole('checkbox', { name: 'All Modules' }).click();
		await waitForCount(page.getByRole('checkbox', { checked: true }), total);
		await clickButton(page, 'Save');
		await savedName(page);
		await page.getByText('Full', { exact: true }).waitFor();
		await clickButton(page, 'Edit');
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await clickButton(page, 'Save');
		await savedName(page);
		assert.deepEqual(host.saves[0]?.changes, { permissions: ['MD-0000'] });
		assert.equal(host.saves[1]?.changes.permissions?.length, total - 2);
	});

	it('shows that the modules cannot be changed if the extension determines them', async () => {
		const { page } = await openEdit({ extension: { id: 'reports', name: 'Reports' }, permissions: ['reports'] });
		await page.getByText("can't be changed").waitFor();
		await page.getByRole('listitem').filter({ hasText: 'Reports' }).waitFor();
		assert.equal(await page.getByRole('checkbox').count(), 0);
	});

	for (const [label, text, message] of [
		['Name', '', 'Enter a name with 1 to 128 characters.'],
		['Name', 'x'.repeat(129), 'Use at most 128 characters.'],
		['External ID', 'x'.repeat(129), 'Use at most 128 characters.'],
		['Description', 'x'.repeat(256), 'Use at most 255 characters.'],
	] as const) {
		it(`shows an error at ${label} for ${text.length} characters`, async () => {
			const { page, host } = await openEdit();
			await field(page, label).fill(text);
			await clickButton(page, 'Save');
			await waitForFocus(field(page, label));
			await waitForCount(page.getByRole('alert'), 1);
			await waitForAccessibleState(field(page, label), ({ description, invalid }) =>
				assert.ok(invalid && description.includes(message), description),
			);
			await field(page, label).fill('corrected');
			await waitForCount(page.getByRole('alert'), 0);
			await clickButton(page, 'Save');
			await savedName(page);
			assert.equal(host.saves.length, 2);
		});
	}

	it('shows an error for a module that is no longer in the catalog and can be deselected', async () => {
		const { page, host } = await openEdit({ permissions: ['billing', 'gone'] });
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await clickButton(page, 'Save');
		await waitForAlert(page, 'Module "gone" doesn\'t exist.');
		await waitForFocus(page.getByRole('checkbox', { name: 'All Modules' }));
		await page.getByRole('checkbox', { name: 'gone' }).click();
		await clickButton(page, 'Save');
		await savedName(page);
		assert.deepEqual(host.saves.at(-1)?.changes, { permissions: ['billing', 'usage'] });
	});

	it('shows an error that does not belong to a field', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		host.handlerOverrides.save = () => ({ errors: { owner: 'The owner is unknown.' } });
		await clickButton(page, 'Save');
		await waitForAlert(page, 'The owner is unknown.');
	});

	it('shows why saving failed, keeps the input, and retries with the current input', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		host.handlerOverrides.save = () => {
			throw new Error('The disk is full.');
		};
		await clickButton(page, 'Save');
		await waitForAlert(page, 'The disk is full.');
		await waitForFocus(page.getByRole('button', { name: 'Try Again' }));
		assert.equal(await field(page, 'Name').inputValue(), 'Changed');
		await field(page, 'Description').fill('Changed as well.');
		host.handlerOverrides = {};
		await clickButton(page, 'Try Again');
		await savedName(page);
		assert.deepEqual(host.saves.at(-1)?.changes, { name: 'Changed', description: 'Changed as well.' });
	});

	it('saves once even if Save is pressed repeatedly', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		let release!: () => void;
		const pendingResponse = new Promise<void>((resolve) => {
			release = resolve;
		});
		host.handlerOverrides.save = async (params) => {
			await pendingResponse;
			return host.defaultHandlers.save(params);
		};
		await page.getByRole('button', { name: 'Save' }).evaluate((button: HTMLElement) => {
			button.click();
			button.click();
		});
		await page.getByRole('button', { name: 'Save', disabled: true }).waitFor();
		await field(page, 'Name').press('Enter');
		await field(page, 'Name').press('Escape');
		release();
		await savedName(page);
		assert.equal(host.saves.length, 1);
	});

	it('continues the edit with input that was entered while saving', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		let release!: () => void;
		const pendingResponse = new Promise<void>((resolve) => {
			release = resolve;
		});
		host.handlerOverrides.save = async (params) => {
			await pendingResponse;
			return host.defaultHandlers.save(params);
		};
		await clickButton(page, 'Save');
		await page.getByRole('button', { name: 'Save', disabled: true }).waitFor();
		await field(page, 'Description').fill('Entered while saving.');
		release();
		await page.getByRole('button', { name: 'Save', disabled: false }).waitFor();
		assert.equal(await field(page, 'Description').inputValue(), 'Entered while saving.');
		assert.equal(await concurrentChangesNotice(page).count(), 0);
		host.handlerOverrides = {};
		await clickButton(page, 'Save');
		await savedName(page);
		assert.deepEqual(
			host.saves.map(({ changes }) => changes),
			[{ name: 'Changed' }, { description: 'Entered while saving.' }],
		);
		assert.equal(host.token?.description, 'Entered while saving.');
	});

	it('restores the edit with all input', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		await field(page, 'Description').fill('Changed as well.');
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await reloadPage(page);
		assert.equal(await field(page, 'Name').inputValue(), 'Changed');
		assert.equal(await field(page, 'External ID').inputValue(), 'billing-7');
		assert.equal(await field(page, 'Description').inputValue(), 'Changed as well.');
		await page.getByRole('checkbox', { name: 'Usage', checked: false }).waitFor();
		await clickButton(page, 'Save');
		await savedName(page);
		assert.deepEqual(host.saves[0]?.changes, { name: 'Changed', description: 'Changed as well.', permissions: ['billing', 'MD-0024'] });
	});

	it('shows changes made elsewhere, applies them to unedited fields, and keeps the edited ones', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Mine');
		await host.changeAndNotify({ name: 'Theirs', description: 'Theirs as well.', permissions: ['usage'], status: 'inactive' });
		const changes = concurrentChangesNotice(page).getByRole('definition');
		assert.deepEqual(
			(await changes.allInnerTexts()).map((text) => text.trim().split('\n')[0]),
			['Theirs', 'Theirs as well.', 'Usage', 'Disabled'],
		);
		await changes.filter({ hasText: 'Theirs' }).filter({ hasText: 'Your edit is kept.' }).waitFor();
		assert.equal(await field(page, 'Name').inputValue(), 'Mine');
		assert.equal(await field(page, 'Description').inputValue(), 'Theirs as well.');
		await page.getByRole('checkbox', { name: 'Billing', checked: false }).waitFor();
		await clickButton(page, 'Save');
		await savedName(page);
		assert.deepEqual(host.saves, [{ changes: { name: 'Mine' }, expected: '2025-05-21T00:00:00.000Z' }]);
		assert.equal(host.token?.description, 'Theirs as well.');
	});

	it('shows changes made elsewhere until the user dismisses the notice, including those made while the page was hidden', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Mine');
		host.changeSilently({ description: 'Theirs.' });
		await reloadPage(page);
		await concurrentChangesNotice(page).getByRole('definition').filter({ hasText: 'Theirs.' }).waitFor();
		await clickButton(page, 'Dismiss');
		await waitForCount(concurrentChangesNotice(page), 0);
		await reloadPage(page);
		assert.equal(await field(page, 'Name').inputValue(), 'Mine');
		assert.equal(await concurrentChangesNotice(page).count(), 0);
		await host.changeAndNotify({ externalId: 'theirs-1' });
		await waitForCount(concurrentChangesNotice(page).getByRole('definition'), 1);
	});

	it('shows no notice if only the status changed over time', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Mine');
		const { updated } = host.token!;
		await host.changeAndNotify({ status: 'expiring', updated });
		await page.getByText('Expiring').waitFor();
		assert.equal(await concurrentChangesNotice(page).count(), 0);
	});

	it('fails if the token was changed elsewhere, shows the change, and can then overwrite it', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Mine');
		host.changeSilently({ name: 'Theirs' });
		await clickButton(page, 'Save');
		await waitForAlert(page, 'The token was changed elsewhere.');
		assert.equal(host.token?.name, 'Theirs');
		await host.changeAndNotify({});
		await concurrentChangesNotice(page).getByRole('definition').filter({ hasText: 'Theirs' }).waitFor();
		await clickButton(page, 'Try Again');
		await savedName(page);
		assert.equal(host.token.name, 'Mine');
	});

	for (const [when, saveAfterTimeout] of [
		['before the page loaded again', false],
		['after the page loaded again', true],
	] as const) {
		it(`recognizes that the host saved the changes ${when}`, async () => {
			const { page, host } = await openEdit();
			await field(page, 'Name').fill('Saved by the host');
			host.handlerOverrides.save = ({ changes }) => {
				if (!saveAfterTimeout) {
					host.changeSilently(changes);
				}
				return new Promise(() => undefined);
			};
			await clickButton(page, 'Save');
			await page.getByRole('button', { name: 'Save', disabled: true }).waitFor();
			await reloadPage(page);
			if (saveAfterTimeout) {
				assert.equal(await field(page, 'Name').inputValue(), 'Saved by the host');
				await host.changeAndNotify({ name: 'Saved by the host' });
			}
			await page.getByRole('status').filter({ hasText: 'Changes saved.' }).waitFor();
			await savedName(page);
			await reloadPage(page);
			assert.equal(await page.getByRole('heading', { name: 'Edit Token' }).count(), 0);
		});
	}

	it('times out waiting for the response to save without losing input', async () => {
		const { page, host, state } = await openEdit({}, { clock: true });
		await field(page, 'Name').fill('Changed');
		const before = await state();
		host.handlerOverrides.save = () => new Promise(() => undefined);
		await clickButton(page, 'Save');
		await page.getByRole('button', { name: 'Save', disabled: true }).waitFor();
		await page.clock.fastForward(31_000);
		await waitForAlert(page, 'No response to "save" within 30 seconds.');
		assert.deepEqual(await state(), before);
		await host.changeAndNotify({ name: 'Changed' });
		await savedName(page);
	});

	it('rejects an invalid response', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		host.handlerOverrides.save = () => ({ done: 'yes' }) as never;
		await clickButton(page, 'Save');
		await waitForAlert(page, 'Invalid response to "save".');
		assert.equal(await field(page, 'Name').inputValue(), 'Changed');
	});

	it('ignores invalid messages and responses to requests that it never sent', async () => {
		const { page, transport, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		for (const message of [
			'hello',
			null,
			[],
			{ kind: 'response', id: 99, result: { done: true } },
			{ kind: 'response', id: 0, result: { snapshot: host.snapshot(), initialAction: 'rotate' } },
			{ kind: 'request', id: 1, method: 'save', params: {} },
			{ kind: 'request', id: 2, method: 'startAction', params: { action: 'delete' } },
			{ kind: 'request', id: 3, method: 'show', params: { token: null } },
		]) {
			transport.send(message);
		}
		await clickButton(page, 'Save');
		await savedName(page);
		assert.deepEqual(
			host.saves.map(({ changes }) => changes),
			[{ name: 'Changed' }],
		);
	});

	it('shows that the token was deleted, with the unsaved changes', async () => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Mine');
		await field(page, 'Description').fill('Long to type.');
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await host.changeAndNotify(null);
		const unsavedChanges = page.getByRole('region', { name: 'Your unsaved changes' });
		const texts = ['Mine', 'Long to type.', 'Billing\nDevOps'];
		await unsavedChanges.waitFor();
		assert.deepEqual(await unsavedChanges.getByRole('definition').allInnerTexts(), texts);
		await reloadPage(page);
		assert.deepEqual(await unsavedChanges.getByRole('definition').allInnerTexts(), texts);
		assert.equal(await page.getByRole('textbox').count(), 0);
	});

	it('does not start if the token does not allow it', async () => {
		const { page, host } = await openDetails(pages, {}, { prepare: (item) => (item.snapshotOverrides = { actions: [] }) });
		await page.getByRole('heading', { level: 1 }).waitFor();
		assert.equal(await page.getByRole('button', { name: /^(Edit|More Actions)$/ }).count(), 0);
		await host.requestAction('edit');
		await page.getByText("This token can't be edited in its current state.").waitFor();
	});
});
