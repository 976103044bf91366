import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { referenceTo } from '../../src/http/references';
import { runCommand, webviewFrame } from '../host/driving';
import { root } from '../host/paths';
import { restricted, writeSettings } from '../host/settings';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { inOrder } from '../support/inOrder';
import { openWorkbench } from '../support/openWorkbench';
import { startRecordingServer } from '../support/recordingServer';
import { createFromPalette, fillGeneral, finish, insertHeader, openFile, showTokens } from '../support/walk';

const NAME = 'Careful';
/** For a command that the palette has only where it can do its work. */
const SEND_KEY = 'ctrl+alt+s';

describe('an untrusted workspace, in the real workbench', function () {
	this.timeout(180_000);
	inOrder();
	let workbench: Workbench;
	let page: Page;
	let temporary: string;
	let userDataDir: string;
	let api: Awaited<ReturnType<typeof startRecordingServer>>;
	let key: string;

	const lens = () => page.locator('.codelens-decoration a', { hasText: `Send as ${NAME}` });
	const clickInRequest = () => page.locator('.part.editor .view-line', { hasText: 'Accept' }).click();
	/** The header that arrives when the client sends by its own command: what it finds in the environment of the extension host. */
	const sendByClient = async () => {
		const { length } = api.received;
		await clickInRequest();
		await runCommand(page, 'Rest Client: Send Request');
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
		await writeFile(join(userDataDir, 'User', 'keybindings.json'), JSON.stringify([{ key: SEND_KEY, command: 'connectTokens.sendAs' }]));
		({ workbench } = await openWorkbench({
			isUntrusted: true,
			userDataDir,
			env: { VSC_REST_CLIENT_HOME: join(temporary, 'client') },
			extraExtensions: [join(root, 'test/support/clients/restClient')],
			seed: async (folder) => {
				await writeFile(
					join(folder, 'send.http'),
					`GET ${api.origin}/products\nAccept: application/json\n\n###\nGET ${api.origin}\nAuthorization: ${referenceTo('SU-000-000-000')}\n`,
				);
				await writeFile(join(folder, 'leaked.txt'), `SU-000-000-000:${createHash('sha1').update('leaked').digest('hex')}`);
				execFileSync('git', ['init'], { cwd: folder, stdio: 'ignore' });
				execFileSync('git', ['config', 'core.fsmonitor', `touch '${join(temporary, 'ran')}'; false`], { cwd: folder });
			},
		}));
		({ page } = workbench);
		await page.locator('.part.banner').getByText('Restricted Mode').waitFor();
		await showTokens(page);
		const wizard = await createFromPalette(page);
		await fillGeneral(wizard, NAME);
		await finish(wizard, '30 days', ['Products']);
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		const details = await webviewFrame(page, NAME);
		await details.getByRole('button', { name: 'View' }).click();
		key = (await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).textContent())!;
		await openFile(page, 'send.http');
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await api.stop();
		await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
	});

	it('gets a reference and no key, although no client runs in it', async () => {
		await clickInRequest();
		await insertHeader(page, NAME);
		await page
			.locator('.part.editor .view-line', { hasText: '$processEnv CONNECT_SU_' })
			.filter({ hasText: `${NAME} · Active` })
			.waitFor();
		await runCommand(page, 'File: Save');
	});

	it('has its references explained, with why the key does not get to the client', async () => {
		await page.locator('.squiggly-error').waitFor();
		await page.locator('.part.editor .view-line', { hasText: `${NAME} · Active` }).click();
		await runCommand(page, 'Show or Focus Hover');
		const hover = page.locator('.monaco-hover', { hasText: NAME });
		await hover.getByText('because this workspace is not trusted').waitFor();
		assert.ok(!(await hover.textContent())!.includes(key.slice(-40)));
		await page.keyboard.press('Escape');
		await hover.waitFor({ state: 'hidden' });
	});

	it('refuses “Send as” with the reason', async () => {
		await clickInRequest();
		await page.keyboard.press('Control+Alt+S');
		await runCommand(page, 'Notifications: Show Notifications');
		await page.locator('.notification-list-item', { hasText: 'Keys are handed over only in a trusted workspace.' }).waitFor();
		await runCommand(page, 'Notifications: Clear All Notifications');
		assert.equal(api.received.length, 0);
	});

	it('is searched for keys without git, which would run what the repository says', async () => {
		await runCommand(page, 'Connect Tokens: Find API Keys in Workspace');
		await runCommand(page, 'Notifications: Show Notifications');
		await page.locator('.notification-list-item', { hasText: 'Found API keys: 1, in 1 files.' }).waitFor();
		await runCommand(page, 'Notifications: Clear All Notifications');
		assert.ok(!existsSync(join(temporary, 'ran')));
	});

	it('hands no key over to a client that runs all the same', async () => {
		await writeSettings(userDataDir, {
			...restricted,
			'extensions.supportUntrustedWorkspaces': { 'humao.rest-client': { supported: true } },
		});
		await workbench.reload(page);
		await openFile(page, 'send.http');
		assert.doesNotMatch(await sendByClient(), /[0-9a-f]{40}/);
		assert.equal(await lens().count(), 0);
	});

	it('hands it over once its user trusts it', async () => {
		await runCommand(page, 'Workspaces: Manage Workspace Trust');
		await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
		await page.locator('.part.banner').getByText('Restricted Mode').waitFor({ state: 'hidden' });
		await openFile(page, 'send.http');
		await lens().waitFor();
		await eventually(async () => assert.equal(await sendByClient(), key));
	});
});
