import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { ModuleChoice } from '../../src/models/moduleChoices';
import { withUnknownModules } from './unknownModules';

export interface ModuleListProps {
	readonly permissions: readonly string[];
	readonly modules: readonly ModuleChoice[];
	/** The module ID that represents all modules. */
	readonly allModules: string;
}

/** Names of the modules that a token can access, in catalog order. A module that's no longer in the catalog is shown by its ID. */
export function ModuleList({ permissions, modules, allModules }: ModuleListProps): VNode {
	if (permissions.includes(allModules)) {
		return <>{l10n.t('All modules')}</>;
	}
	if (permissions.length === 0) {
		return <>{l10n.t('No modules')}</>;
	}
	return (
		<ul class="modules">
			{withUnknownModules(modules, permissions, allModules)
				.filter(({ id }) => permissions.includes(id))
				.map(({ id, name }) => (
					<li key={id}>{name}</li>
				))}
		</ul>
	);
}
