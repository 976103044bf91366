import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { formatAuthorizationReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { CONSUMER, expect, test } from '../support/e2eTest';
import { CLIENTS, sendAsCodeLens, sendAsToken } from '../support/sendAs';
import {
	createTokenWithKey,
	insertHeader,
	openFile,
	runOutside,
	runPaletteCommand,
	saveFile,
	showNotifications,
	waitForCommandLine,
} from '../support/workbenchDriver';

/** Looks like this machine, but isn't. Doesn't resolve, and nothing is sent to it. */
const FOREIGN_HOST = '127.0.0.1.example';

test('Restricted Mode: requests get references, but neither keys nor Git are used, until httpYac sends them once it is trusted', async ({
	api,
	temporaryFolder,
	openWorkbench,
}) => {
	const gitMarker = join(temporaryFolder, 'git');
	const workbench = await openWorkbench({
		isUntrusted: true,
		extraExtensions: [CLIENTS.httpyac.folder, CONSUMER],
		// The user lets this extension run in workspaces that aren't trusted.
		settings: { 'extensions.supportUntrustedWorkspaces': { 'tests.consumer': { supported: true } } },
		seed: async ({ folder }) => {
			await writeFile(
				join(folder, 'send.http'),
				`GET ${api.origin}/products\nAccept: application/json\n\n###\nGET ${api.origin}\nAuthorization: ${formatAuthorizationReference('SU-000-000-000')}\n`,
			);
			await writeFile(join(folder, 'leaked.txt'), `SU-000-000-000:${createHash('sha1').update('leaked').digest('hex')}`);
			execFileSync('git', ['init'], { cwd: folder, stdio: 'ignore' });
			execFileSync('git', ['config', 'core.fsmonitor', `touch '${gitMarker}'; false`], { cwd: folder });
		},
	});
	const { page, driver, folder } = workbench;
	await expect(page.locator('.part.banner').getByText('Restricted Mode')).toBeVisible();
	const { token, apiKey } = await createTokenWithKey(workbench, 'Careful');
	await openFile(workbench, 'send.http');
	const reference = page.locator('.part.editor .view-line', { hasText: '$processEnv CONNECT_SU_' }).filter({ hasText: 'Careful · Active' });

	await test.step("insert a reference instead of a key, although clients don't run", async () => {
		await page.locator('.part.editor .view-line', { hasText: 'Accept' }).click();
		await insertHeader(page, 'Careful');
		await expect(reference).toBeVisible();
		await saveFile(workbench);
	});

	await test.step("see in the hover of a reference why clients don't get the key", async () => {
		await expect(page.locator('.squiggly-error')).toBeVisible();
		await reference.click();
		await driver.executeCommand('editor.action.showHover');
		const hover = page.locator('.monaco-hover', { hasText: 'Careful' });
		await expect(hover.getByText("because this workspace isn't trusted")).toBeVisible();
		await expect(hover).not.toContainText(apiKey.slice(-40));
		await page.keyboard.press('Escape');
		await expect(hover).toBeHidden();
	});

	await test.step('see why a request is not sent', async () => {
		// The Command Palette doesn't list this command, but a keyboard shortcut could run it.
		await driver.executeCommand('connectTokens.sendAs');
		await expect(await showNotifications(workbench, 'API keys are available to requests only in trusted workspaces.')).toBeVisible();
		expect(api.received).toHaveLength(0);
	});

	await test.step("find keys without Git, which could execute commands from the repository's configuration", async () => {
		await runPaletteCommand(page, 'Connect Tokens: Find API Keys in Workspace');
		await expect(await showNotifications(workbench, 'Found 1 API key in 1 file.')).toBeVisible();
		expect(existsSync(gitMarker)).toBe(false);
	});

	await test.step('no program, task, or extension gets a key, or the policy of the gateway', async () => {
		const { id } = await driver.createToken({ name: 'Elsewhere', permissions: ['MD-0007'] });
		await waitForCommandLine(workbench);
		const denied = 'API keys are released only in trusted workspaces. Trust the workspace and try again.';
		for (const command of [`get ${id}`, `header ${id} --json`, `run --token API_KEY=${id} -- node -p process.env.API_KEY`]) {
			expect(await runOutside(workbench, `connect-tokens ${command}`)).toBe(`connect-tokens: ${denied}\nexit 1`);
		}
		await expect(driver.executeCommand('connectTokens.resolve', { token: id })).rejects.toThrow(denied);
		// Its settings decide which paths a module covers.
		expect(await runOutside(workbench, 'connect-tokens policy export --target haproxy --bind 127.0.0.1:8080 policy')).toBe(
			'connect-tokens: The gateway policy is available only in trusted workspaces, because their settings decide which paths a module covers. Trust the workspace and try again.\nexit 1',
		);
		const program = `fetch('${api.origin}/' + process.env.API_KEY.length)`;
		await writeFile(join(folder, 'program.js'), program);
		const env = { API_KEY: `connect://${id}` };
		await mkdir(join(folder, '.vscode'));
		const launch = { type: 'node', request: 'launch', name: 'Debug', program: '${workspaceFolder}/program.js', env };
		await writeFile(join(folder, '.vscode/launch.json'), JSON.stringify({ version: '0.2.0', configurations: [launch] }));
		const task = { type: 'connectTokens', label: 'Task', command: 'node', args: ['program.js'], options: { env }, problemMatcher: [] };
		await writeFile(join(folder, '.vscode/tasks.json'), JSON.stringify({ version: '2.0.0', tasks: [task] }));
		const dialog = page.locator('.monaco-dialog-box');
		for (const [command, ...args] of [['workbench.action.debug.start'], ['workbench.action.tasks.runTask', 'Task']] as const) {
			await driver.startCommand(command, ...args);
			await expect(dialog).toContainText('trust');
			await dialog.getByRole('button', { name: 'Cancel' }).click();
			await expect(dialog).toBeHidden();
		}
		expect(api.received).toHaveLength(0);
		const signIn = driver.executeCommand('consumer.send', api.origin, { createIfNone: true }).catch(String);
		await dialog.getByRole('button', { name: 'Allow' }).click();
		expect(await signIn).toContain(denied);
		expect(await driver.executeCommand('consumer.send', api.origin, { silent: true })).toBe(null);
		expect(api.received).toHaveLength(0);
	});

	await driver.executeCommand('notifications.clearAll');
	await driver.updateSetting('connectTokens.http.exposeKeys', 'onSend');
	await trustWorkspace(page);
	const newApiKey = await sendAsToken(workbench, { client: 'httpyac', api, token, apiKey });
	const codeLens = sendAsCodeLens(workbench, 'Careful');
	let { length } = api.received;
	/** Waits for one more request, and returns its header. */
	const nextAuthorization = async () => {
		await expect.poll(() => api.received.length).toBe(++length);
		return api.received.at(-1)!.headers.authorization;
	};

	await test.step('disable the token, which removes the CodeLens until it is enabled again', async () => {
		await driver.executeCommand('connectTokens.disableToken', { tokenId: token.id });
		await expect(codeLens).toHaveCount(0);
		await driver.executeCommand('connectTokens.enableToken', { tokenId: token.id });
		await codeLens.click();
		expect(await nextAuthorization()).toBe(newApiKey);
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
		expect(await nextAuthorization()).toBe(newApiKey);
	});

	await test.step("see the masked keys in httpYac's log", async () => {
		const panel = page.locator('.part.panel');
		await expect(panel).toContainText(/ApiKey\sSU-[\d-]+:\*{10}/);
		for (const key of [apiKey, newApiKey]) {
			await expect(panel).not.toContainText(key.slice(-40));
		}
	});
});

test('Restricted Mode: a client gets a key only once the user trusts the workspace', async ({ api, temporaryFolder, openWorkbench }) => {
	const workbench = await openWorkbench({
		isUntrusted: true,
		env: { VSC_REST_CLIENT_HOME: temporaryFolder },
		extraExtensions: [CLIENTS.restClient.folder],
		// The user lets the client run in workspaces that aren't trusted.
		settings: { 'extensions.supportUntrustedWorkspaces': { 'humao.rest-client': { supported: true } } },
	});
	const { page, driver, folder } = workbench;
	await expect(page.locator('.part.banner').getByText('Restricted Mode')).toBeVisible();
	const { token, apiKey } = await createTokenWithKey(workbench, 'Careful');
	const isKeyExposed = () => driver.hasEnvironmentVariable(getVariableName(token.id));
	const codeLens = sendAsCodeLens(workbench, 'Careful');
	/** Sends with the client's own command and returns the received header, which depends on the environment of the extension host. */
	const sendWithClient = async () => {
		const { length } = api.received;
		await page.locator('.part.editor .view-line', { hasText: 'Accept' }).click();
		await runPaletteCommand(page, CLIENTS.restClient.command);
		await expect.poll(() => api.received.length).toBe(length + 1);
		return api.received.at(-1)!.headers.authorization ?? '';
	};
	await writeFile(
		join(folder, 'send.http'),
		`GET ${api.origin}/products\nAccept: application/json\nAuthorization: ${formatAuthorizationReference(token.id)}\n`,
	);

	await test.step('send without a key', async () => {
		await openFile(workbench, 'send.http');
		await expect(page.locator('.part.editor .view-line', { hasText: 'Careful · Active' })).toBeVisible();
		expect(await sendWithClient()).not.toMatch(/[0-9a-f]{40}/);
		expect(await isKeyExposed()).toBe(false);
		await expect(codeLens).toHaveCount(0);
	});

	await test.step('trust the workspace, and send with the key', async () => {
		await trustWorkspace(page);
		await openFile(workbench, 'send.http');
		await expect(codeLens).toBeVisible();
		await expect.poll(isKeyExposed).toBe(true);
		expect(await sendWithClient()).toBe(apiKey);
	});

	await driver.updateSetting('connectTokens.http.exposeKeys', 'onSend');
	await sendAsToken(workbench, { client: 'restClient', api, token, apiKey });

	await test.step('replace the keys in the REST Client history with references', async () => {
		const historyText = () => readFile(join(temporaryFolder, 'history.json'), 'utf8');
		const requestCount = async () => (JSON.parse(await historyText()) as unknown[]).length;
		// REST Client may be writing the file right now.
		await expect(async () => expect(await requestCount()).toBe(api.received.length)).toPass();
		expect(await historyText()).toContain(apiKey);
		const notification = await showNotifications(workbench, 'contains an API key for “Careful”');
		await notification.getByRole('button', { name: 'Remove API Keys' }).click();
		await expect.poll(historyText).not.toMatch(/[0-9a-f]{40}/);
		expect(await requestCount()).toBe(api.received.length);
		await driver.executeCommand('notifications.clearAll');
	});
});

/** Trusts the workspace, as a user does who was in Restricted Mode. */
async function trustWorkspace(page: Page): Promise<void> {
	await runPaletteCommand(page, 'Workspaces: Manage Workspace Trust');
	await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
	await expect(page.locator('.part.banner').getByText('Restricted Mode')).toBeHidden();
}
