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
				// The editor shows what a command rejects with; a caller in code learns the same.
				throw new Error(localError(error), { cause: error });
			}
		});
		context.subscriptions.push(command);
	};
}
