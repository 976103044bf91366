import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';

export interface ModuleListProps {
	readonly permissions: readonly string[];
	readonly modules: readonly { readonly id: string; readonly name: string }[];
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
	const known = modules.filter(({ id }) => permissions.includes(id));
	const unknown = permissions.filter((id) => !known.some((module) => module.id === id));
	return (
		<ul class="modules">
			{[...known.map(({ name }) => name), ...unknown].map((name) => (
				<li key={name}>{name}</li>
			))}
		</ul>
	);
}
