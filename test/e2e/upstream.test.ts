import assert from 'node:assert/strict';
import type { Page } from '@playwright/test';
import { runPaletteCommand } from '../host/workbenchAutomation';
import { writeMachineSettings } from '../host/editorSettings';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import { startRecordingServer } from '../support/recordingServer';
import {
	chooseMenuItem,
	openWizardFromPalette,
	fillGeneralStep,
	completeWizard,
	gatewayStatusBarItem,
	readClipboard,
	showTokensView,
} from '../support/workbenchDriver';

const TOKEN_NAME = 'API Caller';
const UPSTREAM_CREDENTIAL = `Bearer ${'upstream-'.repeat(3)}`;

describe('the gateway with an upstream, in the real workbench', function () {
	this.timeout(180_000);
	skipRestAfterFailure();
	let workbench: Workbench;
	let page: Page;
	let api: Awaited<ReturnType<typeof startRecordingServer>>;
	let otherApi: Awaited<ReturnType<typeof startRecordingServer>>;
	let authorization: string;

	const upstreamSettings = (origin: string) => ({
		'connectTokens.gateway.port': 0,
		'connectTokens.gateway.upstream': `${origin}/public/v1`,
	});
	const sendRequest = async () => {
		const url = await copyGatewayUrl(page);
		return fetch(`${url}/products?in(status,(a,b))`, { headers: { authorization } });
	};

	before(async () => {
		[api, otherApi] = await Promise.all([startRecordingServer(), startRecordingServer()]);
		({ workbench } = await openWorkbench({ settings: upstreamSettings(api.origin) }));
		({ page } = workbench);
		await showTokensView(page);
	});

	after(async () => {
		await workbench.close();
		await Promise.all([api.stop(), otherApi.stop()]);
	});

	it("forwards the caller's Authorization header while it has no credential", async () => {
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, TOKEN_NAME);
		await completeWizard(wizard, '30 days', ['Products']);
		await chooseMenuItem(page, TOKEN_NAME, 'Copy API Key');
		authorization = await eventually(async () => {
			const text = await readClipboard(page);
			assert.match(text, /^ApiKey SU-/);
			return text;
		});
		await runPaletteCommand(page, 'Connect Tokens: Start Gateway');
		assert.equal((await sendRequest()).status, 200);
		assert.deepEqual(
			api.received.map(({ url, headers }) => [url, headers.authorization]),
			[['/public/v1/products?in(status,(a,b))', authorization]],
		);
	});

	it("replaces the caller's key with the upstream's credential once it's set", async () => {
		await runPaletteCommand(page, 'Connect Tokens: Set Gateway Credential…');
		const input = page.locator('.quick-input-widget input[type="password"]');
		await input.fill('one-word');
		const validationMessage = page.locator('.quick-input-message', { hasText: 'Enter a scheme and a credential' });
		await validationMessage.waitFor();
		await input.fill(UPSTREAM_CREDENTIAL);
		// Enter is ignored until the text has been validated.
		await validationMessage.waitFor({ state: 'hidden' });
		await input.press('Enter');
		await eventually(async () => {
			assert.equal((await sendRequest()).status, 200);
			assert.equal(api.received.at(-1)!.headers.authorization, UPSTREAM_CREDENTIAL);
		});
		assert.ok(!JSON.stringify(api.received.at(-1)).includes(authorization.slice(-40)));
	});

	it("doesn't send the credential to another origin", async () => {
		await writeMachineSettings(workbench.userDataDir, upstreamSettings(otherApi.origin));
		await eventually(async () => {
			await sendRequest();
			assert.ok(otherApi.received.length > 0);
		});
		assert.deepEqual(new Set(otherApi.received.map(({ headers }) => headers.authorization)), new Set([authorization]));
	});

	it('offers to open the settings if the upstream URL is invalid', async () => {
		await writeMachineSettings(workbench.userDataDir, upstreamSettings('nonsense'));
		await gatewayStatusBarItem(page).getByText('Gateway').waitFor();
		await gatewayStatusBarItem(page).click();
		await page.locator('.quick-input-list').getByText("Upstream URL isn't valid").waitFor();
		await page.locator('.quick-input-list').getByText('Open Settings').waitFor();
		await page.keyboard.press('Escape');
	});
});

/** Copies the gateway's URL with the command and returns it. */
async function copyGatewayUrl(page: Page): Promise<string> {
	await gatewayStatusBarItem(page)
		.getByText(/127\.0\.0\.1:\d+/)
		.waitFor();
	await runPaletteCommand(page, 'Connect Tokens: Copy Gateway URL');
	return eventually(async () => {
		const text = await readClipboard(page);
		assert.match(text, /^http:/);
		return text;
	});
}
