import * as vscode from 'vscode';
import * as v from 'valibot';
import type { VaultName } from '../secrets/switchableVault';

const days = v.pipe(v.number(), v.minValue(0), v.maxValue(365));
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(3600));
const vaults = v.picklist(['editor', 'keychain'] satisfies VaultName[]);

/** `connectTokens.expiringDays`: a token is expiring once it has at most so many days left. */
export function expiringDays(): number {
	return setting('expiringDays', days, 7);
}

/** `connectTokens.clipboardSeconds`: how long a copied key stays on the clipboard; 0 is for ever. */
export function clipboardSeconds(): number {
	return setting('clipboardSeconds', seconds, 60);
}

/** `connectTokens.vault`: where API keys are kept. */
export function chosenVault(): VaultName {
	return setting('vault', vaults, 'editor');
}

/** `connectTokens.notifyExpiring`: whether to remind of tokens that are about to end. */
export function notifyExpiring(): boolean {
	return setting('notifyExpiring', v.boolean(), true);
}

/** A value that makes no sense counts as the default. */
function setting<T>(name: string, schema: v.GenericSchema<T>, otherwise: T): T {
	return v.parse(v.fallback(schema, otherwise), vscode.workspace.getConfiguration('connectTokens').get(name));
}
