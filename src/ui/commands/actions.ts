import * as vscode from 'vscode';
import type { commands } from '../ids';
import { localError } from '../messages';

export type CommandId = (typeof commands)[keyof typeof commands];

/** What a command does. It gets what its menu, key or caller hands over: mostly the thing it is about, and all that are selected with it. */
export type Action = (argument?: unknown, selection?: unknown) => Promise<void> | void;

/** Every command of ours and what it does. */
export type Actions = Readonly<Record<CommandId, Action>>;

/** Runs what a command does. Its users are shown what went wrong; a caller in code, who passes what it means, learns of it by rejection. */
export async function runAction(action: Action, argument: unknown, selection: unknown): Promise<void> {
	try {
		await action(argument, selection);
	} catch (error) {
		if (!isFromUser(argument)) {
			throw new Error(localError(error), { cause: error });
		}
		void vscode.window.showErrorMessage(localError(error));
	}
}

/** A menu passes a node of the tree or a file, the palette nothing, and a link in an editor says so. */
function isFromUser(argument: unknown): boolean {
	const isFromMenu = argument === undefined || argument === null || argument instanceof vscode.TreeItem || argument instanceof vscode.Uri;
	return isFromMenu || (typeof argument === 'object' && 'isFromLink' in argument);
}
