import * as l10n from '@vscode/l10n';
import type { MaskedKey } from '../../src/protocol/detailsMessages';

/** Label of a key while a renewed token has two. */
export function keyLabel(which: MaskedKey['which']): string {
	return which === 'current' ? l10n.t('New key') : l10n.t('Previous key');
}
