import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatApiKey, hashSecret } from '../../src/domain/apiKey';
import { writeMachineSettings } from '../host/editorSettings';
import { expect, SHARED_SETTINGS, shareWorkbench, test } from '../support/e2eTest';
import { sendAllRequests } from '../support/httpyac';
import { startRecordingServer } from '../support/recordingServer';
import { createTestRecord, seedTokens } from '../support/seedTokens';
import {
	allowKeyCopy,
	allowKeyUse,
	chooseMenuItem,
	chooseQuickPickItem,
	copiedApiKey,
	detailsPage,
	gatewayAddress,
	gatewayStatusBarItem,
	insertHeader,
	openFile,
	quickInputField,
	runPaletteCommand,
	saveFile,
	showTokensView,
	showTooltip,
	tokenRow,
	hideTooltip,
} from '../support/workbenchDriver';

const NAME = 'Products Only';
const REQUEST_FILE = 'shop.http';
const UPSTREAM_CREDENTIAL = `Bearer ${'upstream-'.repeat(3)}`;

const upstreamSettings = (origin: string) => ({ ...SHARED_SETTINGS, 'connectTokens.gateway.upstream': `${origin}/public/v1` });

/** Created at run time, so that no file contains anything that looks like a key. */
const secret = 'ab'.repeat(20);

const getWorkbench = shareWorkbench();

test(
	'a token at the gateway: started in the status bar, enforced by module, disabled, rotated, and counted',
	{ tag: '@oldest' },
	async () => {
		const workbench = getWorkbench();
		const { page, folder, driver } = workbench;
		const file = join(folder, REQUEST_FILE);
		// After a refresh, the view takes the focus again, which closes a quick pick, so it's shown only afterward.
		await driver.createToken({ name: NAME, permissions: ['products'] });
		await showTokensView(workbench);
		await expect(tokenRow(page, NAME)).toBeVisible();

		await test.step('the address is in the status bar and in the tree', async () => {
			await gatewayStatusBarItem(page).click();
			await chooseQuickPickItem(page, 'Start');
			const address = await gatewayAddress(page);
			const description = `gateway :${new URL(`http://${address}`).port}`;
			await expect(page.getByRole('treeitem', { name: `Workspace, ${description}` })).toContainText(description);
			await writeFile(
				file,
				`@gateway = http://${address}\n\n### Products\nGET {{gateway}}/products\n\n### Listings\nGET {{gateway}}/listings\n`,
			);
		});

		await test.step('a client that sends requests from a file has access only to the module', async () => {
			await openFile(workbench, REQUEST_FILE);
			for (const [index, request] of ['### Products', '### Listings'].entries()) {
				await page.locator('.monaco-editor .view-line', { hasText: request }).click();
				await insertHeader(page, NAME);
				if (index === 0) {
					// No client is installed. The answer is remembered.
					await chooseQuickPickItem(page, 'Insert API Key');
					await allowKeyUse(page, 'Insert Authorization Header');
				}
				await expect(page.locator('.monaco-editor .view-line', { hasText: 'Authorization' })).toHaveCount(index + 1);
			}
			await saveFile(workbench);
			await expect.poll(() => readFile(file, 'utf8')).toMatch(/(^Authorization: ApiKey SU-[^]*){2}/m);
			const [products, listings] = await sendAllRequests(file);
			expect(products!.statusCode).toBe(200);
			expect(listings!.statusCode).toBe(403);
			expect(listings!.body).toContain('Listings');
		});

		await test.step('a disabled token is denied with the reason', async () => {
			await chooseMenuItem(page, NAME, 'Disable Token');
			await expect(tokenRow(page, NAME, 'Disabled')).toBeVisible();
			for (const { statusCode, body } of await sendAllRequests(file)) {
				expect(statusCode).toBe(401);
				expect(body).toMatch(/disabled/i);
			}
			await chooseMenuItem(page, NAME, 'Enable Token');
			await expect(tokenRow(page, NAME, 'Active')).toBeVisible();
		});

		await test.step('a key from before a rotation is denied without a reason', async () => {
			await chooseMenuItem(page, NAME, 'Rotate Token…');
			const details = await detailsPage(page, NAME);
			await details.getByRole('button', { name: 'Rotate', exact: true }).click();
			await expect(details.getByText('Token rotated.')).toBeVisible();
			for (const { statusCode, body } of await sendAllRequests(file)) {
				expect(statusCode).toBe(401);
				expect(body).not.toMatch(/SU-|rotat|disabled/i);
			}
		});

		await test.step('the statistics have only the responses to its own keys', async () => {
			const details = await detailsPage(page, NAME);
			await details.getByRole('tab', { name: 'Statistics' }).click();
			for (const total of [/^Total4$/, /^2xx1$/, /^3xx0$/, /^4xx3$/, /^5xx0$/]) {
				await expect(details.locator('.totals .description-item', { hasText: total })).toBeVisible();
			}
			await expect(details.locator('[role=slider][aria-valuetext$="4 responses. 200: 1, 401: 2, 403: 1"]')).toBeVisible();
		});
	},
);

test('the usage of a token appears on the open page and in the tooltip as requests arrive', async () => {
	const record = createTestRecord(1, { name: 'Counted', permissions: ['usage'] });
	const token = { ...record, key: { ...record.key, sha256: hashSecret(secret) } };
	const workbench = getWorkbench();
	const { page } = workbench;
	await seedTokens(workbench, [token]);
	await showTokensView(workbench);

	await test.step('“Never” in the tooltip and on the page', async () => {
		await tokenRow(page, 'Counted').click();
		await showTooltip(workbench, /Last used: Never/);
		await hideTooltip(workbench);
		await expect((await detailsPage(page, 'Counted')).getByRole('definition').filter({ hasText: /^Never$/ })).toBeVisible();
	});

	const details = await detailsPage(page, 'Counted');
	await test.step('counted by a gateway that was started on the page', async () => {
		await details.getByRole('tab', { name: 'Statistics' }).click();
		await details.getByRole('button', { name: 'Start Gateway' }).click();
		await expect(details.getByRole('button', { name: 'Copy URL' })).toBeVisible();
		const url = await details.locator('code').innerText();
		const requestStatus = async (path: string) => {
			const response = await fetch(`${url}${path}`, { headers: { Authorization: formatApiKey({ tokenId: token.id, secret }) } });
			await response.arrayBuffer();
			return response.status;
		};
		expect(await requestStatus('/usage/files')).toBe(200);
		await expect(details.getByRole('slider', { name: 'Responses by day' })).toBeVisible();
		expect(await requestStatus('/usage/files')).toBe(200);
		expect(await requestStatus('/products')).toBe(403);
		expect(await requestStatus('/products')).toBe(403);
		for (const total of [/^4xx2$/, /^2xx2$/, /^Total4$/]) {
			await expect(details.locator('.totals .description-item', { hasText: total })).toBeVisible();
		}
		await expect(details.locator('[role=slider][aria-valuetext$="4 responses. 200: 2, 403: 2"]')).toBeVisible();
	});

	await test.step('the time of the last use on the page and in the tooltip', async () => {
		await details.getByRole('tab', { name: 'General' }).click();
		await expect(details.getByRole('definition').filter({ hasText: /\((this minute|\d minutes? ago)\)$/ })).toBeVisible();
		await tokenRow(page, 'Counted').click();
		await showTooltip(workbench, /Last used: .*\d:\d\d/);
	});
});

test("the gateway forwards to an upstream with the caller's header, then with the credential, which is bound to one origin", async () => {
	const [api, otherApi] = await Promise.all([startRecordingServer(), startRecordingServer()]);
	const workbench = getWorkbench();
	const { page, driver, userDataDir } = workbench;
	await writeMachineSettings(userDataDir, upstreamSettings(api.origin));
	await expect.poll(() => driver.getSetting('connectTokens.gateway.upstream')).toBe(`${api.origin}/public/v1`);
	await showTokensView(workbench);
	await driver.createToken({ name: 'API Caller', permissions: ['products'] });
	await chooseMenuItem(page, 'API Caller', 'Copy API Key');
	await allowKeyCopy(page);
	const authorization = await copiedApiKey(page);
	const sendRequest = async () => {
		const url = `http://${await gatewayAddress(page)}/public/v1/products?in(status,(a,b))`;
		return (await fetch(url, { headers: { authorization } })).status;
	};

	await test.step("the caller's header while there is no credential", async () => {
		await runPaletteCommand(page, 'Connect Tokens: Start Gateway');
		await expect(gatewayStatusBarItem(page)).toContainText(/Gateway :\d+/);
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
		await expect(gatewayStatusBarItem(page)).not.toContainText(':');
		await gatewayStatusBarItem(page).click();
		await expect(page.locator('.quick-input-list')).toContainText("Upstream URL isn't valid");
		await chooseQuickPickItem(page, 'Open Settings');
		const settings = page.locator('.settings-editor');
		await expect(settings.locator('.settings-target-container .checked')).toContainText('Remote');
		await expect(settings.getByText('Gateway: Upstream')).toBeVisible();
	});

	// The other tests use the same window.
	await writeMachineSettings(userDataDir, SHARED_SETTINGS);
	await expect.poll(() => driver.getSetting('connectTokens.gateway.upstream')).toBeFalsy();
	await Promise.all([api.stop(), otherApi.stop()]);
});
