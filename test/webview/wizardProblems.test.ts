import type { Page } from '@playwright/test';
import { fieldProblem } from '../../src/domain/problems';
import { expectAccessibleState } from '../support/page/accessibleState';
import { fail } from '../support/page/pageHosts';
import { expect, test } from '../support/page/pageTest';
import { waitForStep, clickButton, fillAllSteps, completeGeneral, goToExtension, goToPermissions } from '../support/page/wizardDriver';

const completeInput = {
	step: 'permissions',
	input: {
		name: 'Nightly import',
		externalId: '',
		description: '',
		expiration: { kind: 'never' },
		extension: 'EXT-000',
		permissions: ['usage'],
	},
};

test.describe('The wizard with invalid input or a failing host', () => {
	const alert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text });

	test('shows an error at each field with invalid text until it is corrected', async ({ openWizard }) => {
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		for (const [label, text, message] of [
			['Name', '', 'Enter a name with 1 to 128 characters.'],
			['Name', ' \t ', 'Enter a name with 1 to 128 characters.'],
			['Name', 'x'.repeat(129), 'Use at most 128 characters.'],
			['External ID', 'x'.repeat(129), 'Use at most 128 characters.'],
			['Description', 'x'.repeat(256), 'Use at most 255 characters.'],
		] as const) {
			await test.step(`${label} with ${text.length} characters`, async () => {
				const field = page.getByRole('textbox', { name: label });
				await field.fill(text);
				await clickButton(page, 'Next');
				await expect(field).toBeFocused();
				await expect(page.getByRole('alert')).toHaveCount(1);
				await expectAccessibleState(field, message, { invalid: true });
				await field.fill('corrected');
				await expect(page.getByRole('alert')).toHaveCount(0);
				await expectAccessibleState(field, undefined, { invalid: false });
				await clickButton(page, 'Next');
				await waitForStep(page, 'Expiration');
				await clickButton(page, 'Back');
				await waitForStep(page, 'General');
			});
		}
	});

	test('shows every error of a step, and keeps the others when one is corrected', async ({ openWizard }) => {
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'External ID' }).fill('x'.repeat(129));
		await page.getByRole('textbox', { name: 'Description' }).fill('x'.repeat(256));
		await clickButton(page, 'Next');
		await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
		await expect(page.getByRole('alert')).toHaveCount(3);
		await page.keyboard.type('N');
		await expect(page.getByRole('alert')).toHaveCount(2);
		await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
	});

	test('shows the number of remaining characters when few are left', async ({ openWizard }) => {
		const { page } = await openWizard();
		const name = page.getByRole('textbox', { name: 'Name' });
		await name.fill('x'.repeat(107));
		await expect(page.getByText('characters left')).toHaveCount(0);
		await name.fill('x'.repeat(108));
		await expect(page.getByText('20 characters left')).toBeVisible();
		await expectAccessibleState(name, /20 characters left/);
		await name.fill(`${'x'.repeat(128)}😀😀`);
		await expect(page.getByText('2 characters over the limit')).toBeVisible();
	});

	test('rejects an incomplete date', async ({ openWizard }) => {
		const { page, host } = await openWizard();
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		const date = page.getByLabel('Expiration date and time');
		await date.fill('');
		await clickButton(page, 'Next');
		await expect(date).toBeFocused();
		await expectAccessibleState(date, /^Choose a date and time\.$/, { invalid: true });
		expect(host.connection.paramsOf('check')).toHaveLength(1);
	});

	test('rejects a date in the past', async ({ openWizard }) => {
		const { page } = await openWizard();
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		const date = page.getByLabel('Expiration date and time');
		await date.fill('2001-01-01T10:00');
		await clickButton(page, 'Next');
		await expect(date).toBeFocused();
		await expectAccessibleState(date, /Choose a date in the future/);
	});

	test('rejects an extension that is no longer in the catalog', async ({ openWizard }) => {
		const draft = { ...completeInput, step: 'extension', input: { ...completeInput.input, extension: 'gone' } };
		const { page } = await openWizard({ draft });
		await clickButton(page, 'Next');
		await expect(alert(page, 'Extension "gone" doesn\'t exist.')).toBeVisible();
		const group = page.getByRole('radiogroup', { name: 'Extension' });
		await expectAccessibleState(group, /Extension "gone" doesn't exist/);
		await expect(page.getByRole('radio', { name: 'Flowgear' })).toBeFocused();
	});

	test('rejects a module that is no longer in the catalog', async ({ openWizard }) => {
		const draft = { ...completeInput, input: { ...completeInput.input, permissions: ['gone'] } };
		const { page, readCreated } = await openWizard({ draft });
		await clickButton(page, 'Create');
		await expect(alert(page, 'Module "gone" doesn\'t exist.')).toBeVisible();
		expect(await readCreated()).toEqual([]);
	});

	test('requires at least one module', async ({ openWizard }) => {
		const { page, readCreated } = await openWizard();
		await goToPermissions(page);
		await clickButton(page, 'Create');
		await expect(alert(page, 'Select at least one module.')).toBeVisible();
		await expect(page.getByRole('checkbox', { name: 'All Modules', exact: true })).toBeFocused();
		await expectAccessibleState(page.getByRole('group', { name: 'Permissions' }), /at least one module/);
		await page.getByRole('checkbox', { name: 'Usage', exact: true }).click();
		await expect(page.getByRole('alert')).toHaveCount(0);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		expect(await readCreated()).toHaveLength(1);
	});

	test('shows an error at each limit that is not a number in its range, until it is corrected', async ({ openWizard }) => {
		const { page, readCreated } = await openWizard();
		const message = 'Enter a whole number from 1 to 1,000,000,000.';
		await fillAllSteps(page);
		const rate = page.getByRole('textbox', { name: 'Rate' });
		const total = page.getByRole('textbox', { name: 'Total' });
		for (const text of ['0', '1.5', 'ten', '1,000,000,001', '-3']) {
			await rate.fill(text);
			await clickButton(page, 'Create');
			await expect(alert(page, message)).toHaveCount(1);
			await expect(rate).toBeFocused();
		}
		await total.fill('0');
		await rate.press('Enter');
		await expect(alert(page, message)).toHaveCount(2);
		await expectAccessibleState(total, message);
		await rate.fill('1,000');
		await expect(alert(page, message)).toHaveCount(1);
		await total.fill('7');
		await expect(alert(page, message)).toHaveCount(0);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		expect(await readCreated()).toMatchObject([{ limits: { rate: { requests: 1000, per: 'minute' }, total: 7 } }]);
	});

	test('goes to the step with the first error when creation fails', async ({ openWizard }) => {
		const draft = { ...completeInput, input: { ...completeInput.input, name: '', permissions: [] } };
		const { page } = await openWizard({ draft });
		await clickButton(page, 'Create');
		await expect(page.getByRole('heading', { name: 'General' })).toBeVisible();
		await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
		await expect(alert(page, 'Enter a name with 1 to 128 characters.')).toBeVisible();
	});

	test('shows why creation failed, and retries with the current input', async ({ openWizard }) => {
		const { page, workspace, readCreated } = await openWizard();
		await fillAllSteps(page);
		const restoreSource = fail(workspace.source, 'create', new Error('The disk is full.'));
		await clickButton(page, 'Create');
		await expect(alert(page, "Couldn't create the token.")).toContainText('The disk is full.');
		await expect(page.getByRole('button', { name: 'Try Again' })).toBeFocused();
		await expect(page.getByRole('checkbox', { name: 'Usage', exact: true, checked: true })).toBeVisible();
		await page.getByRole('checkbox', { name: 'Billing', exact: true }).click();
		restoreSource();
		await clickButton(page, 'Try Again');
		await waitForStep(page, 'Summary');
		expect(await readCreated()).toMatchObject([{ permissions: ['billing', 'usage'] }]);
	});

	test('shows an error that does not belong to a field', async ({ openWizard }) => {
		const { page, workspace } = await openWizard();
		await fillAllSteps(page);
		fail(workspace.source, 'create', fieldProblem('owner', 'The owner is unknown.'));
		await clickButton(page, 'Create');
		await expect(alert(page, 'The owner is unknown.')).toBeVisible();
		await expect(page.getByRole('heading', { name: 'Permissions' })).toBeVisible();
	});

	for (const [step, method, action, navigate] of [
		['General', 'check', 'Next', async (page: Page) => page.getByRole('textbox', { name: 'Name' }).fill('Nightly import')],
		['Permissions', 'create', 'Create', fillAllSteps],
	] as const) {
		test(`times out waiting for the response to ${method} without losing input`, async ({ openWizard }) => {
			const { page, host, state } = await openWizard({ clock: true });
			await navigate(page);
			const before = await state();
			const restoreHost = host.connection.ignore(method);
			await clickButton(page, action);
			await expect(page.getByRole('button', { name: action, disabled: true })).toBeVisible();
			await page.clock.fastForward(31_000);
			await expect(alert(page, `No response to "${method}" within 30 seconds.`)).toBeVisible();
			await expect(page.getByRole('heading', { name: step })).toBeVisible();
			expect(await state()).toEqual(before);
			restoreHost();
			await clickButton(page, 'Try Again');
			await expect(page.getByRole('heading', { level: 2, name: step })).toHaveCount(0);
		});

		test(`rejects an invalid response to ${method}`, async ({ openWizard }) => {
			const { page, host } = await openWizard();
			await navigate(page);
			host.connection.answer(method, { token: { id: 7, name: '<b>' } });
			await clickButton(page, action);
			await expect(alert(page, `Invalid response to "${method}".`)).toBeVisible();
			await expect(page.getByRole('heading', { name: step })).toBeVisible();
		});
	}

	test('can retry opening the details', async ({ openWizard }) => {
		const { page, host } = await openWizard();
		await goToExtension(page);
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		const restoreHost = fail(host, 'openDetails', new Error('The disk is full.'));
		await clickButton(page, 'Go to Details');
		await expect(alert(page, 'The disk is full.')).toBeVisible();
		restoreHost();
		await clickButton(page, 'Try Again');
		await expect(page.getByRole('alert')).toHaveCount(0);
		await expect.poll(() => host.openedDetails).toHaveLength(1);
		expect(host.connection.requests.slice(-2)).toEqual(['goToDetails', 'goToDetails']);
	});

	test('ignores invalid messages', async ({ openWizard }) => {
		const { page, transport } = await openWizard();
		for (const message of [
			'hello',
			null,
			7,
			[],
			{ kind: 'response', id: '99', result: {} },
			{ kind: 'request', id: '1', method: 'close', params: {} },
		]) {
			transport.send(message);
		}
		await completeGeneral(page);
	});
});
