import { rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import * as v from 'valibot';
import { getErrorCode } from '../storage/fileErrors';
import { parseJson } from '../storage/json';
import { removeSocket } from './socketFolder';

const windowSchema = v.object({
	socket: v.string(),
	handle: v.string(),
	/** Paths of the window's folders. */
	folders: v.array(v.string()),
	/** The machine and the process that has opened the socket. */
	host: v.string(),
	processId: v.number(),
	/** ISO 8601 UTC. */
	openedAt: v.string(),
});

/** A window that answers the command line. */
export type OpenWindow = v.InferOutput<typeof windowSchema>;

/** Returns the folder of this user in which windows and the command line find each other. */
export function getUserFolder(environment: NodeJS.ProcessEnv = process.env): string {
	return process.platform === 'win32' && environment.LOCALAPPDATA !== undefined
		? join(environment.LOCALAPPDATA, 'connect-tokens')
		: join(homedir(), '.connect-tokens');
}

/** Returns the folder with a file for each open window, which only the user can read. */
export function getWindowsFolder(userFolder: string): string {
	return join(userFolder, 'windows');
}

/**
 * Lists the windows, the last opened one first. Removes those whose process has ended without doing so, and their sockets. Only a process
 * of the same machine is known to have ended: containers can share the folder.
 * @param userFolder from `getUserFolder`
 */
export async function listWindows(userFolder: string): Promise<readonly OpenWindow[]> {
	const folder = getWindowsFolder(userFolder);
	const names = await readdir(folder).catch(() => []);
	const windows = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => readWindow(join(folder, name))));
	return windows.filter((window) => window !== undefined).sort((left, right) => compare(right.openedAt, left.openedAt));
}

/** Returns the windows that have the folder open, those with the innermost folder first. */
export function selectWindows(windows: readonly OpenWindow[], folder: string): readonly OpenWindow[] {
	const depth = ({ folders }: OpenWindow) => Math.max(...folders.filter((parent) => isInside(parent, folder)).map(({ length }) => length));
	return windows.filter((window) => depth(window) >= 0).sort((left, right) => depth(right) - depth(left));
}

function isInside(parent: string, folder: string): boolean {
	const path = relative(parent, folder);
	return path === '' || (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path));
}

function hasEnded(processId: number): boolean {
	try {
		process.kill(processId, 0);
		return false;
	} catch (error) {
		return getErrorCode(error) === 'ESRCH';
	}
}

function compare(left: string, right: string): number {
	return left < right ? -1 : left > right ? 1 : 0;
}

async function readWindow(path: string): Promise<OpenWindow | undefined> {
	const parsed = v.safeParse(windowSchema, parseJson(await readFile(path).catch(() => '')));
	if (!parsed.success) {
		return undefined;
	}
	const window = parsed.output;
	if (window.host === hostname() && hasEnded(window.processId)) {
		try {
			removeSocket(window.socket);
			rmSync(path, { force: true });
		} catch {
			// The next command tries again.
		}
		return undefined;
	}
	return window;
}
