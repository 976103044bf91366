import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { formatAuthorizationReference } from '../../src/requestFiles/keyReferences';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import { repositoryRoot } from '../host/paths';
import { restrictedModeSettings, writeUserSettings } from '../host/editorSettings';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { openWorkbench } from '../support/openWorkbench';
import { startRecordingServer } from '../support/recordingServer';
import { openWizardFromPalette, fillGeneralStep, completeWizard, insertHeader, openFile, showTokensView } from '../support/workbenchDriver';

const TOKEN_NAME = 'Careful';
/** Runs a command that isn't in the palette of an untrusted workspace. */
const SEND_SHORTCUT = 'ctrl+alt+s';

describe('an untrusted workspace, in the real workbench', function () {
	this.timeout(180_000);
	skipRestAfterFailure();
	let workbench: Workbench;
	let page: Page;
	let temporary: string;
	let userDataDir: string;
	let api: Awaited<ReturnType<typeof startRecordingServer>>;
	let key: string;

	const codeLens = () => page.locator('.codelens-decoration a', { hasText: `Send as ${TOKEN_NAME}` });
	const clickInRequest = () => page.locator('.part.editor .view-line', { hasText: 'Accept' }).click();
	/** Sends with the client's own command and returns the received header, which depends on the environment of the extension host. */
	const sendWithClient = async () => {
		const { length } = api.received;
		await clickInRequest();
		await runPaletteCommand(page, 'Rest Client: Send Request');
		return eventually(() => {
			assert.equal(api.received.length, length + 1);
			return api.received.at(-1)!.headers.authorization ?? '';
		});
	};

	before(async () => {
		api = await startRecordingServer();
		temporary = await mkdtemp(join(tmpdir(), 'connect-tokens-untrusted-'));
		userDataDir = join(temporary, 'data');
		await mkdir(join(userDataDir, 'User'), { recursive: true });
		await writeFile(
			join(userDataDir, 'User', 'keybindings.json'),
			JSON.stringify([{ key: SEND_SHORTCUT, command: 'connectTokens.sendAs' }]),
		);
		({ workbench } = await openWorkbench({
			isUntrusted: true,
			userDataDir,
			env: { VSC_REST_CLIENT_HOME: join(temporary, 'client') },
			extraExtensions: [join(repositoryRoot, 'test/support/clients/restClient')],
			seed: async (folder) => {
				await writeFile(
					join(folder, 'send.http'),
					`GET ${api.origin}/products\nAccept: application/json\n\n###\nGET ${api.origin}\nAuthorization: ${formatAuthorizationReference('SU-000-000-000')}\n`,
				);
				await writeFile(join(folder, 'leaked.txt'), `SU-000-000-000:${createHash('sha1').update('leaked').digest('hex')}`);
				execFileSync('git', ['init'], { cwd: folder, stdio: 'ignore' });
				execFileSync('git', ['config', 'core.fsmonitor', `touch '${join(temporary, 'ran')}'; false`], { cwd: folder });
			},
		}));
		({ page } = workbench);
		await page.locator('.part.banner').getByText('Restricted Mode').waitFor();
		await showTokensView(page);
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, TOKEN_NAME);
		await completeWizard(wizard, '30 days', ['Products']);
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		const details = await waitForWebviewFrame(page, TOKEN_NAME);
		await details.getByRole('button', { name: 'View' }).click();
		key = (await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).textContent())!;
		await openFile(page, 'send.http');
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await api.stop();
		await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
	});

	it("gets a reference instead of a key, although clients don't run in it", async () => {
		await clickInRequest();
		await insertHeader(page, TOKEN_NAME);
		await page
			.locator('.part.editor .view-line', { hasText: '$processEnv CONNECT_SU_' })
			.filter({ hasText: `${TOKEN_NAME} · Active` })
			.waitFor();
		await runPaletteCommand(page, 'File: Save');
	});

	it("explains in the hover of a reference why clients don't get the key", async () => {
		await page.locator('.squiggly-error').waitFor();
		await page.locator('.part.editor .view-line', { hasText: `${TOKEN_NAME} · Active` }).click();
		await runPaletteCommand(page, 'Show or Focus Hover');
		const hover = page.locator('.monaco-hover', { hasText: TOKEN_NAME });
		await hover.getByText("because this workspace isn't trusted").waitFor();
		assert.ok(!(await hover.textContent())!.includes(key.slice(-40)));
		await page.keyboard.press('Escape');
		await hover.waitFor({ state: 'hidden' });
	});

	it('rejects Send Request as Token with the reason', async () => {
		await clickInRequest();
		await page.keyboard.press('Control+Alt+S');
		await runPaletteCommand(page, 'Notifications: Show Notifications');
		await page.locator('.notification-list-item', { hasText: 'API keys are available to requests only in trusted workspaces.' }).waitFor();
		await runPaletteCommand(page, 'Notifications: Clear All Notifications');
		assert.equal(api.received.length, 0);
	});

	it("is searched for keys without running Git, which could execute commands from the repository's configuration", async () => {
		await runPaletteCommand(page, 'Connect Tokens: Find API Keys in Workspace');
		await runPaletteCommand(page, 'Notifications: Show Notifications');
		await page.locator('.notification-list-item', { hasText: 'Found 1 API key in 1 file.' }).waitFor();
		await runPaletteCommand(page, 'Notifications: Clear All Notifications');
		assert.ok(!existsSync(join(temporary, 'ran')));
	});

	it('exposes no key to a client that runs in untrusted workspaces', async () => {
		await writeUserSettings(userDataDir, {
			...restrictedModeSettings,
			'extensions.supportUntrustedWorkspaces': { 'humao.rest-client': { supported: true } },
		});
		await workbench.reload(page);
		await openFile(page, 'send.http');
		assert.doesNotMatch(await sendWithClient(), /[0-9a-f]{40}/);
		assert.equal(await codeLens().count(), 0);
	});

	it('exposes the key once the user trusts the workspace', async () => {
		await runPaletteCommand(page, 'Workspaces: Manage Workspace Trust');
		await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
		await page.locator('.part.banner').getByText('Restricted Mode').waitFor({ state: 'hidden' });
		await openFile(page, 'send.http');
		await codeLens().waitFor();
		await eventually(async () => assert.equal(await sendWithClient(), key));
	});
});
