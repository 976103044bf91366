import * as l10n from '@vscode/l10n';
import type { ShownKey } from '../../src/protocol/details';

/** What a key is called while a renewed token has two. */
export function keyName(which: ShownKey['which']): string {
	return which === 'current' ? l10n.t('New key') : l10n.t('Previous key');
}
