import * as vscode from 'vscode';
import { logDuration } from '../../domain/log';
import type { CommandTarget } from '../../models/commandTargets';
import type { CommandId } from '../../models/manifestIds';
import { localizeError } from '../../models/localization';
import { isTreeNode } from '../../models/treeNodes';
import { showError } from '../errorMessages';
import { log } from '../log';

/**
 * Handles a command.
 * @param argument what the menu, key binding, or caller passes: usually a node of the tree or a token's ID
 * @param selection all nodes selected with `argument`, if it's a node of the tree
 */
export type CommandHandler = (argument?: unknown, selection?: unknown) => Promise<void> | void;

export type CommandHandlers = Readonly<Record<CommandId, CommandHandler>>;

/** Runs a command and logs its result. If a user invoked it, shows an error; if code did, rejects with the error in the user's language. */
export async function runCommandHandler(id: CommandId, handler: CommandHandler, { argument, selection }: CommandTarget): Promise<void> {
	try {
		await logDuration(log, id, () => handler(argument, selection));
	} catch (error) {
		if (!isUserInvoked(argument)) {
			throw new Error(localizeError(error), { cause: error });
		}
		showError(error);
	}
}

/** Menus pass a tree node or a file, the Command Palette passes nothing, and links in editors set `isFromLink`. */
function isUserInvoked(argument: unknown): boolean {
	const isFromMenuOrPalette = argument === undefined || argument === null || isTreeNode(argument) || argument instanceof vscode.Uri;
	return isFromMenuOrPalette || (typeof argument === 'object' && 'isFromLink' in argument);
}
