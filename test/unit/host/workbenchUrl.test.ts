import assert from 'node:assert/strict';
import { workbenchUrl } from '../../host/workbenchUrl';

describe('the URL of the workbench', () => {
	it('contains the folder, the extension, and the file as URIs of the server, and the log level', () => {
		const target = { folder: '/my work/ü', extensionDevelopmentPath: '/ext', openFile: '/my work/a&b.http', logLevel: 'a.b:trace' };
		const { origin, searchParams } = new URL(workbenchUrl('127.0.0.1:7350', target));
		assert.equal(origin, 'http://127.0.0.1:7350');
		assert.equal(searchParams.get('folder'), '/my work/ü');
		assert.deepEqual(JSON.parse(searchParams.get('payload')!), [
			['extensionDevelopmentPath', 'vscode-remote://127.0.0.1:7350/ext'],
			['openFile', 'vscode-remote://127.0.0.1:7350/my work/a&b.http'],
			['logLevel', 'a.b:trace'],
			['skipWelcome', 'true'],
		]);
		assert.equal(searchParams.has('tkn'), false);
	});

	it('contains the connection token', () => {
		assert.equal(new URL(workbenchUrl('127.0.0.1:1', { folder: '/' }, 'secret')).searchParams.get('tkn'), 'secret');
	});
});
