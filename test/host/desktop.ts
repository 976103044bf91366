import { existsSync } from 'node:fs';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cache } from './paths';

/** The version to download: that of the server build. */
const VERSION = '1.139.1';
const DOWNLOADS = 'https://update.code.visualstudio.com/api/releases/stable';

/** How long the download host may take to answer, in milliseconds. */
const ANSWER_LIMIT = 4_000;

const PLACES: Partial<Record<NodeJS.Platform, readonly (string | undefined)[]>> = {
	darwin: ['/Applications/Visual Studio Code.app/Contents/MacOS/Code', '/Applications/Visual Studio Code.app/Contents/MacOS/Electron'],
	win32: [process.env.LOCALAPPDATA && `${process.env.LOCALAPPDATA}\\Programs`, process.env.PROGRAMFILES].map(
		(folder) => folder && `${folder}\\Microsoft VS Code\\Code.exe`,
	),
	linux: ['/usr/share/code/code', '/opt/visual-studio-code/code', '/snap/code/current/usr/share/code/code'],
};

/** Whether a program can show a window here. */
export function hasDisplay(): boolean {
	return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

/** The executable of desktop VS Code, installed or else downloaded; undefined when it cannot run here or is not to be had. */
export async function findDesktop(): Promise<string | undefined> {
	if (!hasDisplay()) {
		return undefined;
	}
	const installed = PLACES[process.platform]?.find((place) => place && existsSync(place));
	if (installed) {
		return installed;
	}
	try {
		await fetch(DOWNLOADS, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_LIMIT) });
	} catch {
		return undefined;
	}
	return downloadAndUnzipVSCode({ version: VERSION, cachePath: cache });
}
