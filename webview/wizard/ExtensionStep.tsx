import type { VNode } from 'preact';
import { descriptionsOf, Field } from '../shared/Field';
import { RadioGroup } from '../shared/toolkit';
import type { StepProps } from './stepProps';

export function ExtensionStep({ input, errors, snapshot, headingId, onChange }: StepProps): VNode {
	const described = { id: 'extension', error: errors.extension };
	return (
		<Field {...described}>
			<RadioGroup
				options={snapshot.extensions.map(({ id, name, description }) => ({ value: id, label: name, description }))}
				value={input.extension}
				labelledBy={headingId}
				describedBy={descriptionsOf(described)}
				invalid={described.error !== undefined}
				onChange={(extension) => onChange({ extension }, 'extension')}
			/>
		</Field>
	);
}
