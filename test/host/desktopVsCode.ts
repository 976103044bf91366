import { existsSync } from 'node:fs';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cacheFolder } from './paths';
import { testedVersion } from './testedVersion';

/** Version to download, the same as that of the server build. */
const VSCODE_VERSION = '1.139.1';
const DOWNLOAD_URL = 'https://update.code.visualstudio.com/api/releases/stable';

/** How long to wait for a response from the download host, in milliseconds. */
const DOWNLOAD_HOST_TIMEOUT_MS = 4_000;

const DESKTOP_INSTALL_PATHS: Partial<Record<NodeJS.Platform, readonly (string | undefined)[]>> = {
	darwin: ['/Applications/Visual Studio Code.app/Contents/MacOS/Code', '/Applications/Visual Studio Code.app/Contents/MacOS/Electron'],
	win32: [process.env.LOCALAPPDATA && `${process.env.LOCALAPPDATA}\\Programs`, process.env.PROGRAMFILES].map(
		(folder) => folder && `${folder}\\Microsoft VS Code\\Code.exe`,
	),
	linux: ['/usr/share/code/code', '/opt/visual-studio-code/code', '/snap/code/current/usr/share/code/code'],
};

/** Whether this session can show windows. */
export function hasDisplay(): boolean {
	return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

/**
 * Returns the executable of desktop VS Code, downloading it if necessary; undefined if it can't run here or isn't available. The oldest
 * version is always tested in the server build.
 */
export async function findDesktopVsCode(): Promise<string | undefined> {
	if (!hasDisplay() || testedVersion() === 'oldest') {
		return undefined;
	}
	const installed = DESKTOP_INSTALL_PATHS[process.platform]?.find((installPath) => installPath && existsSync(installPath));
	if (installed) {
		return installed;
	}
	try {
		await fetch(DOWNLOAD_URL, { method: 'HEAD', signal: AbortSignal.timeout(DOWNLOAD_HOST_TIMEOUT_MS) });
	} catch {
		// The download host is unreachable, so the server build is used instead.
		return undefined;
	}
	return downloadAndUnzipVSCode({ version: VSCODE_VERSION, cachePath: cacheFolder });
}
