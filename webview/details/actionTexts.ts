import * as l10n from '@vscode/l10n';
import type { InitialAction, DetailsSnapshot, ReplacementAction } from '../../src/protocol/detailsMessages';

type MenuAction = DetailsSnapshot['actions'][number];

/** What the menu calls an action; the dots stand for a question still to come. */
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
			return l10n.t('Delete…');
	}
}

export function actionFailureTitle(action: Exclude<MenuAction, 'edit'>): string {
	switch (action) {
		case 'rotate':
			return l10n.t('The token could not be rotated.');
		case 'renew':
			return l10n.t('The token could not be renewed.');
		case 'disable':
			return l10n.t('The token could not be disabled.');
		case 'enable':
			return l10n.t('The token could not be enabled.');
		case 'delete':
			return l10n.t('The token could not be deleted.');
	}
}

export function unavailableActionText(action: InitialAction): string {
	switch (action) {
		case 'edit':
			return l10n.t('This token cannot be edited now.');
		case 'rotate':
			return l10n.t('This token cannot be rotated now.');
		case 'renew':
			return l10n.t('This token cannot be renewed now.');
	}
}

export function keyReplacedText(action: ReplacementAction): string {
	return action === 'rotate'
		? l10n.t('The token has been rotated. Its new key can be copied below.')
		: l10n.t('The token has been renewed. Its new key can be copied below.');
}

export function outdatedReplacementText(action: ReplacementAction): string {
	return action === 'rotate'
		? l10n.t('The token has changed meanwhile. Look at it before you rotate it.')
		: l10n.t('The token has changed meanwhile. Look at it before you renew it.');
}
