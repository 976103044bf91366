import assert from 'node:assert/strict';
import type { Page } from '@playwright/test';
import { waitForAccessibleState, waitForFocus } from '../support/page/accessibleState';
import { usePages, type PageOptions } from '../support/page/testPages';
import {
	waitForCount,
	waitForStep,
	clickButton,
	fillAllSteps,
	completeGeneral,
	goToExtension,
	goToPermissions,
} from '../support/page/wizardDriver';
import { FakeWizardHost } from '../support/page/fakeWizardHost';

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
	createdId: null,
};

test.describe('The wizard with invalid input or a failing host', () => {
	async function openWizard(options: Partial<PageOptions> = {}) {
		const opened = await pages.open({ name: 'wizard', ...options });
		const host = new FakeWizardHost(opened.transport);
		await expect(opened.page.getByRole('heading', { level: 2 })).toBeVisible();
		return { ...opened, host };
	}

	const waitForAlert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text });

	for (const [label, text, message] of [
		['Name', '', 'Enter a name with 1 to 128 characters.'],
		['Name', ' \t ', 'Enter a name with 1 to 128 characters.'],
		['Name', 'x'.repeat(129), 'Use at most 128 characters.'],
		['External ID', 'x'.repeat(129), 'Use at most 128 characters.'],
		['Description', 'x'.repeat(256), 'Use at most 255 characters.'],
	] as const) {
		test(`shows an error at ${label} for ${text.length} characters`, async ({ openWizard }) => {
			const { page } = await openWizard();
			await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
			const field = page.getByRole('textbox', { name: label });
			await field.fill(text);
			await clickButton(page, 'Next');
			await expect(field).toBeFocused();
			await expect(page.getByRole('alert')).toHaveCount(1);
			await waitForAccessibleState(field, ({ description, invalid }) => assert.ok(invalid && description.includes(message), description));
			await field.fill('corrected');
			await expect(page.getByRole('alert')).toHaveCount(0);
			await waitForAccessibleState(field, ({ invalid }) => assert.equal(invalid, false));
			await clickButton(page, 'Next');
			await waitForStep(page, 'Expiration');
		});
	}

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
		await waitForAccessibleState(name, ({ description }) => assert.match(description, /20 characters left/));
		await name.fill(`${'x'.repeat(128)}😀😀`);
		await expect(page.getByText('2 characters over the limit')).toBeVisible();
	});

	test('rejects an incomplete date', async ({ openWizard }) => {
		const { page, host } = await openWizard();
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await clickButton(page, 'Next');
		const date = page.getByLabel('Expiration date and time');
		await expect(date).toBeFocused();
		await waitForAccessibleState(date, (accessibleState) =>
			assert.deepEqual(accessibleState, { description: 'Choose a date and time.', invalid: true }),
		);
		expect(host.connection.requests).toEqual(['ready', 'check']);
	});

	test('rejects a date in the past', async ({ openWizard }) => {
		const { page } = await openWizard();
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		const date = page.getByLabel('Expiration date and time');
		await date.fill('2001-01-01T10:00');
		await clickButton(page, 'Next');
		await expect(date).toBeFocused();
		await waitForAccessibleState(date, ({ description }) => assert.match(description, /Choose a date in the future/));
	});

	test('rejects an extension that is no longer in the catalog', async ({ openWizard }) => {
		const state = { ...completeInput, step: 'extension', input: { ...completeInput.input, extension: 'gone' } };
		const { page } = await openWizard({ state });
		await clickButton(page, 'Next');
		await expect(waitForAlert(page, 'Extension "gone" doesn\'t exist.')).toBeVisible();
		const group = page.getByRole('radiogroup', { name: 'Extension' });
		await waitForAccessibleState(group, ({ description }) => assert.match(description, /Extension "gone" doesn't exist/));
		await expect(page.getByRole('radio', { name: 'Flowgear' })).toBeFocused();
	});

	test('rejects a module that is no longer in the catalog', async ({ openWizard }) => {
		const state = { ...completeInput, input: { ...completeInput.input, permissions: ['gone'] } };
		const { page, host } = await openWizard({ state });
		await clickButton(page, 'Create');
		await expect(waitForAlert(page, 'Module "gone" doesn\'t exist.')).toBeVisible();
		assert.equal(host.created.length, 0);
	});

	test('requires at least one module', async ({ openWizard }) => {
		const { page, host } = await openWizard();
		await goToPermissions(page);
		await clickButton(page, 'Create');
		await expect(waitForAlert(page, 'Select at least one module.')).toBeVisible();
		await expect(page.getByRole('checkbox', { name: 'All Modules' })).toBeFocused();
		await waitForAccessibleState(page.getByRole('group', { name: 'Permissions' }), ({ description }) =>
			assert.match(description, /at least one module/),
		);
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await expect(page.getByRole('alert')).toHaveCount(0);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		assert.equal(host.created.length, 1);
	});

	test('goes to the step with the first error when creation fails', async ({ openWizard }) => {
		const state = { ...completeInput, input: { ...completeInput.input, name: '', permissions: [] } };
		const { page } = await openWizard({ state });
		await clickButton(page, 'Create');
		await expect(page.getByRole('heading', { name: 'General' })).toBeVisible();
		await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
		await expect(waitForAlert(page, 'Enter a name with 1 to 128 characters.')).toBeVisible();
	});

	test('shows why creation failed, and retries with the current input', async ({ openWizard }) => {
		const { page, host } = await openWizard();
		await fillAllSteps(page);
		host.handlerOverrides.create = () => {
			throw new Error('The disk is full.');
		};
		await clickButton(page, 'Create');
		await expect(waitForAlert(page, "Couldn't create the token.").filter({ hasText: 'The disk is full.' })).toBeVisible();
		await expect(page.getByRole('button', { name: 'Try Again' })).toBeFocused();
		await expect(page.getByRole('checkbox', { name: 'Usage', checked: true })).toBeVisible();
		await page.getByRole('checkbox', { name: 'Billing' }).click();
		host.handlerOverrides = {};
		await clickButton(page, 'Try Again');
		await waitForStep(page, 'Summary');
		assert.deepEqual(host.created[0]?.permissions, ['billing', 'usage']);
	});

	test('shows an error that does not belong to a field', async ({ openWizard }) => {
		const { page, host } = await openWizard();
		await fillAllSteps(page);
		host.handlerOverrides.create = () => ({ errors: { owner: 'The owner is unknown.' } });
		await clickButton(page, 'Create');
		await expect(waitForAlert(page, 'The owner is unknown.')).toBeVisible();
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
			host.handlerOverrides[method] = () => new Promise<never>(() => undefined);
			await clickButton(page, action);
			await expect(page.getByRole('button', { name: action, disabled: true })).toBeVisible();
			await page.clock.fastForward(31_000);
			await expect(waitForAlert(page, `No response to "${method}" within 30 seconds.`)).toBeVisible();
			await expect(page.getByRole('heading', { name: step })).toBeVisible();
			expect(await state()).toEqual(before);
			host.handlerOverrides = {};
			await clickButton(page, 'Try Again');
			await expect(page.getByRole('heading', { level: 2, name: step })).toHaveCount(0);
		});

		test(`rejects an invalid response to ${method}`, async ({ openWizard }) => {
			const { page, host } = await openWizard();
			await navigate(page);
			host.handlerOverrides[method] = () => ({ token: { id: 7, name: '<b>' } }) as never;
			await clickButton(page, action);
			await expect(waitForAlert(page, `Invalid response to "${method}".`)).toBeVisible();
			await expect(page.getByRole('heading', { name: step })).toBeVisible();
		});
	}

	test('can retry opening the details', async ({ openWizard }) => {
		const { page, host } = await openWizard();
		await goToExtension(page);
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		host.handlerOverrides.goToDetails = () => {
			throw new Error('The disk is full.');
		};
		await clickButton(page, 'Go to Details');
		await expect(waitForAlert(page, 'The disk is full.')).toBeVisible();
		host.handlerOverrides = {};
		await clickButton(page, 'Try Again');
		await expect(page.getByRole('alert')).toHaveCount(0);
		assert.deepEqual(host.requests.slice(-2), ['goToDetails', 'goToDetails']);
	});

	test('ignores invalid messages', async ({ openWizard }) => {
		const { page, transport } = await openWizard();
		for (const message of [
			'hello',
			null,
			7,
			[],
			{ kind: 'response', id: 99, result: {} },
			{ kind: 'request', id: 1, method: 'close', params: {} },
		]) {
			transport.send(message);
		}
		await completeGeneral(page);
	});
});
