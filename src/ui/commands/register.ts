import * as vscode from 'vscode';
import { localError } from '../messages';

/**
 * Registers a command of ours.
 * @param action gets what its menu, key or caller hands over: mostly the thing it is about, and all that are selected with it
 */
export type RegisterCommand = (id: string, action: (argument?: unknown, selection?: unknown) => Promise<void> | void) => void;

export function commandRegistrar(context: vscode.ExtensionContext): RegisterCommand {
	return (id, action) => {
		const command = vscode.commands.registerCommand(id, async (argument?: unknown, selection?: unknown) => {
			try {
				await action(argument, selection);
			} catch (error) {
				if (isFromUser(argument)) {
					void vscode.window.showErrorMessage(localError(error));
				} else {
					throw new Error(localError(error), { cause: error });
				}
			}
		});
		context.subscriptions.push(command);
	};
}

/** A menu passes a node of the tree or a file, the palette nothing. A caller in code passes what it means, and learns of errors by rejection. */
function isFromUser(argument: unknown): boolean {
	return argument === undefined || argument === null || argument instanceof vscode.TreeItem || argument instanceof vscode.Uri;
}
