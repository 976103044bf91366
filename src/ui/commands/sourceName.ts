import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import { verbatim } from '../messages';

/** How a source is called in lists. */
export function sourceName({ account }: TokenSource): string {
	return account ? verbatim(account.name) : vscode.l10n.t('Workspace');
}
