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
export function parseEditorArguments(args: readonly string[]): EditorArguments {
	const values = (name: string) =>
		args.filter((argument) => argument.startsWith(`--${name}=`)).map((argument) => argument.slice(name.length + 3));
	const requireOne = (label: string, matches: readonly string[]): string => {
		const [first, ...others] = matches;
		if (first === undefined || others.length > 0) {
			throw new Error(`Expected one ${label}, not ${matches.length}.`);
		}
		return first;
	};
	const [extensionsDir] = values('extensions-dir');
	const [userDataDir] = values('user-data-dir');
	return {
		folder: requireOne(
			'folder',
			args.filter((argument) => !argument.startsWith('-')),
		),
		extensionDevelopmentPath: requireOne('--extensionDevelopmentPath', values('extensionDevelopmentPath')),
		extensionTestsPath: requireOne('--extensionTestsPath', values('extensionTestsPath')),
		...(extensionsDir === undefined ? {} : { extensionsDir }),
		...(userDataDir === undefined ? {} : { userDataDir }),
	};
}
