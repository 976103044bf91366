import * as vscode from 'vscode';
import { CommandTargets, type PickOptions } from '../../models/commandTargets';
import type { PickHeading, PickItem } from '../../models/pickItems';
import { toThemeIcon } from '../themeIcons';
import { inform } from './messages';

/** Finds the tokens and sources that commands apply to. */
export const targets = new CommandTargets({ pickOne, pickMany, inform });

/** Prompts for one of several items. Returns undefined if the user cancels. */
export async function pickOne<T>(items: readonly (PickItem<T> | PickHeading)[], options: PickOptions): Promise<T | undefined> {
	return (await vscode.window.showQuickPick(items.map(toQuickPickItem), matchAll(options)))?.value;
}

/** Prompts for any number of items. Returns none if the user cancels. */
export async function pickMany<T>(items: readonly (PickItem<T> | PickHeading)[], options: PickOptions): Promise<readonly T[]> {
	const picked = await vscode.window.showQuickPick(items.map(toQuickPickItem), { ...matchAll(options), canPickMany: true });
	return picked?.flatMap(({ value }) => (value === undefined ? [] : [value])) ?? [];
}

function matchAll(options: PickOptions) {
	return { ...options, matchOnDescription: true };
}

/** The value of a separator is undefined. */
export function toQuickPickItem<T>(item: PickItem<T> | PickHeading): vscode.QuickPickItem & { readonly value?: T } {
	return 'heading' in item
		? { label: item.heading, kind: vscode.QuickPickItemKind.Separator }
		: Object.assign({ iconPath: toThemeIcon(item.icon) }, item);
}
