import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { getAllModulesLevel } from '../../src/models/permissionChoices';
import { Caution } from '../shared/Caution';
import { descriptionIds, Field } from '../shared/Field';
import { Button, RadioGroup } from '../shared/toolkit';
import type { StepProps } from './stepProps';

export interface ExtensionStepProps extends StepProps {
	/** Shows the step with the limits; undefined if that's the next one, or if tokens can't have limits. */
	readonly onLimit: (() => void) | undefined;
}

export function ExtensionStep({ input, errors, snapshot, headingId, onChange, onLimit }: ExtensionStepProps): VNode {
	const fieldProps = { id: 'extension', error: errors.extension };
	const selected = snapshot.extensions.find(({ id }) => id === input.extension);
	return (
		<>
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
			{getAllModulesLevel(selected?.permissions ?? []) && selected && (
				<Caution>{l10n.t('Tokens for {0} can access all modules, including ones added later.', selected.name)}</Caution>
			)}
			{onLimit && <Button onClick={onLimit}>{l10n.t('Add Limits or Approval')}</Button>}
		</>
	);
}
