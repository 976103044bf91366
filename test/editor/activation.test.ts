import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectTokensApi } from '../../src/api';

describe('activation', () => {
	it('returns version 1 of the public API', async () => {
		const extension = vscode.extensions.getExtension<ConnectTokensApi>('connect-tokens.connect-tokens');
		assert.ok(extension, "the extension isn't installed");
		const api = await extension.activate();
		assert.equal(api.version, 1);
	});
});
