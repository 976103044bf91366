import * as v from 'valibot';
import { ALL_MODULES, modules as catalogued, type Module } from './catalogue';
import { modulePaths, type ModulePaths } from './modulePaths';
import { problem } from './problems';

/** What the setting `connectTokens.modules` may hold: modules of any API by their names, each with the paths that it covers. */
const described = v.record(
	v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(64), v.regex(/^\P{Cc}*$/u), v.notValue(ALL_MODULES)),
	v.pipe(v.array(v.pipe(v.string(), v.regex(/^\/[^\s?#]*$/))), v.nonEmpty()),
);

/** The modules that tokens can be given, and what each covers. */
export interface Modules {
	readonly list: readonly Module[];
	readonly paths: ModulePaths;
}

/**
 * The modules of the catalogue, and after them those that the setting describes. A module whose name the catalogue has keeps its id
 * and gets the paths of the setting; any other has its name for an id.
 * @throws ProblemError when the setting has another shape
 */
export function modulesWith(setting: unknown): Modules {
	const { success, output } = v.safeParse(described, setting);
	if (!success) {
		throw problem(
			'The setting connectTokens.modules is wrong. Write names of modules, each with a list of paths that begin with a slash, like {0}.',
			'{ "Orders": ["/orders", "/carts"] }',
		);
	}
	const own = Object.entries(output).map(([name, paths]) => ({
		name,
		id: catalogued.find((one) => isCalled(one, name))?.id ?? name,
		paths,
	}));
	const added = own.filter(({ id }) => !catalogued.some((one) => one.id === id));
	return {
		list: [...catalogued, ...added.map(({ id, name }) => ({ id, name }))],
		paths: { ...modulePaths, ...Object.fromEntries(own.map(({ id, paths }) => [id, paths])) },
	};
}

function isCalled({ id, name }: Module, wanted: string): boolean {
	return id === wanted || name.toLowerCase() === wanted.toLowerCase();
}
