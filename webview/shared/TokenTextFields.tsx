import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { FieldErrors } from '../../src/protocol/messageSchemas';
import { descriptionIds, Field } from './Field';
import { TextArea, TextField, type TextInputProps } from './toolkit';

type TextFieldName = 'name' | 'externalId' | 'description';

export interface TokenTextFieldsProps {
	readonly values: Readonly<Record<TextFieldName, string>>;
	readonly errors: FieldErrors;
	/** Maximum lengths in characters. */
	readonly maxLengths: Readonly<Record<TextFieldName, number>>;
	/** Replaces the usual hint for the name. It doesn't make the name invalid. */
	readonly nameHint?: string | undefined;
	readonly onChange: (field: TextFieldName, value: string) => void;
	/** Called when Enter is pressed in a single-line field. */
	readonly onEnter: () => void;
}

/** Number of remaining characters at which their count replaces the hint. */
const SHOW_COUNT_AT_CHARACTERS = 20;

/** The fields for the name, external ID, and description of a token. */
export function TokenTextFields({ values, errors, maxLengths, nameHint, onChange, onEnter }: TokenTextFieldsProps): VNode {
	const renderField = (name: TextFieldName, label: string, hint: string, control: (props: TextInputProps) => VNode) => {
		const remaining = maxLengths[name] - Array.from(values[name].trim()).length;
		const fieldProps = {
			id: name,
			hint: remaining > SHOW_COUNT_AT_CHARACTERS ? hint : remainingCharactersText(remaining),
			error: errors[name],
		};
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
