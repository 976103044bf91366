import type { VNode } from 'preact';
import { ModulePicker } from '../shared/ModulePicker';
import type { StepProps } from './stepProps';

export function PermissionsStep({ input, errors, snapshot: { modules, hasReadOnlyAccess }, headingId, onChange }: StepProps): VNode {
	return (
		<ModulePicker
			permissions={input.permissions}
			modules={modules}
			hasReadOnlyAccess={hasReadOnlyAccess}
			error={errors.permissions}
			labelledBy={headingId}
			onChange={(permissions) => onChange({ permissions }, 'permissions')}
		/>
	);
}
