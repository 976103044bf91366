import { execFile } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { logAndReturn, type Log } from '../domain/log';

/** Enough for the names in a very large repository. */
const MAX_OUTPUT_BYTES = 100_000_000;

/**
 * Returns those of the files that Git tracks; none if Git isn't available. Each file is looked up in its own repository: a workspace can
 * contain several, even nested ones, or be a part of one. A repository can make Git run programs, so call this only in trusted workspaces.
 * @param paths absolute paths
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
			const trackedFiles = new Set(await listTrackedFiles(root, log));
			return files.filter((path) => trackedFiles.has(path));
		}),
	);
	return new Set(tracked.flat());
}

/** Creates a function that finds the root of the repository that contains a folder, and caches the result. */
function createRepositoryFinder(): (folder: string) => Promise<string | undefined> {
	const roots = new Map<string, Promise<string | undefined>>();
	const findRoot = async (folder: string): Promise<string | undefined> => {
		// A folder in a repository; a file in a submodule or an additional working tree.
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

/** Lists all files that Git tracks in a repository, because a command line may be too short for the names of interest. */
async function listTrackedFiles(root: string, log: Log): Promise<readonly string[]> {
	const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], { cwd: root, maxBuffer: MAX_OUTPUT_BYTES }).catch(
		logAndReturn(log, "Couldn't list the files that Git tracks", { stdout: '' }),
	);
	return stdout
		.split('\0')
		.filter(Boolean)
		.map((name) => join(root, name));
}
