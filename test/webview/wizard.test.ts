import type { Page } from '@playwright/test';
import { expectAccessibleState } from '../support/page/accessibleState';
import { commandIds } from '../../src/models/manifestIds';
import { expect, test, type WizardTestPage } from '../support/page/pageTest';
import { waitForStep, clickButton, fillAllSteps, completeGeneral, goToExtension, goToPermissions } from '../support/page/wizardDriver';

test.describe('The wizard', () => {
	const expectCreated = ({ readCreated }: WizardTestPage, properties: Record<string, unknown>) =>
		expect.poll(readCreated).toEqual([expect.objectContaining(properties)]);
	const stepHeading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name, exact: true });

	test('creates a token with the keyboard only', async ({ openWizard }) => {
		const { page, host, readCreated } = await openWizard();
		const { keyboard } = page;
		const tabToAndPress = async (name: string) => {
			const button = page.getByRole('button', { name }).and(page.locator(':focus'));
			do {
				await keyboard.press('Tab');
			} while ((await button.count()) === 0);
			await keyboard.press('Enter');
		};
		await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
		await keyboard.type('Nightly import');
		await keyboard.press('Tab');
		await keyboard.type('billing-7');
		await keyboard.press('Tab');
		await keyboard.type('Reads the usage');
		await keyboard.press('Enter');
		await keyboard.type('of yesterday.');
		await tabToAndPress('Next');
		await waitForStep(page, 'Expiration');
		await keyboard.press('Tab');
		await expect(page.getByRole('radio', { name: '30 days' })).toBeFocused();
		await keyboard.press('ArrowDown');
		await tabToAndPress('Next');
		await waitForStep(page, 'Extension');
		await keyboard.press('Tab');
		await expect(page.getByRole('radio', { name: 'Custom' })).toBeFocused();
		await tabToAndPress('Next');
		await waitForStep(page, 'Permissions');
		await keyboard.press('Tab');
		await expect(page.getByRole('checkbox', { name: 'All Modules', exact: true })).toBeFocused();
		await keyboard.press('Tab');
		await expect(page.getByRole('textbox', { name: 'Filter' })).toBeFocused();
		await keyboard.press('Tab');
		await expect(page.getByRole('checkbox', { name: 'Account', exact: true })).toBeFocused();
		await keyboard.press('ArrowDown');
		await expect(page.getByRole('checkbox', { name: 'Billing', exact: true })).toBeFocused();
		await keyboard.press('Space');
		await tabToAndPress('Create');
		await waitForStep(page, 'Summary');
		const [token] = await readCreated();
		expect(token).toMatchObject({
			name: 'Nightly import',
			externalId: 'billing-7',
			description: 'Reads the usage\nof yesterday.',
			extension: { id: 'EXT-000', name: 'Custom' },
			permissions: ['billing'],
		});
		const days = (Date.parse(token?.expirationDate ?? '') - Date.parse(token?.created.at ?? '')) / 86_400_000;
		expect(Math.round(days)).toBe(60);
		for (const text of ['Nightly import', token!.id, 'billing-7', 'Reads the usage', '(in 60 days)', 'Custom', 'Billing']) {
			await expect(page.getByRole('definition').filter({ hasText: text }).first()).toBeVisible();
		}
		await tabToAndPress('Go to Details');
		await expect.poll(() => host.closeRequests).toBe(1);
		expect(host.openedDetails).toEqual([token!.id]);
		expect(host.connection.requests.filter((method) => method !== 'keepDraft')).toEqual([
			'ready',
			'check',
			'check',
			'check',
			'create',
			'goToDetails',
		]);
	});

	test('continues when Enter is pressed in a single-line field', async ({ openWizard }) => {
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		await page.getByRole('textbox', { name: 'External ID' }).press('Enter');
		await waitForStep(page, 'Expiration');
	});

	test('continues when Enter is pressed on a radio button or a checkbox', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		await completeGeneral(page);
		await page.getByRole('radio', { name: '60 days' }).click();
		await page.keyboard.press('Enter');
		await waitForStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Custom' }).press('Enter');
		await waitForStep(page, 'Permissions');
		await page.getByRole('textbox', { name: 'Filter' }).press('Enter');
		await expect(page.getByRole('checkbox', { name: 'Account', exact: true })).toBeFocused();
		await page.keyboard.press('Space');
		await page.keyboard.press('Enter');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, { permissions: ['MD-0001'] });
	});

	test('continues when Enter is pressed on the heading that has the focus, but creates nothing', async ({ openWizard }) => {
		const { page, host } = await openWizard();
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		for (const step of ['Expiration', 'Extension', 'Permissions']) {
			await page.keyboard.press('Enter');
			await waitForStep(page, step);
		}
		await page.keyboard.press('Enter');
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		await page.getByRole('heading', { name: 'Permissions' }).focus();
		await page.keyboard.press('Enter');
		await page.keyboard.press('Control+s');
		await expect(page.getByText('Draft saved.')).toBeVisible();
		expect(host.connection.paramsOf('create')).toEqual([]);
	});

	test('shows a hint for a duplicate name but allows it', async ({ openWizard }) => {
		const { page } = await openWizard();
		const name = page.getByRole('textbox', { name: 'Name' });
		await name.fill(' Tutorial Token ');
		await expect(page.getByText('Another token already has this name.')).toBeVisible();
		await name.fill('Tutorial Token 2');
		await expect(page.getByText('Another token already has this name.')).toHaveCount(0);
		await name.fill('Tutorial Token');
		await name.press('Enter');
		await waitForStep(page, 'Expiration');
	});

	test('lists all steps and marks the current one', async ({ openWizard }) => {
		const { page } = await openWizard();
		const steps = page.getByRole('list', { name: 'Steps' });
		const items = ['1 General', '2 Expiration', '3 Extension', '4 Permissions', '5 Summary'];
		await expect(steps.getByRole('listitem')).toHaveText(items, { useInnerText: true });
		const current = steps.locator('[aria-current="step"]');
		await expect(current).toHaveText(/General/);
		await completeGeneral(page);
		await expect(current).toHaveText(/Expiration/);
		await expect(steps.getByRole('img', { name: 'Done' })).toBeVisible();
	});

	test('shows each step again that was shown before, and validates the current one before a later step', async ({ openWizard }) => {
		const { page } = await openWizard();
		const step = (name: string) => page.getByRole('list', { name: 'Steps' }).getByRole('button', { name });
		await expect(page.getByRole('list', { name: 'Steps' }).getByRole('button')).toHaveCount(0);
		await goToPermissions(page);
		await step('General').click();
		await waitForStep(page, 'General');
		await page.getByRole('textbox', { name: 'Name' }).fill('');
		await step('Permissions').click();
		await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
		await expect(page.getByRole('alert')).toHaveCount(1);
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		await step('Permissions').click();
		await waitForStep(page, 'Permissions');
		await step('Extension').click();
		await waitForStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await expect(step('Permissions')).toHaveCount(0);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expect(page.getByRole('list', { name: 'Steps' }).getByRole('button')).toHaveCount(0);
	});

	test('keeps the input when going back', async ({ openWizard }) => {
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'Description' }).fill('Reads usage.');
		await completeGeneral(page);
		await page.getByRole('radio', { name: '180 days' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Extension');
		await clickButton(page, 'Next');
		await waitForStep(page, 'Permissions');
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		for (const step of ['Extension', 'Expiration', 'General']) {
			await clickButton(page, 'Back');
			await waitForStep(page, step);
		}
		await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Nightly import');
		await expect(page.getByRole('textbox', { name: 'Description' })).toHaveValue('Reads usage.');
		await expect(page.getByRole('button', { name: 'Back' })).toHaveCount(0);
		await clickButton(page, 'Next');
		await expect(page.getByRole('radio', { name: '180 days', checked: true })).toBeVisible();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Extension');
		await clickButton(page, 'Next');
		await expect(page.getByRole('checkbox', { name: 'Usage', exact: true, checked: true })).toBeVisible();
	});

	test('skips Permissions for an extension with fixed permissions', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		await goToExtension(page);
		await page.getByRole('radio', { name: 'Reports' }).click();
		await expect(page.getByRole('listitem').filter({ hasText: 'Permissions' }).filter({ hasText: 'not needed' })).toBeVisible();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, { permissions: ['reports'] });
	});

	test('includes Permissions again when the extension is changed', async ({ openWizard }) => {
		const { page } = await openWizard();
		await goToExtension(page);
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await expect(page.getByRole('button', { name: 'Create' })).toBeVisible();
		await page.getByRole('radio', { name: 'Custom' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Permissions');
	});

	test('gives every extension an accessible description', async ({ openWizard }) => {
		const { page } = await openWizard();
		await goToExtension(page);
		const group = page.getByRole('radiogroup', { name: 'Extension' });
		await expect(
			group.getByRole('radio', { name: 'Zapier', description: 'Connect the Zapier workflow automation platform.' }),
		).toBeVisible();
	});

	test('selects an extension when its description is clicked, and continues from there with the arrow keys', async ({ openWizard }) => {
		const { page } = await openWizard();
		await goToExtension(page);
		const { x, y } = (await page.getByText('Build custom reports.').boundingBox())!;
		await page.mouse.click(x + 2, y + 2);
		await expect(page.getByRole('radio', { name: 'Reports', checked: true })).toBeVisible();
		await page.keyboard.press('ArrowDown');
		await expect(page.getByRole('radio', { name: 'Zapier', checked: true })).toBeVisible();
	});

	test('checks and unchecks every module with All Modules', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		await goToPermissions(page);
		const modules = page.getByRole('group', { name: 'Permissions' }).getByRole('checkbox');
		const all = page.getByRole('checkbox', { name: 'All Modules', exact: true });
		const checked = page.getByRole('checkbox', { checked: true });
		const total = await modules.count();
		await all.click();
		await expect(checked).toHaveCount(total);
		await all.click();
		await expect(checked).toHaveCount(0);
		await all.click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, { permissions: ['MD-0000'] });
		await expect(page.getByText('All modules')).toBeVisible();
	});

	test('limits some modules, or all of them, to reading', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		await goToPermissions(page);
		const checkbox = (name: string) => page.getByRole('checkbox', { name, exact: true });
		await expect(checkbox('Billing Read-only')).toHaveCount(0);
		await checkbox('Billing').press('Space');
		await page.keyboard.press('ArrowDown');
		await expect(checkbox('Billing Read-only')).toBeFocused();
		await page.keyboard.press('Space');
		await expect(checkbox('Billing Read-only')).toBeChecked();
		await checkbox('All Modules').click();
		await expect(page.getByRole('status').filter({ hasText: 'If the key leaks' })).toBeVisible();
		await checkbox('All Modules Read-only').click();
		await expect(page.getByRole('status').filter({ hasText: 'If the key leaks' })).toHaveCount(0);
		await checkbox('Usage Read-only').click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, { permissions: ['MD-0000:read', 'usage'] });
		await expect(page.getByRole('listitem').filter({ hasText: 'All modules (read-only)' })).toBeVisible();
	});

	test('makes everything that is selected read-only at once', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		await goToPermissions(page);
		const checkbox = (name: string) => page.getByRole('checkbox', { name, exact: true });
		const allReadOnly = checkbox('All selected read-only');
		await expect(allReadOnly).toHaveCount(0);
		await checkbox('Billing').click();
		await checkbox('Usage').click();
		await expect(allReadOnly).not.toBeChecked();
		await allReadOnly.click();
		await expect(checkbox('Billing Read-only')).toBeChecked();
		await expect(checkbox('Usage Read-only')).toBeChecked();
		await checkbox('Usage Read-only').click();
		await expect(allReadOnly).toBeChecked({ indeterminate: true });
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, { permissions: ['billing:read', 'usage'] });
	});

	test('limits requests and asks for approval with the keyboard, and shows both in the Summary', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		await fillAllSteps(page);
		await page.keyboard.press('Tab');
		await expect(page.getByRole('textbox', { name: 'Rate (optional)' })).toBeFocused();
		await page.keyboard.type('10');
		await page.keyboard.press('Tab');
		await expect(page.getByRole('combobox', { name: 'Period of the rate' })).toBeFocused();
		await page.keyboard.press('ArrowDown');
		await expect(page.getByRole('combobox')).toHaveValue('hour');
		await page.keyboard.press('Tab');
		await expect(page.getByRole('textbox', { name: 'Total (optional)' })).toBeFocused();
		await page.keyboard.type('1,000');
		await page.keyboard.press('Tab');
		const approval = page.getByRole('radiogroup', { name: 'Approval' });
		await expect(approval.getByRole('radio', { name: 'Never', checked: true })).toBeFocused();
		await expectAccessibleState(approval, /holds a request and asks in this window/);
		await page.keyboard.press('ArrowDown');
		await expect(approval.getByRole('radio', { name: 'For writes', checked: true })).toBeFocused();
		await page.keyboard.press('Enter');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, { limits: { rate: { requests: 10, per: 'hour' }, total: 1000 }, approval: 'writes' });
		await expect(page.getByRole('definition').filter({ hasText: '10 requests per hour' })).toContainText('1,000 requests in total');
		await expect(page.getByRole('definition').filter({ hasText: 'For writes' })).toBeVisible();
	});

	test('creates a token without limits and approval by default', async ({ openWizard }) => {
		const { page, readCreated } = await openWizard();
		await fillAllSteps(page);
		await page.getByRole('textbox', { name: 'Total' }).press('Enter');
		await waitForStep(page, 'Summary');
		const [token] = await readCreated();
		expect([token?.limits, token?.approval]).toEqual([undefined, undefined]);
		await expect(page.getByText('Permissions', { exact: true }).last()).toBeVisible();
		await expect(page.getByText(/^(Limits|Approval)$/)).toHaveCount(0);
	});

	test('keeps limits and approval over a reload, between steps, and for an extension whose modules are fixed', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		const rate = page.getByRole('textbox', { name: 'Rate' });
		const expectInput = async (text: string) => {
			await expect(rate).toHaveValue(text);
			await expect(page.getByRole('combobox')).toHaveValue('day');
			await expect(page.getByRole('radio', { name: 'Always', checked: true })).toBeVisible();
		};
		await goToPermissions(page);
		await rate.fill('ten');
		await page.getByRole('combobox').selectOption('per day');
		await page.getByRole('radio', { name: 'Always' }).click();
		await page.reload({ waitUntil: 'commit' });
		await expectInput('ten');
		await clickButton(page, 'Back');
		await waitForStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Permissions');
		await expect(page.getByText('Modules are determined by the extension')).toBeVisible();
		await expectInput('ten');
		await clickButton(page, 'Create');
		await expect(page.getByRole('alert')).toHaveText(/Enter a whole number from 1 to 1,000,000,000\./);
		await rate.fill('');
		await rate.fill('10');
		await expectInput('10');
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, {
			permissions: ['MD-0000'],
			limits: { rate: { requests: 10, per: 'day' } },
			approval: 'always',
		});
	});

	test('offers limits and approval for an extension whose modules are fixed', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		const offer = page.getByRole('button', { name: 'Add Limits or Approval' });
		await goToExtension(page);
		await page.getByRole('radio', { name: 'Custom' }).click();
		await expect(offer).toHaveCount(0);
		await page.getByRole('radio', { name: 'Reports' }).click();
		await offer.click();
		await waitForStep(page, 'Permissions');
		await expect(page.getByText('Modules are determined by the extension')).toBeVisible();
		await page.getByRole('textbox', { name: 'Total' }).fill('5');
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, { permissions: ['reports'], limits: { total: 5 } });
	});

	test('can deselect a single module after All Modules', async ({ openWizard }) => {
		const { page, readCreated } = await openWizard();
		await goToPermissions(page);
		const total = await page.getByRole('checkbox').count();
		await page.getByRole('checkbox', { name: 'All Modules', exact: true }).click();
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		await expect(page.getByRole('checkbox', { name: 'All Modules', exact: true })).toBeChecked({ indeterminate: true });
		await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(total - 2);
		await expect(page.getByText(`${total - 2} of ${total - 1} selected`)).toBeVisible();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		const [token] = await readCreated();
		expect(token?.permissions).toHaveLength(total - 2);
		expect(token?.permissions).not.toContain('usage');
		expect(token?.permissions).not.toContain('MD-0000');
	});

	test('finds modules by name and path, keeps those selected that the filter hides, and counts them', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		await goToPermissions(page);
		const modules = page.getByRole('group', { name: 'Modules' }).getByRole('checkbox');
		const filter = page.getByRole('textbox', { name: 'Filter' });
		const total = await modules.count();
		await expect(page.getByText(`0 of ${total} selected`)).toBeVisible();
		await page.getByRole('checkbox', { name: 'Billing', exact: true }).click();
		await filter.fill('/assets');
		await expect(modules).toHaveCount(2);
		await expectAccessibleState(page.getByRole('checkbox', { name: 'Subscriptions', exact: true }), '/assets, /requests, /subscriptions');
		await filter.press('ArrowDown');
		await page.keyboard.press('ArrowDown');
		await expect(page.getByRole('checkbox', { name: 'Usage', exact: true })).toBeFocused();
		await page.keyboard.press('Space');
		await expect(page.getByText(`2 of ${total} selected`)).toBeVisible();
		await filter.fill('nothing like it');
		await expect(page.getByText('No modules match the filter.')).toBeVisible();
		await filter.press('Escape');
		await expect(filter).toHaveValue('');
		// Those that are selected can also be read-only.
		await expect(modules).toHaveCount(total + 2);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, { permissions: ['billing', 'usage'] });
	});

	test('has one Tab stop for the list of modules, with the arrow keys inside', async ({ openWizard }) => {
		const { page } = await openWizard();
		await goToPermissions(page);
		const checkbox = (name: string) => page.getByRole('checkbox', { name, exact: true });
		await page.getByRole('textbox', { name: 'Filter' }).press('Tab');
		for (const [key, name] of [
			['ArrowUp', 'Account'],
			['End', 'Usage'],
			['ArrowDown', 'Usage'],
			['ArrowUp', 'Tier Config'],
			['Home', 'Account'],
			['ArrowDown', 'Billing'],
			['Shift+Tab', undefined],
			['Tab', 'Billing'],
			['Tab', undefined],
		] as const) {
			await page.keyboard.press(key);
			if (name) {
				await expect(checkbox(name), key).toBeFocused();
			}
		}
		await expect(page.getByRole('textbox', { name: 'Rate' })).toBeFocused();
	});

	test('shows All Modules as indeterminate if only some are selected, and warns about it', async ({ openWizard }) => {
		const { page } = await openWizard();
		await goToPermissions(page);
		const all = page.getByRole('checkbox', { name: 'All Modules', exact: true });
		const warning = page.getByRole('status').filter({ hasText: 'If the key leaks' });
		await expect(all).not.toBeChecked();
		await page.getByRole('checkbox', { name: 'Billing', exact: true }).click();
		await expect(all).toBeChecked({ indeterminate: true });
		await expect(warning).toHaveCount(0);
		await all.click();
		await expect(warning).toBeVisible();
		await expect(all).toBeChecked();
		await page.getByRole('checkbox', { name: 'Billing', exact: true }).click();
		await expect(all).toBeChecked({ indeterminate: true });
		await expect(warning).toHaveCount(0);
	});

	test('previews when the token will expire', async ({ openWizard }) => {
		const { page } = await openWizard({ clock: '2030-03-01T09:30:00Z' });
		await completeGeneral(page);
		const preview = page.getByRole('status');
		// Browsers differ in whether there's a comma after the day of the week.
		const expectPreview = (text: RegExp) => expect(preview.filter({ hasText: text })).toBeVisible();
		await expectPreview(/^The token expires in 30 days \(Sunday,? 31 March 2030 at 11:30\)\.$/);
		await page.getByRole('radio', { name: '1 year' }).click();
		await expectPreview(/^The token expires in 1 year \(Saturday,? 1 March 2031 at 10:30\)\.$/);
		await page.getByRole('radio', { name: 'No expiration' }).click();
		await expectPreview(/^The token is valid until you disable or delete it\.$/);
		await expect(page.getByRole('status').filter({ hasText: 'If its key leaks' })).toBeVisible();
		await page.getByRole('radio', { name: '90 days' }).click();
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await expect(page.getByLabel('Expiration date and time')).toHaveValue('2030-05-30T11:30');
		await expectPreview(/^The token expires in 90 days \(Thursday,? 30 May 2030 at 11:30\)\.$/);
		await page.getByLabel('Expiration date and time').fill('');
		await expectPreview(/^Choose a date and time in the future\.$/);
		await page.getByLabel('Expiration date and time').fill('2030-03-03T12:00');
		await expectPreview(/^The token expires in 2 days \(Sunday,? 3 March 2030 at 12:00\)\.$/);
	});

	test('previews the date that is stored for one year from February 29', async ({ openWizard }) => {
		const { page } = await openWizard({ clock: '2028-02-29T10:00:00Z' });
		await completeGeneral(page);
		await page.getByRole('radio', { name: '1 year' }).click();
		await expect(page.getByRole('status').filter({ hasText: /28 February 2029 at 11:00/ })).toBeVisible();
	});

	test('interprets a custom date in the time zone of the user', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2040-07-01T12:00');
		await page.getByLabel('Expiration date and time').press('Enter');
		await waitForStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, { expirationDate: '2040-07-01T10:00:00.000Z' });
	});

	test('creates a token without expiration', async ({ openWizard }) => {
		const wizard = await openWizard();
		const { page } = wizard;
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'No expiration' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Flowgear' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expectCreated(wizard, { expirationDate: null });
		await expect(page.getByText('Never')).toBeVisible();
	});

	test('shows the masked key of the created token, and offers to copy, to test, and to use it', async ({ openWizard }) => {
		const { page, host, readCreated } = await openWizard();
		await fillAllSteps(page);
		await expect(page.getByText('Valid at your local gateway')).toBeVisible();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		const [token] = await readCreated();
		await expect(page.getByText(`ApiKey ${token!.id}:**********`)).toBeVisible();
		await clickButton(page, 'Copy');
		await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
		await clickButton(page, 'New Request File');
		await clickButton(page, 'Copy as cURL');
		await expect.poll(() => host.commands).toEqual([commandIds.copyApiKey, commandIds.newRequestFile, commandIds.copyAsCurl]);
		await clickButton(page, 'Test Token');
		const result = page.getByRole('status').filter({ hasText: '200 OK in 12 ms' });
		await expect(result).toContainText('The gateway was started for this test.');
	});

	test('shows Create without scrolling, although the modules need more space', async ({ openWizard }) => {
		const { page } = await openWizard({ width: 500 });
		await goToPermissions(page);
		expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeGreaterThan(100);
		await expect(page.getByRole('button', { name: 'Create' })).toBeInViewport({ ratio: 1 });
		const lastModule = page.getByRole('checkbox').last();
		await lastModule.focus();
		const create = (await page.locator('.step-actions').boundingBox())!;
		const module = (await lastModule.boundingBox())!;
		expect(module.y + module.height).toBeLessThanOrEqual(create.y);
	});

	test('creates one token even if Create is pressed repeatedly', async ({ openWizard }) => {
		const { page, host, readCreated } = await openWizard();
		await fillAllSteps(page);
		const creation = host.connection.holdRequests('create');
		await page.getByRole('button', { name: 'Create' }).evaluate((button: HTMLElement) => {
			button.click();
			button.click();
		});
		await expect(page.getByRole('button', { name: 'Create', disabled: true })).toBeVisible();
		await page.keyboard.press('Enter');
		creation.release();
		await waitForStep(page, 'Summary');
		expect(host.connection.paramsOf('create')).toHaveLength(1);
		expect(await readCreated()).toHaveLength(1);
	});

	test('restores every step after a reload', async ({ openWizard }) => {
		const { page, readCreated, state } = await openWizard();
		const reloadOnStep = async (step: string) => {
			await page.reload({ waitUntil: 'commit' });
			await expect(stepHeading(page, step)).toBeVisible();
		};
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		await page.getByRole('textbox', { name: 'Description' }).fill('Reads usage.');
		await reloadOnStep('General');
		await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Nightly import');
		await expect(page.getByRole('textbox', { name: 'Description' })).toHaveValue('Reads usage.');
		await clickButton(page, 'Next');
		await waitForStep(page, 'Expiration');
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2040-07-01T12:00');
		await reloadOnStep('Expiration');
		await expect(page.getByLabel('Expiration date and time')).toHaveValue('2040-07-01T12:00');
		await clickButton(page, 'Next');
		await waitForStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Reports' }).click();
		await reloadOnStep('Extension');
		await expect(page.getByRole('radio', { name: 'Reports', checked: true })).toBeVisible();
		await page.getByRole('radio', { name: 'Custom' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Permissions');
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		await reloadOnStep('Permissions');
		await expect(page.getByRole('checkbox', { name: 'Usage', exact: true, checked: true })).toBeVisible();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await reloadOnStep('Summary');
		await expect(page.getByRole('definition').filter({ hasText: 'Nightly import' })).toBeVisible();
		const created = await readCreated();
		expect(created).toHaveLength(1);
		expect(await state()).toMatchObject({ createdId: created[0]?.id });
	});

	test('shows a token that was created while the page was reloading', async ({ openWizard }) => {
		const { page, host, readCreated } = await openWizard();
		await fillAllSteps(page);
		const response = host.connection.holdResponses('create');
		await clickButton(page, 'Create');
		await expect(page.getByRole('button', { name: 'Create', disabled: true })).toBeVisible();
		await expect.poll(() => response.count).toBe(1);
		await page.reload({ waitUntil: 'commit' });
		await expect(page.getByRole('heading', { name: 'Summary' })).toBeVisible();
		expect(await readCreated()).toHaveLength(1);
	});

	test('shows that the created token has been deleted', async ({ openWizard }) => {
		const { page, host, workspace, readCreated } = await openWizard();
		await fillAllSteps(page);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		const [token] = await readCreated();
		await workspace.source.delete(token!.id);
		await page.reload({ waitUntil: 'commit' });
		await expect(page.getByText('The token was deleted.')).toBeVisible();
		await expect(page.getByRole('button', { name: 'Go to Details' })).toHaveCount(0);
		await clickButton(page, 'Close');
		await expect.poll(() => host.closeRequests).toBe(1);
		expect(host.connection.requests.at(-1)).toBe('close');
	});

	test('continues with the draft of a wizard that was closed, or starts over', async ({ openWizard }) => {
		const draft = {
			step: 'expiration',
			input: { name: 'Nightly', externalId: '', description: '', expiration: { kind: 'never' }, extension: 'reports', permissions: [] },
		};
		const { page, host } = await openWizard({ draft });
		await expect(stepHeading(page, 'Expiration')).toBeVisible();
		await expect(page.getByText('Continue with your draft from 20 May 2025')).toBeVisible();
		await expect(page.getByRole('radio', { name: 'No expiration', checked: true })).toBeVisible();
		await page.reload({ waitUntil: 'commit' });
		await clickButton(page, 'Start Over');
		await waitForStep(page, 'General');
		await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('');
		await expect(page.getByText('Continue with your draft')).toHaveCount(0);
		await expect.poll(() => host.connection.paramsOf('keepDraft')).toEqual([{ draft: null }]);
	});

	test('keeps each change of the input, and none without input', async ({ openWizard }) => {
		const { page, host, state } = await openWizard();
		const drafts = () => host.connection.paramsOf('keepDraft').map(({ draft }) => draft && [draft.step, draft.input.name]);
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		await expect.poll(drafts).toEqual([['general', 'Nightly import']]);
		await clickButton(page, 'Next');
		await waitForStep(page, 'Expiration');
		await clickButton(page, 'Back');
		await page.getByRole('textbox', { name: 'Name' }).fill('');
		await expect
			.poll(drafts)
			.toEqual([['general', 'Nightly import'], ['expiration', 'Nightly import'], ['general', 'Nightly import'], null]);
		expect(await state()).toEqual({ createdId: null, sourceId: 'workspace' });
	});

	test('says that the draft is saved when Ctrl+S is pressed, until it is changed', async ({ openWizard }) => {
		const { page, host } = await openWizard();
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		await page.keyboard.press('Control+s');
		await expect(page.getByRole('status').filter({ hasText: 'Draft saved.' })).toBeVisible();
		await page.keyboard.type('s');
		await expect(page.getByText('Draft saved.')).toHaveCount(0);
		host.connection.answer('keepDraft', new Error('The disk is full.'));
		await page.keyboard.press('Control+s');
		await expect(page.getByRole('alert').filter({ hasText: "Couldn't save the draft." })).toContainText('The disk is full.');
	});

	test('can be canceled in each step', async ({ openWizard }) => {
		const { page, host } = await openWizard();
		await clickButton(page, 'Cancel');
		await expect.poll(() => host.closeRequests).toBe(1);
		expect(host.questions).toBe(0);
		host.draftChoice = undefined;
		await completeGeneral(page);
		await clickButton(page, 'Cancel');
		await expect.poll(() => host.questions).toBe(1);
		await expect(page.getByRole('button', { name: 'Cancel', disabled: false })).toBeVisible();
		expect(host.closeRequests).toBe(1);
		host.draftChoice = 'discard';
		await clickButton(page, 'Cancel');
		await expect.poll(() => host.closeRequests).toBe(2);
	});

	test('starts over if the stored draft is invalid', async ({ openWizard }) => {
		const { page } = await openWizard({ draft: { step: 'somewhere', input: { name: 7 } } });
		await expect(page.getByRole('heading', { name: 'General' })).toBeVisible();
		await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('');
	});

	test('shows markup in texts as plain text', async ({ openWizard }) => {
		const { page } = await openWizard();
		const hostile = '<img src=x onerror="window.hacked = true"><b>bold</b> {0}';
		await page.getByRole('textbox', { name: 'Description' }).fill(`${hostile}</script>`);
		await goToExtension(page, hostile);
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expect(page.getByRole('definition').getByText(hostile, { exact: true })).toBeVisible();
		await expect(page.getByRole('definition').getByText(`${hostile}</script>`, { exact: true })).toBeVisible();
		await expect(page.locator('main img, main b, main script')).toHaveCount(0);
		expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
	});
});
