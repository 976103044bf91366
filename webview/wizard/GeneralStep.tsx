import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { TokenTextFields } from '../shared/TokenTextFields';
import type { StepProps } from './stepProps';

export function GeneralStep({ input, errors, snapshot, onChange, onNext }: StepProps): VNode {
	return (
		<TokenTextFields
			values={input}
			errors={errors}
			limits={snapshot.limits}
			nameHint={snapshot.names.includes(input.name.trim()) ? l10n.t('Another token already has this name.') : undefined}
			onChange={(field, value) => onChange({ [field]: value }, field)}
			onEnter={onNext}
		/>
	);
}
