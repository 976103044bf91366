import * as l10n from '@vscode/l10n';
import type { Extension } from '../domain/catalog';
import type { Problem } from '../domain/problems';
import { WIZARD_STEPS, type WizardStep } from '../protocol/wizardMessages';

/** The fields of a draft that each step of the wizard edits. */
export const STEP_FIELDS: Readonly<Record<WizardStep, readonly string[]>> = {
	general: ['name', 'externalId', 'description'],
	expiration: ['expirationDate'],
	extension: ['extension'],
	permissions: ['permissions', 'limits.rate', 'limits.total', 'approval'],
};

/**
 * The steps needed to create a token for an extension, in order.
 * @param hasRequestRules whether limits or approval were entered, which are shown even if there are no modules to choose
 */
export function getRequiredSteps(
	extensionId: string,
	extensions: readonly ExtensionModules[],
	hasRequestRules: boolean,
): readonly WizardStep[] {
	return WIZARD_STEPS.filter((step) => step !== 'permissions' || hasRequestRules || hasSelectableModules(extensionId, extensions));
}

/** Whether the user chooses the modules of a token for this extension. Also true for an unknown extension. */
export function hasSelectableModules(extensionId: string, extensions: readonly ExtensionModules[]): boolean {
	return (extensions.find(({ id }) => id === extensionId)?.permissions ?? null) === null;
}

type ExtensionModules = Pick<Extension, 'id' | 'permissions'>;

/**
 * The problem with the modules chosen for a new token; undefined if there's none. Only interactive creation requires a module: through
 * the API, a token can be created without any.
 */
export function findModulesProblem(moduleIds: readonly string[]): Problem | undefined {
	return moduleIds.length === 0 ? { field: 'permissions', template: 'Select at least one module.', args: [] } : undefined;
}

/** A hint for a name that another token already has, which is allowed; undefined for any other name. */
export function getDuplicateNameHint(name: string, existingNames: readonly string[]): string | undefined {
	return existingNames.includes(name.trim()) ? l10n.t('Another token already has this name.') : undefined;
}
