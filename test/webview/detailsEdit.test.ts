import type { Page } from '@playwright/test';
import { BUILT_IN_MODULES } from '../../src/domain/catalog';
import { fieldProblem } from '../../src/domain/problems';
import { DAY_MS } from '../../src/domain/token';
import type { detailsHostMethods } from '../../src/protocol/detailsMessages';
import type { MethodResult } from '../../src/protocol/peer';
import { expectAccessibleState } from '../support/page/accessibleState';
import { reloadPage } from '../support/page/detailsDriver';
import { earlierToken, TOKEN_ID } from '../support/page/exampleToken';
import { fail, type DetailsHost } from '../support/page/pageHosts';
import { expect, test as base, type OpenDetails } from '../support/page/pageTest';
import { clickButton } from '../support/page/wizardDriver';

type ReadyResult = MethodResult<typeof detailsHostMethods, 'ready'>;

const test = base.extend<{ openEdit: OpenDetails }>({
	openEdit: async ({ openDetails }, use) => {
		await use(async (token, options) => {
			const testPage = await openDetails(token, options);
			await clickButton(testPage.page, 'Edit');
			await expect(testPage.page.getByRole('heading', { name: 'Edit Token' })).toBeVisible();
			return testPage;
		});
	},
});

test.describe('Editing on the details page', () => {
	const field = (page: Page, name: string) => page.getByRole('textbox', { name });
	const expectSaved = (page: Page) => expect(page.getByRole('heading', { name: 'Edit Token' })).toHaveCount(0);
	const alert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text });
	const getSaves = (host: DetailsHost) => host.connection.paramsOf('save');
	const getSavedChanges = (host: DetailsHost) => getSaves(host).map(({ changes }) => changes);
	/** The notice about changes made elsewhere. */
	const concurrentChangesNotice = (page: Page) => page.getByRole('status').filter({ hasText: 'was changed while you were editing' });

	test('edits a token with the keyboard only', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		const { keyboard } = page;
		const tabToElement = async (role: 'button' | 'textbox' | 'checkbox', name: string) => {
			const target = page.getByRole(role, { name, exact: true }).and(page.locator(':focus'));
			do {
				await keyboard.press('Tab');
			} while ((await target.count()) === 0);
		};
		await tabToElement('button', 'Edit');
		await keyboard.press('Enter');
		await expect(field(page, 'Name')).toBeFocused();
		await keyboard.press('End');
		await keyboard.type(' of usage');
		await keyboard.press('Tab');
		await expect(field(page, 'External ID')).toBeFocused();
		await keyboard.press('Tab');
		await expect(field(page, 'Description')).toBeFocused();
		await keyboard.press('Control+End');
		await keyboard.press('Enter');
		await keyboard.type('And more.');
		await tabToElement('checkbox', 'Account');
		await keyboard.press('ArrowDown');
		await expect(page.getByRole('checkbox', { name: 'Billing', exact: true })).toBeFocused();
		await keyboard.press('Space');
		await tabToElement('button', 'Save');
		await keyboard.press('Enter');
		await expectSaved(page);
		await expect(page.getByRole('button', { name: 'Edit' })).toBeFocused();
		await expect(page.getByRole('status').filter({ hasText: 'Changes saved.' })).toBeVisible();
		await expect(page.getByRole('heading', { level: 1, name: 'Nightly import of usage' })).toBeVisible();
		expect(getSaves(host)).toEqual([
			{
				changes: {
					name: 'Nightly import of usage',
					description: 'Reads the usage of yesterday.\nAnd more.',
					permissions: ['MD-0024', 'usage'],
				},
				expected: '2025-05-20T10:12:00.000Z',
			},
		]);
	});

	test('sends only changed fields, and saves when Enter is pressed in a single-line field', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed and changed back');
		await field(page, 'Name').fill('Nightly import');
		await field(page, 'External ID').fill('');
		await field(page, 'External ID').press('Enter');
		await expectSaved(page);
		expect(getSavedChanges(host)).toEqual([{ externalId: null }]);
		await expect(page.getByText('–', { exact: true })).toBeVisible();
	});

	test('does not send a request to save nothing, only surrounding spaces, or the order of the modules', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await clickButton(page, 'Save');
		await expectSaved(page);
		await clickButton(page, 'Edit');
		await field(page, 'Name').fill(' Nightly import ');
		await clickButton(page, 'Save');
		await expectSaved(page);
		await clickButton(page, 'Edit');
		await page.getByRole('checkbox', { name: 'Billing', exact: true }).click();
		await expect(page.getByRole('checkbox', { name: 'Billing', exact: true, checked: false })).toBeVisible();
		await page.getByRole('checkbox', { name: 'Billing', exact: true }).click();
		await expect(page.getByRole('checkbox', { name: 'Billing', exact: true, checked: true })).toBeVisible();
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSaves(host)).toEqual([]);
	});

	test('changes limits and approval, and removes them', async ({ openEdit }) => {
		const { page, host, readToken } = await openEdit({ limits: { rate: { requests: 10, per: 'minute' } } });
		await expect(field(page, 'Rate')).toHaveValue('10');
		await page.getByRole('combobox', { name: 'Period' }).selectOption('per hour');
		await field(page, 'Total').fill('1,000');
		await page.getByRole('radio', { name: 'Always' }).click();
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(await readToken()).toMatchObject({ limits: { rate: { requests: 10, per: 'hour' }, total: 1000 }, approval: 'always' });
		await page.getByRole('tab', { name: 'Permissions' }).click();
		await expect(page.getByRole('definition').filter({ hasText: '10 requests per hour' })).toContainText('1,000 requests in total');
		await clickButton(page, 'Edit');
		await field(page, 'Rate').fill('');
		await field(page, 'Total').fill(' ');
		await page.getByRole('radio', { name: 'Never' }).click();
		await field(page, 'Total').press('Enter');
		await expectSaved(page);
		const token = await readToken();
		expect([token?.limits, token?.approval]).toEqual([undefined, undefined]);
		expect(getSavedChanges(host).map((changes) => Object.keys(changes))).toEqual([
			['limits', 'approval'],
			['limits', 'approval'],
		]);
	});

	test('does not save limits that mean the same, and shows an error at those that are invalid', async ({ openEdit }) => {
		const { page, host } = await openEdit({ limits: { total: 1000 } });
		await field(page, 'Total').fill(' 1,000 ');
		await page.getByRole('combobox', { name: 'Period' }).selectOption('per day');
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSaves(host)).toEqual([]);
		await clickButton(page, 'Edit');
		await field(page, 'Rate').fill('0');
		await field(page, 'Total').fill('many');
		await reloadPage(page);
		await expect(field(page, 'Total')).toHaveValue('many');
		await clickButton(page, 'Save');
		await expect(field(page, 'Rate')).toBeFocused();
		await expect(alert(page, 'Enter a whole number from 1 to 1,000,000,000.')).toHaveCount(2);
		await expectAccessibleState(field(page, 'Total'), /Enter a whole number/);
		await field(page, 'Rate').fill('');
		await expect(page.getByRole('alert')).toHaveCount(1);
		await field(page, 'Total').fill('2');
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSavedChanges(host).at(-1)).toEqual({ limits: { rate: '', per: 'minute', total: '2' } });
	});

	test('shows limits and approval that were changed elsewhere, and keeps those that were entered', async ({ openEdit }) => {
		const { page, host, readToken } = await openEdit();
		await field(page, 'Total').fill('5');
		await host.source.update(TOKEN_ID, { limits: { rate: { requests: 3, per: 'second' } }, approval: 'writes' });
		const changes = concurrentChangesNotice(page).getByRole('definition');
		await expect(changes).toHaveText([/3 requests per second.*Your edit is kept\./s, /For writes/]);
		await expect(page.getByRole('radio', { name: 'For writes', checked: true })).toBeVisible();
		await expect(field(page, 'Total')).toHaveValue('5');
		await clickButton(page, 'Save');
		await expectSaved(page);
		const token = await readToken();
		expect([token?.limits, token?.approval]).toEqual([{ total: 5 }, 'writes']);
	});

	test('discards all changes on Cancel', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Never mind');
		await page.getByRole('checkbox', { name: 'All Modules', exact: true }).click();
		await clickButton(page, 'Cancel');
		await expectSaved(page);
		await expect(page.getByRole('button', { name: 'Edit' })).toBeFocused();
		await expect(page.getByText('3 modules', { exact: true })).toBeVisible();
		await clickButton(page, 'Edit');
		await expect(field(page, 'Name')).toHaveValue('Nightly import');
		await expect(page.getByRole('checkbox', { name: 'All Modules', exact: true })).toBeChecked({ indeterminate: true });
		expect(getSaves(host)).toEqual([]);
	});

	test('can undo Cancel', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await clickButton(page, 'Cancel');
		await expectSaved(page);
		await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
		await clickButton(page, 'Edit');
		await field(page, 'Name').fill('Never mind');
		await clickButton(page, 'Cancel');
		await expect(page.getByRole('status').filter({ hasText: 'Changes discarded.' })).toBeVisible();
		await expect.poll(() => host.connection.paramsOf('keepEdit').at(-1)).toEqual({ edit: null });
		await clickButton(page, 'Undo');
		await expect(field(page, 'Name')).toHaveValue('Never mind');
		await expect.poll(() => host.connection.paramsOf('keepEdit').at(-1)?.edit?.entered).toEqual({ name: 'Never mind' });
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSavedChanges(host)).toEqual([{ name: 'Never mind' }]);
	});

	test('cancels with Escape only if nothing has been changed', async ({ openEdit }) => {
		const { page } = await openEdit();
		await field(page, 'Name').fill('Changed');
		await page.keyboard.press('Escape');
		await field(page, 'Name').fill('Nightly import');
		await page.getByRole('checkbox', { name: 'Billing', exact: true }).press('Escape');
		await expectSaved(page);
	});

	test('selects all modules and deselects one of them', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		const total = await page.getByRole('checkbox', { name: /^(?!.*read-only)/i }).count();
		await page.getByRole('checkbox', { name: 'All Modules', exact: true }).click();
		await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(total);
		await clickButton(page, 'Save');
		await expectSaved(page);
		await expect(page.getByText('Full', { exact: true })).toBeVisible();
		await clickButton(page, 'Edit');
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSavedChanges(host)[0]).toEqual({ permissions: ['MD-0000'] });
		expect(getSavedChanges(host)[1]?.permissions).toHaveLength(total - 2);
	});

	test('shows that the modules cannot be changed if the extension determines them', async ({ openEdit }) => {
		const { page } = await openEdit({ extension: { id: 'reports', name: 'Reports' }, permissions: ['reports'] });
		await expect(page.getByText("can't be changed")).toBeVisible();
		await expect(page.getByRole('listitem').filter({ hasText: 'Reports' })).toBeVisible();
		await expect(page.getByRole('checkbox')).toHaveCount(0);
	});

	test('shows an error at each field with invalid text until it is corrected', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		for (const [label, text, message] of [
			['Name', '', 'Enter a name with 1 to 128 characters.'],
			['Name', 'x'.repeat(129), 'Use at most 128 characters.'],
			['External ID', 'x'.repeat(129), 'Use at most 128 characters.'],
			['Description', 'x'.repeat(256), 'Use at most 255 characters.'],
		] as const) {
			await test.step(`${label} with ${text.length} characters`, async () => {
				const requestsBefore = getSaves(host).length;
				await field(page, label).fill(text);
				await clickButton(page, 'Save');
				await expect(field(page, label)).toBeFocused();
				await expect(page.getByRole('alert')).toHaveCount(1);
				await expectAccessibleState(field(page, label), message, { invalid: true });
				await field(page, label).fill(`corrected ${requestsBefore}`);
				await expect(page.getByRole('alert')).toHaveCount(0);
				await clickButton(page, 'Save');
				await expectSaved(page);
				expect(getSaves(host)).toHaveLength(requestsBefore + 2);
				await expect(page.getByText(`corrected ${requestsBefore}`).first()).toBeVisible();
				await clickButton(page, 'Edit');
			});
		}
	});

	test('shows an error for a module that is no longer in the catalog and can be deselected', async ({ openEdit }) => {
		let modules = [...BUILT_IN_MODULES, { id: 'gone', name: 'gone' }];
		const { page, host } = await openEdit({ permissions: ['billing'] }, { modules: () => modules });
		await page.getByRole('checkbox', { name: 'gone', exact: true }).click();
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		modules = [...BUILT_IN_MODULES];
		await clickButton(page, 'Save');
		await expect(alert(page, 'Module "gone" doesn\'t exist.')).toBeVisible();
		await expect(page.getByRole('checkbox', { name: 'All Modules', exact: true })).toBeFocused();
		await page.getByRole('checkbox', { name: 'gone', exact: true }).click();
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSavedChanges(host).at(-1)).toEqual({ permissions: ['billing', 'usage'] });
	});

	test('keeps a module of the token that is no longer in the catalog', async ({ openEdit }) => {
		const { page, readToken } = await openEdit({ permissions: ['billing', 'gone'] });
		await expect(page.getByRole('checkbox', { name: 'gone', exact: true, checked: true })).toBeVisible();
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect((await readToken())?.permissions.toSorted()).toEqual(['billing', 'gone', 'usage']);
	});

	test('shows an error that does not belong to a field', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		fail(host.source, 'update', fieldProblem('owner', 'The owner is unknown.'));
		await clickButton(page, 'Save');
		await expect(alert(page, 'The owner is unknown.')).toBeVisible();
	});

	test('shows why saving failed, keeps the input, and retries with the current input', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		const restoreSource = fail(host.source, 'update', new Error('The disk is full.'));
		await clickButton(page, 'Save');
		await expect(alert(page, 'The disk is full.')).toBeVisible();
		await expect(page.getByRole('button', { name: 'Try Again' })).toBeFocused();
		await expect(field(page, 'Name')).toHaveValue('Changed');
		await field(page, 'Description').fill('Changed as well.');
		restoreSource();
		await clickButton(page, 'Try Again');
		await expectSaved(page);
		expect(getSavedChanges(host).at(-1)).toEqual({ name: 'Changed', description: 'Changed as well.' });
	});

	test('saves once even if Save is pressed repeatedly', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		const request = host.connection.holdRequests('save');
		await page.getByRole('button', { name: 'Save' }).evaluate((button: HTMLElement) => {
			button.click();
			button.click();
		});
		await expect(page.getByRole('button', { name: 'Save', disabled: true })).toBeVisible();
		await field(page, 'Name').press('Enter');
		await field(page, 'Name').press('Escape');
		request.release();
		await expectSaved(page);
		expect(getSaves(host)).toHaveLength(1);
	});

	test('continues the edit with input that was entered while saving', async ({ openEdit }) => {
		const { page, host, readToken } = await openEdit();
		await field(page, 'Name').fill('Changed');
		const request = host.connection.holdRequests('save');
		await clickButton(page, 'Save');
		await expect(page.getByRole('button', { name: 'Save', disabled: true })).toBeVisible();
		await field(page, 'Description').fill('Entered while saving.');
		request.release();
		await expect(page.getByRole('button', { name: 'Save', disabled: false })).toBeVisible();
		await expect(field(page, 'Description')).toHaveValue('Entered while saving.');
		await expect(concurrentChangesNotice(page)).toHaveCount(0);
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSavedChanges(host)).toEqual([{ name: 'Changed' }, { description: 'Entered while saving.' }]);
		expect((await readToken())?.description).toBe('Entered while saving.');
	});

	test('restores the edit with all input', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		await field(page, 'Description').fill('Changed as well.');
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		await reloadPage(page);
		await expect(field(page, 'Name')).toHaveValue('Changed');
		await expect(field(page, 'External ID')).toHaveValue('billing-7');
		await expect(field(page, 'Description')).toHaveValue('Changed as well.');
		await expect(page.getByRole('checkbox', { name: 'Usage', exact: true, checked: false })).toBeVisible();
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSavedChanges(host)).toEqual([{ name: 'Changed', description: 'Changed as well.', permissions: ['MD-0024', 'billing'] }]);
	});

	test('offers the changes of a page that was closed, to continue or discard them', async ({ openDetails }) => {
		const draft = { seen: earlierToken, entered: { name: 'Changed before' } };
		const { page, host } = await openDetails({}, { draft });
		const offer = page.getByRole('status').filter({ hasText: 'You have unsaved changes from 20 May 2025' });
		await expect(offer).toBeVisible();
		await reloadPage(page);
		await expect(offer).toBeVisible();
		await clickButton(page, 'Continue Editing');
		await expect(field(page, 'Name')).toHaveValue('Changed before');
		await expect(offer).toHaveCount(0);
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSavedChanges(host)).toEqual([{ name: 'Changed before' }]);
		await expect(offer).toHaveCount(0);
		await expect.poll(() => host.connection.paramsOf('keepEdit').at(-1)).toEqual({ edit: null });
		const other = await openDetails({}, { draft });
		await clickButton(other.page, 'Discard');
		await expect(other.page.getByText('You have unsaved changes')).toHaveCount(0);
		await expect.poll(() => other.host.connection.paramsOf('keepEdit')).toEqual([{ edit: null }]);
		await clickButton(other.page, 'Edit');
		await expect(field(other.page, 'Name')).toHaveValue('Nightly import');
	});

	test('removes the changes of a page that was closed if they have been saved', async ({ openDetails }) => {
		const draft = { seen: earlierToken, entered: { name: 'Nightly import' } };
		const { page, host } = await openDetails({}, { draft });
		await expect.poll(() => host.connection.paramsOf('keepEdit')).toEqual([{ edit: null }]);
		await expect(page.getByText('You have unsaved changes')).toHaveCount(0);
	});

	test('saves when Ctrl+S is pressed anywhere, and keeps each change until then', async ({ openEdit }) => {
		const { page, host, state } = await openEdit();
		await field(page, 'Name').fill('Changed');
		await expect.poll(() => host.connection.paramsOf('keepEdit').at(-1)?.edit?.entered).toEqual({ name: 'Changed' });
		expect(JSON.stringify(await state())).not.toContain('Changed');
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).press('Control+s');
		await expectSaved(page);
		expect(getSavedChanges(host)).toEqual([{ name: 'Changed' }]);
		await expect.poll(() => host.connection.paramsOf('keepEdit').at(-1)).toEqual({ edit: null });
		await page.keyboard.press('Control+s');
		expect(getSaves(host)).toHaveLength(1);
	});

	test('shows changes made elsewhere, applies them to unedited fields, and keeps the edited ones', async ({ openEdit }) => {
		const { page, host, readToken } = await openEdit();
		await field(page, 'Name').fill('Mine');
		await host.source.update(TOKEN_ID, { name: 'Theirs', description: 'Theirs as well.', permissions: ['usage'] });
		await host.source.disable(TOKEN_ID);
		const changes = concurrentChangesNotice(page).getByRole('definition');
		await expect(changes).toHaveText([/^\s*Theirs(?! as)/, /^\s*Theirs as well\./, /^\s*Usage/, /^\s*Disabled/]);
		await expect(changes.filter({ hasText: 'Theirs' }).filter({ hasText: 'Your edit is kept.' })).toBeVisible();
		await expect(field(page, 'Name')).toHaveValue('Mine');
		await expect(field(page, 'Description')).toHaveValue('Theirs as well.');
		await expect(page.getByRole('checkbox', { name: 'Billing', exact: true, checked: false })).toBeVisible();
		const seen = await readToken();
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSaves(host)).toEqual([{ changes: { name: 'Mine' }, expected: seen?.updated.at }]);
		expect(await readToken()).toMatchObject({ name: 'Mine', description: 'Theirs as well.' });
	});

	test('shows changes made elsewhere until the user dismisses the notice, including those made while the page was hidden', async ({
		openEdit,
	}) => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Mine');
		host.hide();
		await host.source.update(TOKEN_ID, { description: 'Theirs.' });
		await reloadPage(page);
		await expect(concurrentChangesNotice(page).getByRole('definition')).toContainText('Theirs.');
		await clickButton(page, 'Dismiss');
		await expect(concurrentChangesNotice(page)).toHaveCount(0);
		await reloadPage(page);
		await expect(field(page, 'Name')).toHaveValue('Mine');
		await expect(concurrentChangesNotice(page)).toHaveCount(0);
		await host.source.update(TOKEN_ID, { externalId: 'theirs-1' });
		await expect(concurrentChangesNotice(page).getByRole('definition')).toHaveCount(1);
	});

	test('shows no notice if only the status changed over time', async ({ openEdit }) => {
		const { page, workspace } = await openEdit();
		await field(page, 'Name').fill('Mine');
		workspace.advanceClock(25 * DAY_MS);
		await workspace.changeAnotherToken();
		await expect(page.getByText('Expiring')).toBeVisible();
		await expect(concurrentChangesNotice(page)).toHaveCount(0);
	});

	test('fails if the token was changed elsewhere, shows the change, and can then overwrite it', async ({ openEdit }) => {
		const { page, host, readToken } = await openEdit();
		await field(page, 'Name').fill('Mine');
		const update = host.connection.holdUpdates('show');
		await host.source.update(TOKEN_ID, { name: 'Theirs' });
		await clickButton(page, 'Save');
		await expect(alert(page, `Token ${TOKEN_ID} was changed while you were editing.`)).toBeVisible();
		expect((await readToken())?.name).toBe('Theirs');
		update.release();
		await expect(concurrentChangesNotice(page).getByRole('definition')).toContainText('Theirs');
		await clickButton(page, 'Try Again');
		await expectSaved(page);
		expect((await readToken())?.name).toBe('Mine');
	});

	test('recognizes that the host saved the changes before the page loaded again', async ({ openEdit }) => {
		const { page, host, readToken } = await openEdit();
		await field(page, 'Name').fill('Saved by the host');
		const response = host.connection.holdResponses('save');
		await clickButton(page, 'Save');
		await expect.poll(() => response.count).toBe(1);
		expect((await readToken())?.name).toBe('Saved by the host');
		await reloadPage(page);
		await expectSavedOnce(page);
	});

	test('recognizes that the host saved the changes after the page loaded again', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Saved by the host');
		const request = host.connection.holdRequests('save');
		await clickButton(page, 'Save');
		await expect(page.getByRole('button', { name: 'Save', disabled: true })).toBeVisible();
		await reloadPage(page);
		await expect(field(page, 'Name')).toHaveValue('Saved by the host');
		request.release();
		await expectSavedOnce(page);
	});

	/** Expects that the page shows the saved changes, and that a reload doesn't start the edit again. */
	async function expectSavedOnce(page: Page): Promise<void> {
		await expect(page.getByRole('status').filter({ hasText: 'Changes saved.' })).toBeVisible();
		await expectSaved(page);
		await reloadPage(page);
		await expect(page.getByRole('heading', { name: 'Edit Token' })).toHaveCount(0);
	}

	test('times out waiting for the response to save without losing input', async ({ openEdit }) => {
		const { page, host, state } = await openEdit({}, { clock: true });
		await field(page, 'Name').fill('Changed');
		const before = await state();
		host.connection.ignore('save');
		await clickButton(page, 'Save');
		await expect(page.getByRole('button', { name: 'Save', disabled: true })).toBeVisible();
		await page.clock.fastForward(31_000);
		await expect(alert(page, 'No response to "save" within 30 seconds.')).toBeVisible();
		expect(await state()).toEqual(before);
		await host.source.update(TOKEN_ID, { name: 'Changed' });
		await expectSaved(page);
	});

	test('rejects an invalid response', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Changed');
		host.connection.answer('save', { done: 'yes' });
		await clickButton(page, 'Save');
		await expect(alert(page, 'Invalid response to "save".')).toBeVisible();
		await expect(field(page, 'Name')).toHaveValue('Changed');
	});

	test('ignores invalid messages and responses to requests that it never sent', async ({ openEdit }) => {
		const { page, transport, host } = await openEdit();
		let ready!: ReadyResult;
		host.connection.changeResults('ready', (result) => (ready = result));
		await reloadPage(page);
		await field(page, 'Name').fill('Changed');
		for (const message of [
			'hello',
			null,
			[],
			{ kind: 'response', id: '99', result: { done: true } },
			{ kind: 'response', id: '0', result: { ...ready, initialAction: 'rotate' } },
			{ kind: 'request', id: '1', method: 'save', params: {} },
			{ kind: 'request', id: '2', method: 'startAction', params: { action: 'delete' } },
			{ kind: 'request', id: '3', method: 'show', params: { token: null } },
		]) {
			transport.send(message);
		}
		await clickButton(page, 'Save');
		await expectSaved(page);
		expect(getSavedChanges(host)).toEqual([{ name: 'Changed' }]);
	});

	test('shows that the token was deleted, with the unsaved changes', async ({ openEdit }) => {
		const { page, host } = await openEdit();
		await field(page, 'Name').fill('Mine');
		await field(page, 'Description').fill('Long to type.');
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		await host.source.delete(TOKEN_ID);
		const unsavedChanges = page.getByRole('region', { name: 'Your unsaved changes' });
		const texts = ['Mine', 'Long to type.', 'Billing DevOps'];
		await expect(unsavedChanges).toBeVisible();
		await expect(unsavedChanges.getByRole('definition')).toHaveText(texts, { useInnerText: true });
		await reloadPage(page);
		await expect(unsavedChanges.getByRole('definition')).toHaveText(texts, { useInnerText: true });
		await expect(page.getByRole('textbox')).toHaveCount(0);
	});

	test('does not start if the token does not allow it', async ({ openDetails }) => {
		const { page, host } = await openDetails(
			{},
			{
				prepare: ({ connection }) =>
					connection.changeResults('ready', ({ snapshot, ...others }) => ({
						...others,
						snapshot: { ...snapshot, actions: [] },
					})),
			},
		);
		await expect(page.getByRole('button', { name: 'View' })).toBeVisible();
		await expect(page.getByRole('button', { name: /^Edit$/ })).toHaveCount(0);
		host.start('edit');
		await expect(page.getByText("This token can't be edited in its current state.")).toBeVisible();
	});
});
