/**
 * Returns the environment for child processes whose coverage doesn't matter, because they're killed or run other programs.
 * Writing and reading their coverage and source maps would take longer than running them.
 */
export function uninstrumentedEnvironment(): NodeJS.ProcessEnv {
	return { ...process.env, NODE_V8_COVERAGE: undefined, NODE_OPTIONS: undefined };
}
