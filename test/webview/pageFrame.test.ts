import assert from 'node:assert/strict';
import type { Page } from '@playwright/test';
import { FakeDetailsHost } from '../support/page/fakeDetailsHost';
import { usePages } from '../support/page/testPages';
import { waitForStep, clickButton, fillAllSteps, goToExtension } from '../support/page/wizardDriver';
import { FakeWizardHost } from '../support/page/fakeWizardHost';

describe('Every page', function () {
	this.timeout(30_000);
	const pages = usePages();

	const waitForProblem = (page: Page, text: string) =>
		page.getByRole('alert').filter({ hasText: "Couldn't load this page." }).filter({ hasText: text }).waitFor();

	for (const [what, ready, message] of [
		['an error', () => Promise.reject(new Error('The store is locked.')), 'The store is locked.'],
		['an invalid response', () => ({ language: 'English' }) as never, 'Invalid response to "ready".'],
	] as const) {
		it(`shows ${what} from the host and can retry`, async () => {
			const wizard = await pages.open({ name: 'wizard' });
			const wizardHost = new FakeWizardHost(wizard.transport);
			wizardHost.handlerOverrides = { ready };
			await waitForProblem(wizard.page, message);
			wizardHost.handlerOverrides = {};
			await clickButton(wizard.page, 'Try Again');
			await wizard.page.getByRole('heading', { name: 'General' }).waitFor();

			const details = await pages.open({ name: 'details' });
			const detailsHost = new FakeDetailsHost(details.transport);
			detailsHost.handlerOverrides = { ready };
			await waitForProblem(details.page, message);
			detailsHost.handlerOverrides = {};
			await clickButton(details.page, 'Try Again');
			await details.page.getByRole('heading', { name: 'Nightly import' }).waitFor();
		});
	}

	it('shows an error if the host does not respond in time', async () => {
		const { page } = await pages.open({ name: 'wizard', clock: true });
		await page.getByText('Loading…').waitFor();
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
		it(`shows an unhandled ${what} instead of a blank page, and restores the input on Try Again`, async () => {
			pages.expectProblem(/unexpected/);
			const { page, transport } = await pages.open({ name: 'wizard' });
			new FakeWizardHost(transport);
			await goToExtension(page);
			await page.evaluate(fail);
			await waitForProblem(page, 'unexpected');
			await clickButton(page, 'Try Again');
			await page.getByRole('heading', { name: 'Extension' }).waitFor();
			await clickButton(page, 'Back');
			await clickButton(page, 'Back');
			assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Nightly import');
		});
	}

	it('shows a rendering error instead of a blank page', async () => {
		const { page, transport } = await pages.open({ name: 'details' });
		new FakeDetailsHost(transport, { created: { at: 'no date', by: 'Ada' } });
		await waitForProblem(page, 'Invalid time value');
	});

	it('uses the language of the user', async () => {
		const { page, transport } = await pages.open({ name: 'wizard' });
		new FakeWizardHost(transport, { locale: 'de', texts: { General: 'Allgemein', Next: 'Weiter', Expiration: 'Ablauf' } });
		await page.getByRole('heading', { name: 'Allgemein' }).waitFor();
		await page.getByRole('textbox', { name: 'Name' }).fill('Nachts');
		await clickButton(page, 'Weiter');
		await waitForStep(page, 'Ablauf');
		await page.getByRole('radio', { name: '30 Tage' }).waitFor();
	});

	for (const width of [900, 420, 300]) {
		it(`does not scroll horizontally at a width of ${width} pixels`, async () => {
			const long = 'x'.repeat(128);
			const { page, transport } = await pages.open({ name: 'wizard', width });
			new FakeWizardHost(transport);
			await page.getByRole('textbox', { name: 'External ID' }).fill(`${long}x`);
			await clickButton(page, 'Next');
			await page.getByRole('alert').nth(1).waitFor();
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
			await page.getByRole('alert').waitFor();
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
			await details.page.getByText(host.authorization()).waitFor();
			await assertFitsWidth(details.page);
		});
	}

	it('shows the focus outline in the theme color, and only for keyboard focus', async () => {
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
