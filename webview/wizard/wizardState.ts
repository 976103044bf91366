import * as v from 'valibot';
import { DEFAULT_PRESET } from '../shared/ExpirationField';
import { wizardInputSchema, WIZARD_STEPS, type WizardInput, type WizardSnapshot, type WizardStep } from '../../src/protocol/wizardMessages';

/** What the page keeps while it is hidden. */
export const wizardStateSchema = v.object({
	step: v.picklist(WIZARD_STEPS),
	input: wizardInputSchema,
	createdId: v.nullable(v.string()),
	/** By it the host finds the source again after a reload of the window. */
	sourceId: v.optional(v.string()),
});
export type WizardState = v.InferOutput<typeof wizardStateSchema>;

export function initialWizardState({ extensions, source }: WizardSnapshot): WizardState {
	return {
		step: 'general',
		input: {
			name: '',
			externalId: '',
			description: '',
			expiration: { kind: 'preset', preset: DEFAULT_PRESET },
			extension: extensions.find(({ permissions }) => permissions === null)?.id ?? '',
			permissions: [],
		},
		createdId: null,
		sourceId: source.id,
	};
}

/** The step at which a field, as the host names it, is asked for. */
export const stepByField: Record<string, WizardStep> = {
	name: 'general',
	externalId: 'general',
	description: 'general',
	expirationDate: 'expiration',
	extension: 'extension',
	permissions: 'permissions',
};

/** The steps that the input needs: an extension with fixed modules has no Permissions. */
export function requiredSteps({ extension }: WizardInput, { extensions }: WizardSnapshot): readonly WizardStep[] {
	const fixedPermissions = extensions.find(({ id }) => id === extension)?.permissions;
	return fixedPermissions ? WIZARD_STEPS.filter((step) => step !== 'permissions') : WIZARD_STEPS;
}
