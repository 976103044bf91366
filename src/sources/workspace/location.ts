import { createHash } from 'node:crypto';
import { URI, Utils } from 'vscode-uri';

/** Longest key, in characters: a hash and as much as fits of the workspace's name, for people who look into the folder. */
const LENGTH = 48;

/** Where the tokens of one workspace belong. */
export interface WorkspaceLocation {
	/**
	 * A name for the workspace, safe for files: the same however its URI is written, another for every other workspace.
	 * Windows without a workspace share one.
	 */
	readonly key: string;
	/** Path of the folder for its files, which may not exist. */
	readonly folder: string;
}

/**
 * @param globalStorageUri URI of the folder that all workspaces share
 * @param workspaceUri URI of the `.code-workspace` file or of the first folder; undefined for a window with neither
 * @param isCaseSensitive whether local paths that differ in case alone are different
 */
export function workspaceLocation(
	globalStorageUri: string,
	workspaceUri: string | undefined,
	isCaseSensitive = process.platform === 'linux',
): WorkspaceLocation {
	const key = workspaceUri === undefined ? 'no-folder' : keyOf(normalise(URI.parse(workspaceUri), isCaseSensitive));
	return { key, folder: Utils.joinPath(URI.parse(globalStorageUri), 'workspaces', key).fsPath };
}

function keyOf(uri: URI): string {
	const hash = createHash('sha256').update(uri.toString()).digest('hex').slice(0, 16);
	const words =
		Utils.basename(uri)
			.toLowerCase()
			.match(/[a-z0-9]+/g) ?? [];
	return [hash, ...words].join('-').slice(0, LENGTH).replace(/-$/, '');
}

function normalise(uri: URI, isCaseSensitive: boolean): URI {
	const path = Utils.resolvePath(uri, '.')
		.path.normalize('NFC')
		.replace(/(?<=.)\/+$/, '');
	return uri.with({
		authority: uri.authority.toLowerCase(),
		path: uri.scheme === 'file' && !isCaseSensitive ? path.toLowerCase() : path,
	});
}
