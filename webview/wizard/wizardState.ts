import * as v from 'valibot';
import { DEFAULT_EXPIRATION_PRESET } from '../../src/models/expirationChoices';
import { wizardInputSchema, WIZARD_STEPS, type WizardSnapshot } from '../../src/protocol/wizardMessages';

/** What the page saves while it's hidden. */
export const wizardStateSchema = v.object({
	step: v.picklist(WIZARD_STEPS),
	input: wizardInputSchema,
	createdId: v.nullable(v.string()),
	/** Lets the host find the source after the window is reloaded. */
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
			expiration: { kind: 'preset', preset: DEFAULT_EXPIRATION_PRESET },
			extension: extensions.find(({ permissions }) => permissions === null)?.id ?? '',
			permissions: [],
		},
		createdId: null,
		sourceId: source.id,
	};
}
