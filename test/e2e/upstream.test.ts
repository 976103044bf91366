import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { runCommand } from '../host/driving';
import { writeMachineSettings } from '../host/settings';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { inOrder } from '../support/inOrder';
import { openWorkbench } from '../support/openWorkbench';
import { startRecordingServer } from '../support/recordingServer';
import { chooseInMenu, createFromPalette, fillGeneral, finish, gatewayItem, readClipboard, showTokens } from '../support/walk';

const NAME = 'Stand-In';
const CREDENTIAL = `Bearer ${'upstream-'.repeat(3)}`;

describe('the gateway before an API, in the real workbench', function () {
	this.timeout(180_000);
	inOrder();
	let workbench: Workbench;
	let page: Page;
	let api: Awaited<ReturnType<typeof startRecordingServer>>;
	let other: Awaited<ReturnType<typeof startRecordingServer>>;
	let authorization: string;

	const settingsFor = (origin: string) => ({ 'connectTokens.gateway.port': 0, 'connectTokens.gateway.upstream': `${origin}/public/v1` });
	const call = async () => {
		const url = await copyUrl(page);
		return fetch(`${url}/products?in(status,(a,b))`, { headers: { authorization } });
	};

	before(async () => {
		[api, other] = await Promise.all([startRecordingServer(), startRecordingServer()]);
		({ workbench } = await openWorkbench({ settings: settingsFor(api.origin) }));
		({ page } = workbench);
		await showTokens(page);
	});

	after(async () => {
		await workbench.close();
		await Promise.all([api.stop(), other.stop()]);
	});

	it('hands on the caller’s own header while it has no credential', async () => {
		const wizard = await createFromPalette(page);
		await fillGeneral(wizard, NAME);
		await finish(wizard, '30 days', ['Products']);
		await chooseInMenu(page, NAME, 'Copy API Key');
		authorization = await eventually(async () => {
			const text = await readClipboard(page);
			assert.match(text, /^ApiKey SU-/);
			return text;
		});
		await runCommand(page, 'Connect Tokens: Start Gateway');
		assert.equal((await call()).status, 200);
		assert.deepEqual(
			api.received.map(({ url, headers }) => [url, headers.authorization]),
			[['/public/v1/products?in(status,(a,b))', authorization]],
		);
	});

	it('puts the upstream’s credential in the place of the caller’s key once it is set', async () => {
		await runCommand(page, 'Connect Tokens: Set Gateway Credential');
		const input = page.locator('.quick-input-widget input[type="password"]');
		await input.fill('one-word');
		const refusal = page.locator('.quick-input-message', { hasText: 'Enter a scheme and a credential' });
		await refusal.waitFor();
		await input.fill(CREDENTIAL);
		// Enter counts only once the text has been found good.
		await refusal.waitFor({ state: 'hidden' });
		await input.press('Enter');
		await eventually(async () => {
			assert.equal((await call()).status, 200);
			assert.equal(api.received.at(-1)!.headers.authorization, CREDENTIAL);
		});
		assert.ok(!JSON.stringify(api.received.at(-1)).includes(authorization.slice(-40)));
	});

	it('sends that credential to no other origin', async () => {
		await writeMachineSettings(workbench.userDataDir, settingsFor(other.origin));
		await eventually(async () => {
			await call();
			assert.ok(other.received.length > 0);
		});
		assert.deepEqual(new Set(other.received.map(({ headers }) => headers.authorization)), new Set([authorization]));
	});

	it('still has its menu, with the way to the settings, once the upstream makes no sense', async () => {
		await writeMachineSettings(workbench.userDataDir, settingsFor('nonsense'));
		await gatewayItem(page).getByText('Gateway').waitFor();
		await gatewayItem(page).click();
		await page.locator('.quick-input-list').getByText('the upstream that is set is no URL of an API').waitFor();
		await page.locator('.quick-input-list').getByText('Open Settings').waitFor();
		await page.keyboard.press('Escape');
	});
});

/** The gateway's URL, as its menu in the status bar gives it. */
async function copyUrl(page: Page): Promise<string> {
	await gatewayItem(page)
		.getByText(/127\.0\.0\.1:\d+/)
		.waitFor();
	await runCommand(page, 'Connect Tokens: Copy Gateway URL');
	return eventually(async () => {
		const text = await readClipboard(page);
		assert.match(text, /^http:/);
		return text;
	});
}
