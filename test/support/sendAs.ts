import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { formatAuthorizationReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { repositoryRoot } from '../host/paths';
import type { OpenedWorkbench } from './openWorkbench';
import type { RecordingServer } from './recordingServer';
import type { Token } from './windowDriver';
import { chooseMenuItem, detailsPage, insertHeader, openFile, runPaletteCommand, saveFile, showTokensView } from './workbenchDriver';

/** The HTTP clients that tests install: each one's folder, and its own command for sending the request at the cursor. */
export const CLIENTS = {
	httpyac: { folder: join(repositoryRoot, 'test/support/clients/httpyac'), command: 'httpYac: Send' },
	restClient: { folder: join(repositoryRoot, 'test/support/clients/restClient'), command: 'Rest Client: Send Request' },
};

/** Locates the CodeLens that sends a request as a token. */
export const sendAsCodeLens = ({ page }: Pick<OpenedWorkbench, 'page'>, name: string) =>
	page.locator('.codelens-decoration a', { hasText: `Send as ${name}` });

/**
 * Sends requests as a token with a client, as the steps of a test: with a CodeLens, with the client's own command, and after a rotation. Keys
 * must be exposed only while sending.
 * @param apiKey the token's key
 * @returns the key after the rotation
 */
export async function sendAsToken(
	workbench: OpenedWorkbench,
	{ client, api, token, apiKey }: { client: keyof typeof CLIENTS; api: RecordingServer; token: Token; apiKey: string },
): Promise<string> {
	const { page, driver, folder } = workbench;
	const { length } = api.received;
	const codeLens = sendAsCodeLens(workbench, token.name);
	/** Waits until the API has received this many requests, and returns the header of the last one. */
	const receivedAuthorization = async (count: number) => {
		await expect.poll(() => api.received.length).toBe(length + count);
		return api.received.at(-1)!.headers.authorization;
	};
	await writeFile(join(folder, 'sender.http'), `GET ${api.origin}/products\nAccept: application/json\n`);
	await showTokensView(workbench);
	await openFile(workbench, 'sender.http');

	await test.step('insert a reference, and send with the CodeLens that appears', async () => {
		await expect(codeLens).toHaveCount(0);
		await insertHeader(page, token.name);
		await expect(codeLens).toBeVisible();
		await saveFile(workbench);
		const savedText = () => readFile(join(folder, 'sender.http'), 'utf8');
		await expect.poll(savedText).toContain(`Authorization: ${formatAuthorizationReference(token.id)}`);
		expect(await savedText()).not.toContain(apiKey.slice(-40));
		await codeLens.click();
		expect(await receivedAuthorization(1)).toBe(apiKey);
	});

	await test.step("send with the client's own command, which gets no key", async () => {
		// The request has arrived, but the client may still be processing it.
		await expect.poll(() => driver.hasEnvironmentVariable(getVariableName(token.id))).toBe(false);
		await page.locator('.part.editor .view-line', { hasText: 'Accept' }).click();
		await runPaletteCommand(page, CLIENTS[client].command);
		expect(await receivedAuthorization(2)).not.toMatch(/[0-9a-f]{40}/);
	});

	return test.step('rotate the token, and send with the new key', async () => {
		await chooseMenuItem(page, token.name, 'Rotate Token…');
		const details = await detailsPage(page, token.name);
		await details.getByRole('button', { name: 'Rotate', exact: true }).click();
		await expect(details.getByText('Token rotated.')).toBeVisible();
		await details.getByRole('button', { name: 'View' }).click();
		const viewedKey = details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/);
		await expect(viewedKey).toBeVisible();
		await expect(viewedKey).not.toHaveText(apiKey);
		const newApiKey = await viewedKey.innerText();
		await openFile(workbench, 'sender.http');
		await codeLens.click();
		expect(await receivedAuthorization(3)).toBe(newApiKey);
		return newApiKey;
	});
}
