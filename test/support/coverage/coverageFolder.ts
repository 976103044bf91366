import { join } from 'node:path';
import { repositoryRoot } from '../../host/paths';

/** Environment variable with the folder that all processes of a run write their coverage to. Without it, nothing measures coverage. */
export const COVERAGE_VARIABLE = 'NODE_V8_COVERAGE';

/** Returns the folder for coverage; undefined if coverage isn't measured. */
export function getCoverageFolder(): string | undefined {
	return process.env[COVERAGE_VARIABLE];
}

/** Node.js arguments with which the server build measures the coverage of its extension hosts. */
export function getExtensionHostArguments(): string[] {
	return getCoverageFolder() === undefined ? [] : ['--require', join(repositoryRoot, 'out/test/support/coverage/extensionHostHook.js')];
}
