import * as v from 'valibot';
import { DEFAULT_PRESET } from '../shared/ExpirationField';
import { wizardInputSchema, wizardSteps, type WizardInput, type WizardSnapshot, type WizardStep } from '../../src/protocol/wizard';

/** What the page keeps while it is hidden. */
export const wizardStateSchema = v.object({
	step: v.picklist(wizardSteps),
	input: wizardInputSchema,
	createdId: v.nullable(v.string()),
	/** By it the host finds the source again after a reload of the window. */
	sourceId: v.optional(v.string()),
});
export type WizardState = v.InferOutput<typeof wizardStateSchema>;

export function initialState({ extensions, source }: WizardSnapshot): WizardState {
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
export const stepOfField: Record<string, WizardStep> = {
	name: 'general',
	externalId: 'general',
	description: 'general',
	expirationDate: 'expiration',
	extension: 'extension',
	permissions: 'permissions',
};

/** The steps that the input needs: an extension with fixed modules has no Permissions. */
export function stepsFor({ extension }: WizardInput, { extensions }: WizardSnapshot): readonly WizardStep[] {
	const fixed = extensions.find(({ id }) => id === extension)?.permissions;
	return fixed ? wizardSteps.filter((step) => step !== 'permissions') : wizardSteps;
}
