import * as l10n from '@vscode/l10n';
import { WIZARD_STEPS, type WizardStep } from '../../src/protocol/wizardMessages';

export type DisplayedStep = WizardStep | 'summary';

export const displayedSteps: readonly DisplayedStep[] = [...WIZARD_STEPS, 'summary'];

export function stepLabel(step: DisplayedStep): string {
	switch (step) {
		case 'general':
			return l10n.t('General');
		case 'expiration':
			return l10n.t('Expiration');
		case 'extension':
			return l10n.t('Extension');
		case 'permissions':
			return l10n.t('Permissions');
		case 'summary':
			return l10n.t('Summary');
	}
}

/** @param hasModules whether the user chooses the modules of the token */
export function stepDescription(step: DisplayedStep, hasModules: boolean): string {
	switch (step) {
		case 'general':
			return l10n.t('Describe the token so you can recognize it later.');
		case 'expiration':
			return l10n.t('Choose when the token expires.');
		case 'extension':
			return l10n.t("Choose what you'll use the token for.");
		case 'permissions':
			return hasModules ? l10n.t('Choose the modules the token can access.') : l10n.t('Limit the requests of the token.');
		case 'summary':
			return l10n.t('Token created.');
	}
}
