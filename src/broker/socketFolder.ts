import { rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Names of the folders with sockets begin with this. */
export const SOCKET_FOLDER_PREFIX = 'connect-tokens-socket-';

/** Removes a socket and its folder. Does nothing for a path that no window has created. */
export function removeSocket(path: string): void {
	const folder = dirname(path);
	if (basename(folder).startsWith(SOCKET_FOLDER_PREFIX)) {
		rmSync(folder, { recursive: true, force: true });
	}
}
