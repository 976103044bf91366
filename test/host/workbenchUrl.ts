import { pathToFileURL } from 'node:url';

/** What a window opens. Paths are absolute. */
export interface WorkbenchTarget {
	readonly folder: string;
	/** The folder of the one extension under development. */
	readonly extensionDevelopmentPath?: string;
	/** The module whose `run()` is called in the extension host; this is test mode. */
	readonly extensionTestsPath?: string;
	/** A file to show at the start. */
	readonly openFile?: string;
}

/**
 * The address of the workbench that the server at `authority` (`host:port`) serves, opening what is wanted.
 * @param token what the server demands of a first visit, if anything
 */
export function workbenchUrl(authority: string, target: WorkbenchTarget, token?: string): string {
	const { folder, extensionDevelopmentPath, extensionTestsPath, openFile } = target;
	const remote = Object.entries({ extensionDevelopmentPath, extensionTestsPath, openFile }).flatMap(([key, path]) =>
		path === undefined ? [] : [[key, `vscode-remote://${authority}${uriPath(path)}`]],
	);
	const query = new URLSearchParams({ folder: uriPath(folder), payload: JSON.stringify([...remote, ['skipWelcome', 'true']]) });
	if (token !== undefined) {
		query.set('tkn', token);
	}
	return `http://${authority}/?${query.toString()}`;
}

/** The path as URIs have it: with slashes, and one before a drive's letter. */
function uriPath(path: string): string {
	return decodeURIComponent(pathToFileURL(path).pathname);
}
