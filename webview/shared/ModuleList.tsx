import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { withUnknownModules, type ModuleOption } from './knownModules';

export interface ModuleListProps {
	readonly permissions: readonly string[];
	readonly modules: readonly ModuleOption[];
	/** Stands for every module. */
	readonly allModules: string;
}

/** The modules that a token reaches, by name in the catalogue's order; one that the catalogue has lost, by its id. */
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
