import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { descriptionsOf, Field } from '../shared/Field';
import { TextArea, TextField, type TextProps } from '../shared/toolkit';
import type { StepProps } from './stepProps';

type TextFieldName = 'name' | 'externalId' | 'description';

/** The count appears once so few characters are left. */
const COUNT_FROM = 20;

export function GeneralStep({ input, errors, snapshot, onChange, onNext }: StepProps): VNode {
	const field = (name: TextFieldName, label: string, hint: string, control: (props: TextProps) => VNode) => {
		const left = snapshot.limits[name] - Array.from(input[name].trim()).length;
		const described = { id: name, hint: left > COUNT_FROM ? hint : countText(left), error: errors[name] };
		return (
			<Field {...described}>
				{control({
					label,
					value: input[name],
					invalid: errors[name] !== undefined,
					describedBy: descriptionsOf(described),
					onInput: (value) => onChange({ [name]: value }, name),
				})}
			</Field>
		);
	};
	return (
		<>
			{field('name', l10n.t('Name'), l10n.t('What the token is called in lists.'), (props) => (
				<TextField {...props} onEnter={onNext} />
			))}
			{field('externalId', l10n.t('External ID (optional)'), l10n.t('An identifier of your own, such as one from another system.'), (props) => (
				<TextField {...props} onEnter={onNext} />
			))}
			{field('description', l10n.t('Description (optional)'), l10n.t('What the token is for.'), (props) => (
				<TextArea {...props} rows={4} />
			))}
		</>
	);
}

function countText(left: number): string {
	return left < 0 ? l10n.t('Characters over the limit: {0}', -left) : l10n.t('Characters left: {0}', left);
}
