import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { descriptionsOf, Field } from '../shared/Field';
import { Checkbox } from '../shared/toolkit';
import type { StepProps } from './stepProps';

export function PermissionsStep({ input, errors, snapshot: { modules, allModules }, headingId, onChange }: StepProps): VNode {
	const described = { id: 'permissions', error: errors.permissions };
	const all = input.permissions.includes(allModules);
	const checked = all ? modules.map(({ id }) => id) : input.permissions;
	const setPermissions = (permissions: string[]) => onChange({ permissions }, 'permissions');
	return (
		<Field {...described}>
			<div role="group" aria-labelledby={headingId} aria-describedby={descriptionsOf(described).join(' ') || undefined}>
				<Checkbox label={l10n.t('All Modules')} checked={all} onChange={(on) => setPermissions(on ? [allModules] : [])} />
				<div class="module-choice">
					{modules.map(({ id, name }) => (
						<Checkbox
							key={id}
							label={name}
							checked={checked.includes(id)}
							onChange={(on) => setPermissions(on ? [...checked, id] : checked.filter((one) => one !== id))}
						/>
					))}
				</div>
			</div>
		</Field>
	);
}
