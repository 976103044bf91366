import * as l10n from '@vscode/l10n';
import { localizeError } from './localization';
import type { VaultName } from '../domain/ports';

/** Title of the progress while keys are moved to a vault. */
export function movingKeysText(vault: VaultName): string {
	return l10n.t('Moving API keys to {0}', vaultLabel(vault));
}

/** Confirms that a vault is in use and says how many keys were moved to it. */
export function movedKeysText(vault: VaultName, movedCount: number): string {
	return movedCount === 1
		? l10n.t('API keys are now stored in {0}. 1 key was moved.', vaultLabel(vault))
		: l10n.t('API keys are now stored in {0}. {1} keys were moved.', vaultLabel(vault), movedCount);
}

/** Says that a vault is in use, but some keys are still in the other one. */
export function keysLeftText(vault: VaultName, error: unknown): string {
	return l10n.t("Some API keys couldn't be moved to {0}. {1}", vaultLabel(vault), localizeError(error));
}

/** Says that another vault couldn't be used, so keys are still stored in `vault`. */
export function vaultUnchangedText(vault: VaultName, error: unknown): string {
	return l10n.t("API keys couldn't be moved and are still stored in {1}. {0}", localizeError(error), vaultLabel(vault));
}

/** Warns before a key is stored in memory only. */
export function volatileSecretStorageText(): string {
	return l10n.t(
		"VS Code can't find a keyring, so API keys are lost when you close it. Install and unlock gnome-keyring and restart VS Code, or set “password-store” to “basic” in its runtime arguments to store secrets with weak encryption.",
	);
}

function vaultLabel(vault: VaultName): string {
	return vault === 'keychain' ? l10n.t('the operating system keychain') : l10n.t("VS Code's secret storage");
}
