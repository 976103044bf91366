import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Vault } from '../domain/ports';
import { machineSettingsCommand } from '../models/settingsCommand';
import { keysLeftText, movedKeysText, movingKeysText, vaultUnchangedText } from '../models/vaultTexts';
import type { WorkspaceLocation } from '../sources/workspace/workspaceLocation';
import { createVaultLock } from '../storage/vaultLock';
import { KeychainVault } from '../vaults/keychainVault';
import { SecretStorageVault } from '../vaults/secretStorageVault';
import { SwitchableVault } from '../vaults/switchableVault';
import { log } from './log';
import { readVaultName } from './settings';

/** How long a move can take before its progress is shown. */
const PROGRESS_DELAY_MS = 1000;

/** Opens the vault of a workspace without choosing where to store keys: it finds keys in secret storage and in the keychain. */
export function openVault(context: vscode.ExtensionContext, { folder, key: workspaceKey }: WorkspaceLocation): SwitchableVault {
	const vaults = {
		editor: new SecretStorageVault(context.secrets, workspaceKey),
		keychain: new KeychainVault({
			nativeModulesFolder: context.asAbsolutePath('out/keytar'),
			indexFolder: join(folder, 'keychain'),
			workspaceKey,
			log,
		}),
	};
	return new SwitchableVault(vaults, createVaultLock(folder, log), log);
}

/**
 * Creates the vault of the open workspace. It follows changes of the `connectTokens.vault` setting. Starts by completing an interrupted
 * move.
 */
export function createConfiguredVault(context: vscode.ExtensionContext, location: WorkspaceLocation): Vault {
	const vault = openVault(context, location);
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

/** Switches to the configured vault. Shows success only if the user requested the switch or keys were moved. */
async function switchToConfiguredVault(vault: SwitchableVault, isRequested: boolean): Promise<void> {
	const name = readVaultName();
	if (name === undefined) {
		return;
	}
	try {
		const { movedCount, failure } = await withDelayedProgress(movingKeysText(name), vault.switchTo(name));
		if (failure !== undefined) {
			await offerRetry(vault, keysLeftText(name, failure));
		} else if (isRequested || movedCount > 0) {
			void vscode.window.showInformationMessage(movedKeysText(name, movedCount));
		}
	} catch (error) {
		await offerRetry(vault, vaultUnchangedText(vault.inUse, error));
	}
}

async function offerRetry(vault: SwitchableVault, message: string): Promise<void> {
	const retryLabel = vscode.l10n.t('Try Again');
	const openSettingsLabel = vscode.l10n.t('Open Settings');
	const selected = await vscode.window.showWarningMessage(message, retryLabel, openSettingsLabel);
	if (selected === retryLabel) {
		await switchToConfiguredVault(vault, true);
	} else if (selected === openSettingsLabel) {
		const { command, commandArguments } = machineSettingsCommand('connectTokens.vault', vscode.env.remoteName);
		await vscode.commands.executeCommand(command, ...commandArguments);
	}
}

async function withDelayedProgress<T>(title: string, work: Promise<T>): Promise<T> {
	const progress = { location: vscode.ProgressLocation.Notification, title };
	// The progress ends with the work. The caller handles an error of the work.
	const showProgress = () => vscode.window.withProgress(progress, () => work.catch(() => undefined));
	const timer = setTimeout(() => void showProgress(), PROGRESS_DELAY_MS);
	try {
		return await work;
	} finally {
		clearTimeout(timer);
	}
}
