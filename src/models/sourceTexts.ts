import * as vscode from 'vscode';
import type { TokenSource } from '../domain/ports';
import { escapeLabel } from './localization';

/** How a source is called in lists. */
export function sourceLabel({ account }: TokenSource): string {
	return account ? escapeLabel(account.name) : vscode.l10n.t('Workspace');
}
