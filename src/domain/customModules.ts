import * as v from 'valibot';
import { ALL_MODULES, BUILT_IN_MODULES, type Module } from './catalog';
import { BUILT_IN_MODULE_PATHS, type ModulePaths } from './modulePaths';
import { READ_SUFFIX } from './permissions';
import { solvableProblem } from './problems';

/** The setting `connectTokens.modules`: names of custom modules, each with the paths that it covers. */
const customModulesSchema = v.record(
	v.pipe(
		v.string(),
		v.trim(),
		v.nonEmpty(),
		v.maxLength(64),
		v.regex(/^\P{Cc}*$/u),
		v.notValue(ALL_MODULES),
		v.check((name) => !name.endsWith(READ_SUFFIX)),
	),
	v.pipe(v.array(v.pipe(v.string(), v.regex(/^\/[^\s?#]*$/))), v.nonEmpty()),
);

/** The modules that can be granted to tokens, and the paths that each covers. */
export interface ModuleSet {
	readonly list: readonly Module[];
	readonly paths: ModulePaths;
}

/**
 * Adds the custom modules in the setting to the built-in modules. A custom module with the name or the ID of a built-in one replaces that
 * one's paths and keeps its ID; the ID of any other is its name.
 * @throws ProblemError when the setting isn't valid
 */
export function mergeCustomModules(setting: unknown): ModuleSet {
	const { success, output } = v.safeParse(customModulesSchema, setting);
	if (!success) {
		throw solvableProblem(
			'modules',
			"The connectTokens.modules setting isn't valid. Enter module names, each with a list of paths that start with a slash, like {0}.",
			'{ "Orders": ["/orders", "/carts"] }',
		);
	}
	const customModules = Object.entries(output).map(([name, paths]) => ({
		name,
		id: BUILT_IN_MODULES.find((module) => module.name.toLowerCase() === name.toLowerCase())?.id ?? name,
		paths,
	}));
	const newModules = customModules.filter(({ id }) => !BUILT_IN_MODULES.some((module) => module.id === id));
	return {
		list: [...BUILT_IN_MODULES, ...newModules.map(({ id, name }) => ({ id, name }))],
		paths: { ...BUILT_IN_MODULE_PATHS, ...Object.fromEntries(customModules.map(({ id, paths }) => [id, paths])) },
	};
}
