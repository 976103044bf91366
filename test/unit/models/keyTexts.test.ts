import assert from 'node:assert/strict';
import { authorizationOrThrow, copiedKeyText } from '../../../src/models/keyTexts';
import { MemoryVault } from '../../support/store/memoryVault';
import { Workspaces } from '../../support/store/workspaces';

describe('authorizationOrThrow', () => {
	const workspaces = new Workspaces();

	async function createToken() {
		const vault = new MemoryVault();
		const source = workspaces.open({ folder: await workspaces.folder(), vault });
		const { id } = await source.create({ name: 'Token' });
		return { vault, source, id };
	}

	it('returns the key of a token', async () => {
		const { source, id } = await createToken();
		assert.match(authorizationOrThrow(await source.readKey(id), id), new RegExp(`^ApiKey ${id}:[0-9a-f]{40}$`));
	});

	it('explains that the key is missing', async () => {
		const { source, vault, id } = await createToken();
		vault.secrets.clear();
		const result = await source.readKey(id);
		assert.throws(() => authorizationOrThrow(result, id), new RegExp(`API key of ${id} isn't in VS Code's secret storage`));
	});

	it('explains that the vault failed', async () => {
		const { source, vault, id } = await createToken();
		vault.get = () => Promise.reject(new Error('locked'));
		const result = await source.readKey(id);
		assert.throws(() => authorizationOrThrow(result, id), new RegExp(`Couldn't read the API key of ${id}`));
	});

	it("explains that the account key can't view keys", () => {
		assert.throws(() => authorizationOrThrow({ unavailable: 'notShown' }, 'SU-1'), /doesn't have permission to view the API key of SU-1/);
	});
});

describe('copiedKeyText', () => {
	it('says when the clipboard is cleared', () => {
		assert.equal(copiedKeyText('SU-1', 0), '$(check) Copied API key for SU-1');
		assert.equal(copiedKeyText('SU-1', 1), '$(check) Copied API key for SU-1. Clipboard clears in 1 second.');
		assert.equal(copiedKeyText('SU-1', 60), '$(check) Copied API key for SU-1. Clipboard clears in 60 seconds.');
	});

	it('tells a secret from a whole key', () => {
		assert.equal(copiedKeyText('SU-1', 0, true), '$(check) Copied secret of SU-1');
		assert.equal(copiedKeyText('SU-1', 1, true), '$(check) Copied secret of SU-1. Clipboard clears in 1 second.');
		assert.equal(copiedKeyText('SU-1', 60, true), '$(check) Copied secret of SU-1. Clipboard clears in 60 seconds.');
	});
});
