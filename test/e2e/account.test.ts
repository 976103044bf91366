import { expect, test } from '../support/connect/platformTest';
import { shareWorkbench } from '../support/e2eTest';
import {
	addAccount,
	answerQuickInput,
	chooseMenuItem,
	clickCreate,
	detailsPage,
	expectAddedAccount,
	fillGeneralStep,
	goToWizardStep,
	insertHeader,
	openFile,
	removeAccount,
	runPaletteCommand,
	showNotifications,
	showTokensView,
	tokenRow,
	waitForSavedAccount,
	wizardPage,
} from '../support/workbenchDriver';

const ACCOUNT = 'Vallonia Software';
const TOKEN = 'Nightly Import';
const OTHER_TOKEN = 'Somebody’s Token';
const DAY_MS = 86_400_000;

const getWorkbench = shareWorkbench({ 'connectTokens.http.authorizationFormat': 'reference' });

test('a Connect account: from its key to a request with a new token, and to the end of that token and the account', async ({
	startPlatform,
}) => {
	const platform = await startPlatform({ account: { name: ACCOUNT } });
	platform.account.add({ name: OTHER_TOKEN, permissions: ['MD-0001'] });
	const createdToken = () => [...platform.account.tokens.values()].find(({ name }) => name === TOKEN)!;
	const workbench = getWorkbench();
	const { page } = workbench;
	await showTokensView(workbench);

	await test.step('the account is added after its key was rejected once', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Add Connect Account…');
		await answerQuickInput(page, '1/2', platform.endpoint);
		await answerQuickInput(page, '2/2', `ApiKey ${platform.account.ownToken.id}:${'0'.repeat(40)}`);
		const message = page.locator('.quick-input-message');
		await expect(message).toContainText('rejected the API key');
		await expect(message.getByRole('link', { name: 'Where do I find a key?' })).toBeVisible();
		await answerQuickInput(page, '2/2', platform.account.key);
		await expectAddedAccount(page, ACCOUNT);
		await expect(tokenRow(page, OTHER_TOKEN, 'Active')).toBeVisible();
	});

	await test.step("the wizard creates a token with the account's own modules", async () => {
		const accountRow = tokenRow(page, ACCOUNT);
		await accountRow.hover();
		await accountRow.getByRole('button', { name: 'Create Token' }).click();
		const wizard = await wizardPage(page);
		await expect(wizard.getByText('Valid at Vallonia Software')).toBeVisible();
		await fillGeneralStep(wizard, TOKEN, 'crm-7', 'Reads the usage of yesterday');
		await goToWizardStep(wizard, 'Expiration');
		await wizard.getByRole('radio', { name: '30 days' }).click();
		await goToWizardStep(wizard, 'Extension');
		await wizard.getByRole('radio', { name: 'Custom' }).click();
		await goToWizardStep(wizard, 'Permissions');
		await wizard.getByRole('checkbox', { name: 'Account', exact: true }).click();
		await clickCreate(wizard);
		expect(createdToken()).toMatchObject({
			externalId: 'crm-7',
			description: 'Reads the usage of yesterday',
			permissions: ['MD-0001'],
		});
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		await expect(tokenRow(page, TOKEN, 'Active')).toBeVisible();
	});

	const details = await detailsPage(page, TOKEN);

	await test.step('the details page shows the key from the platform, and hides it again', async () => {
		const key = details.getByText(platform.account.authorization(createdToken()));
		await details.getByRole('button', { name: 'View' }).click();
		await expect(key).toBeVisible();
		await details.getByRole('button', { name: 'Hide' }).click();
		await expect(key).toBeHidden();
	});

	await test.step('the details page shows the usage that the platform reports', async () => {
		await details.getByRole('tab', { name: 'Statistics' }).click();
		await expect(details.getByText('No responses for this token yet.')).toBeVisible();
		createdToken().statistics = { [new Date().toISOString().slice(0, 10)]: { '200': 41, '403': 1 } };
		await details.getByRole('button', { name: 'Reload' }).click();
		await expect(details.getByRole('definition').filter({ hasText: /^42$/ })).toBeVisible();
		await details.getByRole('tab', { name: 'General' }).click();
	});

	await test.step('the details page saves edits, including the permissions', async () => {
		await details.getByRole('button', { name: 'Edit' }).click();
		await details.getByRole('textbox', { name: 'Description' }).fill('Edited in place');
		await details.getByRole('checkbox', { name: 'Integrations', exact: true }).click();
		await details.getByRole('button', { name: 'Save' }).click();
		await expect(details.getByRole('button', { name: 'Edit' })).toBeVisible();
		expect(createdToken().description).toBe('Edited in place');
		expect([...createdToken().permissions].sort()).toEqual(['MD-0001', 'MD-0007']);
	});

	await test.step('the header is inserted as a reference with an inlay hint that names the account', async () => {
		await openFile(workbench, 'requests.http');
		await page.keyboard.press('Control+Home');
		await page.keyboard.press('ArrowDown');
		await insertHeader(page, TOKEN);
		const editor = page.locator('.part.editor .view-lines');
		await expect(editor).toContainText(`CONNECT_${createdToken().id.replaceAll('-', '_')}`);
		await expect(editor).toContainText(ACCOUNT);
	});

	await test.step('rotate', async () => {
		const previousKey = platform.account.authorization(createdToken());
		await chooseMenuItem(page, TOKEN, 'Rotate Token…');
		const details = await detailsPage(page, TOKEN);
		await details.getByRole('radio', { name: '90 days' }).click();
		await details.getByRole('button', { name: 'Rotate', exact: true }).click();
		await expect(tokenRow(page, TOKEN, 'Active')).toContainText('in 90 days');
		expect(platform.account.authorization(createdToken())).not.toBe(previousKey);
	});

	await test.step('renew, and then see both keys', async () => {
		await chooseMenuItem(page, TOKEN, 'Renew Token…');
		const details = await detailsPage(page, TOKEN);
		await details.getByRole('radio', { name: '1 year' }).click();
		await details.getByRole('button', { name: 'Renew', exact: true }).click();
		await expect(tokenRow(page, TOKEN, 'Revitalised')).toBeVisible();
		await expect(details.getByText('Previous key').first()).toBeVisible();
	});

	await test.step('disable and enable', async () => {
		await chooseMenuItem(page, TOKEN, 'Disable Token');
		await expect(tokenRow(page, TOKEN, 'Disabled')).toBeVisible();
		expect(createdToken().enabled).toBe(false);
		await chooseMenuItem(page, TOKEN, 'Enable Token');
		await expect(tokenRow(page, TOKEN, 'Revitalised')).toBeVisible();
		expect(createdToken().enabled).toBe(true);
	});

	await test.step('delete after a confirmation that names it', async () => {
		await chooseMenuItem(page, TOKEN, 'Delete Token');
		const dialog = page.locator('.monaco-dialog-box');
		await expect(dialog).toContainText(TOKEN);
		await dialog.getByRole('button', { name: 'Delete' }).click();
		await expect(tokenRow(page, TOKEN)).toHaveCount(0);
		expect(createdToken()).toBeUndefined();
	});

	await removeAccount(page, ACCOUNT);
});

test('an account stays readable while the platform is unreachable, supplies the gateway, and is removed', async ({ startPlatform }) => {
	const platform = await startPlatform({ account: { name: ACCOUNT } });
	const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
	platform.account.renew(platform.account.add({ name: TOKEN, expirationDate: inDays(30) }).id, inDays(365));
	platform.account.add({ name: OTHER_TOKEN, permissions: ['MD-0001'] });
	const workbench = getWorkbench();
	const { page } = workbench;
	await showTokensView(workbench);
	await addAccount(page, platform);
	await waitForSavedAccount(workbench, platform);

	await platform.stop();
	const driver = await workbench.reload();
	await showTokensView({ page, driver });

	await test.step('without the platform, the view shows the tokens and the time of the last update', async () => {
		await expect(tokenRow(page, TOKEN, 'Revitalised')).toBeVisible();
		await runPaletteCommand(page, 'Connect Tokens: Reload Account');
		await expect(page.getByRole('treeitem', { name: /^Vallonia Software, as of .+ · 127\.0\.0\.1:\d+$/ })).toBeVisible();
		await tokenRow(page, TOKEN).click();
		const details = await detailsPage(page, TOKEN);
		await details.getByRole('tab', { name: 'Statistics' }).click();
		await expect(details.getByRole('alert').getByText("Couldn't reach")).toBeVisible();
	});

	await test.step('with the platform, the view no longer shows the time', async () => {
		await platform.start();
		await runPaletteCommand(page, 'Connect Tokens: Reload Account');
		await expect(page.getByRole('treeitem', { name: /^Vallonia Software, 127\.0\.0\.1:\d+$/ })).toBeVisible();
	});

	await test.step("the account becomes the gateway's upstream and credential in one step", async () => {
		await chooseMenuItem(page, ACCOUNT, 'Use Account in Gateway');
		await expect(
			await showNotifications({ page, driver }, /forwards requests to “Vallonia Software” using the account's key/),
		).toBeVisible();
	});

	await test.step('removing the account closes its pages and leaves its tokens alone', async () => {
		const { size } = platform.account.tokens;
		await tokenRow(page, OTHER_TOKEN).click();
		await detailsPage(page, OTHER_TOKEN);
		await removeAccount(page, ACCOUNT);
		await expect(page.locator('.tab', { hasText: OTHER_TOKEN })).toHaveCount(0);
		expect(platform.account.tokens.size).toBe(size);
	});
});
