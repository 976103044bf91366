import type { FieldErrors } from '../../src/protocol/messageSchemas';
import type { WizardInput, WizardSnapshot } from '../../src/protocol/wizardMessages';

/** Props of every step with input. */
export interface StepProps {
	readonly input: WizardInput;
	readonly errors: FieldErrors;
	readonly snapshot: WizardSnapshot;
	/** ID of the step's heading, which labels its controls. */
	readonly headingId: string;
	/** Changes part of the input and clears the error of the draft's `field`. */
	readonly onChange: (changes: Partial<WizardInput>, field: string) => void;
	readonly onNext: () => void;
}
