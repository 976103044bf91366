/** A command that opens the settings editor with a search. */
export interface SettingsCommand {
	readonly command: string;
	readonly commandArguments: readonly unknown[];
}

/**
 * Returns the command that shows machine-scoped settings. In a remote window, those are in the tab “Remote”; the tab that VS Code opens by
 * default would say that no settings were found.
 * @param query what to search for, such as the common start of their names
 * @param remoteName `env.remoteName`: undefined in a local window
 */
export function machineSettingsCommand(query: string, remoteName: string | undefined): SettingsCommand {
	return remoteName === undefined
		? { command: 'workbench.action.openSettings', commandArguments: [query] }
		: { command: 'workbench.action.openRemoteSettings', commandArguments: [{ query }] };
}
