import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Disposable } from '../domain/ports';
import { replaceFile } from '../storage/atomicFile';
import { createPrivateFolder } from '../storage/privateFolder';
import { getWindowsFolder, type OpenWindow } from './openWindows';

/**
 * Lets the command line find a window, until the result is disposed. Apart from `listWindows`, because the command line starts faster
 * without what writes files.
 * @param userFolder from `getUserFolder`
 */
export async function registerWindow(
	userFolder: string,
	window: Omit<OpenWindow, 'host' | 'processId' | 'openedAt'>,
	now: Date,
): Promise<Disposable> {
	const folder = getWindowsFolder(userFolder);
	await createPrivateFolder(folder);
	const path = join(folder, `${randomBytes(8).toString('hex')}.json`);
	const entry: OpenWindow = { ...window, host: hostname(), processId: process.pid, openedAt: now.toISOString() };
	await replaceFile(path, JSON.stringify(entry));
	return { dispose: () => rmSync(path, { force: true }) };
}
