import * as l10n from '@vscode/l10n';
import { isPlaceholder } from '../domain/accessRules';
import { BUILT_IN_MODULES } from '../domain/catalog';
import { escapeLabel } from './localization';
import type { PickItem } from './pickItems';
import { quotableName } from './quotableName';

/** A module to import, with the paths that other modules of the same file cover, too. */
export interface ModuleToImport {
	readonly name: string;
	readonly paths: readonly string[];
	readonly sharedPaths: readonly string[];
}

/** The setting `connectTokens.modules`: paths by the name of a module. */
export type CustomModules = Readonly<Record<string, readonly string[]>>;

/** This many paths of a module are shown. */
const MAX_SHOWN_PATHS = 6;

/**
 * Creates items for modules to import. Those that would replace the paths of a module that exists, or that cover more than their own paths,
 * aren't selected.
 */
export function importedModuleItems(modules: readonly ModuleToImport[], existing: CustomModules): readonly PickItem<ModuleToImport>[] {
	return modules.map((module) => {
		const { name, paths, sharedPaths } = module;
		const replaced = findReplacedModule(name, existing);
		const isCatchAll = paths.some((path) => path.split('/').filter(Boolean).every(isPlaceholder));
		const shownPaths = listPaths(paths);
		return {
			value: module,
			label: escapeLabel(name),
			description: [
				paths.length === 1 ? l10n.t('1 path') : l10n.t('{0} paths', paths.length),
				...(replaced === undefined ? [] : [l10n.t('replaces the paths of “{0}”', escapeLabel(replaced))]),
				...(isCatchAll ? [l10n.t('covers all paths that no other module covers')] : []),
			].join(' · '),
			detail: [
				paths.length > MAX_SHOWN_PATHS ? l10n.t('{0}, and {1} more', shownPaths, paths.length - MAX_SHOWN_PATHS) : shownPaths,
				...(sharedPaths.length > 0 ? [l10n.t('also in other modules: {0}', listPaths(sharedPaths))] : []),
			].join(' · '),
			icon: [replaced === undefined ? 'add' : 'replace'],
			picked: replaced === undefined && !isCatchAll,
		};
	});
}

function listPaths(paths: readonly string[]): string {
	return paths.slice(0, MAX_SHOWN_PATHS).map(quotableName).join(', ');
}

/** Adds modules to the setting. A module with the same name, regardless of case, is replaced. */
export function addModules(existing: CustomModules, modules: readonly ModuleToImport[]): CustomModules {
	const names = new Set(modules.map(({ name }) => name.toLowerCase()));
	const others = Object.entries(existing).filter(([name]) => !names.has(name.toLowerCase()));
	return Object.fromEntries([...others, ...modules.map(({ name, paths }) => [name, paths] as const)]);
}

/** Confirms that modules were added. */
export function importedModulesText(count: number, title: string): string {
	const source = quotableName(title);
	if (title === '') {
		return count === 1 ? l10n.t('Imported 1 module. Grant it to tokens.') : l10n.t('Imported {0} modules. Grant them to tokens.', count);
	}
	return count === 1
		? l10n.t('Imported 1 module from “{0}”. Grant it to tokens.', source)
		: l10n.t('Imported {0} modules from “{1}”. Grant them to tokens.', count, source);
}

function findReplacedModule(name: string, existing: CustomModules): string | undefined {
	const isSame = (other: string) => other.toLowerCase() === name.toLowerCase();
	return Object.keys(existing).find(isSame) ?? BUILT_IN_MODULES.find((module) => isSame(module.name) || module.id === name)?.name;
}
