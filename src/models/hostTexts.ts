/** Remote hosts whose name says only what kind they are. In a browser, the name can be the server's address. */
const REMOTE_KINDS: ReadonlySet<string> = new Set([
	'attached-container',
	'codespaces',
	'dev-container',
	'k8s-container',
	'ssh-remote',
	'tunnel',
	'wsl',
]);

/** Where VS Code runs the extension. */
export interface HostInfo {
	readonly isWeb: boolean;
	/** `ssh-remote`, `dev-container`, …; undefined if the extension runs on the user's machine. A server in a browser has its address here. */
	readonly remoteName: string | undefined;
}

/** The kind of host, without its address. */
export function describeHost({ isWeb, remoteName }: HostInfo): string {
	const client = isWeb ? 'web' : 'desktop';
	if (remoteName === undefined) {
		return client;
	}
	return REMOTE_KINDS.has(remoteName) ? `${client}, ${remoteName}` : `${client}, server`;
}

export function describeTrust(isTrusted: boolean): string {
	return isTrusted ? 'trusted' : 'Restricted Mode';
}
