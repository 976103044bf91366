import * as l10n from '@vscode/l10n';
import type { TestFix } from '../protocol/tokenTestMessages';

/** Label of the button that fixes a problem that *Test Token* found. */
export function testFixTitle(fix: TestFix): string {
	switch (fix) {
		case 'enable':
			return l10n.t('Enable Token');
		case 'rotate':
			return l10n.t('Rotate Token');
		case 'edit':
			return l10n.t('Edit Token');
		case 'setCredential':
			return l10n.t('Set Gateway Credential');
	}
}
