import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accessible, focused } from '../support/page/focus';
import { usePages, type PageOptions } from '../support/page/openedPage';
import { numbering, onStep, press, readyToCreate, throughGeneral, toExtension, toPermissions } from '../support/page/wizardDriver';
import { FakeWizardHost } from '../support/page/wizardHost';

const filledIn = {
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

describe('The wizard, when something is wrong', function () {
	this.timeout(30_000);
	const pages = usePages();

	async function openWizard(options: Partial<PageOptions> = {}) {
		const opened = await pages.open({ name: 'wizard', ...options });
		const host = new FakeWizardHost(opened.wire);
		await opened.page.getByRole('heading', { level: 2 }).waitFor();
		return { ...opened, host };
	}

	const alert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text });

	for (const [label, text, message] of [
		['Name', '', 'Enter a name of 1 to 128 characters.'],
		['Name', ' \t ', 'Enter a name of 1 to 128 characters.'],
		['Name', 'x'.repeat(129), 'Use at most 128 characters.'],
		['External ID', 'x'.repeat(129), 'Use at most 128 characters.'],
		['Description', 'x'.repeat(256), 'Use at most 255 characters.'],
	] as const) {
		it(`says at ${label} what is wrong with ${text.length} characters`, async () => {
			const { page } = await openWizard();
			await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
			const field = page.getByRole('textbox', { name: label });
			await field.fill(text);
			await press(page, 'Next');
			await focused(field);
			await numbering(page.getByRole('alert'), 1);
			await accessible(field, ({ description, invalid }) => assert.ok(invalid && description.includes(message), description));
			await field.fill('corrected');
			await numbering(page.getByRole('alert'), 0);
			await accessible(field, ({ invalid }) => assert.equal(invalid, false));
			await press(page, 'Next');
			await onStep(page, 'Expiration');
		});
	}

	it('shows every error of a step, and leaves the others when one is corrected', async () => {
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'External ID' }).fill('x'.repeat(129));
		await page.getByRole('textbox', { name: 'Description' }).fill('x'.repeat(256));
		await press(page, 'Next');
		await focused(page.getByRole('textbox', { name: 'Name' }));
		await numbering(page.getByRole('alert'), 3);
		await page.keyboard.type('N');
		await numbering(page.getByRole('alert'), 2);
		await focused(page.getByRole('textbox', { name: 'Name' }));
	});

	it('counts the characters when few are left', async () => {
		const { page } = await openWizard();
		const name = page.getByRole('textbox', { name: 'Name' });
		await name.fill('x'.repeat(107));
		assert.equal(await page.getByText('Characters left').count(), 0);
		await name.fill('x'.repeat(108));
		await page.getByText('Characters left: 20').waitFor();
		await accessible(name, ({ description }) => assert.match(description, /Characters left: 20/));
		await name.fill(`${'x'.repeat(128)}😀😀`);
		await page.getByText('Characters over the limit: 2').waitFor();
	});

	it('asks for the rest of a date that is incomplete', async () => {
		const { page, host } = await openWizard();
		await throughGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await press(page, 'Next');
		const date = page.getByLabel('Expiration date and time');
		await focused(date);
		await accessible(date, (told) => assert.deepEqual(told, { description: 'Choose a date and a time.', invalid: true }));
		assert.deepEqual(host.asked, ['ready', 'check']);
	});

	it('refuses a date in the past', async () => {
		const { page } = await openWizard();
		await throughGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		const date = page.getByLabel('Expiration date and time');
		await date.fill('2001-01-01T10:00');
		await press(page, 'Next');
		await focused(date);
		await accessible(date, ({ description }) => assert.match(description, /Choose a date in the future/));
	});

	it('refuses an extension that the catalogue no longer has', async () => {
		const state = { ...filledIn, step: 'extension', input: { ...filledIn.input, extension: 'gone' } };
		const { page } = await openWizard({ state });
		await press(page, 'Next');
		await alert(page, 'There is no extension "gone".').waitFor();
		const group = page.getByRole('radiogroup', { name: 'Extension' });
		await accessible(group, ({ description }) => assert.match(description, /There is no extension "gone"/));
		await focused(page.getByRole('radio', { name: 'Flowgear' }));
	});

	it('refuses a module that the catalogue no longer has', async () => {
		const state = { ...filledIn, input: { ...filledIn.input, permissions: ['gone'] } };
		const { page, host } = await openWizard({ state });
		await press(page, 'Create');
		await alert(page, 'There is no module "gone".').waitFor();
		assert.equal(host.created.length, 0);
	});

	it('asks for at least one module', async () => {
		const { page, host } = await openWizard();
		await toPermissions(page);
		await press(page, 'Create');
		await alert(page, 'Choose at least one module.').waitFor();
		await focused(page.getByRole('checkbox', { name: 'All Modules' }));
		await accessible(page.getByRole('group', { name: 'Permissions' }), ({ description }) =>
			assert.match(description, /at least one module/),
		);
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await numbering(page.getByRole('alert'), 0);
		await press(page, 'Create');
		await onStep(page, 'Summary');
		assert.equal(host.created.length, 1);
	});

	it('goes to the step of the first error that the creation finds', async () => {
		const state = { ...filledIn, input: { ...filledIn.input, name: '', permissions: [] } };
		const { page } = await openWizard({ state });
		await press(page, 'Create');
		await page.getByRole('heading', { name: 'General' }).waitFor();
		await focused(page.getByRole('textbox', { name: 'Name' }));
		await alert(page, 'Enter a name of 1 to 128 characters.').waitFor();
	});

	it('shows in place what the host refuses, and tries again with what has been changed since', async () => {
		const { page, host } = await openWizard();
		await readyToCreate(page);
		host.overrides.create = () => {
			throw new Error('The disk is full.');
		};
		await press(page, 'Create');
		await alert(page, 'The token could not be created.').filter({ hasText: 'The disk is full.' }).waitFor();
		await focused(page.getByRole('button', { name: 'Try Again' }));
		await page.getByRole('checkbox', { name: 'Usage', checked: true }).waitFor();
		await page.getByRole('checkbox', { name: 'Billing' }).click();
		host.overrides = {};
		await press(page, 'Try Again');
		await onStep(page, 'Summary');
		assert.deepEqual(host.created[0]?.permissions, ['billing', 'usage']);
	});

	it('shows an error that belongs to no field', async () => {
		const { page, host } = await openWizard();
		await readyToCreate(page);
		host.overrides.create = () => ({ errors: { owner: 'The owner is unknown.' } });
		await press(page, 'Create');
		await alert(page, 'The owner is unknown.').waitFor();
		await page.getByRole('heading', { name: 'Permissions' }).waitFor();
	});

	for (const [step, method, action, go] of [
		['General', 'check', 'Next', async (page: Page) => page.getByRole('textbox', { name: 'Name' }).fill('Nightly import')],
		['Permissions', 'create', 'Create', readyToCreate],
	] as const) {
		it(`gives up waiting for the answer to ${method}, and loses nothing`, async () => {
			const { page, host, state } = await openWizard({ clock: true });
			await go(page);
			const before = await state();
			host.overrides[method] = () => new Promise<never>(() => undefined);
			await press(page, action);
			await page.getByRole('button', { name: action, disabled: true }).waitFor();
			await page.clock.fastForward(31_000);
			await alert(page, `No answer to "${method}" within 30 s.`).waitFor();
			await page.getByRole('heading', { name: step }).waitFor();
			assert.deepEqual(await state(), before);
			host.overrides = {};
			await press(page, 'Try Again');
			await page.getByRole('heading', { level: 2, name: step }).waitFor({ state: 'detached' });
		});

		it(`does not trust an answer to ${method} of another shape`, async () => {
			const { page, host } = await openWizard();
			await go(page);
			host.overrides[method] = () => ({ token: { id: 7, name: '<b>' } }) as never;
			await press(page, action);
			await alert(page, `The answer to "${method}" has the wrong shape.`).waitFor();
			await page.getByRole('heading', { name: step }).waitFor();
		});
	}

	it('can try again to go to the details', async () => {
		const { page, host } = await openWizard();
		await toExtension(page);
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await press(page, 'Create');
		await onStep(page, 'Summary');
		host.overrides.goToDetails = () => {
			throw new Error('There is no room.');
		};
		await press(page, 'Go to Details');
		await alert(page, 'There is no room.').waitFor();
		host.overrides = {};
		await press(page, 'Try Again');
		await numbering(page.getByRole('alert'), 0);
		assert.deepEqual(host.asked.slice(-2), ['goToDetails', 'goToDetails']);
	});

	it('is not disturbed by messages that are none', async () => {
		const { page, wire } = await openWizard();
		for (const message of [
			'hello',
			null,
			7,
			[],
			{ kind: 'answer', id: 99, result: {} },
			{ kind: 'question', id: 1, method: 'close', params: {} },
		]) {
			wire.post(message);
		}
		await throughGeneral(page);
	});
});
