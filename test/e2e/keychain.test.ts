import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { runPaletteCommand, waitForWebviewFrame } from '../host/workbenchAutomation';
import { writeMachineSettings } from '../host/editorSettings';
import type { Workbench } from '../host/workbench';
import { eventually } from '../support/eventually';
import { skipRestAfterFailure } from '../support/skipRestAfterFailure';
import { keyringMissing } from '../support/keyring/keyringPrograms';
import { Keyring } from '../support/keyring/keyring';
import { MODULES, RemoteVault } from '../support/keyring/remoteVault';
import { openWorkbench } from '../support/openWorkbench';
import { openWizardFromPalette, fillGeneralStep, completeWizard, showTokensView } from '../support/workbenchDriver';

describe('the keychain as the vault, in the real workbench', function () {
	this.timeout(240_000);
	skipRestAfterFailure();
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

	it('is empty while the keys are in the secret storage', async () => {
		await showTokensView(page);
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, 'Roaming Token');
		await completeWizard(wizard, '90 days', ['Account']);
		await wizard.getByRole('button', { name: 'Go to Details' }).click();
		apiKey = await readViewedKey();
		assert.equal(await hasBrowserSecrets(), true);
		assert.deepEqual(await listKeychainKeys(), []);
	});

	it('receives the keys when the setting changes, and provides them from then on', async () => {
		await selectVault('keychain');
		await page.getByText('API keys are now stored in the operating system keychain. 1 key was moved.').waitFor();
		assert.deepEqual(await listKeychainKeys(), [apiKey.split(':')[1]]);
		await eventually(async () => assert.equal(await hasBrowserSecrets(), false));
		await workbench.reload(page);
		// VS Code may not have saved yet that the page was open.
		await runPaletteCommand(page, 'Connect Tokens: Open Token Details');
		await page.locator('.quick-input-list').getByText('Roaming Token').click();
		assert.equal(await readViewedKey(), apiKey);
	});

	it("reports why the keychain isn't available, and stores new keys in the secret storage in the meantime", async () => {
		await keyring.lock();
		await workbench.reload(page);
		await runPaletteCommand(page, 'Connect Tokens: Focus on Tokens View');
		await page
			.getByText(
				"API keys couldn't be moved and are still stored in VS Code's secret storage. The keychain is locked. Unlock it and try again.",
			)
			.waitFor();
		const wizard = await openWizardFromPalette(page);
		await fillGeneralStep(wizard, 'Meanwhile');
		await completeWizard(wizard, '90 days', ['Account']);
		await wizard.getByRole('button', { name: 'Close' }).click();
		assert.equal(await hasBrowserSecrets(), true);
		await keyring.unlock();
		await workbench.reload(page);
		await eventually(async () => {
			assert.equal((await listKeychainKeys()).length, 2);
			assert.equal(await hasBrowserSecrets(), false);
		});
	});

	it('returns all keys when the setting changes back', async () => {
		await selectVault('editor');
		await page.getByText("API keys are now stored in VS Code's secret storage. 2 keys were moved.").first().waitFor();
		assert.deepEqual(await listKeychainKeys(), []);
		assert.equal(await hasBrowserSecrets(), true);
	});

	/** Changes the machine setting, as a user does for this host. */
	async function selectVault(vault: string): Promise<void> {
		await writeMachineSettings(workbench.userDataDir, { 'connectTokens.vault': vault });
	}

	/** Reads the key that the details page shows. */
	async function readViewedKey(): Promise<string> {
		const details = await waitForWebviewFrame(page, 'Roaming Token');
		await details.getByRole('button', { name: 'View' }).click();
		const key = await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).textContent();
		return key!;
	}

	/** Reads the secrets of the workspace's keys from the keychain, in another process. */
	async function listKeychainKeys(): Promise<(string | undefined)[]> {
		const workspaces = join(workbench.userDataDir, 'User/globalStorage/connect-tokens.connect-tokens/workspaces');
		const [workspaceKey] = await readdir(workspaces);
		const vault = new RemoteVault(keyring.env, {
			nativeModulesFolder: MODULES,
			workspaceKey: workspaceKey!,
			indexFolder: join(workspaces, workspaceKey!, 'keychain'),
		});
		try {
			const keyIds = await vault.keyIds();
			return await Promise.all(keyIds.map((keyId) => vault.get(keyId)));
		} finally {
			await vault.end();
		}
	}

	/** Whether the secret storage contains secrets. They're encrypted, so only their size shows. */
	async function hasBrowserSecrets(): Promise<boolean> {
		const encrypted = await page.evaluate(() => localStorage.getItem('secrets.provider') ?? '');
		return Buffer.from(encrypted, 'base64').length > 100;
	}
});
