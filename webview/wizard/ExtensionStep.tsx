import type { VNode } from 'preact';
import { descriptionsOf, Field } from '../shared/Field';
import { Radio, RadioGroup } from '../shared/toolkit';
import type { StepProps } from './stepProps';

export function ExtensionStep({ input, errors, snapshot, headingId, onChange }: StepProps): VNode {
	const described = { id: 'extension', error: errors.extension };
	return (
		<Field {...described}>
			<RadioGroup
				value={input.extension}
				labelledBy={headingId}
				describedBy={descriptionsOf(described)}
				invalid={described.error !== undefined}
				onChange={(extension) => onChange({ extension }, 'extension')}
			>
				{snapshot.extensions.map(({ id, name, description }) => (
					<Radio key={id} value={id} label={name} description={description} />
				))}
			</RadioGroup>
		</Field>
	);
}
