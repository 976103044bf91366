import assert from 'node:assert/strict';
import { isAbsolute } from 'node:path';
import fc from 'fast-check';
import { URI } from 'vscode-uri';
import { getWorkspaceLocation } from '../../../../src/sources/workspace/workspaceLocation';

const storage = 'file:///home/ada/.vscode/globalStorage/connect-tokens.connect-tokens';
const keyOf = (uri: string | undefined, isCaseSensitive = true) => getWorkspaceLocation(storage, uri, isCaseSensitive).key;

describe('Location of a workspace', () => {
	it('is a folder in the global storage', () => {
		const { key, folder } = getWorkspaceLocation(storage, 'file:///home/ada/My%20Project');
		assert.equal(folder, URI.parse(`${storage}/workspaces/${key}`).fsPath);
		assert.match(key, /^[0-9a-f]{16}-my-project$/);
	});

	it('does not depend on how the URI is written', () => {
		const written = [
			'file:///home/ada/project',
			'file:///home/ada/project/',
			'file:///home/ada/./project',
			'file:///home/ada/other/../project',
			'file:///home/ada/%70roject',
		];
		assert.equal(new Set(written.map((uri) => keyOf(uri))).size, 1);
		assert.equal(keyOf('vscode-remote://SSH-Remote%2BHost/a'), keyOf('vscode-remote://ssh-remote%2bhost/a'));
		assert.equal(keyOf('file:///a/caf\u00e9'), keyOf('file:///a/cafe\u0301'));
	});

	it('depends on case only if the file system does', () => {
		assert.equal(keyOf('file:///C:/Work', false), keyOf('file:///c%3A/work', false));
		assert.notEqual(keyOf('file:///Work', true), keyOf('file:///work', true));
		assert.notEqual(keyOf('vscode-vfs://github/Work', false), keyOf('vscode-vfs://github/work', false));
	});

	it('is separate for windows without a workspace', () => {
		assert.equal(keyOf(undefined), keyOf(undefined));
		assert.notEqual(keyOf(undefined), keyOf('file:///no-folder'));
	});

	it('is unique and a valid folder name', () => {
		const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }).filter((text) => !/^\.+$/.test(text));
		const uri = fc
			.tuple(fc.constantFrom('file', 'vscode-vfs'), fc.array(segment, { minLength: 1, maxLength: 4 }))
			.map(([scheme, path]) => URI.from({ scheme, path: `/${path.map((one) => one.replaceAll('/', '_')).join('/')}` }));
		fc.assert(
			fc.property(uri, uri, (one, other) => {
				const { key, folder } = getWorkspaceLocation(storage, one.toString(), true);
				assert.match(key, /^[0-9a-f]{16}(-[a-z0-9]+)*$/);
				assert.ok(key.length <= 48 && isAbsolute(folder));
				const written = [one, other].map(({ scheme, path }) => `${scheme}:${path.normalize('NFC')}`);
				assert.equal(key === keyOf(other.toString()), written[0] === written[1]);
			}),
		);
	});
});
