import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';

export interface ModuleListProps {
	readonly permissions: readonly string[];
	readonly modules: readonly { readonly id: string; readonly name: string }[];
	/** Stands for every module. */
	readonly allModules: string;
}

/** The modules that a token reaches, by name. */
export function ModuleList({ permissions, modules, allModules }: ModuleListProps): VNode {
	if (permissions.includes(allModules)) {
		return <>{l10n.t('All modules')}</>;
	}
	if (permissions.length === 0) {
		return <>{l10n.t('No modules')}</>;
	}
	return (
		<ul class="modules">
			{permissions.map((id) => (
				<li key={id}>{modules.find((module) => module.id === id)?.name ?? id}</li>
			))}
		</ul>
	);
}
