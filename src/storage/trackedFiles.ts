import { execFile } from 'node:child_process';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { logFailure, type Log } from '../domain/log';
import { groupByRepository } from './repositories';

/** Limit for Git's output. */
const MAX_OUTPUT_BYTES = 100_000_000;
/** The exit code of `git check-ignore` if no file is ignored. */
const NONE_IGNORED_EXIT_CODE = 1;

/*
 * Each file is looked up in its own repository, because a workspace can contain several repositories, nested ones, or only part of one.
 * Only call these functions in trusted workspaces: a repository's configuration can make Git run programs.
 */

/**
 * Returns the files that Git tracks. Returns nothing if Git isn't installed.
 * @param paths absolute
 */
export function filterTrackedFiles(paths: readonly string[], log: Log): Promise<ReadonlySet<string>> {
	return filterByRepository(paths, (root) => listTrackedFiles(root, log));
}

/**
 * Returns the files that Git ignores because of any ignore file: in the repository, of the repository, or of the user. Returns nothing if
 * Git isn't installed.
 * @param paths absolute
 */
export function filterIgnoredFiles(paths: readonly string[], log: Log): Promise<ReadonlySet<string>> {
	return filterByRepository(paths, (root, files) => listIgnoredFiles(root, files, log));
}

async function filterByRepository(
	paths: readonly string[],
	listFiles: (root: string, files: readonly string[]) => Promise<readonly string[]>,
): Promise<ReadonlySet<string>> {
	const filtered = await Promise.all(
		Array.from(await groupByRepository(paths), async ([root, files]) => {
			const listed = new Set(await listFiles(root, files));
			return files.filter((path) => listed.has(path));
		}),
	);
	return new Set(filtered.flat());
}

/** Lists all tracked files of a repository, because the paths to check might not fit on a command line. */
async function listTrackedFiles(root: string, log: Log): Promise<readonly string[]> {
	const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], { cwd: root, maxBuffer: MAX_OUTPUT_BYTES }).catch(
		logFailure(log, 'list the files that Git tracks', { stdout: '' }),
	);
	return parsePaths(root, stdout);
}

async function listIgnoredFiles(root: string, files: readonly string[], log: Log): Promise<readonly string[]> {
	const pending = promisify(execFile)('git', ['check-ignore', '-z', '--stdin'], { cwd: root, maxBuffer: MAX_OUTPUT_BYTES });
	// If Git can't be started, the promise rejects with the reason.
	// A name after `./` isn't mistaken for a pattern.
	pending.child.stdin?.on('error', () => undefined).end(files.map((path) => `./${relative(root, path)}`).join('\0'));
	const { stdout } = await pending.catch((error: unknown) =>
		error instanceof Error && 'code' in error && error.code === NONE_IGNORED_EXIT_CODE
			? { stdout: '' }
			: logFailure(log, 'list the files that Git ignores', { stdout: '' })(error),
	);
	return parsePaths(root, stdout);
}

function parsePaths(root: string, output: string): readonly string[] {
	return output
		.split('\0')
		.filter(Boolean)
		.map((name) => join(root, name));
}
