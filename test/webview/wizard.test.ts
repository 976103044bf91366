import assert from 'node:assert/strict';
import { focused } from '../support/page/focus';
import { usePages, type PageOptions } from '../support/page/openedPage';
import { numbering, onStep, press, readyToCreate, throughGeneral, toExtension, toPermissions } from '../support/page/wizardDriver';
import { FakeWizardHost } from '../support/page/wizardHost';

describe('The wizard', function () {
	this.timeout(30_000);
	const pages = usePages();

	async function openWizard(options: Partial<PageOptions> = {}) {
		const opened = await pages.open({ name: 'wizard', ...options });
		const host = new FakeWizardHost(opened.wire);
		await opened.page.getByRole('heading', { level: 2 }).waitFor();
		return { ...opened, host };
	}

	it('creates a token by the keyboard alone', async () => {
		const { page, host } = await openWizard();
		const { keyboard } = page;
		const pressUntil = async (name: string) => {
			const button = page.getByRole('button', { name }).and(page.locator(':focus'));
			do {
				await keyboard.press('Tab');
			} while ((await button.count()) === 0);
			await keyboard.press('Enter');
		};
		await focused(page.getByRole('textbox', { name: 'Name' }));
		await keyboard.type('Nightly import');
		await keyboard.press('Tab');
		await keyboard.type('billing-7');
		await keyboard.press('Tab');
		await keyboard.type('Reads the usage');
		await keyboard.press('Enter');
		await keyboard.type('of yesterday.');
		await pressUntil('Next');
		await onStep(page, 'Expiration');
		await keyboard.press('Tab');
		await focused(page.getByRole('radio', { name: '30 days' }));
		await keyboard.press('ArrowDown');
		await pressUntil('Next');
		await onStep(page, 'Extension');
		await keyboard.press('Tab');
		await focused(page.getByRole('radio', { name: 'Custom' }));
		await pressUntil('Next');
		await onStep(page, 'Permissions');
		for (const name of ['All Modules', 'Account', 'Billing']) {
			await keyboard.press('Tab');
			await focused(page.getByRole('checkbox', { name }));
		}
		await keyboard.press('Space');
		await pressUntil('Create');
		await onStep(page, 'Summary');
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
		await pressUntil('Go to Details');
		await page.waitForFunction(() => document.querySelectorAll('vscode-button[disabled]').length === 0);
		assert.deepEqual(host.asked, ['ready', 'check', 'check', 'check', 'create', 'goToDetails']);
	});

	it('goes on with Enter in a field of one line', async () => {
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		await page.getByRole('textbox', { name: 'External ID' }).press('Enter');
		await onStep(page, 'Expiration');
	});

	it('hints at a name that another token has, and keeps nobody from using it', async () => {
		const { page } = await openWizard();
		const name = page.getByRole('textbox', { name: 'Name' });
		await name.fill(' Tutorial Token ');
		await page.getByText('Another token has this name.').waitFor();
		await name.fill('Tutorial Token 2');
		await page.getByText('Another token has this name.').waitFor({ state: 'detached' });
		await name.fill('Tutorial Token');
		await name.press('Enter');
		await onStep(page, 'Expiration');
	});

	it('names all steps and says which one is current', async () => {
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
		await throughGeneral(page);
		assert.match(await current.innerText(), /Expiration/);
		await steps.getByRole('img', { name: 'Done' }).waitFor();
	});

	it('keeps what was typed when going back', async () => {
		const { page } = await openWizard();
		await page.getByRole('textbox', { name: 'Description' }).fill('Reads usage.');
		await throughGeneral(page);
		await page.getByRole('radio', { name: '180 days' }).click();
		await press(page, 'Next');
		await onStep(page, 'Extension');
		await press(page, 'Next');
		await onStep(page, 'Permissions');
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		for (const step of ['Extension', 'Expiration', 'General']) {
			await press(page, 'Back');
			await onStep(page, step);
		}
		assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Nightly import');
		assert.equal(await page.getByRole('textbox', { name: 'Description' }).inputValue(), 'Reads usage.');
		assert.equal(await page.getByRole('button', { name: 'Back' }).count(), 0);
		await press(page, 'Next');
		await page.getByRole('radio', { name: '180 days', checked: true }).waitFor();
		await press(page, 'Next');
		await onStep(page, 'Extension');
		await press(page, 'Next');
		await page.getByRole('checkbox', { name: 'Usage', checked: true }).waitFor();
	});

	it('needs no permissions for an extension that has fixed ones', async () => {
		const { page, host } = await openWizard();
		await toExtension(page);
		await page.getByRole('radio', { name: 'Reports' }).click();
		await page.getByRole('listitem').filter({ hasText: 'Permissions' }).filter({ hasText: 'not needed' }).waitFor();
		await press(page, 'Create');
		await onStep(page, 'Summary');
		assert.deepEqual(host.created[0]?.permissions, ['reports']);
	});

	it('returns to asking for permissions when the extension is changed', async () => {
		const { page } = await openWizard();
		await toExtension(page);
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await page.getByRole('button', { name: 'Create' }).waitFor();
		await page.getByRole('radio', { name: 'Custom' }).click();
		await press(page, 'Next');
		await onStep(page, 'Permissions');
	});

	it('describes every extension to a screen reader', async () => {
		const { page } = await openWizard();
		await toExtension(page);
		const group = page.getByRole('radiogroup', { name: 'Extension' });
		await group.getByRole('radio', { name: 'Zapier', description: 'Connect the Zapier workflow automation platform.' }).waitFor();
	});

	it('chooses the extension whose description is clicked, and the arrow keys go on from there', async () => {
		const { page } = await openWizard();
		await toExtension(page);
		const { x, y } = (await page.getByText('Build custom reports.').boundingBox())!;
		await page.mouse.click(x + 2, y + 2);
		await page.getByRole('radio', { name: 'Reports', checked: true }).waitFor();
		await page.keyboard.press('ArrowDown');
		await page.getByRole('radio', { name: 'Zapier', checked: true }).waitFor();
	});

	it('checks and unchecks every module by All Modules', async () => {
		const { page, host } = await openWizard();
		await toPermissions(page);
		const modules = page.getByRole('group', { name: 'Permissions' }).getByRole('checkbox');
		const all = page.getByRole('checkbox', { name: 'All Modules' });
		const checked = page.getByRole('checkbox', { checked: true });
		const total = await modules.count();
		await all.click();
		await numbering(checked, total);
		await all.click();
		await numbering(checked, 0);
		await all.click();
		await press(page, 'Create');
		await onStep(page, 'Summary');
		assert.deepEqual(host.created[0]?.permissions, ['MD-0000']);
		await page.getByText('All modules').waitFor();
	});

	it('takes one module from all of them', async () => {
		const { page, host } = await openWizard();
		await toPermissions(page);
		const total = await page.getByRole('checkbox').count();
		await page.getByRole('checkbox', { name: 'All Modules' }).click();
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await page.getByRole('checkbox', { name: 'All Modules', checked: false }).waitFor();
		await numbering(page.getByRole('checkbox', { checked: true }), total - 2);
		await press(page, 'Create');
		await onStep(page, 'Summary');
		const permissions = host.created[0]?.permissions ?? [];
		assert.equal(permissions.length, total - 2);
		assert.ok(!permissions.includes('usage') && !permissions.includes('MD-0000'));
	});

	it('says in words when the token will expire', async () => {
		const { page } = await openWizard({ clock: true });
		await page.clock.setFixedTime('2030-03-01T09:30:00Z');
		await throughGeneral(page);
		const preview = page.getByRole('status');
		// Browsers differ in the comma after the day of the week.
		const says = (text: RegExp) => preview.filter({ hasText: text }).waitFor();
		await says(/^The token expires in 30 days: Sunday,? 31 March 2030 at 11:30\.$/);
		await page.getByRole('radio', { name: '1 year' }).click();
		await says(/^The token expires in 1 year: Saturday,? 1 March 2031 at 10:30\.$/);
		await page.getByRole('radio', { name: 'No expiration' }).click();
		await says(/^The token works until you disable or delete it\.$/);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2030-03-03T12:00');
		await says(/^The token expires in 2 days: Sunday,? 3 March 2030 at 12:00\.$/);
	});

	it('sends a custom date as the instant it is where the user lives', async () => {
		const { page, host } = await openWizard();
		await throughGeneral(page);
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2040-07-01T12:00');
		await page.getByLabel('Expiration date and time').press('Enter');
		await onStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await press(page, 'Create');
		await onStep(page, 'Summary');
		assert.equal(host.created[0]?.expirationDate, '2040-07-01T10:00:00.000Z');
	});

	it('creates a token without expiration', async () => {
		const { page, host } = await openWizard();
		await throughGeneral(page);
		await page.getByRole('radio', { name: 'No expiration' }).click();
		await press(page, 'Next');
		await onStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Flowgear' }).click();
		await press(page, 'Create');
		await onStep(page, 'Summary');
		assert.equal(host.created[0]?.expirationDate, null);
		await page.getByText('Never').waitFor();
	});

	it('creates one token however often Create is pressed', async () => {
		const { page, host } = await openWizard();
		await readyToCreate(page);
		let release!: () => void;
		const released = new Promise<void>((resolve) => {
			release = resolve;
		});
		host.overrides.create = async (params) => {
			await released;
			return host.usual.create(params);
		};
		await page.getByRole('button', { name: 'Create' }).evaluate((button: HTMLElement) => {
			button.click();
			button.click();
		});
		await page.getByRole('button', { name: 'Create', disabled: true }).waitFor();
		await page.keyboard.press('Enter');
		release();
		await onStep(page, 'Summary');
		assert.equal(host.asked.filter((method) => method === 'create').length, 1);
		assert.equal(host.created.length, 1);
	});

	it('comes back where it was after a reload in every step', async () => {
		const { page, host, state } = await openWizard();
		const reload = async (step: string) => {
			await page.reload({ waitUntil: 'commit' });
			await page.getByRole('heading', { level: 2, name: step }).waitFor();
		};
		await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
		await page.getByRole('textbox', { name: 'Description' }).fill('Reads usage.');
		await reload('General');
		assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Nightly import');
		assert.equal(await page.getByRole('textbox', { name: 'Description' }).inputValue(), 'Reads usage.');
		await press(page, 'Next');
		await onStep(page, 'Expiration');
		await page.getByRole('radio', { name: 'Custom date and time' }).click();
		await page.getByLabel('Expiration date and time').fill('2040-07-01T12:00');
		await reload('Expiration');
		assert.equal(await page.getByLabel('Expiration date and time').inputValue(), '2040-07-01T12:00');
		await press(page, 'Next');
		await onStep(page, 'Extension');
		await page.getByRole('radio', { name: 'Reports' }).click();
		await reload('Extension');
		await page.getByRole('radio', { name: 'Reports', checked: true }).waitFor();
		await page.getByRole('radio', { name: 'Custom' }).click();
		await press(page, 'Next');
		await onStep(page, 'Permissions');
		await page.getByRole('checkbox', { name: 'Usage' }).click();
		await reload('Permissions');
		await page.getByRole('checkbox', { name: 'Usage', checked: true }).waitFor();
		await press(page, 'Create');
		await onStep(page, 'Summary');
		await reload('Summary');
		await page.getByRole('definition').filter({ hasText: 'Nightly import' }).waitFor();
		assert.equal(host.created.length, 1);
		assert.equal(((await state()) as { createdId: string }).createdId, host.created[0]?.id);
	});

	it('shows the token that was created while the page was away', async () => {
		const { page, host } = await openWizard();
		await readyToCreate(page);
		host.overrides.create = (params) => {
			void host.usual.create(params);
			return new Promise(() => undefined);
		};
		await press(page, 'Create');
		await page.getByRole('button', { name: 'Create', disabled: true }).waitFor();
		await page.reload({ waitUntil: 'commit' });
		await page.getByRole('heading', { name: 'Summary' }).waitFor();
		assert.equal(host.created.length, 1);
	});

	it('says so when the token it created has been deleted', async () => {
		const { page, host } = await openWizard();
		await readyToCreate(page);
		await press(page, 'Create');
		await onStep(page, 'Summary');
		host.created.length = 0;
		await page.reload({ waitUntil: 'commit' });
		await page.getByText('The token has been deleted again.').waitFor();
		assert.equal(await page.getByRole('button', { name: 'Go to Details' }).count(), 0);
		await press(page, 'Close');
		await page.getByRole('button', { name: 'Close', disabled: false }).waitFor();
		assert.equal(host.asked.at(-1), 'close');
	});

	it('starts afresh when what was kept is of another shape', async () => {
		const { page } = await openWizard({ state: { step: 'somewhere', input: { name: 7 } } });
		await page.getByRole('heading', { name: 'General' }).waitFor();
		assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), '');
	});

	it('shows hostile texts as the texts they are', async () => {
		const { page } = await openWizard();
		const hostile = '<img src=x onerror="window.hacked = true"><b>bold</b> {0}';
		await page.getByRole('textbox', { name: 'Description' }).fill(`${hostile}</script>`);
		await toExtension(page, hostile);
		await page.getByRole('radio', { name: 'Zapier' }).click();
		await press(page, 'Create');
		await onStep(page, 'Summary');
		await page.getByRole('definition').getByText(hostile, { exact: true }).waitFor();
		await page.getByRole('definition').getByText(`${hostile}</script>`, { exact: true }).waitFor();
		assert.equal(await page.locator('main img, main b, main script').count(), 0);
		assert.equal(await page.evaluate(() => 'hacked' in window), false);
	});
});
