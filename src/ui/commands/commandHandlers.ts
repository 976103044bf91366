import * as vscode from 'vscode';
import type { commandIds } from '../../models/manifestIds';
import { localizeError } from '../../models/localization';

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** What a command does. It gets what its menu, key or caller hands over: mostly the thing it is about, and all that are selected with it. */
export type CommandHandler = (argument?: unknown, selection?: unknown) => Promise<void> | void;

/** Every command of ours and what it does. */
export type CommandHandlers = Readonly<Record<CommandId, CommandHandler>>;

/** Runs what a command does. Its users are shown what went wrong; a caller in code, who passes what it means, learns of it by rejection. */
export async function runCommandHandler(handler: CommandHandler, argument: unknown, selection: unknown): Promise<void> {
	try {
		await handler(argument, selection);
	} catch (error) {
		if (!isUserInvoked(argument)) {
			throw new Error(localizeError(error), { cause: error });
		}
		void vscode.window.showErrorMessage(localizeError(error));
	}
}

/** A menu passes a node of the tree or a file, the palette nothing, and a link in an editor says so. */
function isUserInvoked(argument: unknown): boolean {
	const isFromMenuOrPalette =
		argument === undefined || argument === null || argument instanceof vscode.TreeItem || argument instanceof vscode.Uri;
	return isFromMenuOrPalette || (typeof argument === 'object' && 'isFromLink' in argument);
}
