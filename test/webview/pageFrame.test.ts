import type { Page } from '@playwright/test';
import { exampleAuthorization } from '../support/page/exampleToken';
import { expect, test } from '../support/page/pageTest';
import { waitForStep, clickButton, fillAllSteps, goToExtension } from '../support/page/wizardDriver';

test.describe('Every page', () => {
	const expectProblem = (page: Page, text: string) =>
		expect(page.getByRole('alert').filter({ hasText: "Couldn't load this page." })).toContainText(text);

	for (const [what, answer, message] of [
		['an error', new Error('The store is locked.'), 'The store is locked.'],
		['an invalid response', { language: 'English' }, 'Invalid response to "ready".'],
	] as const) {
		for (const name of ['wizard', 'details'] as const) {
			test(`shows ${what} from the host on the ${name} page and can retry`, async ({ openDetails, openWizard }) => {
				const { page, host } = await (name === 'wizard' ? openWizard() : openDetails());
				await expect(page.getByRole('heading', { name: name === 'wizard' ? 'General' : 'Nightly import' })).toBeVisible();
				const restoreHost = host.connection.answer('ready', answer);
				await page.reload({ waitUntil: 'commit' });
				await expectProblem(page, message);
				restoreHost();
				await clickButton(page, 'Try Again');
				await expect(page.getByRole('heading', { name: name === 'wizard' ? 'General' : 'Nightly import' })).toBeVisible();
			});
		}
	}

	test('lets VS Code offer Cut, Copy, and Paste only in text fields and for selected text', async ({ openDetails }) => {
		const { page } = await openDetails();
		const isMenuPrevented = async (selector: string) => {
			await page.locator(selector).first().click({ button: 'right' });
			const context = await page.evaluate(() => document.body.dataset.vscodeContext!);
			return (JSON.parse(context) as { preventDefaultContextMenuItems: boolean }).preventDefaultContextMenuItems;
		};
		expect(await isMenuPrevented('h1')).toBe(true);
		await page.evaluate(() => document.getSelection()!.selectAllChildren(document.querySelector('h1')!));
		expect(await isMenuPrevented('h1')).toBe(false);
		await page.evaluate(() => document.getSelection()!.removeAllRanges());
		await clickButton(page, 'Edit');
		expect(await isMenuPrevented('vscode-text-field')).toBe(false);
		expect(await isMenuPrevented('[type=checkbox]')).toBe(true);
	});

	test('shows an error if the host does not respond in time', async ({ pages }) => {
		const { page } = await pages.open({ name: 'wizard', clock: true });
		await expect(page.getByText('Loading…')).toBeVisible();
		await page.clock.fastForward(31_000);
		await expectProblem(page, 'No response to "ready" within 30 seconds.');
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
		test(`shows an unhandled ${what} instead of a blank page, and restores the input on Try Again`, async ({ openWizard, pages }) => {
			pages.expectProblem(/unexpected/);
			const { page } = await openWizard();
			await goToExtension(page);
			await page.evaluate(fail);
			await expectProblem(page, 'unexpected');
			await clickButton(page, 'Try Again');
			await expect(page.getByRole('heading', { name: 'Extension' })).toBeVisible();
			await clickButton(page, 'Back');
			await clickButton(page, 'Back');
			await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Nightly import');
		});
	}

	test('shows a rendering error instead of a blank page', async ({ openDetails }) => {
		const { page, host } = await openDetails();
		host.connection.changeResults('ready', ({ snapshot, ...others }) => ({
			...others,
			snapshot: { ...snapshot, history: [{ kind: 'created', at: 'no date', by: 'Ada' }] },
		}));
		await page.reload({ waitUntil: 'commit' });
		await expectProblem(page, 'Invalid time value');
	});

	test('uses the language of the user', async ({ openWizard }) => {
		const { page } = await openWizard({
			language: { locale: 'de', texts: { General: 'Allgemein', Next: 'Weiter', Expiration: 'Ablauf' } },
		});
		await expect(page.getByRole('heading', { name: 'Allgemein' })).toBeVisible();
		await page.getByRole('textbox', { name: 'Name' }).fill('Nachts');
		await clickButton(page, 'Weiter');
		await waitForStep(page, 'Ablauf');
		await expect(page.getByRole('radio', { name: '30 Tage' })).toBeVisible();
	});

	test('does not scroll horizontally in the wizard at any width', async ({ openWizard }) => {
		const long = 'x'.repeat(128);
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'External ID' }).fill(`${long}x`);
		await clickButton(page, 'Next');
		await expect(page.getByRole('alert')).toHaveCount(2);
		await expectFitsEveryWidth(page);
		await page.getByRole('textbox', { name: 'External ID' }).fill(long);
		await fillAllSteps(page);
		await expectFitsEveryWidth(page);
		for (const step of ['Extension', 'Expiration']) {
			await clickButton(page, 'Back');
			await waitForStep(page, step);
			await expectFitsEveryWidth(page);
		}
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('');
		await clickButton(page, 'Next');
		await expect(page.getByRole('alert')).toBeVisible();
		await expectFitsEveryWidth(page);
		await page.getByRole('radio', { name: '7 days' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await expectFitsEveryWidth(page);
	});

	test('does not scroll horizontally on the details page at any width', async ({ openDetails }) => {
		const long = 'x'.repeat(128);
		const { page } = await openDetails({ name: long, description: long, externalId: long });
		await clickButton(page, 'View');
		await expect(page.getByText(exampleAuthorization())).toBeVisible();
		await expectFitsEveryWidth(page);
	});

	test('shows the focus outline in the theme color, and only for keyboard focus', async ({ openWizard }) => {
		const { page } = await openWizard({ theme: 'hcDark' });
		await fillAllSteps(page);
		const usage = page.getByRole('checkbox', { name: 'Usage', exact: true });
		const readOutline = () =>
			usage.evaluate((checkbox) => {
				const { outlineStyle, outlineColor } = getComputedStyle(checkbox);
				return outlineStyle === 'none' ? 'none' : outlineColor;
			});
		await expect.poll(readOutline).toBe('none');
		await page.keyboard.press('Shift+Tab');
		await page.keyboard.press('Tab');
		await expect.poll(readOutline).toBe('rgb(243, 133, 24)');
	});
});

async function expectFitsEveryWidth(page: Page): Promise<void> {
	for (const width of [300, 420, 900]) {
		await page.setViewportSize({ width, height: 800 });
		const overflowPx = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
		expect(overflowPx, `at a width of ${width} pixels`).toBe(0);
	}
}
