import manifest from '../../../package.json';
import { evaluateWhen, type ContextValues } from './whenClause';

interface MenuItem {
	readonly command: string;
	readonly when?: string;
	readonly group?: string;
}

type Menu = keyof typeof manifest.contributes.menus;

const menus: Readonly<Record<Menu, readonly MenuItem[]>> = manifest.contributes.menus;

/** Returns the commands that a menu shows, without its buttons. */
export function commandsInMenu(menu: Menu, context: ContextValues): readonly string[] {
	return visibleCommands(
		menus[menu].filter((item) => !isInline(item)),
		context,
	);
}

/** Returns the commands that a menu shows, in its order, by group. */
export function groupsInMenu(menu: Menu, context: ContextValues): readonly (readonly string[])[] {
	const items = menus[menu]
		.filter((item) => !isInline(item) && evaluateWhen(item.when, context))
		.map(({ command, group = '' }) => {
			const [, name, order] = /^([^@]*)(?:@(.*))?$/.exec(group)!;
			return { command, group: name!, order: Number(order ?? 0) };
		})
		.sort((a, b) => a.order - b.order);
	return [...new Set(items.map(({ group }) => group))]
		.sort()
		.map((group) => items.filter((item) => item.group === group).map(({ command }) => command));
}

/** Returns the commands that are shown as buttons of a tree item. */
export function commandsInline(context: ContextValues): readonly string[] {
	return visibleCommands(menus['view/item/context'].filter(isInline), context);
}

/** Returns the commands in the Command Palette: all that its menu doesn't hide. */
export function commandsInPalette(context: ContextValues): readonly string[] {
	return manifest.contributes.commands
		.map(({ command }) => command)
		.filter((command) => menus.commandPalette.filter((item) => item.command === command).every(({ when }) => evaluateWhen(when, context)))
		.sort();
}

function isInline({ group }: MenuItem): boolean {
	return group?.startsWith('inline') ?? false;
}

function visibleCommands(items: readonly MenuItem[], context: ContextValues): readonly string[] {
	return [...new Set(items.filter(({ when }) => evaluateWhen(when, context)).map(({ command }) => command))].sort();
}
