import assert from 'node:assert/strict';
import type { Page } from '@playwright/test';
import { FakeDetailsHost } from '../support/page/fakeDetailsHost';
import { usePages } from '../support/page/testPages';
import { waitForStep, clickButton, fillAllSteps, goToExtension } from '../support/page/wizardDriver';
import { FakeWizardHost } from '../support/page/fakeWizardHost';

test.describe('Every page', () => {
	const waitForProblem = (page: Page, text: string) =>
		page.getByRole('alert').filter({ hasText: "Couldn't load this page." }).filter({ hasText: text }).waitFor();

	for (const [what, ready, message] of [
		['an error', () => Promise.reject(new Error('The store is locked.')), 'The store is locked.'],
		['an invalid response', () => ({ language: 'English' }) as never, 'Invalid response to "ready".'],
	] as const) {
		test(`shows ${what} from the host and can retry`, async ({ pages }) => {
			const wizard = await pages.open({ name: 'wizard' });
			const wizardHost = new FakeWizardHost(wizard.transport);
			wizardHost.handlerOverrides = { ready };
			await waitForProblem(wizard.page, message);
			wizardHost.handlerOverrides = {};
			await clickButton(wizard.page, 'Try Again');
			await expect(wizard.page.getByRole('heading', { name: 'General' })).toBeVisible();

			const details = await pages.open({ name: 'details' });
			const detailsHost = new FakeDetailsHost(details.transport);
			detailsHost.handlerOverrides = { ready };
			await waitForProblem(details.page, message);
			detailsHost.handlerOverrides = {};
			await clickButton(details.page, 'Try Again');
			await expect(details.page.getByRole('heading', { name: 'Nightly import' })).toBeVisible();
		});
	}

	test('shows an error if the host does not respond in time', async ({ pages }) => {
		const { page } = await pages.open({ name: 'wizard', clock: true });
		await expect(page.getByText('Loading…')).toBeVisible();
		await page.clock.fastForward(31_000);
		await waitForProblem(page, 'No response to "ready" within 30 seconds.');
	});

	for (const [what, fail] of [
		[
			'error',
			() =>
				void setTimeout(() => {
					throw new Error('unexpected');
				}),
		],
		['rejection', () => void Promise.reject(new Error('unexpected'))],
	] as const) {
		test(`shows an unhandled ${what} instead of a blank page, and restores the input on Try Again`, async ({ pages }) => {
			pages.expectProblem(/unexpected/);
			const { page, transport } = await pages.open({ name: 'wizard' });
			new FakeWizardHost(transport);
			await goToExtension(page);
			await page.evaluate(fail);
			await waitForProblem(page, 'unexpected');
			await clickButton(page, 'Try Again');
			await expect(page.getByRole('heading', { name: 'Extension' })).toBeVisible();
			await clickButton(page, 'Back');
			await clickButton(page, 'Back');
			await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Nightly import');
		});
	}

	test('shows a rendering error instead of a blank page', async ({ pages }) => {
		const { page, transport } = await pages.open({ name: 'details' });
		new FakeDetailsHost(transport, { created: { at: 'no date', by: 'Ada' } });
		await waitForProblem(page, 'Invalid time value');
	});

	test('uses the language of the user', async ({ pages }) => {
		const { page, transport } = await pages.open({ name: 'wizard' });
		new FakeWizardHost(transport, { locale: 'de', texts: { General: 'Allgemein', Next: 'Weiter', Expiration: 'Ablauf' } });
		await expect(page.getByRole('heading', { name: 'Allgemein' })).toBeVisible();
		await page.getByRole('textbox', { name: 'Name' }).fill('Nachts');
		await clickButton(page, 'Weiter');
		await waitForStep(page, 'Ablauf');
		await expect(page.getByRole('radio', { name: '30 Tage' })).toBeVisible();
	});

	for (const width of [900, 420, 300]) {
		test(`does not scroll horizontally at a width of ${width} pixels`, async ({ pages }) => {
			const long = 'x'.repeat(128);
			const { page, transport } = await pages.open({ name: 'wizard', width });
			new FakeWizardHost(transport);
			await page.getByRole('textbox', { name: 'External ID' }).fill(`${long}x`);
			await clickButton(page, 'Next');
			await expect(page.getByRole('alert').nth(1)).toBeVisible();
			await assertFitsWidth(page);
			await page.getByRole('textbox', { name: 'External ID' }).fill(long);
			await fillAllSteps(page);
			await assertFitsWidth(page);
			for (const step of ['Extension', 'Expiration']) {
				await clickButton(page, 'Back');
				await waitForStep(page, step);
				await assertFitsWidth(page);
			}
			await page.getByRole('radio', { name: 'Custom date and time' }).click();
			await clickButton(page, 'Next');
			await expect(page.getByRole('alert')).toBeVisible();
			await assertFitsWidth(page);
			await page.getByRole('radio', { name: '7 days' }).click();
			await clickButton(page, 'Next');
			await waitForStep(page, 'Extension');
			await page.getByRole('radio', { name: 'Zapier' }).click();
			await clickButton(page, 'Create');
			await waitForStep(page, 'Summary');
			await assertFitsWidth(page);

			const details = await pages.open({ name: 'details', width });
			const host = new FakeDetailsHost(details.transport, { name: long, description: long, externalId: long });
			await clickButton(details.page, 'View');
			await expect(details.page.getByText(exampleAuthorization())).toBeVisible();
			await assertFitsWidth(details.page);
		});
	}

	test('shows the focus outline in the theme color, and only for keyboard focus', async ({ pages }) => {
		const { page, transport } = await pages.open({ name: 'wizard', theme: 'hcDark' });
		new FakeWizardHost(transport);
		await fillAllSteps(page);
		const usage = page.getByRole('checkbox', { name: 'Usage' });
		const outline = () =>
			usage.evaluate((checkbox) => {
				const { outlineStyle, outlineColor } = getComputedStyle(checkbox.shadowRoot!.querySelector('[part=control]')!);
				return outlineStyle === 'none' ? 'none' : outlineColor;
			});
		assert.equal(await outline(), 'none');
		await page.keyboard.press('Shift+Tab');
		await page.keyboard.press('Tab');
		assert.equal(await outline(), 'rgb(243, 133, 24)');
	});
});

async function assertFitsWidth(page: Page): Promise<void> {
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	assert.equal(overflow, 0);
}
