import assert from 'node:assert/strict';
import { parseEditorArguments } from '../../host/editorArguments';

const requiredArguments = ['/ws', '--extensionDevelopmentPath=/ext', '--extensionTestsPath=/ext/out/index'];

describe('arguments of the stand-in for desktop VS Code', () => {
	it('reads what runTests() gives and passes over the rest', () => {
		const args = ['--no-sandbox', ...requiredArguments, '--extensions-dir=/x', '--user-data-dir=/data with=signs', '--skip-welcome'];
		assert.deepEqual(parseEditorArguments(args), {
			folder: '/ws',
			extensionDevelopmentPath: '/ext',
			extensionTestsPath: '/ext/out/index',
			extensionsDir: '/x',
			userDataDir: '/data with=signs',
		});
	});

	it('does without folders for data and extensions', () => {
		assert.deepEqual(Object.keys(parseEditorArguments(requiredArguments)), ['folder', 'extensionDevelopmentPath', 'extensionTestsPath']);
	});

	it('refuses to run without a folder, an extension or tests', () => {
		for (const missing of requiredArguments) {
			assert.throws(() => parseEditorArguments(requiredArguments.filter((item) => item !== missing)), /Expected one .+, not 0/);
		}
	});

	it('refuses several extensions under development', () => {
		assert.throws(
			() => parseEditorArguments([...requiredArguments, '--extensionDevelopmentPath=/other']),
			/one --extensionDevelopmentPath, not 2/,
		);
	});
});
