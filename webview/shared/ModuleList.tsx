import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { listModuleAccess, type ModuleChoice } from '../../src/models/moduleChoices';
import { getAllModulesLevel } from '../../src/models/permissionChoices';
import { accessLabel, allModulesLabel } from '../../src/models/permissionTexts';

export interface ModuleListProps {
	readonly permissions: readonly string[];
	readonly modules: readonly ModuleChoice[];
}

/** The modules that a token can access, in catalog order. A module that's no longer in the catalog is shown by its ID. */
export function ModuleList({ permissions, modules }: ModuleListProps): VNode {
	const allLevel = getAllModulesLevel(permissions);
	if (permissions.length === 0) {
		return <>{l10n.t('No modules')}</>;
	}
	if (allLevel === 'full') {
		return <>{allModulesLabel('full')}</>;
	}
	const access = listModuleAccess(modules, permissions).filter(
		({ level }) => level === 'full' || (level === 'read' && allLevel === undefined),
	);
	return (
		<ul class="modules">
			{allLevel && <li>{allModulesLabel(allLevel)}</li>}
			{access.map(({ id, name, level }) => (
				<li key={id}>{accessLabel(name, level)}</li>
			))}
		</ul>
	);
}
