import { createHash } from 'node:crypto';
import { URI, Utils } from 'vscode-uri';

/** Maximum length of a key in characters: a hash, followed by as much of the workspace's name as fits, to help people find the folder. */
const MAX_KEY_LENGTH = 48;

/** Where the tokens of a workspace are stored. */
export interface WorkspaceLocation {
	/**
	 * A unique name for the workspace that's valid as a file name and doesn't depend on how the URI is written. All windows without a
	 * workspace share one.
	 */
	readonly key: string;
	/** Path of the folder for the workspace's files, which may not exist. */
	readonly folder: string;
}

/**
 * Returns where the tokens of a workspace are stored.
 * @param globalStorageUri URI of the folder that all workspaces share
 * @param workspaceUri URI of the `.code-workspace` file or of the first folder; undefined for a window with neither
 * @param isCaseSensitive whether local paths that differ only in case are different
 */
export function getWorkspaceLocation(
	globalStorageUri: string,
	workspaceUri: string | undefined,
	isCaseSensitive = process.platform === 'linux',
): WorkspaceLocation {
	const key = workspaceUri === undefined ? 'no-folder' : createKey(normalizeUri(URI.parse(workspaceUri), isCaseSensitive));
	return { key, folder: Utils.joinPath(URI.parse(globalStorageUri), 'workspaces', key).fsPath };
}

function createKey(uri: URI): string {
	const hash = createHash('sha256').update(uri.toString()).digest('hex').slice(0, 16);
	const words =
		Utils.basename(uri)
			.toLowerCase()
			.match(/[a-z0-9]+/g) ?? [];
	return [hash, ...words].join('-').slice(0, MAX_KEY_LENGTH).replace(/-$/, '');
}

function normalizeUri(uri: URI, isCaseSensitive: boolean): URI {
	const path = Utils.resolvePath(uri, '.')
		.path.normalize('NFC')
		.replace(/(?<=.)\/+$/, '');
	return uri.with({
		authority: uri.authority.toLowerCase(),
		path: uri.scheme === 'file' && !isCaseSensitive ? path.toLowerCase() : path,
	});
}
