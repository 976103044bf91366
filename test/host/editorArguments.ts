/** Parsed command-line arguments of the editor. */
export interface EditorArguments {
	readonly folder: string;
	readonly extensionDevelopmentPath: string;
	readonly extensionTestsPath: string;
	readonly extensionsDir?: string;
	readonly userDataDir?: string;
}

/**
 * Parses the arguments that `runTests()` passes to desktop VS Code, ignoring those that don't apply to the server build.
 * Throws if a required argument is missing, or if there is more than one extension under development: the server build supports only one.
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
