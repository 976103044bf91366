import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAuthorizationReference, getVariableName } from '../../src/requestFiles/keyReferences';
import { repositoryRoot } from '../host/paths';
import { expect, test } from '../support/e2eTest';
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

const CONSUMER = join(repositoryRoot, 'test/support/consumer');
const REST_CLIENT = join(repositoryRoot, 'test/support/clients/restClient');

test('Restricted Mode: requests get references, but neither keys nor Git are used', async ({ api, temporaryFolder, openWorkbench }) => {
	const gitMarker = join(temporaryFolder, 'git');
	const workbench = await openWorkbench({
		isUntrusted: true,
		env: { VSC_REST_CLIENT_HOME: temporaryFolder },
		extraExtensions: [REST_CLIENT, CONSUMER],
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
	const { page, driver } = workbench;
	await expect(page.locator('.part.banner').getByText('Restricted Mode')).toBeVisible();
	const { apiKey } = await createTokenWithKey(workbench, 'Careful');
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
		await writeFile(join(workbench.folder, 'program.js'), program);
		const env = { API_KEY: `connect://${id}` };
		await mkdir(join(workbench.folder, '.vscode'));
		const launch = { type: 'node', request: 'launch', name: 'Debug', program: '${workspaceFolder}/program.js', env };
		await writeFile(join(workbench.folder, '.vscode/launch.json'), JSON.stringify({ version: '0.2.0', configurations: [launch] }));
		const task = { type: 'connectTokens', label: 'Task', command: 'node', args: ['program.js'], options: { env }, problemMatcher: [] };
		await writeFile(join(workbench.folder, '.vscode/tasks.json'), JSON.stringify({ version: '2.0.0', tasks: [task] }));
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
});

test('Restricted Mode: a client gets a key only once the user trusts the workspace', async ({ api, temporaryFolder, openWorkbench }) => {
	const workbench = await openWorkbench({
		isUntrusted: true,
		env: { VSC_REST_CLIENT_HOME: temporaryFolder },
		extraExtensions: [REST_CLIENT],
		// The user lets the client run in workspaces that aren't trusted.
		settings: { 'extensions.supportUntrustedWorkspaces': { 'humao.rest-client': { supported: true } } },
	});
	const { page, driver, folder } = workbench;
	await expect(page.locator('.part.banner').getByText('Restricted Mode')).toBeVisible();
	const { token, apiKey } = await createTokenWithKey(workbench, 'Careful');
	const isKeyExposed = () => driver.hasEnvironmentVariable(getVariableName(token.id));
	const codeLens = page.locator('.codelens-decoration a', { hasText: 'Send as Careful' });
	/** Sends with the client's own command and returns the received header, which depends on the environment of the extension host. */
	const sendWithClient = async () => {
		const { length } = api.received;
		await page.locator('.part.editor .view-line', { hasText: 'Accept' }).click();
		await runPaletteCommand(page, 'Rest Client: Send Request');
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
		await runPaletteCommand(page, 'Workspaces: Manage Workspace Trust');
		await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
		await expect(page.locator('.part.banner').getByText('Restricted Mode')).toBeHidden();
		await openFile(workbench, 'send.http');
		await expect(codeLens).toBeVisible();
		await expect.poll(isKeyExposed).toBe(true);
		expect(await sendWithClient()).toBe(apiKey);
	});
});
