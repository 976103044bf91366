import assert from 'node:assert/strict';
import { findBrowser } from '../../host/browser';

/** Simulates a machine on which only the given files are executable. */
function onlyExecutable(...files: string[]): (path: string) => boolean {
	return (path) => files.includes(path);
}

describe('finding the browser', () => {
	it('prefers the executable in CHROME_PATH', () => {
		const env = { CHROME_PATH: '/my/chrome', PATH: '/usr/bin' };
		assert.equal(findBrowser(env, 'linux', onlyExecutable('/my/chrome', '/usr/bin/chromium')), '/my/chrome');
	});

	it("fails if CHROME_PATH isn't an executable", () => {
		const env = { CHROME_PATH: '/my/chrome', PATH: '/usr/bin' };
		assert.throws(() => findBrowser(env, 'linux', onlyExecutable('/usr/bin/chromium')), /CHROME_PATH is "\/my\/chrome"/);
	});

	it('prefers Chrome to Chromium, regardless of their order on the PATH', () => {
		const isExecutable = onlyExecutable('/usr/bin/chromium', '/opt/bin/google-chrome');
		assert.equal(findBrowser({ PATH: '/usr/bin:/opt/bin' }, 'linux', isExecutable), '/opt/bin/google-chrome');
	});

	it('searches the well-known locations of macOS', () => {
		const path = '/Users/me/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
		assert.equal(findBrowser({ PATH: '/usr/bin', HOME: '/Users/me' }, 'darwin', onlyExecutable(path)), path);
	});

	it('searches the well-known locations of Windows', () => {
		const path = 'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe';
		const env = { PATH: 'C:\\Windows;C:\\tools', 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' };
		assert.equal(findBrowser(env, 'win32', onlyExecutable(path)), path);
	});

	it('returns undefined if there is no browser', () => {
		assert.equal(findBrowser({}, 'linux', onlyExecutable()), undefined);
		assert.equal(findBrowser({ PATH: '/usr/bin' }, 'freebsd', onlyExecutable()), undefined);
	});
});
