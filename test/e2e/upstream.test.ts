import { writeMachineSettings } from '../host/editorSettings';
import { expect, test } from '../support/e2eTest';
import { startRecordingServer } from '../support/recordingServer';
import {
	chooseMenuItem,
	copiedApiKey,
	gatewayStatusBarItem,
	quickInputField,
	readClipboard,
	runPaletteCommand,
	showTokensView,
} from '../support/workbenchDriver';

const UPSTREAM_CREDENTIAL = `Bearer ${'upstream-'.repeat(3)}`;

const upstreamSettings = (origin: string) => ({
	'connectTokens.gateway.port': 0,
	'connectTokens.gateway.upstream': `${origin}/public/v1`,
});

test("the gateway forwards to an upstream with the caller's header, then with the credential, which is bound to one origin", async ({
	openWorkbench,
}) => {
	const [api, otherApi] = await Promise.all([startRecordingServer(), startRecordingServer()]);
	const workbench = await openWorkbench({ settings: upstreamSettings(api.origin) });
	const { page, driver, userDataDir } = workbench;
	await showTokensView(workbench);
	await driver.createToken({ name: 'API Caller', permissions: ['products'] });
	await chooseMenuItem(page, 'API Caller', 'Copy API Key');
	const authorization = await copiedApiKey(page);
	const sendRequest = async () => {
		await driver.executeCommand('connectTokens.copyGatewayUrl');
		const url = await readClipboard(page);
		return (await fetch(`${url}/products?in(status,(a,b))`, { headers: { authorization } })).status;
	};

	await test.step("the caller's header while there is no credential", async () => {
		await runPaletteCommand(page, 'Connect Tokens: Start Gateway');
		await expect(gatewayStatusBarItem(page)).toContainText(/127\.0\.0\.1:\d+/);
		expect(await sendRequest()).toBe(200);
		expect(api.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
			['/public/v1/products?in(status,(a,b))', authorization],
		]);
	});

	await test.step('the credential in place of the key', async () => {
		await runPaletteCommand(page, 'Connect Tokens: Set Gateway Credential…');
		await quickInputField(page).fill('one-word');
		const validationMessage = page.locator('.quick-input-message', { hasText: 'Enter a scheme and a credential' });
		await expect(validationMessage).toBeVisible();
		await quickInputField(page).fill(UPSTREAM_CREDENTIAL);
		// Enter is ignored until the text has been validated.
		await expect(validationMessage).toBeHidden();
		await page.keyboard.press('Enter');
		// The gateway restarts with the credential.
		await expect(async () => {
			expect(await sendRequest()).toBe(200);
			expect(api.received.at(-1)?.headers.authorization).toBe(UPSTREAM_CREDENTIAL);
		}).toPass();
		expect(JSON.stringify(api.received.at(-1))).not.toContain(authorization.slice(-40));
	});

	await test.step('no credential for another origin', async () => {
		await writeMachineSettings(userDataDir, upstreamSettings(otherApi.origin));
		await expect(async () => {
			await sendRequest();
			expect(otherApi.received.length).toBeGreaterThan(0);
		}).toPass();
		expect(new Set(otherApi.received.map(({ headers }) => headers.authorization))).toEqual(new Set([authorization]));
	});

	await test.step('an offer to open the settings if the URL is invalid', async () => {
		await writeMachineSettings(userDataDir, upstreamSettings('nonsense'));
		await expect(gatewayStatusBarItem(page)).not.toContainText('127.0.0.1');
		await gatewayStatusBarItem(page).click();
		await expect(page.locator('.quick-input-list')).toContainText("Upstream URL isn't valid");
		await expect(page.locator('.quick-input-list').getByText('Open Settings')).toBeVisible();
		await page.keyboard.press('Escape');
	});

	await Promise.all([api.stop(), otherApi.stop()]);
});
