import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Returns the root of the Git repository that contains the folder; undefined if there's none. */
export async function findRepositoryRoot(folder: string): Promise<string | undefined> {
	// `.git` is a folder in a repository, and a file in submodules and linked working trees.
	const isRoot = await lstat(join(folder, '.git')).then(
		() => true,
		() => false,
	);
	const parent = dirname(folder);
	return isRoot ? folder : parent === folder ? undefined : findRepositoryRoot(parent);
}

/** Groups files by the root of the repository that contains each of them. Leaves out files in no repository. */
export async function groupByRepository(paths: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
	const roots = new Map<string, Promise<string | undefined>>();
	const pathsByRoot = new Map<string, string[]>();
	for (const path of paths) {
		const folder = dirname(path);
		const pendingRoot = roots.get(folder) ?? findRepositoryRoot(folder);
		roots.set(folder, pendingRoot);
		const root = await pendingRoot;
		if (root !== undefined) {
			pathsByRoot.set(root, [...(pathsByRoot.get(root) ?? []), path]);
		}
	}
	return pathsByRoot;
}
