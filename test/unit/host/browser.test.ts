import assert from 'node:assert/strict';
import { findBrowser } from '../../host/browser';

/** A machine on which only the given files can be run. */
function existsOnly(...files: string[]): (path: string) => boolean {
	return (path) => files.includes(path);
}

describe('lookup of the browser', () => {
	it('prefers the one that CHROME_PATH names', () => {
		const env = { CHROME_PATH: '/my/chrome', PATH: '/usr/bin' };
		assert.equal(findBrowser(env, 'linux', existsOnly('/my/chrome', '/usr/bin/chromium')), '/my/chrome');
	});

	it('does not quietly take another when CHROME_PATH is wrong', () => {
		const env = { CHROME_PATH: '/my/chrome', PATH: '/usr/bin' };
		assert.throws(() => findBrowser(env, 'linux', existsOnly('/usr/bin/chromium')), /CHROME_PATH is "\/my\/chrome"/);
	});

	it('takes Chrome before Chromium, wherever on the PATH they are', () => {
		const fakeMachine = existsOnly('/usr/bin/chromium', '/opt/bin/google-chrome');
		assert.equal(findBrowser({ PATH: '/usr/bin:/opt/bin' }, 'linux', fakeMachine), '/opt/bin/google-chrome');
	});

	it('looks in the well-known places of macOS', () => {
		const place = '/Users/me/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
		assert.equal(findBrowser({ PATH: '/usr/bin', HOME: '/Users/me' }, 'darwin', existsOnly(place)), place);
	});

	it('looks in the well-known places of Windows', () => {
		const place = 'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe';
		const env = { PATH: 'C:\\Windows;C:\\tools', 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' };
		assert.equal(findBrowser(env, 'win32', existsOnly(place)), place);
	});

	it('finds nothing where there is nothing', () => {
		assert.equal(findBrowser({}, 'linux', existsOnly()), undefined);
		assert.equal(findBrowser({ PATH: '/usr/bin' }, 'freebsd', existsOnly()), undefined);
	});
});
