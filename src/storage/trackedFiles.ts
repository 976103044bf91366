import { execFile } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { logFailure, type Log } from '../domain/log';

/** Limit for Git's output. */
const MAX_OUTPUT_BYTES = 100_000_000;

/**
 * Returns the files that Git tracks. Each file is looked up in its own repository, because a workspace can contain several repositories,
 * nested ones, or only part of one. Returns nothing if Git isn't installed. Only call this in trusted workspaces: a repository's
 * configuration can make Git run programs.
 * @param paths absolute
 */
export async function filterTrackedFiles(paths: readonly string[], log: Log): Promise<ReadonlySet<string>> {
	const findRoot = createRepositoryFinder();
	const pathsByRoot = new Map<string, string[]>();
	for (const path of paths) {
		const root = await findRoot(dirname(path));
		if (root !== undefined) {
			pathsByRoot.set(root, [...(pathsByRoot.get(root) ?? []), path]);
		}
	}
	const tracked = await Promise.all(
		Array.from(pathsByRoot, async ([root, files]) => {
			const trackedPaths = new Set(await listTrackedFiles(root, log));
			return files.filter((path) => trackedPaths.has(path));
		}),
	);
	return new Set(tracked.flat());
}

/** Creates a cached lookup of the repository root that contains a folder. */
function createRepositoryFinder(): (folder: string) => Promise<string | undefined> {
	const roots = new Map<string, Promise<string | undefined>>();
	const findRoot = async (folder: string): Promise<string | undefined> => {
		// `.git` is a folder in a repository, and a file in submodules and linked working trees.
		const isRoot = await lstat(join(folder, '.git')).then(
			() => true,
			() => false,
		);
		const parent = dirname(folder);
		return isRoot ? folder : parent === folder ? undefined : findCachedRoot(parent);
	};
	const findCachedRoot = (folder: string) => {
		const root = roots.get(folder) ?? findRoot(folder);
		roots.set(folder, root);
		return root;
	};
	return findCachedRoot;
}

/** Lists all tracked files of a repository, because the paths to check might not fit on a command line. */
async function listTrackedFiles(root: string, log: Log): Promise<readonly string[]> {
	const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], { cwd: root, maxBuffer: MAX_OUTPUT_BYTES }).catch(
		logFailure(log, 'list the files that Git tracks', { stdout: '' }),
	);
	return stdout
		.split('\0')
		.filter(Boolean)
		.map((name) => join(root, name));
}
