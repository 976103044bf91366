import type { FieldErrors } from '../../src/protocol/messageSchemas';
import type { WizardInput, WizardSnapshot } from '../../src/protocol/wizardMessages';

/** What every step with input is given. */
export interface StepProps {
	readonly input: WizardInput;
	readonly errors: FieldErrors;
	readonly snapshot: WizardSnapshot;
	/** Id of the step's heading, which names its controls. */
	readonly headingId: string;
	/** Changes part of the input; the error of `field`, as the host names it, no longer applies. */
	readonly onChange: (changes: Partial<WizardInput>, field: string) => void;
	readonly onNext: () => void;
}
