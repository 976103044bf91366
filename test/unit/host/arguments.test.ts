import assert from 'node:assert/strict';
import { parseArguments } from '../../host/arguments';

const needed = ['/ws', '--extensionDevelopmentPath=/ext', '--extensionTestsPath=/ext/out/index'];

describe('arguments of the stand-in for desktop VS Code', () => {
	it('reads what runTests() gives and passes over the rest', () => {
		const args = ['--no-sandbox', ...needed, '--extensions-dir=/x', '--user-data-dir=/data with=signs', '--skip-welcome'];
		assert.deepEqual(parseArguments(args), {
			folder: '/ws',
			extensionDevelopmentPath: '/ext',
			extensionTestsPath: '/ext/out/index',
			extensionsDir: '/x',
			userDataDir: '/data with=signs',
		});
	});

	it('does without folders for data and extensions', () => {
		assert.deepEqual(Object.keys(parseArguments(needed)), ['folder', 'extensionDevelopmentPath', 'extensionTestsPath']);
	});

	it('refuses to run without a folder, an extension or tests', () => {
		for (const missing of needed) {
			assert.throws(() => parseArguments(needed.filter((one) => one !== missing)), /Expected one .+, not 0/);
		}
	});

	it('refuses several extensions under development', () => {
		assert.throws(() => parseArguments([...needed, '--extensionDevelopmentPath=/other']), /one --extensionDevelopmentPath, not 2/);
	});
});
