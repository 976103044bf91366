import { pathToFileURL } from 'node:url';

/** What to open in a window. Paths are absolute. */
export interface WorkbenchTarget {
	readonly folder: string;
	/** Folder of the extension under development. */
	readonly extensionDevelopmentPath?: string;
	/** Module whose `run()` is called in the extension host, in test mode. */
	readonly extensionTestsPath?: string;
	/** File to open at startup. */
	readonly openFile?: string;
	/** Log level of the workbench (`trace`) or of an extension (`publisher.name:trace`). */
	readonly logLevel?: string;
}

/**
 * Returns the URL that opens `target` in the workbench of the server at `authority` (`host:port`).
 * @param token the server's connection token, if it requires one
 */
export function workbenchUrl(authority: string, target: WorkbenchTarget, token?: string): string {
	const { folder, extensionDevelopmentPath, extensionTestsPath, openFile, logLevel } = target;
	const remote = Object.entries({ extensionDevelopmentPath, extensionTestsPath, openFile }).flatMap(([key, path]) =>
		path === undefined ? [] : [[key, `vscode-remote://${authority}${uriPath(path)}`]],
	);
	const logging = logLevel === undefined ? [] : [['logLevel', logLevel]];
	const query = new URLSearchParams({
		folder: uriPath(folder),
		payload: JSON.stringify([...remote, ...logging, ['skipWelcome', 'true']]),
	});
	if (token !== undefined) {
		query.set('tkn', token);
	}
	return `http://${authority}/?${query.toString()}`;
}

/** The path as in a URI: with forward slashes, including one in front of a drive letter. */
function uriPath(path: string): string {
	return decodeURIComponent(pathToFileURL(path).pathname);
}
