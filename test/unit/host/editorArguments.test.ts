import assert from 'node:assert/strict';
import { parseEditorArguments } from '../../host/editorArguments';

const requiredArguments = ['/ws', '--extensionDevelopmentPath=/ext', '--extensionTestsPath=/ext/out/index'];

describe('parsing the arguments of the editor', () => {
	it('reads the arguments of runTests() and ignores the rest', () => {
		const args = ['--no-sandbox', ...requiredArguments, '--extensions-dir=/x', '--user-data-dir=/data with=signs', '--skip-welcome'];
		assert.deepEqual(parseEditorArguments(args), {
			folder: '/ws',
			extensionDevelopmentPath: '/ext',
			extensionTestsPath: '/ext/out/index',
			extensionsDir: '/x',
			userDataDir: '/data with=signs',
		});
	});

	it("doesn't require folders for user data and extensions", () => {
		assert.deepEqual(Object.keys(parseEditorArguments(requiredArguments)), ['folder', 'extensionDevelopmentPath', 'extensionTestsPath']);
	});

	it('requires a folder, an extension, and tests', () => {
		for (const missing of requiredArguments) {
			assert.throws(() => parseEditorArguments(requiredArguments.filter((argument) => argument !== missing)), /Expected one .+, not 0/);
		}
	});

	it('rejects more than one extension under development', () => {
		assert.throws(
			() => parseEditorArguments([...requiredArguments, '--extensionDevelopmentPath=/other']),
			/one --extensionDevelopmentPath, not 2/,
		);
	});
});
