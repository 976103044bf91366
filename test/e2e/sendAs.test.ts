import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAuthorizationReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { repositoryRoot } from '../host/paths';
import { expect, test } from '../support/e2eTest';
import {
	chooseMenuItem,
	createTokenWithKey,
	detailsPage,
	insertHeader,
	openFile,
	runPaletteCommand,
	saveFile,
	showNotifications,
	showTokensView,
} from '../support/workbenchDriver';

/** Each client's own command for sending the request at the cursor. */
const CLIENT_COMMANDS = { httpyac: 'httpYac: Send', restClient: 'Rest Client: Send Request' };

/** Looks like this machine, but isn't. Doesn't resolve, and nothing is sent to it. */
const FOREIGN_HOST = '127.0.0.1.example';

for (const client of ['httpyac', 'restClient'] as const) {
	test(`sending requests as a token with ${client}`, async ({ api, temporaryFolder, openWorkbench }) => {
		const workbench = await openWorkbench({
			env: { VSC_REST_CLIENT_HOME: temporaryFolder },
			extraExtensions: [join(repositoryRoot, 'test/support/clients', client)],
			settings: { 'connectTokens.http.exposeKeys': 'onSend' },
			seed: ({ folder }) => writeFile(join(folder, 'send.http'), `GET ${api.origin}/products\nAccept: application/json\n`),
		});
		const { page, driver, folder } = workbench;
		const { token, apiKey } = await createTokenWithKey(workbench, 'Sender');
		let newApiKey = '';
		const codeLens = page.locator('.codelens-decoration a', { hasText: 'Send as Sender' });
		/** Waits until the API has received this many requests, and returns the header of the last one. */
		const receivedAuthorization = async (count: number) => {
			await expect.poll(() => api.received.length).toBe(count);
			return api.received.at(-1)!.headers.authorization;
		};
		await showTokensView(workbench);
		await openFile(workbench, 'send.http');

		await test.step('insert a reference, and send with the CodeLens that appears', async () => {
			await expect(codeLens).toHaveCount(0);
			await insertHeader(page, 'Sender');
			await expect(codeLens).toBeVisible();
			await saveFile(workbench);
			const savedText = () => readFile(join(folder, 'send.http'), 'utf8');
			await expect.poll(savedText).toContain(`Authorization: ${formatAuthorizationReference(token.id)}`);
			expect(await savedText()).not.toContain(apiKey.slice(-40));
			await codeLens.click();
			expect(await receivedAuthorization(1)).toBe(apiKey);
		});

		await test.step("send with the client's own command, which gets no key", async () => {
			// The request has arrived, but the client may still be processing it.
			await expect.poll(() => driver.hasEnvironmentVariable(getVariableName(token.id))).toBe(false);
			await page.locator('.part.editor .view-line', { hasText: 'Accept' }).click();
			await runPaletteCommand(page, CLIENT_COMMANDS[client]);
			expect(await receivedAuthorization(2)).not.toMatch(/[0-9a-f]{40}/);
		});

		await test.step('rotate the token, and send with the new key', async () => {
			await chooseMenuItem(page, 'Sender', 'Rotate Token…');
			const details = await detailsPage(page, 'Sender');
			await details.getByRole('button', { name: 'Rotate', exact: true }).click();
			await expect(details.getByText('Token rotated.')).toBeVisible();
			await details.getByRole('button', { name: 'View' }).click();
			const viewedKey = details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/);
			await expect(viewedKey).toBeVisible();
			await expect(viewedKey).not.toHaveText(apiKey);
			newApiKey = await viewedKey.innerText();
			await openFile(workbench, 'send.http');
			await codeLens.click();
			expect(await receivedAuthorization(3)).toBe(newApiKey);
		});

		if (client === 'restClient') {
			await test.step('replace the keys in the REST Client history with references', async () => {
				const historyText = () => readFile(join(temporaryFolder, 'history.json'), 'utf8');
				const requestCount = async () => (JSON.parse(await historyText()) as unknown[]).length;
				// REST Client may be writing the file right now.
				await expect(async () => expect(await requestCount()).toBe(3)).toPass();
				expect(await historyText()).toContain(apiKey);
				const notification = await showNotifications(workbench, 'contains an API key for “Sender”');
				await notification.getByRole('button', { name: 'Remove API Keys' }).click();
				await expect.poll(historyText).not.toMatch(/[0-9a-f]{40}/);
				expect(await requestCount()).toBe(3);
				await driver.executeCommand('notifications.clearAll');
			});
		}

		if (client === 'httpyac') {
			await test.step('disable the token, which removes the CodeLens until it is enabled again', async () => {
				await driver.executeCommand('connectTokens.disableToken', { tokenId: token.id });
				await expect(codeLens).toHaveCount(0);
				await driver.executeCommand('connectTokens.enableToken', { tokenId: token.id });
				await codeLens.click();
				expect(await receivedAuthorization(4)).toBe(newApiKey);
			});

			await test.step('send nothing to another host until it is allowed for the token', async () => {
				const finding = page.locator('.part.editor .squiggly-error');
				await writeFile(
					join(folder, 'other.http'),
					`GET http://${FOREIGN_HOST}/products\nAuthorization: ${formatAuthorizationReference(token.id)}\n`,
				);
				await openFile(workbench, 'other.http');
				await expect(finding).toBeVisible();
				await codeLens.filter({ hasText: FOREIGN_HOST }).click();
				const refusal = await showNotifications(workbench, `isn't sent to http://${FOREIGN_HOST}`);
				await expect(refusal).toBeVisible();
				expect(await driver.hasEnvironmentVariable(getVariableName(token.id))).toBe(false);
				await refusal.getByRole('button', { name: 'Allow This Host for the Token' }).click();
				await page.getByRole('dialog', { name: FOREIGN_HOST }).getByRole('button', { name: 'Allow', exact: true }).click();
				await expect(finding).toHaveCount(0);
				await driver.executeCommand('notifications.clearAll');
			});

			await test.step('send a request whose header is a variable of an imported file', async () => {
				await writeFile(join(folder, 'auth.http'), `@auth = ${formatAuthorizationReference(token.id)}\n`);
				await writeFile(join(folder, 'import.http'), `# @import ./auth.http\n\n###\nGET ${api.origin}/products\nAuthorization: {{auth}}\n`);
				await openFile(workbench, 'import.http');
				await codeLens.click();
				expect(await receivedAuthorization(5)).toBe(newApiKey);
			});

			await test.step("see the masked keys in httpYac's log", async () => {
				const panel = page.locator('.part.panel');
				await expect(panel).toContainText(/ApiKey\sSU-[\d-]+:\*{10}/);
				for (const key of [apiKey, newApiKey]) {
					await expect(panel).not.toContainText(key.slice(-40));
				}
			});
		}
	});
}
