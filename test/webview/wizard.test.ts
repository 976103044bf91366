import assert from 'node:assert/strict';
import { waitForFocus } from '../support/page/accessibleState';
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

describe('The wizard', function () {
	this.timeout(30_000);
	const pages = usePages();

	async function openWizard(options: Partial<PageOptions> = {}) {
		const opened = await pages.open({ name: 'wizard', ...options });
		const host = new FakeWizardHost(opened.transport);
		await opened.page.getByRole('heading', { level: 2 }).waitFor();
		return { ...opened, host };
	}

	it('creates a token with the keyboard only', async () => {
		const { page, host } = await openWizard();
		const { keyboard } = page;
		const tabToAndPress = async (name: string) => {
			const button = page.getByRole('button', { name }).and(page.locator(':focus'));
			do {
				await keyboard.press('Tab');
			} while ((await button.count()) === 0);
			await keyboard.press('Enter');
		};
		await waitForFocus(page.getByRole('textbox', { name: 'Name' }));
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
		await waitForFocus(page.getByRole('radio', { name: '30 days' }));
		await keyboard.press('ArrowDown');
		await tabToAndPress('Next');
		await waitForStep(page, 'Extension');
		await keyboard.press('Tab');
		await waitForFocus(page.getByRole('radio', { name: 'Custom' }));
		await tabToAndPress('Next');
		await waitForStep(page, 'Permissions');
		for (const name of ['All Modules', 'Account', 'Billing']) {
			await keyboard.press('Tab');
			await waitForFocus(page.getByRole('checkbox', { name }));
		}
		await keyboard.press('Space');
		await tabToAndPress('Create');
		await waitForStep(page, 'Summary');
		const [token] = host.created;
		assert.equal(token?.name, 'Nightly import');
		assert.equal(token.externalId, 'billing-7');
		assert.equal(token.description, 'Reads the usage\nof yesterday.');
		assert.deepEqual(token.extension, { id: 'EXT-000', name: 'Custom' });
		assert.deepEqual(token.permissions, ['billing']);
		const days = (Date.parse(token.expirationDate ?? '') - Date.parse(token.created.at)) / 86_400_000;
		assert.equal(Math.round(days), 60);
		for (const text of ['Nightly import', token.id, 'billing-7', 'Reads the usage', '(in 60 days)', 'Custom', 'Billing']) {
			await page.getByRole('definition').filter({ hasText: text }).first().waitFor();
		}
		await tabToAndPress('Go to Details');
		await page.waitForFunction(() => document.querySelectorAll('vscode-button[disabled]').length === 0);
		assert.deepEqual(host.requests, ['ready', 'check', 'check', 'check', 'create', 'goToDetails']);
	});

	it('continues when Enter is pressed in a single-line field', async () => {
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		await page.getByRole('textbox', { name: 'External ID' }).press('Enter');
		await waitForStep(page, 'Expiration');
	});

	it('shows a hint for a duplicate name but allows it', async () => {
		const { page } = await openWizard();
		const name = page.getByRole('textbox', { name: 'Name' });
		await name.fill(' Tutorial Token ');
		await page.getByText('Another token already has this name.').waitFor();
		await name.fill('Tutorial Token 2');
		await page.getByText('Another token already has this name.').waitFor({ state: 'detached' });
		await name.fill('Tutorial Token');
		await name.press('Enter');
		await waitForStep(page, 'Expiration');
	});

	it('lists all steps and marks the current one', async () => {
		const { page } = await openWizard();
		const steps = page.getByRole('list', { name: 'Steps' });
		assert.deepEqual(await steps.getByRole('listitem').allInnerTexts(), [
			'1\nGeneral',
			'2\nExpiration',
			'3\nExtension',
			'4\nPermissions',
			'5\nSummary',
		]);
		const current = steps.locator('[aria-current="step"]');
		assert.match(await current.innerText(), /General/);
		await completeGeneral(page);
		assert.match(await current.innerText(), /Expiration/);
		await steps.getByRole('img', { name: 'Done' }).waitFor();
	});

	it('keeps the input when going back', async () => {
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'Description' }).fill('Reads usage.');
		await completeGeneral(page);
		await page.getByRole('radio', { name: '180 days' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Extension');
		await clickButton(page, 'Next');
		await waitForStep(page, 'Permissions');
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		for (const step of ['Extension', 'Expiration', 'General']) {
			await clickButton(page, 'Back');
			await waitForStep(page, step);
		}
		assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Nightly import');
		assert.equal(await page.getByRole('textbox', { name: 'Description' }).inputValue(), 'Reads usage.');
		assert.equal(await page.getByRole('button', { name: 'Back' }).count(), 0);
		await clickButton(page, 'Next');
		await page.getByRole('radio', { name: '180 days', checked: true }).waitFor();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Extension');
		await clickButton(page, 'Next');
		await page.getByRole('checkbox', { name: 'Usage', checked: true }).waitFor();
	});

	it('skips Permissions for an extension with fixed permissions', async () => {
		const { page, host } = await openWizard();
		await goToExtension(page);
		await page.getByRole('radio', { name: 'Reports' }).click();
		await page.getByRole('listitem').filter({ hasText: 'Permissions' }).filter({ hasText: 'not needed' }).waitFor();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		assert.deepEqual(host.created[0]?.permissions, ['reports']);
	});

	it('includes Permissions again when the extension is changed', async () => {
		const { page } = await openWizard();
		await goToExtension(page);
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await page.getByRole('button', { name: 'Create' }).waitFor();
		await page.getByRole('radio', { name: 'Custom' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Permissions');
	});

	it('gives every extension an accessible description', async () => {
		const { page } = await openWizard();
		await goToExtension(page);
		const group = page.getByRole('radiogroup', { name: 'Extension' });
		await group.getByRole('radio', { name: 'Zapier', description: 'Connect the Zapier workflow automation platform.' }).waitFor();
	});

	it('selects an extension when its description is clicked, and continues from there with the arrow keys', async () => {
		const { page } = await openWizard();
		await goToExtension(page);
		const { x, y } = (await page.getByText('Build custom reports.').boundingBox())!;
		await page.mouse.click(x + 2, y + 2);
		await page.getByRole('radio', { name: 'Reports', checked: true }).waitFor();
		await page.keyboard.press('ArrowDown');
		await page.getByRole('radio', { name: 'Zapier', checked: true }).waitFor();
	});

	it('checks and unchecks every module with All Modules', async () => {
		const { page, host } = await openWizard();
		await goToPermissions(page);
		const modules = page.getByRole('group', { name: 'Permissions' }).getByRole('checkbox');
		const all = page.getByRole('checkbox', { name: 'All Modules' });
		const checked = page.getByRole('checkbox', { checked: true });
		const total = await modules.count();
		await all.click();
		await waitForCount(checked, total);
		await all.click();
		await waitForCount(checked, 0);
		await all.click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		assert.deepEqual(host.created[0]?.permissions, ['MD-0000']);
		await page.getByText('All modules').waitFor();
	});

	it('can deselect a single module after All Modules', async () => {
		const { page, host } = await openWizard();
		await goToPermissions(page);
		const total = await page.getByRole('checkbox').count();
		await page.getByRole('checkbox', { name: 'All Modules' }).click();
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await page.getByRole('checkbox', { name: 'All Modules', checked: false }).waitFor();
		await waitForCount(page.getByRole('checkbox', { checked: true }), total - 2);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		const permissions = host.created[0]?.permissions ?? [];
		assert.equal(permissions.length, total - 2);
		assert.ok(!permissions.includes('usage') && !permissions.includes('MD-0000'));
	});

	it('previews when the token will expire', async () => {
		const { page } = await openWizard({ clock: true });
		await page.clock.setFixedTime('2030-03-01T09:30:00Z');
		await completeGeneral(page);
		const preview = page.getByRole('status');
		// Browsers differ in whether there's a comma after the day of the week.
		const waitForPreview = (text: RegExp) => preview.filter({ hasText: text }).waitFor();
		await waitForPreview(/^The token expires in 30 days \(Sunday,? 31 March 2030 at 11:30\)\.$/);
		await page.getByRole('radio', { name: '1 year' }).click();
		await waitForPreview(/^The token expires in 1 year \(Saturday,? 1 March 2031 at 10:30\)\.$/);
		await page.getByRole('radio', { name: 'No expiration' }).click();
		await waitForPreview(/^The token is valid until you disable or delete it\.$/);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2030-03-03T12:00');
		await waitForPreview(/^The token expires in 2 days \(Sunday,? 3 March 2030 at 12:00\)\.$/);
	});

	it('previews the date that is stored for one year from February 29', async () => {
		const { page } = await openWizard({ clock: true });
		await page.clock.setFixedTime('2028-02-29T10:00:00Z');
		await completeGeneral(page);
		await page.getByRole('radio', { name: '1 year' }).click();
		await page
			.getByRole('status')
			.filter({ hasText: /28 February 2029 at 11:00/ })
			.waitFor();
	});

	it('interprets a custom date in the time zone of the user', async () => {
		const { page, host } = await openWizard();
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2040-07-01T12:00');
		await page.getByLabel('Expiration date and time').press('Enter');
		await waitForStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		assert.equal(host.created[0]?.expirationDate, '2040-07-01T10:00:00.000Z');
	});

	it('creates a token without expiration', async () => {
		const { page, host } = await openWizard();
		await completeGeneral(page);
		await page.getByRole('radio', { name: 'No expiration' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Flowgear' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		assert.equal(host.created[0]?.expirationDate, null);
		await page.getByText('Never').waitFor();
	});

	it('creates one token even if Create is pressed repeatedly', async () => {
		const { page, host } = await openWizard();
		await fillAllSteps(page);
		let release!: () => void;
		const pendingResponse = new Promise<void>((resolve) => {
			release = resolve;
		});
		host.handlerOverrides.create = async (params) => {
			await pendingResponse;
			return host.defaultHandlers.create(params);
		};
		await page.getByRole('button', { name: 'Create' }).evaluate((button: HTMLElement) => {
			button.click();
			button.click();
		});
		await page.getByRole('button', { name: 'Create', disabled: true }).waitFor();
		await page.keyboard.press('Enter');
		release();
		await waitForStep(page, 'Summary');
		assert.equal(host.requests.filter((method) => method === 'create').length, 1);
		assert.equal(host.created.length, 1);
	});

	it('restores every step after a reload', async () => {
		const { page, host, state } = await openWizard();
		const reloadOnStep = async (step: string) => {
			await page.reload({ waitUntil: 'commit' });
			await page.getByRole('heading', { level: 2, name: step }).waitFor();
		};
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		await page.getByRole('textbox', { name: 'Description' }).fill('Reads usage.');
		await reloadOnStep('General');
		assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Nightly import');
		assert.equal(await page.getByRole('textbox', { name: 'Description' }).inputValue(), 'Reads usage.');
		await clickButton(page, 'Next');
		await waitForStep(page, 'Expiration');
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2040-07-01T12:00');
		await reloadOnStep('Expiration');
		assert.equal(await page.getByLabel('Expiration date and time').inputValue(), '2040-07-01T12:00');
		await clickButton(page, 'Next');
		await waitForStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Reports' }).click();
		await reloadOnStep('Extension');
		await page.getByRole('radio', { name: 'Reports', checked: true }).waitFor();
		await page.getByRole('radio', { name: 'Custom' }).click();
		await clickButton(page, 'Next');
		await waitForStep(page, 'Permissions');
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await reloadOnStep('Permissions');
		await page.getByRole('checkbox', { name: 'Usage', checked: true }).waitFor();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await reloadOnStep('Summary');
		await page.getByRole('definition').filter({ hasText: 'Nightly import' }).waitFor();
		assert.equal(host.created.length, 1);
		assert.equal(((await state()) as { createdId: string }).createdId, host.created[0]?.id);
	});

	it('shows a token that was created while the page was reloading', async () => {
		const { page, host } = await openWizard();
		await fillAllSteps(page);
		host.handlerOverrides.create = (params) => {
			void host.defaultHandlers.create(params);
			return new Promise(() => undefined);
		};
		await clickButton(page, 'Create');
		await page.getByRole('button', { name: 'Create', disabled: true }).waitFor();
		await page.reload({ waitUntil: 'commit' });
		await page.getByRole('heading', { name: 'Summary' }).waitFor();
		assert.equal(host.created.length, 1);
	});

	it('shows that the created token has been deleted', async () => {
		const { page, host } = await openWizard();
		await fillAllSteps(page);
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		host.created.length = 0;
		await page.reload({ waitUntil: 'commit' });
		await page.getByText('The token was deleted.').waitFor();
		assert.equal(await page.getByRole('button', { name: 'Go to Details' }).count(), 0);
		await clickButton(page, 'Close');
		await page.getByRole('button', { name: 'Close', disabled: false }).waitFor();
		assert.equal(host.requests.at(-1), 'close');
	});

	it('starts over if the saved state is invalid', async () => {
		const { page } = await openWizard({ state: { step: 'somewhere', input: { name: 7 } } });
		await page.getByRole('heading', { name: 'General' }).waitFor();
		assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), '');
	});

	it('shows markup in texts as plain text', async () => {
		const { page } = await openWizard();
		const hostile = '<img src=x onerror="window.hacked = true"><b>bold</b> {0}';
		await page.getByRole('textbox', { name: 'Description' }).fill(`${hostile}</script>`);
		await goToExtension(page, hostile);
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await clickButton(page, 'Create');
		await waitForStep(page, 'Summary');
		await page.getByRole('definition').getByText(hostile, { exact: true }).waitFor();
		await page.getByRole('definition').getByText(`${hostile}</script>`, { exact: true }).waitFor();
		assert.equal(await page.locator('main img, main b, main script').count(), 0);
		assert.equal(await page.evaluate(() => 'hacked' in window), false);
	});
});
