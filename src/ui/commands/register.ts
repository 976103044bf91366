import * as vscode from 'vscode';
import { localError } from '../messages';

/** Registers a command of ours; `argument` is whatever its menu, key or caller hands over. */
export type RegisterCommand = (id: string, action: (argument?: unknown) => Promise<void> | void) => void;

export function commandRegistrar(context: vscode.ExtensionContext): RegisterCommand {
	return (id, action) => {
		const command = vscode.commands.registerCommand(id, async (argument?: unknown) => {
			try {
				await action(argument);
			} catch (error) {
				// The editor shows what a command rejects with; a caller in code learns the same.
				throw new Error(localError(error), { cause: error });
			}
		});
		context.subscriptions.push(command);
	};
}
