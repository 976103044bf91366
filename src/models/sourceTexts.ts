import * as l10n from '@vscode/l10n';
import type { TokenSource } from '../domain/ports';
import { escapeLabel } from './localization';

/** How a source is called in lists. */
export function sourceLabel({ remote }: TokenSource): string {
	return remote ? escapeLabel(remote.account.name) : l10n.t('Workspace');
}
