import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Vault } from '../domain/ports';
import { KeychainVault } from '../vaults/keychainVault';
import { SecretStorageVault } from '../vaults/secretStorageVault';
import { SwitchableVault, type VaultName } from '../vaults/switchableVault';
import { localizeError } from '../models/localization';
import { log } from './log';
import { readVaultName } from './settings';
import { createVaultLock } from '../storage/vaultLock';

/** How long keys may be on the move, in milliseconds, before it is shown. */
const PROGRESS_DELAY_MS = 1000;

/**
 * The vault that the setting names, for the workspace whose store is in `folder`. It follows every change of the setting, and moves
 * now what an earlier move left behind.
 */
export function createConfiguredVault(context: vscode.ExtensionContext, folder: string, workspaceKey: string): Vault {
	const vaults = {
		editor: new SecretStorageVault(context.secrets, workspaceKey),
		keychain: new KeychainVault({
			nativeModulesFolder: context.asAbsolutePath('out/keytar'),
			indexFolder: join(folder, 'keychain'),
			workspaceKey,
			log,
		}),
	};
	const vault = new SwitchableVault(vaults, createVaultLock(folder, log), log);
	context.subscriptions.push(
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration('connectTokens.vault')) {
				void switchToConfiguredVault(vault, true);
			}
		}),
	);
	void switchToConfiguredVault(vault, false);
	return vault;
}

/** Switches to the vault that the setting names. Success is told when somebody has asked for it, or when keys were moved. */
async function switchToConfiguredVault(vault: SwitchableVault, isRequested: boolean): Promise<void> {
	const name = readVaultName();
	try {
		const { movedCount: moved, failure: moveError } = await withDelayedProgress(
			vscode.l10n.t('Moving API keys to {0}', vaultLabel(name)),
			vault.switchTo(name),
		);
		if (moveError !== undefined) {
			await offerRetry(vault, vscode.l10n.t("Some API keys couldn't be moved to {0}: {1}", vaultLabel(name), localizeError(moveError)));
		} else if (isRequested || moved > 0) {
			void vscode.window.showInformationMessage(movedText(name, moved));
		}
	} catch (error) {
		await offerRetry(vault, vscode.l10n.t('{0} API keys are still stored in {1}.', localizeError(error), vaultLabel(vault.inUse)));
	}
}

function movedText(name: VaultName, moved: number): string {
	return moved === 1
		? vscode.l10n.t('API keys are now stored in {0}. 1 key was moved.', vaultLabel(name))
		: vscode.l10n.t('API keys are now stored in {0}. {1} keys were moved.', vaultLabel(name), moved);
}

async function offerRetry(vault: SwitchableVault, text: string): Promise<void> {
	const retryLabel = vscode.l10n.t('Try Again');
	const openSettingLabel = vscode.l10n.t('Open Settings');
	const answer = await vscode.window.showWarningMessage(text, retryLabel, openSettingLabel);
	if (answer === retryLabel) {
		await switchToConfiguredVault(vault, true);
	} else if (answer === openSettingLabel) {
		await vscode.commands.executeCommand('workbench.action.openSettings', 'connectTokens.vault');
	}
}

async function withDelayedProgress<T>(text: string, work: Promise<T>): Promise<T> {
	const progress = { location: vscode.ProgressLocation.Notification, title: text };
	const timer = setTimeout(() => void vscode.window.withProgress(progress, () => work.catch(() => undefined)), PROGRESS_DELAY_MS);
	try {
		return await work;
	} finally {
		clearTimeout(timer);
	}
}

function vaultLabel(name: VaultName): string {
	return name === 'keychain' ? vscode.l10n.t('the operating system keychain') : vscode.l10n.t("VS Code's secret storage");
}
