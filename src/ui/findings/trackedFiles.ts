import { execFile } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Those of the files that git tracks, each by the repository it lies in: a workspace may hold several, one in another, or be a part of one.
 * None where there is no git. A repository may have git run programs, so this is for trusted ones alone.
 * @param paths absolute
 */
export async function trackedFiles(paths: readonly string[]): Promise<ReadonlySet<string>> {
	const rootOf = rootFinder();
	const byRoot = new Map<string, string[]>();
	for (const path of paths) {
		const root = await rootOf(dirname(path));
		if (root !== undefined) {
			byRoot.set(root, [...(byRoot.get(root) ?? []), path]);
		}
	}
	const tracked = await Promise.all(
		Array.from(byRoot, async ([root, files]) => {
			const all = new Set(await listed(root));
			return files.filter((path) => all.has(path));
		}),
	);
	return new Set(tracked.flat());
}

/** Finds the root of the repository that a folder lies in, and remembers it. */
function rootFinder(): (folder: string) => Promise<string | undefined> {
	const roots = new Map<string, Promise<string | undefined>>();
	const find = async (folder: string): Promise<string | undefined> => {
		// A folder in a repository; in a submodule or another working tree, a file.
		const isRoot = await lstat(join(folder, '.git')).then(
			() => true,
			() => false,
		);
		const above = dirname(folder);
		return isRoot ? folder : above === folder ? undefined : rootOf(above);
	};
	const rootOf = (folder: string) => {
		const root = roots.get(folder) ?? find(folder);
		roots.set(folder, root);
		return root;
	};
	return rootOf;
}

/** All that git tracks in a repository, and nothing where it fails. All, because there may be more names than a command line holds. */
async function listed(root: string): Promise<readonly string[]> {
	const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], { cwd: root, maxBuffer: 1e8 }).catch(() => ({ stdout: '' }));
	return stdout
		.split('\0')
		.filter(Boolean)
		.map((name) => join(root, name));
}
