import { DEFAULT_EXPIRATION_PRESET } from '../../src/models/expirationChoices';
import { EMPTY_LIMITS_INPUT } from '../../src/protocol/messageSchemas';
import type { WizardDraft, WizardSnapshot } from '../../src/protocol/wizardMessages';

/** What an empty wizard contains. */
export function createEmptyDraft({ extensions }: WizardSnapshot): WizardDraft {
	return {
		step: 'general',
		input: {
			name: '',
			externalId: '',
			description: '',
			expiration: { kind: 'preset', preset: DEFAULT_EXPIRATION_PRESET },
			extension: extensions.find(({ permissions }) => permissions === null)?.id ?? '',
			permissions: [],
			limits: EMPTY_LIMITS_INPUT,
			approval: 'never',
		},
	};
}

/** Whether the user has entered anything. */
export function hasInput({ input }: WizardDraft, empty: WizardDraft): boolean {
	return Object.entries(empty.input).some(
		([name, value]) => JSON.stringify(value) !== JSON.stringify(input[name as keyof WizardDraft['input']]),
	);
}
