import type { VNode } from 'preact';
import { hasSelectableModules } from '../../src/models/draftRules';
import { FixedModules } from '../shared/FixedModules';
import { ModulePicker } from '../shared/ModulePicker';
import { RequestRuleFields } from '../shared/RequestRuleFields';
import type { StepProps } from './stepProps';

export function PermissionsStep({ input, errors, snapshot, headingId, onChange, onNext }: StepProps): VNode {
	const { extensions, modules, hasReadOnlyAccess, hasRequestRules } = snapshot;
	return (
		<>
			{hasSelectableModules(input.extension, extensions) ? (
				<ModulePicker
					permissions={input.permissions}
					modules={modules}
					hasReadOnlyAccess={hasReadOnlyAccess}
					error={errors.permissions}
					labelledBy={headingId}
					onChange={(permissions) => onChange({ permissions }, 'permissions')}
				/>
			) : (
				<FixedModules permissions={extensions.find(({ id }) => id === input.extension)?.permissions ?? []} modules={modules} />
			)}
			{hasRequestRules && (
				<RequestRuleFields limits={input.limits} approval={input.approval} errors={errors} onChange={onChange} onEnter={onNext} />
			)}
		</>
	);
}
