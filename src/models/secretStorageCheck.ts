/** Where secret storage is, as far as an extension can know. */
export interface SecretStorageHost {
	readonly platform: NodeJS.Platform;
	/** Whether the window is in a browser, or its extensions run on another machine: secrets are then stored on the user's machine. */
	readonly isRemote: boolean;
	/** Value of `XDG_CURRENT_DESKTOP`. */
	readonly desktop: string | undefined;
	/** Content of VS Code's `argv.json`; undefined if it can't be read. */
	readonly runtimeArguments: string | undefined;
	/** Whether there's certainly no Secret Service. */
	readonly isSecretServiceMissing: () => Promise<boolean>;
}

/**
 * Whether VS Code keeps secrets only in memory, so that API keys are lost when it's closed. Extensions can't ask VS Code, so this repeats how
 * it chooses a keyring. False if that can't be known: KDE has a keyring of its own, and on other platforms, there's always one.
 */
export async function isSecretStorageVolatile(host: SecretStorageHost): Promise<boolean> {
	if (host.platform !== 'linux' || host.isRemote || /KDE/i.test(host.desktop ?? '')) {
		return false;
	}
	const store = readPasswordStore(host.runtimeArguments ?? '');
	return (store === undefined || store.startsWith('gnome')) && host.isSecretServiceMissing();
}

/** Reads the option `password-store` from the text of `argv.json`, which can contain comments. */
function readPasswordStore(runtimeArguments: string): string | undefined {
	const lines = runtimeArguments.split('\n').filter((line) => !line.trimStart().startsWith('//'));
	return /"password-store"\s*:\s*"([^"]*)"/.exec(lines.join('\n'))?.[1];
}
