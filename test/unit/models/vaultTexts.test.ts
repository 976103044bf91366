import assert from 'node:assert/strict';
import { problem } from '../../../src/domain/problems';
import { keysLeftText, movedKeysText, movingKeysText, vaultUnchangedText } from '../../../src/models/vaultTexts';

describe('Texts about the vault', () => {
	it('name the vault', () => {
		assert.equal(movingKeysText('keychain'), 'Moving API keys to the operating system keychain');
		assert.equal(movingKeysText('editor'), "Moving API keys to VS Code's secret storage");
	});

	it('count the moved keys', () => {
		assert.equal(movedKeysText('editor', 0), "API keys are now stored in VS Code's secret storage. 0 keys were moved.");
		assert.equal(movedKeysText('editor', 1), "API keys are now stored in VS Code's secret storage. 1 key was moved.");
		assert.equal(movedKeysText('editor', 2), "API keys are now stored in VS Code's secret storage. 2 keys were moved.");
	});

	it('say why keys could not be moved, and where they are', () => {
		assert.equal(
			keysLeftText('keychain', new Error('The user canceled.')),
			"Some API keys couldn't be moved to the operating system keychain. The user canceled.",
		);
		assert.equal(
			vaultUnchangedText('editor', problem('No keychain was found.')),
			"API keys couldn't be moved and are still stored in VS Code's secret storage. No keychain was found.",
		);
	});
});
