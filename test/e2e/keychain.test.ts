import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { runCommand, webviewFrame } from '../host/driving';
import { writeMachineSettings } from '../host/settings';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { inOrder } from '../support/inOrder';
import { keyringMissing } from '../support/keyring/install';
import { Keyring } from '../support/keyring/keyring';
import { MODULES, RemoteVault } from '../support/keyring/remoteVault';
import { openWorkbench } from '../support/openWorkbench';
import { createFromPalette, fillGeneral, finish, showTokens } from '../support/walk';

describe('the keychain as the vault, in the real workbench', function () {
	this.timeout(240_000);
	inOrder();
	let keyring: Keyring;
	let workbench: Workbench;
	let page: Page;
	let apiKey: string;

	before(async function () {
		const missing = await keyringMissing();
		if (missing !== undefined) {
			console.log(`  ${missing}`);
			this.skip();
		}
		keyring = await Keyring.start();
		({ workbench } = await openWorkbench({ env: keyring.env }));
		({ page } = workbench);
	});

	after(async () => {
		await (workbench as Workbench | undefined)?.close();
		await (keyring as Keyring | undefined)?.stop();
	});

	it('begins with the key of a new token in the secret storage of the editor', async () => {
		await showTokens(page);
		const wizard = await createFromPalette(page);
		await fillGeneral(wizard, 'Roaming Token');
		await finish(wizard, '90 days', ['Account']);
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		apiKey = await viewedKey();
		assert.equal(await browserHasSecrets(), true);
		assert.deepEqual(await keysInKeychain(), []);
	});

	it('moves it to the keychain with the setting, and shows it from there', async () => {
		await choose('keychain');
		await page.getByText('API keys are now kept in the keychain of the operating system (1 moved).').waitFor();
		assert.deepEqual(await keysInKeychain(), [apiKey.split(':')[1]]);
		await eventually(async () => assert.equal(await browserHasSecrets(), false));
		await workbench.reload(page);
		// The editor may not have written down yet that the page was open.
		await runCommand(page, 'Connect Tokens: Open Token Details');
		await page.locator('.quick-input-list').getByText('Roaming Token').click();
		assert.equal(await viewedKey(), apiKey);
	});

	it('says why the keychain is not to be had, and keeps what is made meanwhile in the editor', async () => {
		await keyring.lock();
		await workbench.reload(page);
		await runCommand(page, 'Connect Tokens: Focus on Tokens View');
		await page.getByText("The keychain is locked. Unlock it and try again. API keys stay in the editor's secret storage.").waitFor();
		const wizard = await createFromPalette(page);
		await fillGeneral(wizard, 'Meanwhile');
		await finish(wizard, '90 days', ['Account']);
		await wizard.getByRole('button', { name: 'Close' }).click();
		assert.equal(await browserHasSecrets(), true);
		await keyring.unlock();
		await workbench.reload(page);
		await eventually(async () => {
			assert.equal((await keysInKeychain()).length, 2);
			assert.equal(await browserHasSecrets(), false);
		});
	});

	it('moves all back with the setting', async () => {
		await choose('editor');
		await page.getByText("API keys are now kept in the editor's secret storage (2 moved).").first().waitFor();
		assert.deepEqual(await keysInKeychain(), []);
		assert.equal(await browserHasSecrets(), true);
	});

	/** Sets the setting as the user does for this host. */
	async function choose(vault: string): Promise<void> {
		await writeMachineSettings(workbench.userDataDir, { 'connectTokens.vault': vault });
	}

	/** The key as the details page shows it. */
	async function viewedKey(): Promise<string> {
		const details = await webviewFrame(page, 'Roaming Token');
		await details.getByRole('button', { name: 'View' }).click();
		const key = await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).textContent();
		return key!;
	}

	/** The secrets of the workspace's keys, read by another process. */
	async function keysInKeychain(): Promise<(string | undefined)[]> {
		const workspaces = join(workbench.userDataDir, 'User/globalStorage/connect-tokens.connect-tokens/workspaces');
		const [workspaceKey] = await readdir(workspaces);
		const vault = new RemoteVault(keyring.env, {
			modules: MODULES,
			workspaceKey: workspaceKey!,
			index: join(workspaces, workspaceKey!, 'keychain'),
		});
		try {
			const keyIds = await vault.keyIds();
			return await Promise.all(keyIds.map((keyId) => vault.get(keyId)));
		} finally {
			await vault.end();
		}
	}

	/** Whether the browser keeps secrets for the editor. It does so encrypted; only their size tells one from none. */
	async function browserHasSecrets(): Promise<boolean> {
		const sealed = await page.evaluate(() => localStorage.getItem('secrets.provider') ?? '');
		return Buffer.from(sealed, 'base64').length > 100;
	}
});
