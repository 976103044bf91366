import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { FieldErrors } from '../../src/protocol/messageSchemas';
import { descriptionIds, Field } from './Field';
import { TextArea, TextField, type TextInputProps } from './toolkit';

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
const SHOW_COUNT_BELOW = 20;

/** What a person writes about a token. */
export function TokenTextFields({ values, errors, limits, nameHint, onChange, onEnter }: TokenTextFieldsProps): VNode {
	const renderField = (name: TextFieldName, label: string, hint: string, control: (props: TextInputProps) => VNode) => {
		const remaining = limits[name] - Array.from(values[name].trim()).length;
		const fieldProps = { id: name, hint: remaining > SHOW_COUNT_BELOW ? hint : remainingCharactersText(remaining), error: errors[name] };
		return (
			<Field {...fieldProps}>
				{control({
					label,
					value: values[name],
					isInvalid: errors[name] !== undefined,
					describedBy: descriptionIds(fieldProps),
					onInput: (value) => onChange(name, value),
				})}
			</Field>
		);
	};
	return (
		<>
			{renderField('name', l10n.t('Name'), nameHint ?? l10n.t('Name shown in lists.'), (props) => (
				<TextField {...props} onEnter={onEnter} />
			))}
			{renderField(
				'externalId',
				l10n.t('External ID (optional)'),
				l10n.t('Your own identifier, such as an ID from another system.'),
				(props) => (
					<TextField {...props} onEnter={onEnter} />
				),
			)}
			{renderField('description', l10n.t('Description (optional)'), l10n.t('What the token is used for.'), (props) => (
				<TextArea {...props} rows={4} />
			))}
		</>
	);
}

function remainingCharactersText(remaining: number): string {
	switch (remaining) {
		case -1:
			return l10n.t('1 character over the limit');
		case 1:
			return l10n.t('1 character left');
		default:
			return remaining < 0 ? l10n.t('{0} characters over the limit', -remaining) : l10n.t('{0} characters left', remaining);
	}
}
