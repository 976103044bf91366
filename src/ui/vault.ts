import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Vault } from '../domain/ports';
import { KeychainVault } from '../secrets/keychainVault';
import { SecretStorageVault } from '../secrets/secretStorageVault';
import { SwitchableVault, type VaultName } from '../secrets/switchableVault';
import { localError } from './messages';
import { chosenVault } from './settings';
import { oneWindowAtATime } from './vaultLock';

/** How long keys may be on the move, in milliseconds, before it is shown. */
const QUIET = 1000;

/**
 * The vault that the setting names, for the workspace whose store is in `folder`. It follows every change of the setting, and moves
 * now what an earlier move left behind.
 */
export function openVault(context: vscode.ExtensionContext, folder: string, workspaceKey: string): Vault {
	const vaults = {
		editor: new SecretStorageVault(context.secrets, workspaceKey),
		keychain: new KeychainVault({ modules: context.asAbsolutePath('out/keytar'), index: join(folder, 'keychain'), workspaceKey }),
	};
	const vault = new SwitchableVault(vaults, oneWindowAtATime(folder));
	context.subscriptions.push(
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration('connectTokens.vault')) {
				void follow(vault, true);
			}
		}),
	);
	void follow(vault, false);
	return vault;
}

/** Switches to the vault that the setting names. Success is told when somebody has asked for it, or when keys were moved. */
async function follow(vault: SwitchableVault, isAskedFor: boolean): Promise<void> {
	const name = chosenVault();
	try {
		const { moved, left } = await showLate(vscode.l10n.t('Moving API keys to {0}', title(name)), vault.switchTo(name));
		if (left !== undefined) {
			await offerRetry(vault, vscode.l10n.t('Some API keys could not be moved to {0}: {1}', title(name), localError(left)));
		} else if (isAskedFor || moved > 0) {
			void vscode.window.showInformationMessage(vscode.l10n.t('API keys are now kept in {0} ({1} moved).', title(name), moved));
		}
	} catch (error) {
		await offerRetry(vault, vscode.l10n.t('{0} API keys stay in {1}.', localError(error), title(vault.inUse)));
	}
}

async function offerRetry(vault: SwitchableVault, text: string): Promise<void> {
	const retry = vscode.l10n.t('Try Again');
	const settings = vscode.l10n.t('Open Setting');
	const answer = await vscode.window.showWarningMessage(text, retry, settings);
	if (answer === retry) {
		await follow(vault, true);
	} else if (answer === settings) {
		await vscode.commands.executeCommand('workbench.action.openSettings', 'connectTokens.vault');
	}
}

async function showLate<T>(text: string, work: Promise<T>): Promise<T> {
	const progress = { location: vscode.ProgressLocation.Notification, title: text };
	const timer = setTimeout(() => void vscode.window.withProgress(progress, () => work.catch(() => undefined)), QUIET);
	try {
		return await work;
	} finally {
		clearTimeout(timer);
	}
}

function title(name: VaultName): string {
	return name === 'keychain' ? vscode.l10n.t('the keychain of the operating system') : vscode.l10n.t("the editor's secret storage");
}
