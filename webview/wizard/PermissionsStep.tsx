import type { VNode } from 'preact';
import { ModuleChoice } from '../shared/ModuleChoice';
import type { StepProps } from './stepProps';

export function PermissionsStep({ input, errors, snapshot: { modules, allModules }, headingId, onChange }: StepProps): VNode {
	return (
		<ModuleChoice
			permissions={input.permissions}
			modules={modules}
			allModules={allModules}
			error={errors.permissions}
			labelledBy={headingId}
			onChange={(permissions) => onChange({ permissions }, 'permissions')}
		/>
	);
}
