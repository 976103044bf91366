import * as vscode from 'vscode';
import { setLanguage } from './models/localization';
import { findKeysOutsideWorkspace, type FindKeysOptions } from './ui/keys/keysOnDisk/findKeysOutsideWorkspace';

/** *Find API Keys Outside the Workspace*. Few people need it, and then once, so it has a bundle of its own. */
export async function searchKeys(options: FindKeysOptions): Promise<void> {
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	await findKeysOutsideWorkspace(options);
}
