import type { VNode } from 'preact';
import { getDuplicateNameHint } from '../../src/models/draftRules';
import { TokenTextFields } from '../shared/TokenTextFields';
import type { StepProps } from './stepProps';

export function GeneralStep({ input, errors, snapshot, onChange, onNext }: StepProps): VNode {
	return (
		<TokenTextFields
			values={input}
			errors={errors}
			maxLengths={snapshot.maxLengths}
			nameHint={getDuplicateNameHint(input.name, snapshot.names)}
			onChange={(field, value) => onChange({ [field]: value }, field)}
			onEnter={onNext}
		/>
	);
}
