/** What the editor's command line asks for. */
export interface EditorArguments {
	readonly folder: string;
	readonly extensionDevelopmentPath: string;
	readonly extensionTestsPath: string;
	readonly extensionsDir?: string;
	readonly userDataDir?: string;
}

/**
 * Reads the arguments that `runTests()` gives to desktop VS Code; those that mean nothing to us are passed over.
 * Throws when one that is needed is missing or there are several extensions under development, of which the server build takes one only.
 */
export function parseArguments(args: readonly string[]): EditorArguments {
	const values = (name: string) => args.filter((one) => one.startsWith(`--${name}=`)).map((one) => one.slice(name.length + 3));
	const only = (what: string, found: readonly string[]): string => {
		const [first, ...others] = found;
		if (first === undefined || others.length > 0) {
			throw new Error(`Expected one ${what}, not ${found.length}.`);
		}
		return first;
	};
	const [extensionsDir] = values('extensions-dir');
	const [userDataDir] = values('user-data-dir');
	return {
		folder: only(
			'folder',
			args.filter((one) => !one.startsWith('-')),
		),
		extensionDevelopmentPath: only('--extensionDevelopmentPath', values('extensionDevelopmentPath')),
		extensionTestsPath: only('--extensionTestsPath', values('extensionTestsPath')),
		...(extensionsDir === undefined ? {} : { extensionsDir }),
		...(userDataDir === undefined ? {} : { userDataDir }),
	};
}
