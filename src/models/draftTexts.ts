import * as l10n from '@vscode/l10n';
import type { ConfirmationText } from './lifecycleTexts';

/** The question that's asked before a wizard with input is closed. */
export function draftQuestion(): ConfirmationText {
	return {
		message: l10n.t('Discard your draft of this token?'),
		detail: l10n.t('If you keep it, you can continue the next time you create a token.'),
	};
}
