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

describe('The wizard with invalid input or a failing host', function () {
	this.timeout(30_000);
	const pages = usePages();

	async function openWizard(options: Partial<PageOptions> = {}) {
		const opened = await pages.open({ name: 'wizard', ...options });
		const host = new FakeWizardHost(opened.transport);
		await opened.page.getByRole('heading', { level: 2 }).waitFor();
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
		it(`shows an error at ${label} for ${text.length} characters`, async () => {
			const { page } = await openWizard();
			await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
			const field = page.getByRole('textbox', { name: label });
			await field.fill(text);
			await clickButton(page, 'Next');
			await waitForFocus(field);
			await waitForCount(page.getByRole('alert'), 1);
			await waitForAccessibleState(field, ({ description, invalid }) => assert.ok(invalid && description.includes(message), description));
			await field.fill('corrected');
			await waitForCount(page.getByRole('alert'), 0);
			await waitForAccessibleState(field, ({ invalid }) => assert.equal(invalid, false));
			await clickButton(page, 'Next');
			await waitForStep(page, 'Expiration');
		});
	}

	it('shows every error of a step, and keeps the others when one is corrected', async () => {
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'External ID' }).fill('x'.repeat(129));
		await page.getByRole('textbox', { name: 'Description' }).fill('x'.repeat(256));
		await clickButton(page, 'Next');
		await waitForFocus(page.getByRole('textbox', { name: 'Name' }));
		await waitForCount(page.getByRole('alert'), 3);
		await page.keyboard.type('N');
		await waitForCount(page.getByRole('alert'), 2);
		await waitForFocus(page.getByRole('textbox', { name: 'Name' }));
	});

	it('shows the number of remaining characters when few are left', async () => {
		const { page } = await openWizard();
		const name = page.getByRole('textbox', { name: 'Name' });
		await name.fill('x'.repeat(107));
		assert.equal(await page.getByText('characters left').count(), 0);
		await name.fill('x'.repeat(108));
		await page.getByText('20 characters left').waitFor();
		await waitForAccessibleState(name, ({ description }) => assert.match(description, /20 characters left/));
		await name.fill(`${'x'.repeat(128)}😀😀`);
		await page.getByText('2 characters over the limit').waitFor();
	});

	it('rejects an incomplete date', async () => {
		const { page, host } = await openWizard();
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await clickButton(page, 'Next');
		const date = page.getByLabel('Expiration date and time');
		await waitForFocus(date);
		await waitForAccessibleState(date, (accessibleState) =>
			assert.deepEqual(accessibleState, { description: 'Choose a date and time.', invalid: true }),
		);
		assert.deepEqual(host.requests, ['ready', 'check']);
	});

	it('rejects a date in the past', async () => {
		const { page } = await openWizard();
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		const date = page.getByLabel('Expiration date and time');
		await date.fill('2001-01-01T10:00');
		await clickButton(page, 'Next');
		await waitForFocus(date);
		await waitForAccessibleState(date, ({ description }) => assert.match(description, /Choose a date in the future/));
	});

	it('rejects an extension that is no longer in the catalog', async () => {
		const state = { ...completeInput, step: 'extension', input: { ...completeInput.input, extension: 'gone' } };
		const { page } = await openWizard({ state });
		await clickButton(page, 'Next');
		await waitForAlert(page, 'Extension "gone" doesn\'t exist.').waitFor();
		const group = page.getByRole('radiogroup', { name: 'Extension' });
		await waitForAccessibleState(group, ({ description }) => assert.match(description, /Extension "gone" doesn't exist/));
		await waitForFocus(page.getByRole('radio', { name: 'Flowgear' }));
	});

	it('rejects a module that is no longer in the catalog', async () => {
		const state = { ...completeInput, input: { ...completeInput.input, permissions: ['gone'] } };
		const { page, host } = await openWizard({ state });
		await clickButton(page, 'Create');
		await waitForAlert(page, 'Module "gone" doesn\'t exist.').waitFor();
		assert.equal(host.created.length, 0);
	});

	it('requires at least one module', async () => {
		const { page, host } = await openWizard();
		await goToPermissions(page);
		await clickButton(page, 'Create');
		await waitForAlert(page, 'Select at least one module.').waitFor();
		await waitForFocus(page.getByRole('checkbox', { name: 'All Modules' }));
		await waitForAccessibleState(page.getByRole('group', { name: 'Permissions' }), ({ description }) =>
			assert.match(description, /at least one module/),
		);
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await waitForCount(page.getByRole('alert'), 0);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		assert.equal(host.created.length, 1);
	});

	it('goes to the step with the first error when creation fails', async () => {
		const state = { ...completeInput, input: { ...completeInput.input, name: '', permissions: [] } };
		const { page } = await openWizard({ state });
		await clickButton(page, 'Create');
		await page.getByRole('heading', { name: 'General' }).waitFor();
		await waitForFocus(page.getByRole('textbox', { name: 'Name' }));
		await waitForAlert(page, 'Enter a name with 1 to 128 characters.').waitFor();
	});

	it('shows why creation failed, and retries with the current input', async () => {
		const { page, host } = await openWizard();
		await fillAllSteps(page);
		host.handlerOverrides.create = () => {
			throw new Error('The disk is full.');
		};
		await clickButton(page, 'Create');
		await waitForAlert(page, "Couldn't create the token.").filter({ hasText: 'The disk is full.' }).waitFor();
		await waitForFocus(page.getByRole('button', { name: 'Try Again' }));
		await page.getByRole('checkbox', { name: 'Usage', checked: true }).waitFor();
		await page.getByRole('checkbox', { name: 'Billing' }).click();
		host.handlerOverrides = {};
		await clickButton(page, 'Try Again');
		await waitForStep(page, 'Summary');
		assert.deepEqual(host.created[0]?.permissions, ['billing', 'usage']);
	});

	it('shows an error that does not belong to a field', async () => {
		const { page, host } = await openWizard();
		await fillAllSteps(page);
		host.handlerOverrides.create = () => ({ errors: { owner: 'The owner is unknown.' } });
		await clickButton(page, 'Create');
		await waitForAlert(page, 'The owner is unknown.').waitFor();
		await page.getByRole('heading', { name: 'Permissions' }).waitFor();
	});

	for (const [step, method, action, navigate] of [
		['General', 'check', 'Next', async (page: Page) => page.getByRole('textbox', { name: 'Name' }).fill('Nightly import')],
		['Permissions', 'create', 'Create', fillAllSteps],
	] as const) {
		it(`times out waiting for the response to ${method} without losing input`, async () => {
			const { page, host, state } = await openWizard({ clock: true });
			await navigate(page);
			const before = await state();
			host.handlerOverrides[method] = () => new Promise<never>(() => undefined);
			await clickButton(page, action);
			await page.getByRole('button', { name: action, disabled: true }).waitFor();
			await page.clock.fastForward(31_000);
			await waitForAlert(page, `No response to "${method}" within 30 seconds.`).waitFor();
			await page.getByRole('heading', { name: step }).waitFor();
			assert.deepEqual(await state(), before);
			host.handlerOverrides = {};
			await clickButton(page, 'Try Again');
			await page.getByRole('heading', { level: 2, name: step }).waitFor({ state: 'detached' });
		});

		it(`rejects an invalid response to ${method}`, async () => {
			const { page, host } = await openWizard();
			await navigate(page);
			host.handlerOverrides[method] = () => ({ token: { id: 7, name: '<b>' } }) as never;
			await clickButton(page, action);
			await waitForAlert(page, `Invalid response to "${method}".`).waitFor();
			await page.getByRole('heading', { name: step }).waitFor();
		});
	}

	it('can retry opening the details', async () => {
		const { page, host } = await openWizard();
		await goToExtension(page);
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		host.handlerOverrides.goToDetails = () => {
			throw new Error('The disk is full.');
		};
		await clickButton(page, 'Go to Details');
		await waitForAlert(page, 'The disk is full.').waitFor();
		host.handlerOverrides = {};
		await clickButton(page, 'Try Again');
		await waitForCount(page.getByRole('alert'), 0);
		assert.deepEqual(host.requests.slice(-2), ['goToDetails', 'goToDetails']);
	});

	it('ignores invalid messages', async () => {
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
