import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { descriptionIds, Field } from './Field';
import type { ModuleListProps } from './ModuleList';
import { withUnknownModules } from './unknownModules';
import { Checkbox } from './toolkit';

export interface ModulePickerProps extends ModuleListProps {
	readonly error: string | undefined;
	readonly labelledBy: string;
	readonly onChange: (permissions: string[]) => void;
}

/** Checkboxes for the modules that a token can access, and one for all modules. */
export function ModulePicker({ permissions, modules, allModules, error, labelledBy, onChange }: ModulePickerProps): VNode {
	const field = { id: 'permissions', error };
	const hasAllModules = permissions.includes(allModules);
	const checkedIds = hasAllModules ? modules.map(({ id }) => id) : permissions;
	return (
		<Field {...field}>
			<div role="group" aria-labelledby={labelledBy} aria-describedby={descriptionIds(field).join(' ') || undefined}>
				<Checkbox label={l10n.t('All Modules')} checked={hasAllModules} onChange={(isChecked) => onChange(isChecked ? [allModules] : [])} />
				<div class="module-picker">
					{withUnknownModules(modules, permissions, allModules).map(({ id, name }) => (
						<Checkbox
							key={id}
							label={name}
							checked={checkedIds.includes(id)}
							onChange={(isChecked) => onChange(isChecked ? [...checkedIds, id] : checkedIds.filter((item) => item !== id))}
						/>
					))}
				</div>
			</div>
		</Field>
	);
}
