/** The VS Code version to test in: the current one, or the oldest that `engines` in package.json allows. */
export type VsCodeVersion = 'current' | 'oldest';

/** Environment variable with the version to test in. `npm run test:oldest` sets it. */
export const VERSION_VARIABLE = 'TEST_VSCODE_VERSION';

/** Returns the version to test in. Throws if the variable names another one. */
export function testedVersion(): VsCodeVersion {
	const version = process.env[VERSION_VARIABLE] ?? 'current';
	if (version !== 'current' && version !== 'oldest') {
		throw new Error(`${VERSION_VARIABLE} is "${version}". Set it to "current" or "oldest".`);
	}
	return version;
}
