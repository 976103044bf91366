import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Names of the folders with sockets begin with this. */
export const SOCKET_FOLDER_PREFIX = 'connect-tokens-socket-';
const WINDOWS_PIPE_PREFIX = '\\\\.\\pipe\\';
/** Longest path of a socket, in bytes, on all systems: macOS allows 104 with the zero at the end. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Removes a socket and its folder. Does nothing for a path that no window has created. */
export function removeSocket(path: string): void {
	const folder = dirname(path);
	if (basename(folder).startsWith(SOCKET_FOLDER_PREFIX)) {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Returns a path that nothing exists at. On Windows, pipes have no folders, so the name can't be guessed. */
export async function createSocketPath(): Promise<string> {
	if (process.platform === 'win32') {
		return `${WINDOWS_PIPE_PREFIX}connect-tokens-${randomBytes(16).toString('hex')}`;
	}
	// `mkdtemp` creates a folder that only its owner can access, and adds 6 characters.
	const prefix = join(tmpdir(), SOCKET_FOLDER_PREFIX);
	const isShort = Buffer.byteLength(join(`${prefix}XXXXXX`, 's')) <= MAX_SOCKET_PATH_BYTES;
	return join(await mkdtemp(isShort ? prefix : join('/tmp', SOCKET_FOLDER_PREFIX)), 's');
}

/**
 * Listens on a socket that only the user can access. A window that's closed doesn't wait for its clients.
 * @param onError called with errors after that
 * @throws Error if the socket can't be opened
 */
export function listenOnSocket(server: Server, path: string, onError: (error: Error) => void): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(path, () => {
			server.off('error', reject);
			server.on('error', onError);
			server.unref();
			resolve(process.platform === 'win32' ? undefined : chmod(path, 0o600));
		});
	});
}
