import { basename, join } from 'node:path';
import type { Page } from '@playwright/test';
import { writeMachineSettings } from '../host/editorSettings';
import { expect, test as base } from '../support/e2eTest';
import { Keyring } from '../support/keyring/keyring';
import { keyringMissing } from '../support/keyring/keyringPrograms';
import { MODULES, RemoteVault } from '../support/keyring/remoteVault';
import type { WorkbenchFolders } from '../support/openWorkbench';
import { workspaceStoreFolder } from '../support/seedTokens';
import { detailsPage, pickTokenInQuickPick, runPaletteCommand, showNotifications } from '../support/workbenchDriver';

const TOKEN = 'Roaming Token';
const MOVED_TEXT = 'API keys are now stored in the operating system keychain. 1 key was moved.';

const test = base.extend<{ keyring: Keyring }>({
	keyring: async ({}, use, testInfo) => {
		const missing = await keyringMissing();
		testInfo.skip(missing !== undefined, missing);
		const keyring = await Keyring.start();
		await use(keyring);
		await keyring.stop();
	},
});

test('API keys move to the keychain and back, and new ones stay in the secret storage while the keychain is locked', async ({
	keyring,
	openWorkbench,
}) => {
	test.slow();
	const workbench = await openWorkbench({ env: keyring.env });
	const { page } = workbench;

	await workbench.driver.createToken({ name: TOKEN });
	const apiKey = await openDetailsAndViewKey(page);
	await expect.poll(() => countBrowserKeys(page, 1)).toBe(1);
	expect(await readKeychain(keyring, workbench)).toEqual([]);

	await test.step('the keychain receives the key when the setting changes', async () => {
		await selectVault(workbench, 'keychain');
		await expect(await showNotifications(workbench, MOVED_TEXT)).toBeVisible();
		expect(await readKeychain(keyring, workbench)).toEqual([apiKey.split(':')[1]]);
		await expect.poll(() => countBrowserKeys(page, 1)).toBe(0);
	});

	await test.step('the keychain provides the key, and stores new ones', async () => {
		expect(await openDetailsAndViewKey(page)).toBe(apiKey);
		await workbench.driver.createToken({ name: 'Another Token' });
		await expect.poll(async () => (await readKeychain(keyring, workbench)).length).toBe(2);
	});

	await test.step('the keychain returns all keys when the setting changes back', async () => {
		await selectVault(workbench, 'editor');
		const text = "API keys are now stored in VS Code's secret storage. 2 keys were moved.";
		await expect(await showNotifications(workbench, text)).toBeVisible();
		expect(await readKeychain(keyring, workbench)).toEqual([]);
		await expect.poll(() => countBrowserKeys(page, 2)).toBe(2);
	});

	await test.step('a message says why the keychain is not available', async () => {
		await selectVault(workbench, 'keychain');
		await expect.poll(() => countBrowserKeys(page, 2)).toBe(0);
		await keyring.lock();
		await workbench.reload();
		expect(await keyring.isLocked()).toBe(true);
		const text =
			"API keys couldn't be moved and are still stored in VS Code's secret storage. The keychain is locked. Unlock it and try again.";
		await expect(await showNotifications(workbench, text)).toBeVisible();
	});

	await test.step('the secret storage has new keys in the meantime', async () => {
		await workbench.driver.createToken({ name: 'Meanwhile' });
		await expect.poll(() => countBrowserKeys(page, 3)).toBe(1);
	});
});

/** Changes the machine setting, as a user does for this host. */
async function selectVault({ userDataDir }: WorkbenchFolders, vault: 'editor' | 'keychain'): Promise<void> {
	await writeMachineSettings(userDataDir, { 'connectTokens.vault': vault });
}

/** Reads the key that the token's details page shows. */
async function openDetailsAndViewKey(page: Page): Promise<string> {
	await runPaletteCommand(page, 'Connect Tokens: Open Token Details');
	await pickTokenInQuickPick(page, TOKEN);
	const details = await detailsPage(page, TOKEN);
	await details.getByRole('button', { name: 'View' }).click();
	const apiKey = await details.getByText(/^ApiKey SU-[\d-]+:[0-9a-f]{40}$/).innerText();
	await details.getByRole('button', { name: 'Hide' }).click();
	return apiKey;
}

/** Reads the secrets of the workspace's keys from the keychain, in another process. */
async function readKeychain({ env }: Keyring, folders: WorkbenchFolders): Promise<(string | undefined)[]> {
	const storeFolder = workspaceStoreFolder(folders);
	const indexFolder = join(storeFolder, 'keychain');
	const vault = new RemoteVault(env, { nativeModulesFolder: MODULES, workspaceKey: basename(storeFolder), indexFolder });
	try {
		const keyIds = await vault.keyIds();
		return await Promise.all(keyIds.map((keyId) => vault.get(keyId)));
	} finally {
		await vault.end();
	}
}

/** Sizes in the secret storage, in bytes: of an empty one, of the copy of a record, and of a key. */
const SIZES = { empty: 65, record: 746, key: 234 };

/** Returns how many keys are in the secret storage. It's encrypted, so only its size shows. The copy of each token's record doesn't contain the key. */
async function countBrowserKeys(page: Page, tokenCount: number): Promise<number> {
	const encrypted = await page.evaluate(() => localStorage.getItem('secrets.provider') ?? '');
	const size = Buffer.from(encrypted, 'base64').length;
	return Math.round((size - SIZES.empty - tokenCount * SIZES.record) / SIZES.key);
}
