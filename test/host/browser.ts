import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { canInstallPackages, installPackages } from './aptPackages';
import { withProgress } from './progress';

const BROWSER_EXECUTABLES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];

/** Where installers put Chrome and Chromium when they do not put them on the PATH. */
const INSTALL_PATHS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
	darwin: ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium'].flatMap((app) => [
		`/Applications/${app}`,
		`$HOME/Applications/${app}`,
	]),
	win32: ['$PROGRAMFILES', '$PROGRAMFILES(X86)', '$LOCALAPPDATA'].flatMap((folder) => [
		`${folder}\\Google\\Chrome\\Application\\chrome.exe`,
		`${folder}\\Chromium\\Application\\chrome.exe`,
	]),
	linux: ['/opt/google/chrome/chrome', '/snap/bin/chromium', '/usr/lib/chromium/chromium'],
};

/**
 * The executable of an installed Chrome or Chromium: the one `CHROME_PATH` names, else the first on the PATH, else one in a well-known
 * place; undefined when there is none.
 * Throws when `CHROME_PATH` names a file that is not there.
 */
export function findBrowser(
	env: Record<string, string | undefined> = process.env,
	platform: NodeJS.Platform = process.platform,
	isExecutable: (path: string) => boolean = isExecutableFile,
): string | undefined {
	const chromePath = env.CHROME_PATH;
	if (chromePath) {
		if (!isExecutable(chromePath)) {
			throw new Error(`CHROME_PATH is "${chromePath}", which cannot be run.`);
		}
		return chromePath;
	}
	const paths = platform === 'win32' ? win32 : posix;
	const pathFolders = (env.PATH ?? '').split(paths.delimiter).filter((folder) => folder !== '');
	const suffix = platform === 'win32' ? '.exe' : '';
	return [
		...BROWSER_EXECUTABLES.flatMap((name) => pathFolders.map((folder) => paths.join(folder, name + suffix))),
		...(INSTALL_PATHS[platform] ?? []).map((installPath) =>
			installPath.replace(/^\$([A-Z]+(?:\(X86\))?)/, (_, name: string) => env[name] ?? ''),
		),
	].find(isExecutable);
}

/**
 * An installed Chrome or Chromium; on Debian and its kin, where we may, its package is installed first.
 * Rejects with what to do when there is no browser to be had.
 */
export async function ensureBrowser(): Promise<string> {
	const found = findBrowser();
	if (found !== undefined) {
		return found;
	}
	if (!canInstallPackages()) {
		throw new Error(`No Chrome or Chromium found. ${INSTALL_ADVICE}`);
	}
	try {
		// Without a font of its own a bare machine would draw boxes.
		await withProgress('Installing Chromium through apt-get', installPackages('chromium', 'fonts-dejavu-core', 'fonts-liberation'));
	} catch (error) {
		throw new Error(`Chromium could not be installed through apt-get. ${INSTALL_ADVICE}`, { cause: error });
	}
	const installed = findBrowser();
	if (installed === undefined) {
		throw new Error(`apt-get installed a package "chromium" without a browser in it. ${INSTALL_ADVICE}`);
	}
	return installed;
}

const INSTALL_ADVICE =
	'Install Google Chrome or Chromium (Debian: "sudo apt-get install chromium fonts-dejavu-core"), or name an executable in the environment variable CHROME_PATH.';

function isExecutableFile(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}
