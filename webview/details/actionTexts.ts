import * as l10n from '@vscode/l10n';
import type { InitialAction, DetailsSnapshot, ReplacementAction } from '../../src/protocol/detailsMessages';

type MenuAction = DetailsSnapshot['actions'][number];

/** Label of an action in the menu. */
export function actionLabel(action: Exclude<MenuAction, 'edit'>): string {
	switch (action) {
		case 'rotate':
			return l10n.t('Rotate…');
		case 'renew':
			return l10n.t('Renew…');
		case 'disable':
			return l10n.t('Disable');
		case 'enable':
			return l10n.t('Enable');
		case 'delete':
			return l10n.t('Delete');
	}
}

export function actionFailureTitle(action: Exclude<MenuAction, 'edit'>): string {
	switch (action) {
		case 'rotate':
			return l10n.t("Couldn't rotate the token.");
		case 'renew':
			return l10n.t("Couldn't renew the token.");
		case 'disable':
			return l10n.t("Couldn't disable the token.");
		case 'enable':
			return l10n.t("Couldn't enable the token.");
		case 'delete':
			return l10n.t("Couldn't delete the token.");
	}
}

export function unavailableActionText(action: InitialAction): string {
	switch (action) {
		case 'edit':
			return l10n.t("This token can't be edited in its current state.");
		case 'rotate':
			return l10n.t("This token can't be rotated in its current state.");
		case 'renew':
			return l10n.t("This token can't be renewed in its current state.");
	}
}

export function keyReplacedText(action: ReplacementAction): string {
	return action === 'rotate'
		? l10n.t('Token rotated. You can copy its new key below.')
		: l10n.t('Token renewed. You can copy its new key below.');
}

export function outdatedReplacementText(action: ReplacementAction): string {
	return action === 'rotate'
		? l10n.t('The token was changed while this dialog was open. Review the changes before you rotate it.')
		: l10n.t('The token was changed while this dialog was open. Review the changes before you renew it.');
}

/** Why the permissions of a token can't be edited. */
export function fixedPermissionsText(): string {
	return l10n.t("Modules are determined by the extension and can't be changed.");
}
