import * as l10n from '@vscode/l10n';
import { NEW_TOKEN_DAYS, UNUSABLE_DAYS, UNUSED_DAYS, type ReviewReasonKind, type ReviewRemedy } from '../domain/tokenReview';

export { REVIEW_REASON_KINDS } from '../domain/tokenReview';

/** A reason in a few words. */
export function reasonTitle(kind: ReviewReasonKind): string {
	switch (kind) {
		case 'keyInFile':
			return l10n.t('Key in a file');
		case 'unused':
			return l10n.t('Unused for {0} days', UNUSED_DAYS);
		case 'neverUsed':
			return l10n.t('Never used');
		case 'fewModules':
			return l10n.t('Full, but uses few modules');
		case 'neverExpires':
			return l10n.t('Never expires');
		case 'expired':
			return l10n.t('Expired long ago');
		case 'disabled':
			return l10n.t('Disabled long ago');
	}
}

/** When a token has a reason, for the list of what was checked. */
export function reasonDescription(kind: ReviewReasonKind): string {
	switch (kind) {
		case 'keyInFile':
			return l10n.t('An API key of the token is in an open file, or in one that Find API Keys in Workspace found.');
		case 'unused':
			return l10n.t('The gateway last accepted the token at least {0} days ago.', UNUSED_DAYS);
		case 'neverUsed':
			return l10n.t('The token is at least {0} days old, and the gateway has never accepted it.', NEW_TOKEN_DAYS);
		case 'fewModules':
			return l10n.t('The token can access all modules, and used only a few in the last 30 days.');
		case 'neverExpires':
			return l10n.t('The API key is valid until someone rotates, disables, or deletes the token.');
		case 'expired':
			return l10n.t('The token expired at least {0} days ago.', UNUSABLE_DAYS);
		case 'disabled':
			return l10n.t('The token was disabled at least {0} days ago.', UNUSABLE_DAYS);
	}
}

/** Label of the button that does something about a reason. */
export function remedyLabel(remedy: ReviewRemedy): string {
	switch (remedy) {
		case 'goToFile':
			return l10n.t('Go to File');
		case 'rotate':
			return l10n.t('Rotate…');
		case 'setExpiration':
			return l10n.t('Set Expiration…');
		case 'reduce':
			return l10n.t('Reduce to What It Uses');
		case 'editPermissions':
			return l10n.t('Edit Permissions');
		case 'disable':
			return l10n.t('Disable');
		case 'delete':
			return l10n.t('Delete');
	}
}
