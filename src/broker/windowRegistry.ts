import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import * as v from 'valibot';
import type { Disposable } from '../domain/ports';
import { replaceFile } from '../storage/atomicFile';
import { getErrorCode } from '../storage/fileErrors';
import { parseJson } from '../storage/json';
import { createPrivateFolder } from '../storage/privateFolder';
import { removeSocket } from './commandLineServer';

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

/** The open windows of this user: one file per window, which only the user can read. */
export class WindowRegistry {
	readonly #folder: string;

	/** @param userFolder from `getUserFolder` */
	constructor(userFolder: string) {
		this.#folder = join(userFolder, 'windows');
	}

	/** Adds a window, until the result is disposed. */
	async add(window: Omit<OpenWindow, 'host' | 'processId' | 'openedAt'>, now: Date): Promise<Disposable> {
		await createPrivateFolder(this.#folder);
		const path = join(this.#folder, `${randomBytes(8).toString('hex')}.json`);
		const entry: OpenWindow = { ...window, host: hostname(), processId: process.pid, openedAt: now.toISOString() };
		await replaceFile(path, JSON.stringify(entry));
		return { dispose: () => rmSync(path, { force: true }) };
	}

	/**
	 * Lists the windows, the last opened one first. Removes those whose process has ended without doing so, and their sockets. Only a process
	 * of the same machine is known to have ended: containers can share the folder.
	 */
	async list(): Promise<readonly OpenWindow[]> {
		const names = await readdir(this.#folder).catch(() => []);
		const windows = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => this.#read(join(this.#folder, name))));
		return windows.filter((window) => window !== undefined).sort((left, right) => compare(right.openedAt, left.openedAt));
	}

	async #read(path: string): Promise<OpenWindow | undefined> {
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
