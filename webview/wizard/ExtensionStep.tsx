import type { VNode } from 'preact';
import { descriptionIds, Field } from '../shared/Field';
import { RadioGroup } from '../shared/toolkit';
import type { StepProps } from './stepProps';

export function ExtensionStep({ input, errors, snapshot, headingId, onChange }: StepProps): VNode {
	const fieldProps = { id: 'extension', error: errors.extension };
	return (
		<Field {...fieldProps}>
			<RadioGroup
				options={snapshot.extensions.map(({ id, name, description }) => ({ value: id, label: name, description }))}
				value={input.extension}
				labelledBy={headingId}
				describedBy={descriptionIds(fieldProps)}
				isInvalid={fieldProps.error !== undefined}
				onChange={(extension) => onChange({ extension }, 'extension')}
			/>
		</Field>
	);
}
