import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { FieldErrors } from '../../src/protocol/shared';
import { descriptionsOf, Field } from './Field';
import { TextArea, TextField, type TextProps } from './toolkit';

type TextFieldName = 'name' | 'externalId' | 'description';

export interface TokenTextFieldsProps {
	readonly values: Readonly<Record<TextFieldName, string>>;
	readonly errors: FieldErrors;
	/** Longest values in characters. */
	readonly limits: Readonly<Record<TextFieldName, number>>;
	/** Said of the name instead of what it is for; it keeps nobody from using it. */
	readonly nameHint?: string | undefined;
	readonly onChange: (field: TextFieldName, value: string) => void;
	/** Enter was pressed in a field of one line. */
	readonly onEnter: () => void;
}

/** The count appears once so few characters are left. */
const COUNT_FROM = 20;

/** What a person writes about a token. */
export function TokenTextFields({ values, errors, limits, nameHint, onChange, onEnter }: TokenTextFieldsProps): VNode {
	const field = (name: TextFieldName, label: string, hint: string, control: (props: TextProps) => VNode) => {
		const left = limits[name] - Array.from(values[name].trim()).length;
		const described = { id: name, hint: left > COUNT_FROM ? hint : countText(left), error: errors[name] };
		return (
			<Field {...described}>
				{control({
					label,
					value: values[name],
					invalid: errors[name] !== undefined,
					describedBy: descriptionsOf(described),
					onInput: (value) => onChange(name, value),
				})}
			</Field>
		);
	};
	return (
		<>
			{field('name', l10n.t('Name'), nameHint ?? l10n.t('What the token is called in lists.'), (props) => (
				<TextField {...props} onEnter={onEnter} />
			))}
			{field(
				'externalId',
				l10n.t('External ID (optional)'),
				l10n.t('An identifier of your own, such as one from another system.'),
				(props) => (
					<TextField {...props} onEnter={onEnter} />
				),
			)}
			{field('description', l10n.t('Description (optional)'), l10n.t('What the token is for.'), (props) => (
				<TextArea {...props} rows={4} />
			))}
		</>
	);
}

function countText(left: number): string {
	return left < 0 ? l10n.t('Characters over the limit: {0}', -left) : l10n.t('Characters left: {0}', left);
}
