import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { descriptionsOf, Field } from './Field';
import type { ModuleListProps } from './ModuleList';
import { knownAndLost } from './modules';
import { Checkbox } from './toolkit';

export interface ModuleChoiceProps extends ModuleListProps {
	readonly error: string | undefined;
	readonly labelledBy: string;
	readonly onChange: (permissions: string[]) => void;
}

/** The modules that a token shall reach: all of them by one checkbox, or each by its own. */
export function ModuleChoice({ permissions, modules, allModules, error, labelledBy, onChange }: ModuleChoiceProps): VNode {
	const described = { id: 'permissions', error };
	const all = permissions.includes(allModules);
	const checked = all ? modules.map(({ id }) => id) : permissions;
	return (
		<Field {...described}>
			<div role="group" aria-labelledby={labelledBy} aria-describedby={descriptionsOf(described).join(' ') || undefined}>
				<Checkbox label={l10n.t('All Modules')} checked={all} onChange={(on) => onChange(on ? [allModules] : [])} />
				<div class="module-choice">
					{knownAndLost(modules, permissions, allModules).map(({ id, name }) => (
						<Checkbox
							key={id}
							label={name}
							checked={checked.includes(id)}
							onChange={(on) => onChange(on ? [...checked, id] : checked.filter((one) => one !== id))}
						/>
					))}
				</div>
			</div>
		</Field>
	);
}
