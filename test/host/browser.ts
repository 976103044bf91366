import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { canInstallPackages, installPackages } from './aptPackages';
import { withProgress } from './progress';

/** The first one has no windows, which saves a tenth of the processor time. */
const BROWSER_EXECUTABLES = ['chromium-headless-shell', 'google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];

/** Where installers put Chrome and Chromium if not on the PATH. */
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
 * Returns the executable of an installed Chrome or Chromium: the one in `CHROME_PATH`, or else the first on the PATH, or else one in a
 * well-known location; undefined if there is none.
 * Throws if `CHROME_PATH` isn't an executable file.
 */
export function findBrowser(
	env: Record<string, string | undefined> = process.env,
	platform: NodeJS.Platform = process.platform,
	isExecutable: (path: string) => boolean = isExecutableFile,
): string | undefined {
	const chromePath = env.CHROME_PATH;
	if (chromePath) {
		if (!isExecutable(chromePath)) {
			throw new Error(`CHROME_PATH is "${chromePath}", which isn't an executable file.`);
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
 * Returns the executable of Chrome or Chromium. If there is none, installs the Debian package where that's allowed.
 * Rejects with instructions if no browser is available.
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
		// Without any font installed, Chromium draws boxes instead of letters.
		await withProgress(
			'Installing Chromium with apt-get',
			installPackages('chromium-headless-shell', 'fonts-dejavu-core', 'fonts-liberation'),
		);
	} catch (error) {
		throw new Error(`Couldn't install Chromium with apt-get. ${INSTALL_ADVICE}`, { cause: error });
	}
	const installed = findBrowser();
	if (installed === undefined) {
		throw new Error(`The package "chromium-headless-shell" that apt-get installed doesn't contain a browser. ${INSTALL_ADVICE}`);
	}
	return installed;
}

const INSTALL_ADVICE =
	'Install Google Chrome or Chromium (Debian: "sudo apt-get install chromium fonts-dejavu-core"), or set the environment variable CHROME_PATH to an executable.';

function isExecutableFile(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}
